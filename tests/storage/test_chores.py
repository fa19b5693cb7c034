"""Chores: done at their hour by one worker, whichever; a dead one's come back."""

import asyncio
from datetime import datetime, timedelta

from storage import Store, chores
from storage.chores import FOR_ALL, Chore
from tests.storage.conftest import ELSEWHERE, HERE, NINE, OpenStore

LEASE, MINUTE, DAY = timedelta(minutes=10), timedelta(minutes=1), timedelta(days=1)


async def plan(store: Store, name: str, at: datetime = NINE, workspace: str | None = HERE) -> bool:
    return await store.run(lambda tx: chores.plan(tx, name, at), workspace)


async def claim(store: Store, now: datetime = NINE) -> Chore | None:
    return await store.run(lambda tx: chores.claim(tx, now, LEASE))


async def done(store: Store, name: str, next_at: datetime | None, workspace: str = HERE) -> bool:
    return await store.run(lambda tx: chores.done(tx, name, next_at), workspace)


async def test_a_chore_is_planned_once(store: Store) -> None:
    assert [await plan(store, "night"), await plan(store, "night", NINE + DAY)] == [True, False]
    assert [await plan(store, "night", workspace=ELSEWHERE), await plan(store, "morning")] == [True, True]


async def test_chores_are_done_at_their_hour_the_longest_due_first(store: Store) -> None:
    await plan(store, "night", NINE)
    await plan(store, "sweep", NINE - MINUTE, None)
    await plan(store, "later", NINE + MINUTE)
    found = [await claim(store) for _ in range(3)]
    assert found == [Chore(FOR_ALL, "sweep"), Chore(HERE, "night"), None]


async def test_what_is_done_comes_back_when_it_is_said_or_never(store: Store) -> None:
    await plan(store, "night")
    await plan(store, "once")
    for name, next_at in (("night", NINE + DAY), ("once", None)):
        assert await claim(store) == (HERE, name)
        assert await done(store, name, next_at)
    assert await claim(store, NINE + DAY - MINUTE) is None
    assert await claim(store, NINE + DAY) == (HERE, "night")
    assert not await done(store, "once", None)
    assert await plan(store, "once")


async def test_a_dead_workers_chore_comes_back_with_its_lease(store: Store) -> None:
    await plan(store, "night")
    assert await claim(store) == (HERE, "night")
    assert await claim(store, NINE + LEASE - MINUTE) is None
    assert await claim(store, NINE + LEASE) == (HERE, "night")


async def test_workers_share_the_chores_and_none_is_done_twice(postgresql_url: str, open_store: OpenStore) -> None:
    workers = [open_store(postgresql_url) for _ in range(3)]
    places = [f"T{number}" for number in range(30)]
    for place in places:
        await plan(workers[0], "night", workspace=place)

    async def work(store: Store) -> list[str]:
        mine: list[str] = []
        while (found := await claim(store)) is not None:
            mine.append(found.workspace)
            assert await done(store, found.name, NINE + DAY, found.workspace)
        return mine

    shares = [place for share in await asyncio.gather(*map(work, workers)) for place in share]
    shares += await work(workers[0])
    assert sorted(shares) == sorted(places)
