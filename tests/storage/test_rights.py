"""Where each table holds something about a member is described whole, and erasure does what the description says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from flows.core.model import StepState
from flows.core.people import MANAGEMENT, Member, Workspace
from storage import (
    Store,
    Transaction,
    contacts,
    conversations,
    departures,
    erasing,
    improvements,
    meetings,
    members,
    missions,
    outbox,
    passport,
    rights,
    self_radars,
    tables,
    workspaces,
)
from storage.departures import Departure
from storage.erasing import SOMEBODY, Names
from storage.improvements import Improvement
from storage.missions import Mission
from storage.self_radars import SelfRadar
from tests.storage.conftest import ELSEWHERE, HERE, HOUSE, NINE, a_conversation, an_intention, somebody

DAY = date(2026, 12, 1)
ANA = Member(
    id="m_ana",
    first_name="Ana",
    last_name="Lô",
    slack_id="U0ANA",
    email="ana@exemple.coop",
    trade="paysagiste",
    arrived_on=DAY,
    roles=frozenset({MANAGEMENT}),
)
BOB, CYR = Member(id="m_bob", first_name="Bob", supervisor_id="m_ana"), Member(id="m_cyr", first_name="Cyr")
LINE = Improvement(
    id="i_1", source="other", finding="Le bruit", action="Isoler la scie", owner_id="m_ana", due_on=DAY, opened_on=DAY
)
NAMED = ("Ana", "Lô", "U0ANA", "ana@exemple.coop", "ana@maison.exemple", "paysagiste", "Un mot d'Ana", "m_ana")


def described() -> set[str]:
    return {holding.table.name for holding in rights.HOLDINGS}


def test_every_table_says_what_it_holds_about_a_member() -> None:
    lacking = sorted(set(tables.metadata.tables) - described())
    assert lacking == [], (
        f"say in storage/rights.py, for each of {lacking}: which rows are about a member (or that none is), what an export gives "
        "of them, and what erasure does; and in bot/retention.py how long they are kept"
    )


def test_no_table_that_is_no_more_is_described() -> None:
    assert described() <= set(tables.metadata.tables)


def test_a_column_that_names_a_member_is_found_by_a_description() -> None:
    """A new column of an old table is as easily forgotten as a table: whatever may hold a member's id is looked at."""
    pointing = {
        (table.name, column.name)
        for table in tables.metadata.tables.values()
        for column in table.columns
        if column.name in POINTERS or any(key.column.table is tables.member for key in column.foreign_keys)
    }
    assert sorted(pointing - set(looked_at())) == []


POINTERS = (
    "owner_id",
    "lead_id",
    "supervisor_id",
    "debriefer_id",
    "taker_id",
    "by_id",
    "about_id",
    "begun_by",
    "subject",
)


def looked_at() -> Iterator[tuple[str, str]]:
    for holding in rights.HOLDINGS:
        if holding.about is not None:
            found = sa.sql.visitors.iterate(holding.about)
            yield from ((one.table.name, one.name) for one in found if isinstance(one, sa.Column))


def test_nothing_of_a_member_outlives_their_husk() -> None:
    kept = {"id", "workspace_id"}
    assert {column.name for column in tables.member.columns} - kept == set(rights.HUSK)


# ---------------------------------------------------------------------------------------------------------- what names


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("Ana Lô m'a aidée", f"{SOMEBODY} m'a aidée"),
        ("ANA LÔ et Cyr", f"{SOMEBODY} et Cyr"),
        ("écrire à Ana@Exemple.coop, ou à @U0ANA", f"écrire à {SOMEBODY}, ou à @{SOMEBODY}"),
        ("Ana", SOMEBODY),
        ("Ana m'a aidée", "Ana m'a aidée"),
        ("Diana Lôris, U0ANATOLE", "Diana Lôris, U0ANATOLE"),
        ({"who": ["Ana Lô", "Cyr"], "n": 3, "none": None}, {"who": [SOMEBODY, "Cyr"], "n": 3, "none": None}),
    ],
)
def test_whoever_is_named_is_masked_and_nobody_else(said: Any, masked: Any) -> None:
    assert Names(ANA).masked(said) == masked


def test_somebody_with_one_name_is_not_looked_for_inside_what_people_say() -> None:
    rose = Member(id="m_rose", first_name="Rose")
    assert Names(rose).masked(["Rose", "la vie en rose"]) == [SOMEBODY, "la vie en rose"]


def test_whoever_has_no_name_at_all_masks_nothing() -> None:
    assert Names(Member(id="m_x", first_name="")).masked(["", "un mot"]) == ["", "un mot"]


