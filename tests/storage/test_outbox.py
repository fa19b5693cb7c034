"""What is to be said: queued once, claimed in order, settled, tried again."""

import asyncio
import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import Delivery, Intention, Store, Transaction, outbox, pruning, tables
from storage.outbox import Kind
from tests.storage.conftest import ELSEWHERE, HERE, NINE, OpenStore, an_intention

LEASE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


async def queue(store: Store, *intentions: Intention, workspace: str = HERE) -> list[bool]:
    return await store.run(lambda tx: [outbox.enqueue(tx, each, NINE) for each in intentions], workspace)


async def claim(store: Store, now: datetime = NINE, limit: int = 100, workspace: str = HERE) -> list[Delivery]:
    return await store.run(lambda tx: outbox.claim(tx, now, limit, LEASE), workspace)


async def occurrences(store: Store, now: datetime = NINE, limit: int = 100) -> list[str]:
    return [delivery.occurrence for delivery in await claim(store, now, limit)]


async def sent(store: Store, delivery: Delivery, ts: str = "1.1", now: datetime = NINE) -> None:
    assert await store.run(lambda tx: outbox.settle_sent(tx, delivery.id, "D1", ts, now), delivery.workspace)


async def later(store: Store, delivery: Delivery, at: datetime, *, counts: bool, uncertain: bool = False) -> None:
    def unit(tx: Transaction) -> bool:
        return outbox.settle_later(tx, delivery.id, at, "ratelimited", counts=counts, uncertain=uncertain)

    assert await store.run(unit, delivery.workspace)


async def next_at(store: Store, now: datetime = NINE) -> datetime | None:
    return await store.read(lambda tx: outbox.next_at(tx, now))


async def test_an_intention_is_claimed_as_it_was_queued(store: Store) -> None:
    intention = an_intention(prompt=True, useful_until=NINE + LEASE, context={"part": "buddy", "steps": ["a", "é"]})
    assert await queue(store, intention) == [True]
    [claimed] = await claim(store)
    assert {name: getattr(claimed, name) for name in Intention.__dataclass_fields__} == {
        name: getattr(intention, name) for name in Intention.__dataclass_fields__
    }
    assert (claimed.workspace, claimed.state, claimed.attempts, claimed.uncertain) == (HERE, "sending", 0, False)


async def test_an_intention_is_queued_once_even_after_it_was_sent(store: Store) -> None:
    assert await queue(store, an_intention(), an_intention(message="reworded")) == [True, False]
    await sent(store, (await claim(store))[0])
    assert await queue(store, an_intention()) == [False]
    assert (
        await queue(store, an_intention("1"), an_intention(kind="refresh"), an_intention(recipient="m_bob"))
        == [True] * 3
    )
    assert await queue(store, an_intention(), workspace=ELSEWHERE) == [True]


@pytest.mark.parametrize("count", [0, 1, 2, 8, 9, 20])
async def test_several_intentions_are_queued_together_each_once_and_in_their_order(store: Store, count: int) -> None:
    said = [str(number) for number in range(count)]
    intentions = [an_intention(one, recipient=f"m_{one}", context={"part": one}) for one in said]
    await queue(store, *intentions[3:4])

    def unit(tx: Transaction) -> None:
        outbox.enqueue_all(tx, [*intentions, *intentions[:2]], NINE)

    await store.run(unit, HERE)
    claimed = await claim(store)
    assert [(one.occurrence, one.context["part"]) for one in claimed] == [
        (one, one) for one in said[3:4] + said[:3] + said[4:]
    ]


async def test_what_belongs_to_no_conversation_is_queued_once_too(store: Store) -> None:
    notice = an_intention(conversation=None, kind="notice")
    assert await queue(store, notice, notice) == [True, False]
    [claimed] = await claim(store)
    assert claimed.conversation is None


async def test_what_waits_for_its_hour_is_not_claimed_and_holds_back_nothing(store: Store) -> None:
    await queue(store, an_intention("tomorrow", at=NINE + timedelta(days=1)), an_intention("now"))
    assert await occurrences(store) == ["now"]


async def test_a_backlog_for_one_person_comes_in_one_piece_and_in_order(store: Store) -> None:
    hours = {"first": NINE, "second": NINE - timedelta(hours=2), "third": NINE - timedelta(hours=1)}
    await queue(store, *(an_intention(name, at=at) for name, at in hours.items()))
    assert await occurrences(store) == ["first", "second", "third"]


async def test_while_something_is_being_said_to_somebody_the_rest_waits(store: Store) -> None:
    await queue(store, an_intention("1"))
    [first] = await claim(store)
    await queue(store, an_intention("2"), an_intention("bob", recipient="m_bob"))
    assert await occurrences(store) == ["bob"]
    await sent(store, first)
    assert await occurrences(store) == ["2"]


