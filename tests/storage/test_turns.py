"""Turns: one worker speaks to a workspace at a time, whoever was served the longest ago comes first, nobody is kept for good."""

import asyncio
import threading
from datetime import datetime, timedelta

from storage import Store, Transaction, outbox, turns, withdrawing
from storage.turns import FEW, Turn
from tests.storage.conftest import NINE, OpenStore, an_intention

LEASE, MINUTE, SECOND = timedelta(minutes=2), timedelta(minutes=1), timedelta(seconds=1)


async def fill(store: Store, workspace: str, count: int = 1, at: datetime = NINE, recipient: str = "") -> None:
    def unit(tx: Transaction) -> None:
        for number in range(count):
            to = recipient or f"m_{number}"
            outbox.enqueue(tx, an_intention(str(number), to, at=at), NINE)

    await store.run(unit, workspace)


async def waiting(store: Store, now: datetime = NINE, limit: int = 100) -> list[str]:
    return await store.read(lambda tx: turns.waiting(tx, now, limit))


async def claim(store: Store, now: datetime = NINE, limit: int = 100) -> list[Turn]:
    return await store.run(lambda tx: turns.claim(tx, now, limit, LEASE))


async def served(store: Store, turn: Turn, now: datetime, quiet_until: datetime | None = None) -> bool:
    return await store.run(lambda tx: turns.give_back(tx, turn.until, now, quiet_until, {"m_ana": 3}), turn.workspace)


async def test_a_turn_is_taken_where_something_is_to_be_said_now(store: Store) -> None:
    await fill(store, "T1")
    await fill(store, "T2", at=NINE + MINUTE)
    assert await claim(store) == [Turn("T1", NINE + LEASE, {})]
    assert await claim(store) == []


async def test_whoever_waits_the_longest_comes_first(store: Store) -> None:
    for hours, workspace in enumerate(("T_NEWEST", "T_NEW", "T_OLD", "T_SERVED", "T_SERVED_LONG_AGO")):
        await fill(store, workspace, at=NINE - timedelta(hours=hours))
    for number, workspace in enumerate(("T_SERVED_LONG_AGO", "T_SERVED")):
        [turn] = await store.run(lambda tx, one=workspace: turns.claim(tx, NINE, 1, LEASE, [one]))  # type: ignore[misc]
        assert await served(store, turn, NINE + number * SECOND)
    order = ["T_OLD", "T_NEW", "T_NEWEST", "T_SERVED_LONG_AGO", "T_SERVED"]
    assert await waiting(store, NINE + MINUTE) == order
    assert [turn.workspace for turn in await claim(store, NINE + MINUTE, 4)] == order[:4]
    assert [turn.workspace for turn in await claim(store, NINE + MINUTE, 4)] == order[4:]


async def test_a_backlog_elsewhere_changes_nothing_to_the_order(store: Store) -> None:
    await fill(store, "T_BIG", 3 * FEW, at=NINE - MINUTE)
    await fill(store, "T_TOMORROW", at=NINE + timedelta(days=1))
    await fill(store, "T_SMALL")
    assert await waiting(store) == ["T_BIG", "T_SMALL"]
    [big] = await claim(store, limit=1)
    assert await served(store, big, NINE)
    assert await waiting(store, NINE + SECOND) == ["T_SMALL", "T_BIG"]


async def test_the_pace_is_handed_on_with_the_turn(store: Store) -> None:
    await fill(store, "T1")
    [turn] = await claim(store)
    assert await served(store, turn, NINE)
    assert await claim(store, NINE + SECOND) == [Turn("T1", NINE + SECOND + LEASE, {"m_ana": 3})]


async def test_where_silence_is_asked_for_no_turn_begins_before_its_end(store: Store) -> None:
    await fill(store, "T1")
    [turn] = await claim(store)
    assert await served(store, turn, NINE, NINE + MINUTE)
    assert await claim(store, NINE + MINUTE - SECOND) == []
    assert await store.read(lambda tx: outbox.next_at(tx, NINE)) == NINE + MINUTE
    assert len(await claim(store, NINE + MINUTE)) == 1


async def test_whoever_is_let_in_again_is_spoken_to_at_once(store: Store) -> None:
    await fill(store, "T1")
    [turn] = await claim(store)
    assert await served(store, turn, NINE, NINE + MINUTE)
    assert await store.run(turns.listen_again, "T1")
    assert len(await claim(store)) == 1