# ------------------------------------------------------------------------------------------------------------- erasing


def furnish(tx: Transaction) -> None:
    workspaces.save(tx, Workspace(id=tx.workspace))
    for member in (ANA, BOB, CYR):
        members.remember(tx, member)
    contacts.give(tx, "m_ana", "ana@maison.exemple", DAY)
    passport.stamp(tx, "m_ana", "met_team", DAY)
    meetings.record(tx, "m_ana", "m_bob", DAY)
    meetings.record(tx, "m_bob", "m_cyr", DAY)
    self_radars.keep(tx, "m_ana", SelfRadar(DAY, {"openness": 3}))
    improvements.save(tx, LINE)
    hers = a_conversation("c_hers", steps={"welcome": StepState("done", NINE, value="Un mot d'Ana", by="m_ana")})
    theirs = a_conversation(
        "c_theirs",
        cast={"subject": somebody("m_bob"), "buddy": somebody("m_ana")},
        details={"named_buddy": "Ana Lô"},
        steps={
            "welcome": StepState("done", NINE, value="Un mot d'Ana", by="m_ana", to="m_ana"),
            "mood": StepState("done", NINE, value="yes", by="m_ana"),
            "report": StepState("done", NINE, value={"wish": "Revoir Ana Lô"}, by="m_bob"),
        },
    )
    for talk in (hers, theirs):
        conversations.begin(tx, talk, shape="x", parent=("c_hers", "meet"), by="m_ana", now=NINE)
    departures.save(tx, Departure(id="d_hers", member_id="m_ana", kind="resignation", last_day=DAY, begun_on=DAY))
    missions.save(tx, Mission(id="h_hers", departure_id="d_hers", title="Les plans d'Ana"))
    departures.trace(tx, "d_hers", NINE, "m_bob", "told")
    departures.allow(tx, "d_hers", "m_bob", "lead")
    of_bob = Departure(
        id="d_bob", member_id="m_bob", kind="retirement", last_day=DAY, begun_on=DAY, words={"word": "Merci à Ana Lô"}
    )
    departures.save(tx, replace(of_bob, lead_id="m_ana", supervisor_id="m_ana", debriefer_id="m_ana"))
    missions.save(tx, Mission(id="h_bob", departure_id="d_bob", title="Le planning, avec Ana Lô", taker_id="m_ana"))
    departures.trace(tx, "d_bob", NINE, "m_ana", "told", "m_ana")
    departures.allow(tx, "d_bob", "m_ana", "lead")
    outbox.enqueue(tx, an_intention("1", "m_ana", conversation="c_hers"), NINE)
    outbox.enqueue(tx, an_intention("2", "m_bob", conversation="c_hers"), NINE)
    outbox.enqueue(tx, an_intention("4", "m_cyr", conversation="c_hers", context={"name": "Ana Lô"}), NINE)
    (said,) = [one for one in outbox.claim(tx, NINE, 9, timedelta(minutes=1)) if one.recipient == "m_cyr"]
    outbox.settle_sent(tx, said.id, "D0CYR", "1.0", NINE)
    outbox.enqueue(tx, an_intention("3", "m_bob", conversation=None, context={"who": ["Ana Lô"]}), NINE)


def erase(tx: Transaction, kept: tuple[str, ...] = ()) -> None:
    ana = members.find(tx, "m_ana")
    assert ana is not None
    erasing.erase(tx, ana, NINE, kept=kept, is_written=lambda _flow, step: step != "mood", house=HOUSE)