async def test_one_stuck_recipient_blocks_nobody_else(store: Store) -> None:
    await queue(store, an_intention("1"), an_intention("2"), an_intention("bob", recipient="m_bob"))
    first, second, bob = await claim(store)
    await later(store, first, NINE + MINUTE, counts=True)
    await later(store, second, NINE, counts=False)
    await sent(store, bob)
    await queue(store, an_intention("bob again", recipient="m_bob"))
    assert await queue(store, an_intention("1"), workspace=ELSEWHERE) == [True]
    assert await occurrences(store) == ["bob again"]
    assert [each.occurrence for each in await claim(store, workspace=ELSEWHERE)] == ["1"]
    assert await next_at(store) == NINE + MINUTE
    again = await claim(store, NINE + MINUTE)
    assert [(each.occurrence, each.attempts, each.uncertain) for each in again] == [("1", 1, False), ("2", 0, False)]


async def test_a_limit_never_lets_a_later_message_pass_an_earlier_one(store: Store) -> None:
    await queue(store, an_intention("1"), an_intention("2", at=NINE - LEASE))
    assert await occurrences(store, limit=1) == ["1"]
    assert await occurrences(store, limit=1) == []


async def test_what_is_put_off_without_counting_only_waits_for_its_hour(store: Store) -> None:
    await queue(store, an_intention("1"), an_intention("2"))
    first, second = await claim(store)
    await later(store, first, NINE + timedelta(hours=1), counts=False)
    await later(store, second, NINE, counts=False)
    assert await occurrences(store) == ["2"]


async def test_a_lease_that_ends_gives_the_message_back_in_doubt(store: Store) -> None:
    await queue(store, an_intention("1"), an_intention("2"))
    await claim(store)
    assert await claim(store, NINE + LEASE - MINUTE) == []
    assert await next_at(store) == NINE + LEASE
    back = await claim(store, NINE + LEASE)
    assert [(each.occurrence, each.uncertain) for each in back] == [("1", True), ("2", True)]
    await later(store, back[0], NINE + LEASE, counts=True, uncertain=True)
    await sent(store, back[1])
    [again] = await claim(store, NINE + LEASE)
    assert (again.occurrence, again.uncertain, again.attempts) == ("1", True, 1)


async def test_a_doubt_that_is_settled_is_gone(store: Store) -> None:
    await queue(store, an_intention())
    await claim(store)
    [doubtful] = await claim(store, NINE + LEASE)
    await later(store, doubtful, NINE + LEASE, counts=True)
    assert [each.uncertain for each in await claim(store, NINE + LEASE)] == [False]


async def test_what_was_sent_is_not_claimed_again_even_settled_late(store: Store) -> None:
    await queue(store, an_intention())
    [first] = await claim(store)
    await sent(store, first)
    settle_again = outbox.settle_later
    assert not await store.run(lambda tx: settle_again(tx, first.id, NINE, "late", counts=True), HERE)
    assert not await store.run(lambda tx: outbox.settle_given_up(tx, first.id, "late", NINE), HERE)
    assert await claim(store, NINE + timedelta(days=1)) == []
    assert await next_at(store) is None


async def test_what_is_given_up_is_listed_with_its_reason_and_can_be_tried_again(store: Store) -> None:
    await queue(store, an_intention("1"), an_intention("2"), an_intention("3"))
    for delivery in (await claim(store))[:2]:
        await store.run(lambda tx, one=delivery: outbox.settle_given_up(tx, one.id, "account closed", NINE), HERE)  # type: ignore[misc]
    failed = await store.read(lambda tx: outbox.given_up(tx, 10), HERE)
    assert [(each.occurrence, each.reason, each.state) for each in failed] == [
        ("2", "account closed", "given_up"),
        ("1", "account closed", "given_up"),
    ]
    assert await store.read(outbox.waiting_count, HERE) == 1
    assert await store.run(lambda tx: outbox.retry(tx, failed[1].id, NINE), HERE)
    assert not await store.run(lambda tx: outbox.retry(tx, failed[1].id, NINE), HERE)
    assert await occurrences(store) == ["1"]
    assert await store.run(lambda tx: outbox.retry_all(tx, NINE), HERE) == 1
    assert await store.read(lambda tx: outbox.given_up(tx, 10), HERE) == []
    assert await store.read(outbox.waiting_count) == 3


async def test_the_messages_that_carry_a_step_are_found(store: Store) -> None:
    reminder = an_intention("reminder", at=NINE + MINUTE)
    await queue(
        store, an_intention("asked"), reminder, an_intention("shown", kind="refresh"), an_intention(step="other")
    )
    for number, delivery in enumerate(await claim(store, NINE + MINUTE)):
        await sent(store, delivery, ts=f"{number}.0")
    await queue(store, an_intention("not yet"))
    found = await store.read(lambda tx: outbox.carriers(tx, "c_1", "welcome"), HERE)
    assert [(each.occurrence, each.channel, each.ts) for each in found] == [
        ("asked", "D1", "0.0"),
        ("reminder", "D1", "1.0"),
    ]


async def test_all_that_was_said_in_one_message_is_found(store: Store) -> None:
    await queue(store, an_intention("1"), an_intention("2"), an_intention("3"), an_intention("1", kind="refresh"))
    first, second, third, refresh = await claim(store)
    for delivery, ts in ((first, "1.0"), (second, "1.0"), (third, "2.0"), (refresh, "1.0")):
        await sent(store, delivery, ts)
    riders = await store.read(lambda tx: outbox.riders(tx, "D1", "1.0"), HERE)
    assert [(each.occurrence, each.kind) for each in riders] == [("1", "post"), ("2", "post")]


