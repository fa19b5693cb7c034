"""Departures and missions as they are kept: one under way for a person, known to those named, sealed, forgotten whole."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from flows.core.people import Member
from storage import Store, Transaction, departures, leaving_tables, members, missions
from storage.departures import UNDER_WAY, State, Trace
from storage.vault import Vault
from tests.storage.conftest import HERE, NINE, OpenStore
from tests.storage.leaving_verbs import LAST_DAY, TOLD_ON, WORDS, a_departure, a_mission, furnish_leaving

PEOPLE = tuple(Member(id=id, first_name=name) for id, name in (("m_ana", "Ana"), ("m_bob", "Bob"), ("m_cyr", "Cyr")))
OVER: tuple[State, ...] = ("over", "called_off")
LEAVING = (
    leaving_tables.departure,
    leaving_tables.departure_access,
    leaving_tables.departure_trace,
    leaving_tables.mission,
)


def people(tx: Transaction) -> None:
    for one in PEOPLE:
        members.remember(tx, one)


@pytest.fixture
async def peopled(store: Store) -> Store:
    await store.run(people, HERE)
    return store


async def run(store: Store, unit: Any) -> Any:
    return await store.run(unit, HERE)


def whole(id: str = "d_1") -> departures.Departure:
    """A departure of which nothing is left empty."""
    return a_departure(
        id,
        is_delicate=True,
        confidential_until=TOLD_ON,
        lead_id="m_bob",
        supervisor_id="m_bob",
        debriefer_id="m_cyr",
        path_id="c_1",
        publish_on=LAST_DAY,
        published_on=LAST_DAY,
        published_id="c_2",
        words=WORDS,
    )


# -- a departure


async def test_all_that_is_said_of_a_departure_comes_back_as_it_was_said(peopled: Store) -> None:
    await run(peopled, lambda tx: departures.save(tx, whole()))
    assert await run(peopled, lambda tx: departures.find(tx, "d_1")) == whole()
    assert await run(peopled, lambda tx: departures.find(tx, "d_1", lock=True)) == whole()


async def test_a_change_changes_what_it_names_and_nothing_else(peopled: Store) -> None:
    await run(peopled, lambda tx: departures.save(tx, whole()))
    expected = replace(whole(), kind="retirement", words={})
    assert await run(peopled, lambda tx: departures.change(tx, "d_1", kind="retirement", words={})) == expected
    assert await run(peopled, lambda tx: departures.find(tx, "d_1")) == expected
    assert await run(peopled, lambda tx: departures.change(tx, "d_none", kind="retirement")) is None


@pytest.mark.parametrize("state", UNDER_WAY)
async def test_somebody_has_one_departure_under_way_at_most(peopled: Store, state: State) -> None:
    await run(peopled, lambda tx: departures.save(tx, a_departure(state=state)))
    with pytest.raises(IntegrityError):
        await run(peopled, lambda tx: departures.save(tx, a_departure("d_2")))
    assert (await run(peopled, lambda tx: departures.under_way(tx, "m_ana"))).id == "d_1"


@pytest.mark.parametrize("state", OVER)
async def test_once_one_is_over_another_may_begin(peopled: Store, state: State) -> None:
    await run(peopled, lambda tx: departures.save(tx, a_departure(state=state)))
    assert await run(peopled, lambda tx: departures.under_way(tx, "m_ana")) is None
    later = LAST_DAY.replace(year=LAST_DAY.year + 2)
    await run(peopled, lambda tx: departures.save(tx, a_departure("d_0", last_day=later)))
    assert (await run(peopled, lambda tx: departures.under_way(tx, "m_ana"))).id == "d_0"
    found = await run(peopled, lambda tx: departures.of_member(tx, "m_ana"))
    assert [one.id for one in found] == ["d_1", "d_0"], "the earliest first"


# -- who may know


async def test_only_those_named_may_know_each_in_one_capacity(peopled: Store) -> None:
    await run(peopled, furnish_leaving)
    assert await run(peopled, lambda tx: departures.capacities(tx, "d_1")) == {"m_ana": "subject", "m_bob": "lead"}
    assert await run(peopled, lambda tx: departures.capacity_of(tx, "d_1", "m_bob")) == "lead"
    assert await run(peopled, lambda tx: departures.capacity_of(tx, "d_1", "m_cyr")) is None
    assert await run(peopled, lambda tx: departures.capacity_of(tx, "d_none", "m_bob")) is None
    assert [(one.id, as_) for one, as_ in await run(peopled, lambda tx: departures.visible_to(tx, "m_bob"))] == [
        ("d_1", "lead")
    ]
    assert await run(peopled, lambda tx: departures.visible_to(tx, "m_cyr")) == []


async def test_a_capacity_given_replaces_the_one_there_was_and_taken_back_leaves_none(peopled: Store) -> None:
    await run(peopled, furnish_leaving)
    await run(peopled, lambda tx: departures.allow(tx, "d_1", "m_bob", "told"))
    assert await run(peopled, lambda tx: departures.capacities(tx, "d_1")) == {"m_ana": "subject", "m_bob": "told"}
    await run(peopled, lambda tx: departures.disallow(tx, "d_1", "m_bob"))
    assert await run(peopled, lambda tx: departures.capacities(tx, "d_1")) == {"m_ana": "subject"}
    assert await run(peopled, lambda tx: departures.visible_to(tx, "m_bob")) == []


async def test_what_one_may_know_comes_the_soonest_first(peopled: Store) -> None:
    def two(tx: Transaction) -> None:
        later = LAST_DAY.replace(year=LAST_DAY.year + 1)
        for departure in (a_departure("d_1", last_day=later), a_departure("d_2", "m_cyr")):
            departures.save(tx, departure)
            departures.allow(tx, departure.id, "m_bob", "told")

    await run(peopled, two)
    assert [one.id for one, _ in await run(peopled, lambda tx: departures.visible_to(tx, "m_bob"))] == ["d_2", "d_1"]


async def test_the_trace_says_who_did_what_the_oldest_first(peopled: Store) -> None:
    await run(peopled, furnish_leaving)
    await run(peopled, lambda tx: departures.trace(tx, "d_1", NINE, None, "lead_given", "m_cyr"))
    assert await run(peopled, lambda tx: departures.traces(tx, "d_1")) == [
        Trace(NINE, "m_bob", "told"),
        Trace(NINE, None, "lead_given", "m_cyr"),
    ]
    assert await run(peopled, lambda tx: departures.traces(tx, "d_none")) == []


# -- missions


async def test_a_plan_comes_back_in_its_order_and_each_mission_as_it_was_said(peopled: Store) -> None:
    def plan(tx: Transaction) -> None:
        departures.save(tx, a_departure())
        missions.save(tx, a_mission("h_1", number=2))
        missions.save(tx, a_mission("h_2", number=1, title="La revue", taker_id="m_bob", state="proposed"))

    await run(peopled, plan)
    first, second = await run(peopled, lambda tx: missions.of_departure(tx, "d_1"))
    assert first == a_mission("h_2", number=1, title="La revue", taker_id="m_bob", state="proposed")
    assert second == a_mission("h_1", number=2)
    taken = replace(second, taker_id="m_cyr", state="accepted", title="Les commandes")
    await run(peopled, lambda tx: missions.save(tx, taken))
    assert await run(peopled, lambda tx: missions.find(tx, "h_1")) == taken
    await run(peopled, lambda tx: missions.remove(tx, "h_1"))
    assert await run(peopled, lambda tx: missions.find(tx, "h_1")) is None
    assert await run(peopled, lambda tx: missions.of_departure(tx, "d_1")) == [first]


# -- what the database has of it


async def test_what_is_written_is_sealed_and_opens_in_its_own_row_alone(
    database_url: str, open_store: OpenStore
) -> None:
    store = open_store(database_url, vault=Vault((bytes(32),)))
    await store.run(people, HERE)
    await store.run(furnish_leaving, HERE)

    def kept(tx: Transaction) -> tuple[str, ...]:
        written = (leaving_tables.departure.c.words, leaving_tables.mission.c.title)
        return tuple(tx.connection.execute(sa.select(column)).scalar_one() for column in written)

    words, title = await store.read(kept)
    assert not any(said in words + title for said in (*WORDS.values(), "Merci", "commandes", "word"))
    assert Vault((bytes(32),)).open(words, "d_1") == WORDS
    assert Vault((bytes(32),)).open(title, "h_1") == "Les commandes de bois"
    found = await store.read(lambda tx: departures.find(tx, "d_1"), HERE)
    assert found is not None
    assert found.words == WORDS


async def test_a_departure_forgotten_leaves_no_row_and_another_stays_whole(peopled: Store) -> None:
    def two(tx: Transaction) -> None:
        furnish_leaving(tx)
        departures.save(tx, a_departure("d_2", "m_cyr"))
        departures.allow(tx, "d_2", "m_bob", "told")
        departures.trace(tx, "d_2", NINE, "m_bob", "told")
        missions.save(tx, a_mission("h_2", "d_2"))

    def rows(tx: Transaction) -> list[list[str]]:
        return [[row[0] for row in tx.connection.execute(sa.select(_of(table)))] for table in LEAVING]

    await run(peopled, two)
    await run(peopled, lambda tx: departures.forget(tx, "d_1"))
    assert await run(peopled, rows) == [["d_2"]] * len(LEAVING)
    await run(peopled, lambda tx: departures.forget(tx, "d_1"))
    assert await run(peopled, rows) == [["d_2"]] * len(LEAVING)


def _of(table: sa.Table) -> sa.Column[Any]:
    return table.c.id if table is leaving_tables.departure else table.c.departure_id


async def test_those_who_leave_are_those_whose_last_day_is_to_come(peopled: Store) -> None:
    for id, state in (("m_ana", "open"), ("m_bob", "left"), ("m_cyr", "called_off")):
        await run(peopled, lambda tx, id=id, state=state: departures.save(tx, a_departure(f"d_{id}", id, state=state)))
    assert await run(peopled, departures.leaving) == {"m_ana"}
