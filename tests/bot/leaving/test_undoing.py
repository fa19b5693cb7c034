"""A departure told by mistake is as if it had never been; one that is off stops, and those who knew are told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.leaving import changing, handover
from bot.leaving.beginning import prepare
from storage import contacts, departures, missions
from storage.tables import metadata
from storage.transaction import Transaction
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, cooperative
from tests.bot.leaving.left import (
    DEBRIEFER,
    LAST_DAY,
    LEAVER,
    NOW,
    WITNESS,
    said_to,
    talks_of,
    the_departure,
    told,
    with_mail,
)
from tests.bot.spoken import Spoken, spoken

EVERYBODY = tuple(f"U{number:02}" for number in range(12))
MISSION = "Les commandes de mélèze"
OF_IT = ("departure", "departure_task", "mission_handover")


@asynccontextmanager
async def lived(database_url: str) -> AsyncIterator[Spoken]:
    """Told three days ago, a mission proposed, and all of it said on Slack; nobody has answered."""
    async with spoken(database_url, now=NOW) as life:
        assert not await told(life.coop, may_know=(WITNESS,))
        found = await the_departure(life.coop)
        for title, taker in ((MISSION, WITNESS), ("La caisse", None)):
            add = partial(handover.add, departure_id=found.id, title=title, taker=taker)
            assert not await life.coop.desk.decide(WORKSPACE, LEAVER, add)
        for _ in range(3):
            await a_day(life)
        yield life


async def a_day(life: Spoken) -> None:
    life.coop.clock.advance(timedelta(days=1))
    while await life.coop.desk.tick() + await life.courier.deliver():
        continue


def read(life: Spoken) -> dict[str, str]:
    """What each reads in their conversation with us."""
    return {one: "\n".join(message.words() for message in life.received(one)) for one in EVERYBODY}


async def ids_of(life: Spoken) -> list[str]:
    """The departure, its missions, its conversations."""
    found = await the_departure(life.coop)
    plan = await life.coop.store.read(lambda tx: missions.of_departure(tx, found.id), WORKSPACE)
    talks = [talk.id for flow in OF_IT for talk in await talks_of(life.coop, flow)]
    assert len(plan) == 2
    assert len(talks) > len(OF_IT)
    return [found.id, *(one.id for one in plan), *talks]


async def mentioning(life: Spoken, ids: list[str]) -> dict[str, list[str]]:
    """By table, the rows in which one of these ids is."""

    def unit(tx: Transaction) -> dict[str, list[str]]:
        found = {}
        for table in metadata.sorted_tables:
            rows = [repr(dict(row)) for row in tx.connection.execute(sa.select(table)).mappings()]
            if mine := [row for row in rows if any(id in row for id in ids)]:
                found[table.name] = mine
        return found

    return await life.coop.store.read(unit)


async def undo(life: Spoken, by: str = LEAD) -> None:
    found = await the_departure(life.coop)
    await life.coop.desk.act(WORKSPACE, by, lambda it, me: changing.undo(it, me, found.id))


# ----------------------------------------------------------------------------------------------------------- undone


async def test_what_was_told_by_mistake_is_taken_back_from_everybody_and_leaves_no_row(database_url: str) -> None:
    async with lived(database_url) as life:
        knew = {who for who, words in read(life).items() if words}
        assert knew == {LEAVER, LEAD, SUPERVISOR, WITNESS}, "there was something to take back"
        ids = await ids_of(life)
        await undo(life)
        left = await mentioning(life, ids)
        assert left.keys() == {"outbox"}
        assert all("'kind': 'retract'" in row for row in left["outbox"]), "what takes messages back, and nothing else"
        await a_day(life)
        assert await mentioning(life, ids) == {}
        assert read(life) == dict.fromkeys(EVERYBODY, "")
        assert await life.rows() == []
        (person,) = [await life.coop.member_id(LEAVER)]
        assert await life.coop.store.read(lambda tx: departures.of_member(tx, person), WORKSPACE) == []


async def test_nothing_more_is_said_once_it_is_undone(sqlite_url: str) -> None:
    async with lived(sqlite_url) as life:
        await undo(life)
        for _ in range(8):
            await a_day(life)
        assert read(life) == dict.fromkeys(EVERYBODY, "")
        assert await life.coop.next_event() is None


async def test_it_can_be_told_again_afterwards_to_others(sqlite_url: str) -> None:
    async with lived(sqlite_url) as life:
        before = (await the_departure(life.coop)).id
        await undo(life)
        assert not await told(life.coop, supervisor="U06", may_know=())
        found = await the_departure(life.coop)
        known = await life.coop.store.read(lambda tx: departures.capacities(tx, found.id), WORKSPACE)
        assert found.id != before
        assert known.keys() == {await life.coop.member_id(one) for one in (LEAVER, LEAD, "U06", DEBRIEFER)}


async def test_once_somebody_has_answered_it_is_too_late_and_that_is_said(sqlite_url: str) -> None:
    async with lived(sqlite_url) as life:
        assert await life.coop.answer("departure", "confidentiality", "agreed") is None
        await stays(life, LEAD, "je ne peux plus faire comme si rien")


async def test_once_it_was_announced_it_is_too_late(sqlite_url: str) -> None:
    async with lived(sqlite_url) as life:
        found = await the_departure(life.coop)
        await life.coop.store.run(lambda tx: departures.change(tx, found.id, published_id="c_1"), WORKSPACE)
        await stays(life, LEAD, "je ne peux plus faire comme si rien")


@pytest.mark.parametrize("who", [LEAVER, SUPERVISOR, WITNESS, "U06"])
async def test_nobody_undoes_it_but_whoever_sees_it_through(sqlite_url: str, who: str) -> None:
    async with lived(sqlite_url) as life:
        await stays(life, who, "")


async def stays(life: Spoken, by: str, words: str) -> None:
    """It is not undone; whoever tried is told in these words, and nothing is taken back."""
    await life.courier.deliver()
    before, ids = read(life), await ids_of(life)
    await undo(life, by)
    assert (await the_departure(life.coop)).state == "open"
    assert await ids_of(life) == ids
    life.coop.clock.advance(timedelta(seconds=1))
    await life.courier.deliver()
    after = read(life)
    assert {who for who in EVERYBODY if after[who] != before[who]} == {by}
    assert after[by].startswith(before[by])
    assert words in after[by].removeprefix(before[by]).lower()


# ------------------------------------------------------------------------------------------------------- called off


async def test_a_departure_that_is_off_stops_and_those_who_knew_are_told_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, may_know=(WITNESS,))
        await coop.live_until(NOW + timedelta(days=3))
        found = await the_departure(coop)
        coop.said.clear()
        for _ in range(2):
            await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        await coop.live_until(NOW + timedelta(days=200))
        told_of_it = [one.recipient for one in coop.named("leaving/called_off")]
        knew = [await coop.member_id(one) for one in (LEAVER, LEAD, SUPERVISOR, WITNESS)]
        assert sorted(told_of_it) == sorted(knew)
        for somebody in EVERYBODY:
            assert not set(await said_to(coop, somebody)) - {"leaving/called_off", "refusals/gone"}, somebody
        assert (await the_departure(coop)).state == "called_off"
        assert {talk.status for flow in OF_IT[:2] for talk in await talks_of(coop, flow)} == {"stopped"}


async def test_of_a_death_told_by_mistake_nothing_is_said_to_the_person(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death", last_day=NOW.date())
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        await coop.live_until(NOW + timedelta(days=3))
        assert await said_to(coop, LEAVER) == []
        assert "leaving/called_off" in await said_to(coop, SUPERVISOR)


@pytest.mark.parametrize("is_told_first", [True, False], ids=["told first as another departure", "told as a death"])
async def test_whoever_was_thought_dead_has_all_their_gestures_back_once_that_is_put_right(
    sqlite_url: str, is_told_first: bool
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="resignation" if is_told_first else "death", last_day=NOW.date())
        found, leaver = await the_departure(coop), await coop.member_id(LEAVER)

        async def capacity_as(kind: str) -> Any:
            change = partial(changing.change_kind, departure_id=found.id, kind=kind, is_delicate=False)
            assert not await coop.desk.decide(WORKSPACE, LEAD, change)
            return await coop.store.read(lambda tx: departures.capacity_of(tx, found.id, leaver), WORKSPACE)

        assert await capacity_as("death") is None
        assert await capacity_as("resignation") == "subject"


async def test_a_death_told_of_whoever_prepared_their_departure_alone_is_not_shown_to_them(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        alone = partial(prepare, last_day=LAST_DAY, kind="retirement")
        assert not await coop.desk.decide(WORKSPACE, LEAVER, alone)
        assert not await told(coop, kind="death", last_day=NOW.date())
        found, leaver = await the_departure(coop), await coop.member_id(LEAVER)
        assert await coop.store.read(lambda tx: departures.capacity_of(tx, found.id, leaver), WORKSPACE) is None


async def test_whoever_hands_the_lead_over_still_knows_of_it_as_what_they_are(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, supervisor=LEAD)
        found, lead = await the_departure(coop), await coop.member_id(LEAD)

        async def capacity_after(heir: str) -> Any:
            assert not await coop.desk.decide(
                WORKSPACE, LEAD, lambda it, me: changing.hand_over_lead(it, me, found.id, heir)
            )
            return await coop.store.read(lambda tx: departures.capacity_of(tx, found.id, lead), WORKSPACE)

        assert await capacity_after(LEAD) == "lead", "to oneself: nothing changes"
        assert await capacity_after(WITNESS) == "supervisor"


@pytest.mark.parametrize("how", ["stays", "dies", "comes back"])
async def test_the_address_given_for_letters_is_kept_nowhere_of_whoever_has_no_letter_to_come(
    sqlite_url: str, how: str
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        with_mail(coop)
        assert not await told(coop)
        await coop.live_until(NOW + timedelta(days=100))
        assert await coop.answer("departure", "stay_in_touch", "yes") is None
        await coop.live_until(NOW + timedelta(days=101))
        assert await coop.answer("departure", "personal_email", "chez-moi@exemple.org") is None
        found, leaver = await the_departure(coop), await coop.member_id(LEAVER)
        assert await coop.store.read(lambda tx: contacts.find(tx, leaver), WORKSPACE) is not None
        if how == "stays":
            await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        elif how == "dies":
            change = partial(changing.change_kind, departure_id=found.id, kind="death", is_delicate=False)
            assert not await coop.desk.decide(WORKSPACE, LEAD, change)
        else:
            await coop.live_until(NOW + timedelta(days=110))
            day = coop.clock().date() + timedelta(days=3)
            assert not await coop.welcome(person=LEAVER, email=None, first_name="", first_day=day)
        assert await coop.store.read(lambda tx: contacts.find(tx, leaver), WORKSPACE) is None
        (path,) = await talks_of(coop, "departure")
        assert path.steps["personal_email"].value is None