def dump(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in tables.metadata.sorted_tables:
        here = table.c.workspace_id == tx.workspace if "workspace_id" in table.c else sa.true()
        found[table.name] = [dict(row) for row in tx.connection.execute(sa.select(table).where(here)).mappings()]
    return found


async def test_an_erased_member_is_in_no_row_of_no_table(store: Store) -> None:
    await store.run(furnish, HERE)
    await store.run(erase, HERE)
    left = await store.read(dump, HERE)
    assert [word for word in NAMED if word in repr(left)] == []


async def test_what_is_others_stays_as_it_was(store: Store) -> None:
    await store.run(furnish, HERE)
    await store.run(erase, HERE)
    talk = await store.read(lambda tx: conversations.load(tx, "c_theirs", somebody, HOUSE), HERE)
    assert talk is not None
    assert {part: one.id for part, one in talk.cast.items()} == {"subject": "m_bob"}
    assert talk.details == {"named_buddy": SOMEBODY}
    assert talk.steps == {
        "welcome": StepState("done", NINE),
        "mood": StepState("done", NINE, value="yes"),
        "report": StepState("done", NINE, value={"wish": f"Revoir {SOMEBODY}"}, by="m_bob"),
    }
    assert await store.read(lambda tx: meetings.met_by(tx, "m_bob"), HERE) == {"m_cyr"}
    left = await store.read(dump, HERE)
    assert [row["context"] for row in left["outbox"] if row["kind"] == "post"] == [{"who": [SOMEBODY]}]
    (departure,), (mission,) = left["departure"], left["mission"]
    assert [departure[name] for name in ("lead_id", "supervisor_id", "debriefer_id")] == [None] * 3
    assert (SOMEBODY in departure["words"], SOMEBODY in mission["title"], mission["taker_id"]) == (True, True, None)
    (line,) = left["improvement"]
    assert (line["owner_id"], line["action"]) == (None, "Isoler la scie")
    assert [row["parent_id"] for row in left["conversation"]] == [None]


async def test_what_others_were_told_of_them_is_to_be_taken_back(store: Store) -> None:
    await store.run(furnish, HERE)
    await store.run(erase, HERE)
    left = (await store.read(dump, HERE))["outbox"]
    taken_back = [row for row in left if row["kind"] == "retract"]
    assert {"channel": "D0CYR", "ts": "1.0"} in [row["context"] for row in taken_back]
    assert not any(row["recipient"] == "m_ana" for row in left)


async def test_a_workspace_does_not_erase_in_another(store: Store) -> None:
    await store.run(furnish, HERE)
    before = await store.read(dump, HERE)
    elsewhere = Member(id="m_eve", first_name="Ana", last_name="Lô", slack_id="U0ANA", email="ana@exemple.coop")
    await store.run(lambda tx: members.remember(tx, elsewhere), ELSEWHERE)
    await store.run(lambda tx: erasing.erase(tx, elsewhere, NINE, kept=(), is_written=no_step, house=HOUSE), ELSEWHERE)
    assert await store.read(dump, HERE) == before
    assert (await store.read(dump, ELSEWHERE))["member"] == []


def no_step(_flow: str, _step: str) -> bool:
    return False


async def test_what_must_go_on_keeps_a_number_that_says_nothing(store: Store) -> None:
    await store.run(furnish, HERE)
    await store.run(lambda tx: erase(tx, ("c_hers",)), HERE)
    talk = await store.read(lambda tx: conversations.load(tx, "c_hers", somebody, HOUSE), HERE)
    assert talk is not None
    assert talk.cast["subject"].id == "m_ana"
    assert talk.steps == {"welcome": StepState("done", NINE)}
    husk = await store.read(lambda tx: members.find(tx, "m_ana"), HERE)
    assert husk == Member(id="m_ana", first_name="", active=False)
    await store.run(erasing.forget_husks, HERE)
    assert await store.read(lambda tx: members.find(tx, "m_ana"), HERE) == husk


async def test_a_number_is_forgotten_once_nothing_needs_it_and_nobody_else_is(store: Store) -> None:
    def leave(tx: Transaction) -> None:
        members.remember(tx, Member(id="m_dan", first_name="Dan", active=False))
        members.remember(tx, Member(id="m_new", first_name="", slack_id="U0NEW", active=False))

    await store.run(furnish, HERE)
    await store.run(leave, HERE)
    await store.run(lambda tx: erase(tx, ("c_hers",)), HERE)
    await store.run(lambda tx: erasing.forget_talks(tx, ["c_hers"]), HERE)
    await store.run(erasing.forget_husks, HERE)
    known = await store.read(lambda tx: members.everyone(tx, active_only=False), HERE)
    assert {one.id for one in known} == {"m_bob", "m_cyr", "m_dan", "m_new"}


async def test_more_conversations_than_are_read_together_are_all_looked_at(store: Store) -> None:
    thanks = {"report": StepState("done", NINE, value="Merci à Ana Lô", by="m_bob")}

    def begin_many(tx: Transaction) -> None:
        for number in range(erasing.AT_ONCE + 2):
            talk = a_conversation(f"c_{number}", subject="m_bob", steps=thanks)
            conversations.begin(tx, talk, shape="x", parent=None, by=None, now=NINE + timedelta(minutes=number))

    await store.run(furnish, HERE)
    await store.run(begin_many, HERE)
    await store.run(erase, HERE)
    assert "Ana Lô" not in repr(await store.read(dump, HERE))
