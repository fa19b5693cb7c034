"""Several workers, several cooperatives: nothing doubled, nothing lost, in order, at Slack's pace, nobody delayed by others."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
import sqlalchemy as sa

from bot.courier import AFTER_A_FAILURE, LEASE, SHARE, Courier
from bot.pace import burst_of
from bot.slack import Slack
from bot.visiting import UNFORESEEN
from sandbox import NoAnswer, RateLimited
from storage import Store, Transaction, outbox, turns
from storage.outbox import Delivery
from storage.serving_tables import turn
from tests.bot.several import PEOPLE, Town, member_id, slack_id, town

LUCIOLES, HIRONDELLES, CIGALES = "T_LUCIOLES", "T_HIRONDELLES", "T_CIGALES"
ALL = (LUCIOLES, HIRONDELLES, CIGALES)
A_YEAR_LATER = datetime(2027, 4, 1, tzinfo=UTC)


SERVED = sa.select(turn.c.served_at).where(turn.c.workspace_id == sa.bindparam("wanted"))


class Seen(Exception):
    """Carries what was found out of a unit that is then undone."""


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Town]:
    async with town(database_url, ALL) as built:
        yield built


@pytest.fixture
async def served(postgresql_url: str) -> AsyncIterator[Town]:
    """On PostgreSQL alone: the workers each have a store."""
    async with town(postgresql_url, ALL) as built:
        yield built


async def live(place: Town, store: Store, *couriers: Courier) -> None:
    """Let all of them speak, time going from one moment something waits for to the next, until nothing is left."""
    while (moment := await store.read(lambda tx: outbox.next_at(tx, place.clock()))) is not None:
        place.clock.move_to(moment)
        await asyncio.gather(*(courier.deliver() for courier in couriers))


async def waiting(store: Store, workspace: str) -> list[Delivery]:
    """What waits there, as it would be claimed in a year, then left as it was."""

    def unit(tx: Transaction) -> None:
        raise Seen(outbox.claim(tx, A_YEAR_LATER, 1_000, LEASE))

    with pytest.raises(Seen) as seen:
        await store.run(unit, workspace)
    found: list[Delivery] = seen.value.args[0]
    return found


@pytest.mark.parametrize("workers", [2, 4])
async def test_several_workers_say_everything_once_in_order_and_at_slacks_pace(served: Town, workers: int) -> None:
    store = await served.store()
    for workspace in ALL:
        await served.queue(store, workspace, 70)
        served.practices[workspace].rate_limited = True
    await live(served, store, *[await served.courier() for _ in range(workers)])
    for workspace in ALL:
        heard = served.heard(workspace)
        rows = [int(row) for _, row in heard]
        assert (len(rows), len(set(rows))) == (70, 70)
        for _, theirs in groupby(sorted(heard, key=lambda one: one[0]), key=lambda one: one[0]):
            order = [int(row) for _, row in theirs]
            assert order == sorted(order)
    assert served.refused() == []


async def test_a_backlog_of_thousands_delays_nobody_elsewhere(place: Town) -> None:
    store = await place.store()
    await place.queue(store, LUCIOLES, 2_000, people=range(PEOPLE))
    await place.queue(store, HIRONDELLES, 1)
    one_at_a_time = await place.courier(store, at_once=1)
    await one_at_a_time.deliver()
    assert place.said.index((HIRONDELLES, slack_id(0))) <= burst_of("chat.postMessage")
    place.clock.advance(timedelta(minutes=1))
    before = len(place.said)
    await place.queue(store, CIGALES, 1)
    await one_at_a_time.deliver()
    assert place.said[before] == (CIGALES, slack_id(0))


async def test_while_others_wait_a_large_one_says_its_share_and_comes_again(place: Town) -> None:
    store = await place.store()
    for workspace in (CIGALES, HIRONDELLES):
        await place.queue(store, workspace, 3 * SHARE, people=range(PEOPLE))
    await place.queue(store, LUCIOLES, 1)
    await (await place.courier(store, at_once=1)).deliver()
    assert place.said.index((LUCIOLES, slack_id(0))) == 2 * SHARE
    assert len(place.said) == len(set(place.said)) == 6 * SHARE + 1


async def test_an_answer_to_a_gesture_does_not_wait_for_a_whole_backlog(place: Town) -> None:
    store, somebody = await place.store(), PEOPLE - 1
    await place.queue(store, LUCIOLES, 400, people=range(somebody))
    await place.queue(store, LUCIOLES, 1, people=[somebody])
    await (await place.courier(store)).deliver()
    assert slack_id(somebody) in [person for _, person in place.said]


async def test_where_slack_is_silent_the_others_are_spoken_to(place: Town) -> None:
    bell, store = asyncio.Event(), await place.store()
    silent = place.practices[LUCIOLES]
    silent.faults.next("chat.postMessage", NoAnswer(hang=True), times=50)
    patient = Slack(silent.bot_token, silent.api_url, patience=60)
    place.slacks[LUCIOLES] = await place.stack.enter_async_context(patient)
    await place.queue(store, LUCIOLES, 5)
    await place.queue(store, HIRONDELLES, 5)
    courier = await place.courier(store, bell=bell)
    delivery = asyncio.create_task(courier.deliver())
    await place.practices[HIRONDELLES].until(lambda: len(place.heard(HIRONDELLES)) == 5)
    while await store.read(lambda tx: tx.connection.execute(SERVED, {"wanted": HIRONDELLES}).scalar()) is None:
        continue  # its turn is not over yet
    await place.queue(store, CIGALES, 5)
    bell.set()
    await place.practices[CIGALES].until(lambda: len(place.heard(CIGALES)) == 5)
    assert not delivery.done()
    delivery.cancel()
    await asyncio.gather(delivery, return_exceptions=True)


async def test_a_worker_that_dies_in_its_turn_is_replaced_when_its_lease_ends(place: Town) -> None:
    store = await place.store()
    await place.queue(store, LUCIOLES, 12)
    now = place.clock()
    [taken] = await store.run(lambda tx: turns.claim(tx, now, 1, LEASE))
    first, *_ = await store.run(lambda tx: outbox.claim(tx, now, 6, taken.until - now), LUCIOLES)
    await (await place.slack_of(LUCIOLES)).post(slack_id(0), "dit", [], [str(first.id)])
    courier = await place.courier(store)
    assert await courier.deliver() == 0
    place.clock.move_to(taken.until)
    await live(place, store, courier)
    rows = [row for _, row in place.heard(LUCIOLES)]
    assert (len(rows), len(set(rows))) == (12, 12)


async def test_while_slack_asks_for_silence_no_row_is_rewritten(place: Town) -> None:
    store = await place.store()
    await place.queue(store, LUCIOLES, 30)
    before = await waiting(store, LUCIOLES)
    place.practices[LUCIOLES].faults.next("chat.postMessage", RateLimited(seconds=30), times=8)
    courier = await place.courier(store)
    assert await courier.deliver() == 0
    assert await waiting(store, LUCIOLES) == before
    assert courier.again_at == place.clock() + timedelta(seconds=30)
    assert await store.read(lambda tx: outbox.next_at(tx, place.clock())) == courier.again_at
    place.clock.advance(timedelta(seconds=30))
    place.practices[LUCIOLES].faults.clear()
    await live(place, store, courier)
    assert len(place.heard(LUCIOLES)) == 30


async def test_silence_in_one_workspace_is_kept_by_all_workers(served: Town) -> None:
    store = await served.store()
    await served.queue(store, LUCIOLES, 1)
    served.practices[LUCIOLES].faults.next("chat.postMessage", RateLimited(seconds=30))
    one, other = await served.courier(), await served.courier()
    await one.deliver()
    await served.queue(store, HIRONDELLES, 1)
    assert await other.deliver() == 1
    assert [call.status for call in served.practices[LUCIOLES].transcript] == [429]


async def test_where_nobody_lets_us_in_what_waits_is_kept(place: Town) -> None:
    store = await place.store()
    slack = place.slacks.pop(LUCIOLES)
    await place.queue(store, LUCIOLES, 3)
    await place.queue(store, HIRONDELLES, 1)
    courier = await place.courier(store)
    assert await courier.deliver() == 1
    assert await store.read(lambda tx: outbox.given_up(tx, 9), LUCIOLES) == []
    place.slacks[LUCIOLES] = slack
    assert await courier.deliver() == 0
    await store.run(turns.listen_again, LUCIOLES)
    assert await courier.deliver() == 3


async def test_what_fails_in_one_workspace_is_told_once_the_others_are_served(place: Town) -> None:
    store = await place.store()
    await place.queue(store, LUCIOLES, 1)
    await place.queue(store, HIRONDELLES, 1)

    async def slack_of(workspace: str) -> Slack:
        if workspace == LUCIOLES:
            raise ZeroDivisionError
        return await place.slack_of(workspace)

    courier = await place.courier(store, slack_of=slack_of)
    with pytest.raises(ZeroDivisionError):
        await courier.deliver()
    assert place.said == [(HIRONDELLES, slack_id(0))]


async def test_where_something_tripped_people_are_spoken_to_again_while_others_are(place: Town) -> None:
    bell, store, tripped = asyncio.Event(), await place.store(), asyncio.Event()
    silent = place.practices[LUCIOLES]
    silent.faults.next("chat.postMessage", NoAnswer(hang=True), times=9)
    place.slacks[LUCIOLES] = await place.stack.enter_async_context(Slack(silent.bot_token, silent.api_url, patience=60))

    async def slack_of(workspace: str) -> Slack:
        if workspace == HIRONDELLES and not tripped.is_set():
            tripped.set()
            raise ZeroDivisionError
        return await place.slack_of(workspace)

    await place.queue(store, LUCIOLES, 1)
    await place.queue(store, HIRONDELLES, 2, people=[0])
    courier = await place.courier(store, slack_of=slack_of, bell=bell)
    delivery = asyncio.create_task(courier.deliver())
    await tripped.wait()
    while await store.read(lambda tx: tx.connection.execute(SERVED, {"wanted": HIRONDELLES}).scalar()) is None:
        continue  # its turn is not over yet
    first, second = await waiting(store, HIRONDELLES)
    assert (first.attempts, first.reason, first.uncertain, second.reason) == (1, UNFORESEEN, True, "behind")
    place.clock.advance(AFTER_A_FAILURE)
    bell.set()
    await place.practices[HIRONDELLES].until(lambda: len(place.heard(HIRONDELLES)) == 2)
    assert not delivery.done()
    delivery.cancel()
    await asyncio.gather(delivery, return_exceptions=True)


async def test_what_comes_of_rows_is_counted(place: Town) -> None:
    told: list[tuple[str, int]] = []
    store = await place.store()
    await place.queue(store, LUCIOLES, 6, people=[0])
    courier = await place.courier(store, count=lambda outcome, rows: told.append((outcome, rows)))
    await courier.deliver()
    assert sorted(told) == [("put_back", 1), ("put_back", 1), *[("sent", 1)] * 4]


async def test_a_courier_that_is_stopped_finishes_the_turns_it_has(place: Town) -> None:
    store = await place.store()
    for workspace in ALL:
        await place.queue(store, workspace, 4)
    courier = await place.courier(store, at_once=1)
    for practice in place.practices.values():
        practice.on_call(lambda _call: courier.stop())
    assert await courier.deliver() == 4
    assert await courier.deliver() == 4
    assert len(place.said) == 8


async def test_the_pace_speaks_of_recipients_and_not_of_accounts(place: Town) -> None:
    store = await place.store()
    await place.queue(store, LUCIOLES, 1)
    await (await place.courier(store)).deliver()
    await place.queue(store, LUCIOLES, 1)
    [taken] = await store.run(lambda tx: turns.claim(tx, place.clock(), 1, LEASE))
    assert set(taken.pace) == {"chat.postMessage", member_id(LUCIOLES, 0)}
