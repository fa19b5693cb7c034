"""Conversations written down, found again, and due in their time."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from flows.core.model import Addressee, Conversation, StepState
from storage import Store, Transaction, conversations, waking
from storage.conversations import Casting, NeverBegun
from tests.storage.conftest import ELSEWHERE, HERE, HOUSE, NINE, OpenStore, a_conversation, somebody


def begin(tx: Transaction, conversation: Conversation, parent: tuple[str, str] | None = None) -> None:
    conversations.begin(tx, conversation, shape="old", parent=parent, by="m_bob", now=NINE)


def load(tx: Transaction, id: str = "c_1") -> Conversation | None:
    return conversations.load(tx, id, somebody, HOUSE)


async def test_a_conversation_comes_back_as_it_was_begun(store: Store) -> None:
    begun = a_conversation(
        anchors={"arrival": date(2026, 12, 1)},
        details={"part": "buddy", "about": "l'été & <b>"},
        vacant=frozenset({"supervisor"}),
        version=3,
        steps={
            "welcome": StepState("asked", NINE, to="m_ana", reminders=2, snoozed_until=NINE + timedelta(days=1)),
            "report": StepState("done", NINE, value={"wish": "\x00 du temps", "score": 4}, by="m_ana", times_asked=2),
            "gone": StepState("expired", datetime(2026, 12, 1, 9, 0, 0, 123456, tzinfo=UTC)),
        },
    )
    await store.run(lambda tx: begin(tx, begun), HERE)
    assert await store.run(load, HERE) == begun
    assert await store.read(load, HERE) == begun


async def test_a_saved_conversation_is_as_saved_cast_and_all(store: Store) -> None:
    await store.run(lambda tx: begin(tx, a_conversation()), HERE)
    cast = {"subject": somebody("m_ana"), "buddy": somebody("m_cyr"), "channel": somebody("C0HALL")}
    later = a_conversation(cast=cast, steps={"welcome": StepState("missed", NINE)}, wake_at=None)
    await store.run(lambda tx: conversations.save(tx, later, NINE), HERE)
    assert await store.read(load, HERE) == later
    without = replace(later, cast={"subject": somebody("m_ana")})
    await store.run(lambda tx: conversations.save(tx, without, NINE), HERE)
    assert await store.read(load, HERE) == without


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": {"welcome": StepState("done", NINE, value="À bientôt")}, "wake_at": None},
        {"cast": {"subject": somebody("m_ana"), "buddy": somebody("m_dan")}},
        {"anchors": {"first_day": date(2027, 1, 4)}},
        {"details": {"part": "buddy"}},
        {"vacant": frozenset({"buddy"}), "wake_at": NINE},
        {"version": 3},
        {"status": "stopped", "wake_at": None},
    ],
)
async def test_what_changed_since_it_was_loaded_is_written(store: Store, changes: dict[str, Any]) -> None:
    await store.run(lambda tx: begin(tx, a_conversation()), HERE)

    def unit(tx: Transaction) -> Conversation:
        was = load(tx)
        assert was is not None
        becomes = replace(was, **changes)
        conversations.save(tx, becomes, NINE, was)
        return becomes

    assert await store.run(unit, HERE) == await store.read(load, HERE)


async def test_what_was_never_begun_cannot_be_saved(store: Store) -> None:
    with pytest.raises(NeverBegun):
        await store.run(lambda tx: conversations.save(tx, a_conversation(), NINE), HERE)
    with pytest.raises(NeverBegun):
        await store.run(lambda tx: conversations.save(tx, a_conversation(), NINE, a_conversation()), HERE)
    alike = a_conversation()
    with pytest.raises(NeverBegun):
        await store.run(lambda tx: conversations.save(tx, alike, NINE, alike), HERE)


async def test_a_step_without_a_time_zone_is_refused(store: Store) -> None:
    naive = a_conversation(steps={"welcome": StepState("done", NINE.replace(tzinfo=None))})
    with pytest.raises(ValueError, match="time zone"):
        await store.run(lambda tx: begin(tx, naive), HERE)


async def test_nothing_wakes_when_nothing_waits(store: Store) -> None:
    assert await store.read(waking.next_wake) is None
    assert await store.run(lambda tx: waking.due(tx, NINE, 10)) == []


async def test_the_parts_somebody_plays_are_found(store: Store) -> None:
    await store.run(lambda tx: begin(tx, a_conversation("c_1")), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_2", subject="m_bob")), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_3", status="stopped")), HERE)
    assert await store.read(lambda tx: conversations.played_by(tx, "m_bob"), HERE) == [
        Casting("c_1", "onboarding", "buddy", "m_ana", "open"),
        Casting("c_2", "onboarding", "buddy", "m_bob", "open"),
        Casting("c_2", "onboarding", "subject", "m_bob", "open"),
    ]
    past = await store.read(lambda tx: conversations.played_by(tx, "m_ana", open_only=False), HERE)
    assert [(casting.conversation, casting.status) for casting in past] == [("c_1", "open"), ("c_3", "stopped")]


async def test_the_conversations_of_a_flow_come_in_the_order_they_began(store: Store) -> None:
    for id, subject in (("c_z", "m_ana"), ("c_a", "m_cyr"), ("c_m", "m_ana")):
        await store.run(lambda tx, id=id, subject=subject: begin(tx, a_conversation(id, subject)), HERE)  # type: ignore[misc]
    await store.run(lambda tx: conversations.save(tx, a_conversation("c_z", status="finished"), NINE), HERE)
    assert await store.read(lambda tx: conversations.of_flow(tx, "onboarding"), HERE) == ["c_z", "c_a", "c_m"]
    assert await store.read(lambda tx: conversations.of_flow(tx, "onboarding", subject="m_ana"), HERE) == ["c_z", "c_m"]
    assert await store.read(lambda tx: conversations.of_flow(tx, "onboarding", open_only=True), HERE) == ["c_a", "c_m"]
    assert await store.read(lambda tx: conversations.of_flow(tx, "buddies"), HERE) == []


async def test_several_conversations_are_read_together(store: Store) -> None:
    alone = a_conversation("c_1", cast={"subject": somebody("m_ana"), "channel": somebody("C0HALL")})
    for one in (alone, a_conversation("c_2")):
        await store.run(lambda tx, one=one: begin(tx, one), HERE)  # type: ignore[misc]
    met: list[set[str]] = []

    def addressees(addresses: set[str]) -> Callable[[str], Addressee]:
        met.append(addresses)
        return somebody

    wanted = ["c_2", "c_gone", "c_1"]
    found = await store.read(lambda tx: conversations.load_all(tx, wanted, addressees, HOUSE), HERE)
    assert sorted(found, key=lambda one: one.id) == [alone, a_conversation("c_2")]
    assert met == [{"m_ana", "m_bob", "C0HALL"}]
    assert await store.read(lambda tx: conversations.load_all(tx, [], addressees, HOUSE), HERE) == []


async def test_whoever_plays_in_a_flow_is_known_without_loading_it(store: Store) -> None:
    anchors = {"first_day": date(2026, 12, 1)}
    await store.run(lambda tx: begin(tx, a_conversation("c_1", anchors=anchors)), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_2", status="finished")), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_3", flow="buddies")), HERE)
    parts = ("subject", "buddy", "supervisor")
    assert sorted(
        await store.read(lambda tx: conversations.engaged(tx, "onboarding", parts, open_only=True), HERE)
    ) == [
        ("c_1", "m_ana", anchors),
        ("c_1", "m_bob", anchors),
    ]
    assert sorted(await store.read(lambda tx: conversations.engaged(tx, "onboarding", ("buddy",)), HERE)) == [
        ("c_1", "m_bob", anchors),
        ("c_2", "m_bob", {}),
    ]


async def test_a_child_knows_its_parent_and_a_parent_its_children(store: Store) -> None:
    await store.run(lambda tx: begin(tx, a_conversation("c_1")), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_2"), ("c_1", "meet")), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_3"), ("c_1", "report")), HERE)
    assert await store.read(lambda tx: conversations.parent_of(tx, "c_2"), HERE) == ("c_1", "meet")
    assert await store.read(lambda tx: conversations.parent_of(tx, "c_1"), HERE) is None
    assert await store.read(lambda tx: conversations.children_of(tx, "c_1"), HERE) == ["c_2", "c_3"]


async def test_the_conversations_of_somebody_can_be_woken(store: Store) -> None:
    for sleeping in (
        a_conversation("c_1", wake_at=None),
        a_conversation("c_2", wake_at=None, cast={}),
        a_conversation("c_3", wake_at=None, status="finished"),
    ):
        await store.run(lambda tx, sleeping=sleeping: begin(tx, sleeping), HERE)  # type: ignore[misc]
    assert await store.run(lambda tx: conversations.wake_for(tx, "m_bob", NINE), HERE) == 1
    assert await store.run(lambda tx: waking.due(tx, NINE, 10)) == [(HERE, "c_1")]


async def test_conversations_of_another_shape_are_woken_once(store: Store) -> None:
    await store.run(lambda tx: begin(tx, a_conversation("c_1", wake_at=None)), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_2", status="finished")), HERE)
    await store.run(lambda tx: begin(tx, a_conversation("c_3", wake_at=None)), ELSEWHERE)
    for shapes, woken in (({"onboarding": "old"}, 0), ({"buddies": "new"}, 0), ({"onboarding": "new"}, 2)):
        assert await store.run(lambda tx, shapes=shapes: waking.wake_changed(tx, shapes, NINE)) == woken  # type: ignore[misc]
    assert await store.run(lambda tx: waking.wake_changed(tx, {"onboarding": "new"}, NINE)) == 0
    assert len(await store.run(lambda tx: waking.due(tx, NINE, 10))) == 2


async def test_two_workers_answering_the_same_conversation_lose_nothing(
    postgresql_url: str, open_store: OpenStore
) -> None:
    one, other = open_store(postgresql_url), open_store(postgresql_url)
    await one.run(lambda tx: begin(tx, a_conversation()), HERE)

    def answer(step: str) -> object:
        def unit(tx: Transaction) -> None:
            found = load(tx)
            assert found is not None
            steps = {**found.steps, step: StepState("done", NINE)}
            conversations.save(tx, replace(found, steps=steps), NINE)

        return unit

    names = [f"step_{number}" for number in range(40)]
    await asyncio.gather(*((one, other)[i % 2].run(answer(name), HERE) for i, name in enumerate(names)))  # type: ignore[arg-type]
    found = await one.read(load, HERE)
    assert found is not None
    assert sorted(found.steps) == sorted(names)