async def test_the_next_moment_is_the_first_of_any_workspace(store: Store) -> None:
    await fill(store, "T_QUIET")
    [turn] = await claim(store)
    assert await served(store, turn, NINE, NINE + timedelta(hours=1))
    await fill(store, "T_LATER", at=NINE + MINUTE)
    assert await store.read(lambda tx: outbox.next_at(tx, NINE)) == NINE + MINUTE
    await fill(store, "T_NOW", at=NINE - MINUTE)
    assert await store.read(lambda tx: outbox.next_at(tx, NINE)) == NINE - MINUTE


async def test_a_dead_workers_turn_comes_back_with_its_lease_and_its_rows_in_doubt(store: Store) -> None:
    await fill(store, "T1", 2)
    [turn] = await claim(store)
    taken = await store.run(lambda tx: outbox.claim(tx, NINE, 1, turn.until - NINE), "T1")
    assert await claim(store, NINE + LEASE - SECOND) == []
    assert [turn.workspace for turn in await claim(store, NINE + LEASE)] == ["T1"]
    back = await store.run(lambda tx: outbox.claim(tx, NINE + LEASE, 9, LEASE), "T1")
    assert [(row.id, row.uncertain) for row in back] == [(taken[0].id, True), (taken[0].id + 1, False)]


async def test_whoever_comes_back_after_its_lease_gives_nothing_back(store: Store) -> None:
    await fill(store, "T1")
    [late] = await claim(store)
    [turn] = await claim(store, NINE + LEASE)
    assert not await served(store, late, NINE + LEASE)
    assert await claim(store, NINE + LEASE) == []
    assert await served(store, turn, NINE + LEASE)


async def test_what_is_held_back_calls_for_no_turn(store: Store) -> None:
    await fill(store, "T1", 2, recipient="m_ana")
    first, second = await store.run(lambda tx: outbox.claim(tx, NINE, 9, LEASE), "T1")
    later = NINE + MINUTE

    def unit(tx: Transaction) -> None:
        outbox.settle_later(tx, first.id, later, "no_answer", counts=True)
        outbox.let_go(tx, [second])

    await store.run(unit, "T1")
    assert await waiting(store) == []
    assert await waiting(store, later) == ["T1"]


async def test_a_stale_look_takes_only_what_is_still_free(store: Store) -> None:
    for workspace in ("T1", "T2", "T3"):
        await fill(store, workspace)
    seen = await waiting(store)
    await claim(store, limit=1)
    await store.run(lambda tx: withdrawing.withdraw(tx, ["c_1"], NINE), "T2")
    left = await store.run(lambda tx: turns.claim(tx, NINE, 9, LEASE, seen))
    assert [turn.workspace for turn in left] == ["T3"]


async def test_whoever_is_alone_frees_what_it_held_when_it_died(store: Store) -> None:
    await fill(store, "T1")
    await claim(store)
    await store.run(lambda tx: outbox.release(tx, NINE))
    assert len(await claim(store)) == 1


async def test_workers_never_have_the_same_turn(postgresql_url: str, open_store: OpenStore) -> None:
    workers = [open_store(postgresql_url) for _ in range(4)]
    everywhere = [f"T{number}" for number in range(40)]
    for workspace in everywhere:
        await fill(workers[0], workspace)

    async def work(store: Store) -> list[str]:
        mine: list[str] = []
        while taken := await claim(store, limit=3):
            mine += [turn.workspace for turn in taken]
        return mine

    shares = await asyncio.gather(*map(work, workers))
    left = await work(workers[0])
    assert sorted([*left, *(one for share in shares for one in share)]) == sorted(everywhere)


async def test_a_turn_another_worker_is_taking_is_left_to_it(postgresql_url: str, open_store: OpenStore) -> None:
    one, other = open_store(postgresql_url), open_store(postgresql_url)
    for workspace in ("T1", "T2"):
        await fill(one, workspace)
    for turn in await claim(one):
        assert await served(one, turn, NINE - MINUTE)
    claimed, looked = threading.Event(), threading.Event()

    def claim_and_linger(tx: Transaction) -> list[Turn]:
        mine = turns.claim(tx, NINE, 1, LEASE)
        claimed.set()
        assert looked.wait(20)
        return mine

    lingering = asyncio.create_task(one.run(claim_and_linger))
    await asyncio.to_thread(claimed.wait, 20)
    assert [turn.workspace for turn in await claim(other)] == ["T2"]
    looked.set()
    assert [turn.workspace for turn in await lingering] == ["T1"]
