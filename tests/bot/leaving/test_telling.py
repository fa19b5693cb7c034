"""Telling of a departure: who may, what will not do, and what nobody learns by trying."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.leaving import handover
from bot.leaving.beginning import Told, give_up, let_know, prepare
from bot.leaving.changing import call_off
from bot.setting_up import Card, SetUp
from storage import departures, members, missions
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import (
    LAST_DAY,
    LEAVER,
    NOW,
    WITNESS,
    member,
    said_to,
    supervised,
    talks_of,
    the_departure,
    told,
    with_mail,
)

TODAY = NOW.date()


async def capacities(coop: Cooperative, departure_id: str) -> dict[str, str]:
    """Who may know, by Slack id."""
    found = await coop.store.read(lambda tx: departures.capacities(tx, departure_id), WORKSPACE)
    people = {await coop.member_id(f"U{number:02}"): f"U{number:02}" for number in range(12)}
    return {people[id]: capacity for id, capacity in found.items()}


async def test_the_management_tells_and_only_those_named_may_know(database_url: str) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        assert not await told(coop, may_know=(WITNESS,))
        found = await the_departure(coop)
        assert (found.state, found.last_day, found.begun_on) == ("open", LAST_DAY, TODAY)
        assert await capacities(coop, found.id) == {
            LEAVER: "subject",
            LEAD: "lead",
            SUPERVISOR: "supervisor",
            "U03": "debriefer",
            WITNESS: "told",
        }
        await coop.live_until(NOW + timedelta(days=3))
        assert "leaving/you_know" in await said_to(coop, WITNESS)
        assert await said_to(coop, "U06") == []


async def test_a_supervisor_tells_of_whom_they_supervise_and_of_nobody_else(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        refused = await told(coop, by=SUPERVISOR)
        assert "Personne 0" in refused["person"], "whoever may is named"
        await supervised(coop)
        assert not await told(coop, by=SUPERVISOR)
        assert (await the_departure(coop)).lead_id == await coop.member_id(LEAD)


async def test_somebody_else_of_the_team_tells_of_nobody(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert (await told(coop, by=WITNESS)).keys() == {"person"}


@pytest.mark.parametrize(
    ("changes", "field", "part"),
    [
        ({"last_day": date(2026, 9, 4)}, "last_day", "passé"),
        ({"last_day": date(2031, 1, 1)}, "last_day", "lointain"),
        ({"kind": "runaway"}, "kind", "reconnais"),
        ({"person": "U77"}, "person", "connais"),
        ({"lead": LEAVER}, "lead", "qui part"),
        ({"debriefer": SUPERVISOR}, "debriefer", "livre"),
        ({"debriefer": LEAVER}, "debriefer", "qui part"),
        ({"supervisor": LEAVER}, "supervisor", "qui part"),
        ({"confidential_until": LAST_DAY + timedelta(days=1)}, "confidential_until", "dernier jour"),
        ({"kind": "member_exit_stay_employee"}, "kind", "statuts"),
    ],
)
async def test_what_will_not_do_is_said_under_its_field(
    sqlite_url: str, changes: dict[str, Any], field: str, part: str
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        refused = await told(coop, **changes)
        assert refused.keys() == {field}
        assert part in refused[field]
        leaver = await coop.member_id(LEAVER)
        assert not await coop.store.read(lambda tx: departures.of_member(tx, leaver), WORKSPACE)
        assert await talks_of(coop, "departure") == []


async def test_a_death_may_be_told_afterwards_and_nothing_is_said_to_the_person(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death", last_day=TODAY - timedelta(days=6))
        await coop.live_until(NOW + timedelta(days=400))
        assert await said_to(coop, LEAVER) == []
        assert "first_words" in await said_to(coop, LEAD)


async def test_stepping_back_is_possible_where_the_bylaws_allow_it(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await coop.desk.set_up(WORKSPACE, LEAD, SetUp(allows_stepping_back=True))
        assert not await told(coop, kind="member_exit_stay_employee")
        await coop.live_until(NOW + timedelta(hours=2))
        assert (await said_to(coop, LEAVER))[0] == "go_on", "the warning comes before anything else"


async def test_the_only_manager_leaves_and_somebody_has_to_be_named(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        refused = await told(coop, person=LEAD)
        assert refused.keys() == {"lead"}
        assert not await told(coop, person=LEAD, lead=WITNESS)
        assert (await the_departure(coop, LEAD)).lead_id == await coop.member_id(WITNESS)


# ------------------------------------------------------------------------------------------------- two departures at once


async def test_whoever_knows_is_told_that_it_is_prepared_already(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        assert "déjà préparé" in (await told(coop))["person"]


async def test_whoever_does_not_know_learns_nothing_by_telling_of_it_too(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await supervised(coop, by=WITNESS)
        assert not await told(coop)
        before = await the_departure(coop)
        assert not await told(coop, by=WITNESS, supervisor=WITNESS, last_day=LAST_DAY + timedelta(days=30))
        await coop.speak()
        after = await the_departure(coop)
        assert after == before
        assert await said_to(coop, WITNESS) == []
        assert WITNESS not in await capacities(coop, after.id)
        await coop.live_until(NOW + timedelta(days=1))
        assert "leaving/told_again" in await said_to(coop, LEAD)


# ------------------------------------------------------------------------------------------------- one's own, in private


async def alone(coop: Cooperative) -> None:
    assert not await coop.desk.decide(WORKSPACE, LEAVER, lambda it, me: prepare(it, me, LAST_DAY, "retirement"))


async def test_what_one_prepares_alone_goes_nowhere(database_url: str) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        await alone(coop)
        found = await the_departure(coop)
        assert (found.state, found.path_id) == ("private", None)
        assert await capacities(coop, found.id) == {LEAVER: "subject"}
        await coop.live_until(NOW + timedelta(days=500))
        assert [one for one in coop.said if one.kind == "post"] == []
        assert (await the_departure(coop)).state == "private"


async def test_it_is_told_when_they_say_so_to_those_they_name(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await alone(coop)
        private = await the_departure(coop)
        named = Told(person="", last_day=LAST_DAY, kind="retirement", supervisor=SUPERVISOR)
        assert not await coop.desk.decide(WORKSPACE, LEAVER, lambda it, me: let_know(it, me, named))
        found = await the_departure(coop)
        assert (found.id, found.state) == (private.id, "open")
        assert (await capacities(coop, found.id))[SUPERVISOR] == "supervisor"


async def test_it_is_given_up_without_a_trace(database_url: str) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        await alone(coop)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAVER, give_up)
        person = await coop.member_id(LEAVER)
        assert await coop.store.read(lambda tx: departures.of_member(tx, person), WORKSPACE) == []
        assert await coop.store.read(lambda tx: departures.traces(tx, found.id), WORKSPACE) == []
        assert await coop.store.read(lambda tx: missions.of_departure(tx, found.id), WORKSPACE) == []


async def test_given_up_it_is_in_no_byte_of_the_files_before_any_night(sqlite_url: str, tmp_path: Path) -> None:
    def in_files(*words: str) -> list[str]:
        held = b"".join(file.read_bytes() for file in tmp_path.glob("*.db*"))
        return [one for one in words if one.encode() in held]

    async with cooperative(sqlite_url, now=NOW) as coop:
        await alone(coop)
        found = await the_departure(coop)
        assert in_files(found.id, found.kind) == [found.id, found.kind]
        await coop.desk.act(WORKSPACE, LEAVER, give_up)
        assert in_files(found.id, found.kind) == []


async def test_a_manager_who_tells_of_it_meanwhile_learns_nothing_of_what_was_private(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await alone(coop)
        assert not await told(coop, kind="resignation")
        found = await the_departure(coop)
        assert (found.state, found.kind) == ("open", "resignation")
        verbs = [one.verb for one in await coop.store.read(lambda tx: departures.traces(tx, found.id), WORKSPACE)]
        assert verbs == ["told"]


async def test_what_was_noted_alone_stays_theirs_to_show(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await alone(coop)
        found = await the_departure(coop)
        add = partial(handover.add, departure_id=found.id, title="Les commandes de bois", taker=WITNESS)
        assert not await coop.desk.decide(WORKSPACE, LEAVER, add)
        assert not await told(coop)
        plan = await coop.store.read(lambda tx: missions.of_departure(tx, found.id), WORKSPACE)
        assert [one.state for one in plan] == ["kept"]
        assert handover.shown_to(await member(coop, LEAD), await the_departure(coop), plan) == []
        assert handover.shown_to(await member(coop, LEAVER), await the_departure(coop), plan) == plan
        change = partial(handover.change, mission_id=plan[0].id, title="Le bois", taker=WITNESS)
        assert (await coop.desk.decide(WORKSPACE, LEAD, change)).keys() == {"title"}
        assert not await coop.desk.decide(WORKSPACE, LEAVER, change)
        plan = await coop.store.read(lambda tx: missions.of_departure(tx, found.id), WORKSPACE)
        assert [(one.title, one.state) for one in plan] == [("Le bois", "proposed")]


async def test_a_long_plan_kept_alone_is_not_told_by_refusing_another_mission(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await alone(coop)
        add = partial(handover.add, departure_id=(await the_departure(coop)).id, title="Le bois", taker=None)
        for _ in range(handover.MOST):
            assert not await coop.desk.decide(WORKSPACE, LEAVER, add)
        assert not await told(coop)
        for _ in range(handover.MOST):
            assert not await coop.desk.decide(WORKSPACE, LEAD, add)
        assert (await coop.desk.decide(WORKSPACE, LEAD, add)).keys() == {"title"}
        assert (await coop.desk.decide(WORKSPACE, LEAVER, add)).keys() == {"title"}


async def test_one_departure_ends_before_another_begins(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        first = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: call_off(it, me, first.id))
        assert not await told(coop, last_day=LAST_DAY + timedelta(days=90))
        second = await the_departure(coop)
        assert second.id != first.id
        assert replace(first, state="called_off") in await coop.store.read(
            lambda tx: departures.of_member(tx, first.member_id), WORKSPACE
        )
        assert (await member(coop, LEAVER)).active


async def test_describing_somebody_who_has_left_opens_no_other_tenure(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        person = await coop.member_id(LEAVER)
        await coop.store.run(lambda tx: members.leave(tx, person, TODAY), WORKSPACE)
        refused = await coop.desk.describe(WORKSPACE, LEAD, Card(person=LEAVER, associate_since=TODAY))
        assert "partie" in refused["associate_since"]
        assert (await member(coop, LEAVER)).left_on == TODAY


async def test_of_a_departure_told_on_its_last_day_nothing_is_prepared_once_they_have_left(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="trial_end", last_day=NOW.date())
        await coop.live_until(NOW + timedelta(days=20))
        preparing = {"taking_care", "confidentiality", "prepare_exchange", "what_to_prepare", "handover"}
        assert not preparing & {*await said_to(coop, LEAVER), *await said_to(coop, SUPERVISOR)}
        assert {"last_day", "debrief_choice"} <= set(await said_to(coop, LEAVER))


async def test_of_a_departure_told_at_short_notice_the_gentle_word_comes_first_and_one_question_a_day(
    sqlite_url: str,
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        with_mail(coop)
        assert not await told(coop, kind="dismissal", last_day=NOW.date() + timedelta(days=14))
        await coop.live_until(NOW + timedelta(days=20))
        leaver = await coop.member_id(LEAVER)
        heard = [one for one in coop.said if (one.recipient, one.kind) == (leaver, "post")]
        assert heard[0].message == "taking_care"
        asked = [one for one in heard if one.message in ("announcement_wanted", "debrief_choice", "support_wanted")]
        assert [one.message for one in asked] == ["announcement_wanted", "debrief_choice", "support_wanted"]
        assert len({one.at.date() for one in asked}) == len(asked)
        assert min(one.at for one in asked).date() > heard[0].at.date()


async def test_of_one_told_two_days_before_what_comes_in_time_is_said(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="trial_end", last_day=NOW.date() + timedelta(days=1))
        await coop.live_until(NOW + timedelta(days=20))
        heard = await said_to(coop, LEAVER)
        assert {"taking_care", "confidentiality"} <= set(heard)
        assert not {"prepare_exchange", "handover"} & set(heard)
