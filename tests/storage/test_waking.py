"""What is to be looked at now, and in which order: nobody's backlog delays anybody."""

import asyncio
import threading
from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from flows.core.model import Conversation
from storage import Store, conversations, waking
from storage.transaction import Transaction
from storage.waking import Due
from tests.storage.conftest import ELSEWHERE, HERE, NINE, OpenStore, a_conversation


def begin(tx: Transaction, conversation: Conversation) -> None:
    conversations.begin(tx, conversation, shape="x", parent=None, by=None, now=NINE)


async def test_what_is_due_comes_the_longest_due_first_whatever_its_workspace(store: Store) -> None:
    await store.run(lambda tx: begin(tx, a_conversation("c_late", wake_at=NINE - timedelta(hours=1))), ELSEWHERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_now")), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_same_time")), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_soon", wake_at=NINE + timedelta(seconds=1))), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_never", wake_at=None)), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_over", status="finished")), HERE)
    due = await store.run(lambda tx: waking.due(tx, NINE, 10))
    assert due == [Due(ELSEWHERE, "c_late"), Due(HERE, "c_now"), Due(HERE, "c_same_time")]
    assert await store.run(lambda tx: waking.due(tx, NINE, 1)) == [Due(ELSEWHERE, "c_late")]
    assert await store.read(waking.next_wake) == NINE - timedelta(hours=1)


async def test_a_backlog_in_one_workspace_delays_no_other(store: Store) -> None:
    def unit(tx: Transaction) -> None:
        for number in range(20):
            begin(tx.within(ELSEWHERE), a_conversation(f"c_big_{number:02}", wake_at=NINE - timedelta(hours=1)))
        for number in range(2):
            begin(tx.within(HERE), a_conversation(f"c_{number}"))
        begin(tx.within(HERE), a_conversation("c_soon", wake_at=NINE + timedelta(seconds=1)))

    await store.run(unit)
    by_turns = [(ELSEWHERE, "c_big_00"), (HERE, "c_0"), (ELSEWHERE, "c_big_01"), (HERE, "c_1"), (ELSEWHERE, "c_big_02")]
    assert await store.read(lambda tx: waking.in_turn(tx, NINE, 5)) == by_turns
    assert len(await store.read(lambda tx: waking.in_turn(tx, NINE, 100))) == 22


@pytest.mark.parametrize("seed", range(3))
async def test_each_workspace_is_served_once_before_any_is_served_again(store: Store, seed: int) -> None:
    drawn = Random(seed)
    late = {f"c_{number}": (drawn.choice("ABBCCC"), drawn.randrange(5)) for number in range(30)}

    def unit(tx: Transaction) -> None:
        for id, (workspace, minutes) in late.items():
            begin(tx.within(workspace), a_conversation(id, wake_at=NINE - timedelta(minutes=minutes)))

    await store.run(unit)
    served = await store.read(lambda tx: waking.in_turn(tx, NINE, 100))
    assert sorted(served) == sorted((workspace, id) for id, (workspace, _) in late.items())
    times = Counter[str]()
    turns = [(times.update([workspace]), times[workspace])[1] for workspace, _ in served]
    assert turns == sorted(turns)
    for workspace in "ABC":
        minutes = [late[id][1] for there, id in served if there == workspace]
        assert minutes == sorted(minutes, reverse=True)


async def test_what_somebody_else_has_woken_is_due_no_more(store: Store) -> None:
    await store.run(lambda tx: begin(tx, a_conversation()), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_2")), ELSEWHERE)
    both = [Due(ELSEWHERE, "c_2"), Due(HERE, "c_1")]
    assert await store.run(lambda tx: waking.still_due(tx, both, NINE)) == both
    assert await store.run(lambda tx: waking.still_due(tx, both, NINE - timedelta(minutes=1))) == []
    await store.run(lambda tx: conversations.wake_no_more(tx, "c_1"), HERE)
    assert await store.run(lambda tx: waking.still_due(tx, both, NINE)) == both[:1]


async def test_what_another_worker_holds_is_left_to_it(postgresql_url: str, open_store: OpenStore) -> None:
    ours, theirs = open_store(postgresql_url), open_store(postgresql_url)
    for id in ("c_1", "c_2", "c_3"):
        await ours.run(lambda tx, id=id: begin(tx, a_conversation(id)), HERE)  # type: ignore[misc]
    all_three = await ours.read(lambda tx: waking.in_turn(tx, NINE, 10))
    held, go_on = threading.Event(), threading.Event()

    def unit(tx: Transaction) -> list[Due]:
        found = waking.due(tx, NINE, 2)
        held.set()
        assert go_on.wait(10)
        return found

    holding = asyncio.ensure_future(theirs.run(unit))
    await asyncio.to_thread(held.wait, 10)
    left = await ours.run(lambda tx: waking.still_due(tx, all_three, NINE))
    go_on.set()
    assert (await holding, left) == (all_three[:2], all_three[2:])


async def test_nothing_is_due_when_nothing_waits(store: Store) -> None:
    assert await store.run(lambda tx: waking.due(tx, NINE, 10)) == []
    assert await store.read(lambda tx: waking.in_turn(tx, NINE, 10)) == []