async def test_old_words_are_forgotten_and_what_was_said_is_not(store: Store) -> None:
    await queue(
        store, an_intention("old", context={"answer": "secret"}), an_intention("new", context={"answer": "kept"})
    )
    old, new = await claim(store)
    await sent(store, old)
    await sent(store, new, now=NINE + MINUTE)
    assert await store.run(lambda tx: outbox.prune(tx, NINE + MINUTE)) == 1
    assert await store.run(lambda tx: outbox.prune(tx, NINE + MINUTE)) == 0
    kept = await store.read(lambda tx: outbox.carriers(tx, "c_1", "welcome"), HERE)
    assert [(each.context, each.ts) for each in kept] == [({}, "1.1"), ({"answer": "kept"}, "1.1")]
    assert await queue(store, an_intention("old")) == [False]


async def test_that_a_home_was_shown_is_forgotten_and_what_was_said_is_not(store: Store) -> None:
    kinds: tuple[Kind, ...] = ("home", "refresh", "post", "notice")
    await queue(store, *(an_intention(f"{when}-{kind}", kind=kind) for when in ("old", "new") for kind in kinds))
    for one in await claim(store):
        await sent(store, one, now=NINE if one.occurrence.startswith("old") else NINE + MINUTE)
    forgotten = [await store.run(lambda tx: pruning.forget_shown(tx, NINE + MINUTE, 1)) for _ in range(3)]
    assert forgotten == [1, 1, 0]
    kept = sa.select(tables.outbox.c.occurrence)
    left = await store.read(lambda tx: set(tx.connection.execute(kept).scalars()), HERE)
    assert left == {"old-post", "old-notice", *(f"new-{kind}" for kind in kinds)}


async def test_what_was_claimed_and_not_tried_waits_as_it_did_before(store: Store) -> None:
    await queue(store, an_intention("1", at=NINE - MINUTE), an_intention("2"), an_intention("3", at=NINE - LEASE))
    claimed = await claim(store)
    await store.run(lambda tx: outbox.let_go(tx, claimed), HERE)
    assert await next_at(store) == NINE - LEASE
    assert await claim(store) == claimed


async def test_a_doubt_outlives_being_let_go(store: Store) -> None:
    await queue(store, an_intention())
    await claim(store)
    doubtful = await claim(store, NINE + LEASE)
    await store.run(lambda tx: outbox.let_go(tx, doubtful), HERE)
    assert [each.uncertain for each in await claim(store, NINE + LEASE)] == [True]


async def test_what_was_settled_meanwhile_is_not_let_go(store: Store) -> None:
    await queue(store, an_intention())
    [claimed] = await claim(store)
    await sent(store, claimed)
    await store.run(lambda tx: outbox.let_go(tx, [claimed]), HERE)
    assert await claim(store, NINE + timedelta(days=1)) == []


async def test_behind_a_long_backlog_what_was_just_queued_has_its_share(store: Store) -> None:
    await queue(store, *(an_intention(str(number), f"m_{number}", at=NINE - MINUTE) for number in range(100)))
    await queue(store, an_intention("just now", recipient="m_somebody"))
    assert await occurrences(store, limit=8) == ["0", "1", "2", "3", "4", "5", "99", "just now"]


@pytest.mark.parametrize("limit", [7, 50])
async def test_workers_share_the_outbox_without_a_double(
    postgresql_url: str, open_store: OpenStore, limit: int
) -> None:
    workers = [open_store(postgresql_url) for _ in range(3)]
    everything = [an_intention(str(number), f"m_{number % 60}") for number in range(180)]
    await queue(workers[0], *everything)

    async def work(store: Store) -> list[tuple[str, str]]:
        done: list[tuple[str, str]] = []
        while claimed := await claim(store, limit=limit):
            for delivery in claimed:
                await sent(store, delivery)
                done.append((delivery.recipient, delivery.occurrence))
        return done

    shares = [entry for share in await asyncio.gather(*map(work, workers)) for entry in share]
    shares += await work(workers[0])
    assert sorted(shares) == sorted((each.recipient, each.occurrence) for each in everything)


async def test_a_recipient_another_worker_is_claiming_is_left_to_it(postgresql_url: str, open_store: OpenStore) -> None:
    one, other = open_store(postgresql_url), open_store(postgresql_url)
    await queue(one, an_intention("1"), an_intention("2"), an_intention("bob", recipient="m_bob"))
    claimed, looked = threading.Event(), threading.Event()

    def claim_and_linger(tx: Transaction) -> list[str]:
        mine = outbox.claim(tx, NINE, 1, LEASE)
        claimed.set()
        assert looked.wait(20)
        return [delivery.occurrence for delivery in mine]

    lingering = asyncio.create_task(one.run(claim_and_linger, HERE))
    await asyncio.to_thread(claimed.wait, 20)
    assert await occurrences(other) == ["bob"]
    looked.set()
    assert await lingering == ["1"]
    assert await occurrences(other) == []
