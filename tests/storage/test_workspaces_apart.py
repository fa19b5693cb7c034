"""No verb of a workspace sees or changes the rows of another."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flows.core.people import MANAGEMENT, Member, Workspace
from storage import (
    Store,
    Transaction,
    ballots,
    chores,
    closed_rounds,
    contacts,
    conversations,
    departures,
    improvements,
    meetings,
    members,
    missions,
    outbox,
    passport,
    pictures,
    polls,
    rights,
    seen,
    self_radars,
    tables,
    turns,
    waking,
    withdrawing,
    workspaces,
)
from tests.storage.conftest import ELSEWHERE, HERE, HOUSE, NINE, a_conversation, an_intention, somebody
from tests.storage.leaving_verbs import LEAVING_VERBS, a_departure, a_mission, furnish_leaving
from tests.storage.poll_verbs import AUDIENCE, POLL_VERBS, a_line, a_record, furnish_polls

DAY = date(2026, 12, 1)
UNTIL = NINE + timedelta(minutes=1)


def settle(tx: Transaction) -> None:
    outbox.enqueue(tx, an_intention("sent"), NINE)
    outbox.enqueue(tx, an_intention("given up"), NINE)
    outbox.enqueue(tx, an_intention("waiting", recipient="m_bob"), NINE)
    turns.claim(tx, NINE, 1, UNTIL - NINE, [tx.workspace])
    first, second, _ = outbox.claim(tx, NINE, 10, timedelta(minutes=1))
    outbox.settle_sent(tx, first.id, "D1", "1.0", NINE)
    outbox.settle_given_up(tx, second.id, "closed", NINE)


def let_go(tx: Transaction) -> bool:
    """Whether the row being sent was let go, by whoever knows all of it."""
    being_sent = outbox.Delivery(
        **vars_of(an_intention()), id=3, workspace=HERE, attempts=0, uncertain=False, state="sending", ready_at=NINE
    )
    outbox.let_go(tx, [being_sent])
    row = tables.outbox.c
    return bool(tx.connection.execute(sa.select(row.id).where(row.id == 3, row.state == "pending")).first())


def vars_of(intention: outbox.Intention) -> dict[str, Any]:
    return {field.name: getattr(intention, field.name) for field in fields(intention)}


def furnish(tx: Transaction) -> None:
    """Fill a workspace. The ids of the outbox are 1 (sent), 2 (given up) and 3 (being sent)."""
    workspaces.save(tx, Workspace(id=tx.workspace))
    ana = Member(id="m_ana", first_name="Ana", slack_id="U1", email="a@b.coop", roles=frozenset({MANAGEMENT}))
    members.remember(tx, ana)
    members.remember(tx, Member(id="m_bob", first_name="Bob"))
    members.remember(tx, Member(id="m_cyr", first_name="Cyr", slack_id="U3", active=False))
    contacts.give(tx, "m_bob", "bob@exemple.org", DAY)
    contacts.give(tx, "m_cyr", "cyr@exemple.org", DAY)
    contacts.asked_again(tx, "m_cyr", DAY)
    contacts.give(tx, "m_ana", "ana@exemple.org", DAY)
    contacts.bounce(tx, "m_ana", DAY, "smtp_550")
    passport.stamp(tx, "m_ana", "welcomed", DAY)
    passport.stamp(tx, "m_ana", "mandate", DAY, by_oneself=True)
    meetings.record(tx, "m_ana", "m_bob", DAY)
    conversations.begin(tx, a_conversation("c_1"), shape="x", parent=("c_0", "meet"), by=None, now=NINE)
    seen.first_sight(tx, "Ev1", NINE)
    settle(tx)
    chores.plan(tx, "night", NINE)
    furnish_polls(tx)
    furnish_leaving(tx)


def put_back(tx: Transaction) -> bool:
    """What is being said waits for an hour instead."""
    return outbox.settle_later(tx, 3, UNTIL, "out_of_hours", counts=False)


VERBS: list[tuple[str, Callable[[Transaction], Any]]] = [
    ("workspaces.find", workspaces.find),
    ("members.find", lambda tx: members.find(tx, "m_ana")),
    ("members.find_all", lambda tx: members.find_all(tx, ["m_ana"])),
    ("members.by_slack_id", lambda tx: members.by_slack_id(tx, "U1")),
    ("members.speaking", lambda tx: members.speaking(tx, "U1")[0]),
    ("members.by_email", lambda tx: members.by_email(tx, "a@b.coop")),
    ("members.everyone", lambda tx: members.everyone(tx, active_only=False)),
    ("members.holders", lambda tx: members.holders(tx, MANAGEMENT)),
    ("members.is_here", lambda tx: members.is_here(tx, "m_ana")),
    ("members.set_preferences", lambda tx: members.set_preferences(tx, "m_ana", locale="en")),
    ("members.grant", lambda tx: members.grant(tx, "m_bob", MANAGEMENT)),
    ("members.revoke", lambda tx: members.revoke(tx, "m_ana", MANAGEMENT)),
    ("members.closed_on", lambda tx: members.closed_on(tx, DAY)),
    ("members.leave", lambda tx: members.leave(tx, "m_ana", DAY)),
    ("contacts.give", lambda tx: contacts.give(tx, "m_bob", "bob@exemple.net", DAY)),
    ("contacts.find", lambda tx: contacts.find(tx, "m_bob")),
    ("contacts.everyone", contacts.everyone),
    ("contacts.hearing_everything", contacts.hearing_everything),
    ("contacts.renew", lambda tx: contacts.renew(tx, "m_bob", DAY, "less")),
    ("contacts.asked_again", lambda tx: contacts.asked_again(tx, "m_bob", DAY)),
    ("contacts.due_for_renewal", lambda tx: contacts.due_for_renewal(tx, DAY + timedelta(days=1))),
    ("contacts.unanswered", lambda tx: contacts.unanswered(tx, DAY + timedelta(days=1))),
    ("contacts.bounce", lambda tx: contacts.bounce(tx, "m_bob", DAY, "smtp_550")),
    ("contacts.dead", lambda tx: contacts.dead(tx, DAY + timedelta(days=1))),
    ("contacts.let_go", lambda tx: contacts.let_go(tx, "m_bob", NINE)),
    ("contacts.forget", lambda tx: contacts.forget(tx, "m_bob")),
    ("passport.stamp", lambda tx: passport.stamp(tx, "m_ana", "trained", DAY)),
    ("passport.stamps_of", lambda tx: passport.stamps_of(tx, "m_ana")),
    ("passport.added_by", lambda tx: passport.added_by(tx, "m_ana")),
    ("passport.correct", lambda tx: passport.correct(tx, "m_ana", "mandate", UNTIL.date())),
    ("passport.take_off", lambda tx: passport.take_off(tx, "m_ana", "mandate")),
    ("meetings.record", lambda tx: meetings.record(tx, "m_ana", "m_cyr", DAY)),
    ("meetings.met_by", lambda tx: meetings.met_by(tx, "m_ana")),
    ("meetings.forget", lambda tx: meetings.forget(tx, "m_ana")),
    ("rights.held", lambda tx: any(rights.held(tx, "m_ana").values())),
    ("rights.talks_with", lambda tx: rights.talks_with(tx, "m_ana")),
    ("conversations.load", lambda tx: conversations.load(tx, "c_1", somebody, HOUSE)),
    ("conversations.load_all", lambda tx: conversations.load_all(tx, ["c_1"], lambda _: somebody, HOUSE)),
    ("conversations.engaged", lambda tx: conversations.engaged(tx, "onboarding", ("buddy",))),
    ("conversations.parent_of", lambda tx: conversations.parent_of(tx, "c_1")),
    ("conversations.children_of", lambda tx: conversations.children_of(tx, "c_0")),
    ("conversations.go_on_from", lambda tx: conversations.go_on_from(tx, "c_0", "c_2")),
    ("conversations.played_by", lambda tx: conversations.played_by(tx, "m_ana", open_only=False)),
    ("conversations.of_flow", lambda tx: conversations.of_flow(tx, "onboarding")),
    ("conversations.wake_for", lambda tx: conversations.wake_for(tx, "m_ana", NINE + timedelta(hours=1))),
    ("turns.give_back", lambda tx: turns.give_back(tx, UNTIL, NINE, None, {})),
    ("turns.listen_again", turns.listen_again),
    ("chores.plan", lambda tx: not chores.plan(tx, "night", NINE)),
    ("chores.done", lambda tx: chores.done(tx, "night", None)),
    ("outbox.claim", lambda tx: outbox.claim(tx, UNTIL, 9, timedelta(minutes=1))),
    ("outbox.let_go", let_go),
    ("outbox.carriers", lambda tx: outbox.carriers(tx, "c_1", "welcome")),
    ("outbox.bring_forward", lambda tx: put_back(tx) + outbox.bring_forward(tx, "m_bob", NINE) > 1),
    ("outbox.say_now", lambda tx: put_back(tx) and outbox.say_now(tx, "c_1", "welcome", "m_bob", NINE)),
    ("outbox.say_until", lambda tx: outbox.say_until(tx, "c_1", UNTIL)),
    ("outbox.riders", lambda tx: outbox.riders(tx, "D1", "1.0")),
    ("outbox.given_up", lambda tx: outbox.given_up(tx, 10)),
    ("outbox.retry", lambda tx: outbox.retry(tx, 2, NINE)),
    ("outbox.retry_all", lambda tx: outbox.retry_all(tx, NINE)),
    ("outbox.waiting_count", outbox.waiting_count),
    ("waking.wake_all", lambda tx: waking.wake_all(tx, NINE)),
    ("withdrawing.withdraw", lambda tx: withdrawing.withdraw(tx, ["c_1"], NINE).messages),
    ("outbox.forget", lambda tx: outbox.forget(tx, 3)),
    ("outbox.still_there", lambda tx: outbox.still_there(tx, [3])),
    ("outbox.settle_sent", lambda tx: outbox.settle_sent(tx, 3, "D1", "2.0", NINE)),
    ("outbox.settle_later", lambda tx: outbox.settle_later(tx, 3, NINE, "later", counts=True)),
    ("outbox.settle_given_up", lambda tx: outbox.settle_given_up(tx, 3, "never", NINE)),
    *POLL_VERBS,
    *LEAVING_VERBS,
]


OF_ALL = frozenset(
    {
        "waking.due",
        "waking.in_turn",
        "waking.still_due",
        "waking.next_wake",
        "waking.wake_changed",
        "turns.waiting",
        "turns.claim",
        "turns.free_all",
        "turns.next_at",
        "chores.claim",
    }
)
"""The verbs that find what is due in any workspace, or make it so."""
WHOLE: tuple[ModuleType, ...] = (
    polls,
    ballots,
    closed_rounds,
    improvements,
    self_radars,
    pictures,
    meetings,
    departures,
    missions,
    turns,
    waking,
    chores,
)
"""The modules every verb of which is walked."""


class Undo(Exception):
    """Carries what a verb gave out of a unit that is then undone."""


async def tried(store: Store, verb: Callable[[Transaction], Any], workspace: str) -> Any:
    def unit(tx: Transaction) -> None:
        raise Undo(verb(tx))

    with pytest.raises(Undo) as undone:
        await store.run(unit, workspace)
    return undone.value.args[0]


async def test_a_foreign_workspace_finds_nothing(store: Store) -> None:
    await store.run(furnish, HERE)
    found_elsewhere = [name for name, verb in VERBS if await tried(store, verb, ELSEWHERE)]
    missed_here = [name for name, verb in VERBS if not await tried(store, verb, HERE)]
    assert (found_elsewhere, missed_here) == ([], [])


def test_no_verb_of_these_modules_is_left_out() -> None:
    written = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in WHOLE
        for name, verb in inspect.getmembers(module, inspect.isfunction)
        if verb.__module__ == module.__name__
        and not name.startswith("_")
        and "tx" in inspect.signature(verb).parameters
    }
    assert written - OF_ALL - {name for name, _ in VERBS} == set()


@pytest.mark.parametrize(
    "verb",
    [
        lambda tx: polls.open_round(tx, a_record("r_1", "radar"), AUDIENCE),
        lambda tx: improvements.save(tx, a_line("i_1")),
        lambda tx: departures.save(tx, a_departure("d_1", "m_cyr")),
        lambda tx: missions.save(tx, a_mission("h_1")),
    ],
    ids=["a round", "a line of the plan", "a departure", "a mission"],
)
async def test_a_foreign_workspace_takes_the_place_of_nothing_of_ours(
    store: Store, verb: Callable[[Transaction], None]
) -> None:
    await store.run(furnish, HERE)
    with pytest.raises(IntegrityError):
        await store.run(verb, ELSEWHERE)


async def test_a_foreign_workspace_cannot_save_a_conversation(store: Store) -> None:
    await store.run(furnish, HERE)
    with pytest.raises(conversations.NeverBegun):
        await store.run(lambda tx: conversations.save(tx, a_conversation("c_1", status="stopped"), NINE), ELSEWHERE)
    assert await store.run(lambda tx: seen.first_sight(tx, "Ev1", NINE), ELSEWHERE)


async def test_a_unit_may_go_from_workspace_to_workspace(store: Store) -> None:
    await store.run(furnish, HERE)

    def unit(tx: Transaction) -> list[str]:
        due = waking.due(tx, NINE, 10)
        return [id for workspace, id in due if conversations.load(tx.within(workspace), id, somebody, HOUSE)]

    assert await store.run(unit) == ["c_1"]
