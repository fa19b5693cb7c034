"""Whom a departure asks, and whom it leaves in peace: what is written already, who stands in, and after a death."""

from datetime import date, timedelta

import pytest

from bot.leaving import announcing, handover
from bot.leaving.changing import call_off, change_kind, undo
from bot.setting_up import SetUp
from flows.leaving.parts import SUPERVISOR as SUPERVISING
from storage import departures
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import LEAVER, NOW, WITNESS, member, said_to, talks_of, the_departure, told

SOON, LONG_AFTER = NOW + timedelta(days=2), NOW + timedelta(days=200)


async def write(coop: Cooperative, by: str) -> None:
    found = await the_departure(coop)
    await coop.desk.act(WORKSPACE, by, lambda it, me: announcing.write(it, me, found.id))


async def called_off(coop: Cooperative, by: str) -> str:
    found = await the_departure(coop)
    await coop.desk.act(WORKSPACE, by, lambda it, me: call_off(it, me, found.id))
    return (await the_departure(coop)).state


async def test_whether_to_write_is_not_asked_of_whoever_is_writing(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        await write(coop, LEAVER)
        await coop.live_until(LONG_AFTER)
        assert "announcement_wanted" not in await said_to(coop, LEAVER)
        assert len(await talks_of(coop, "departure_announcement")) == 1


async def test_whoever_begins_to_write_has_answered_the_question_before_their_eyes(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(NOW + timedelta(days=68))
        assert "announcement_wanted" in await said_to(coop, LEAVER)
        coop.said.clear()
        await write(coop, LEAVER)
        await coop.live_until(NOW + timedelta(days=90))
        assert [one.kind for one in coop.said if one.step == "announcement_wanted"] == ["refresh"]
        assert len(await talks_of(coop, "departure_announcement")) == 1


async def test_without_a_supervisor_whoever_leads_prepares_the_talk(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, supervisor=None)
        await coop.live_until(LONG_AFTER)
        heard = await said_to(coop, LEAD)
        assert {"what_to_prepare", "handover"} <= set(heard)
        assert "missed" not in heard
        (path,) = await talks_of(coop, "departure")
        assert path.cast[SUPERVISING].id == await coop.member_id(LEAD)


async def test_after_a_death_the_words_are_asked_of_whoever_leads(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death", last_day=NOW.date())
        await write(coop, LEAD)
        await coop.live_until(LONG_AFTER)
        assert await said_to(coop, LEAVER) == []
        assert await talks_of(coop, "departure_announcement") == []
        assert "family_words" in await said_to(coop, LEAD)
        assert "family_agrees" not in await said_to(coop, LEAD)


async def test_somebody_thought_dead_is_not_told_so_by_a_robot(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death", last_day=NOW.date())
        assert await called_off(coop, LEAD) == "called_off"
        await coop.live_until(SOON)
        assert await said_to(coop, LEAVER) == []
        assert "leaving/called_off" in await said_to(coop, LEAD)


async def test_a_dismissal_is_not_for_whoever_is_dismissed_to_call_off(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="dismissal")
        assert await called_off(coop, LEAVER) == "open"
        assert await called_off(coop, LEAD) == "called_off"


async def test_somebody_who_changes_their_mind_calls_their_own_departure_off(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        assert await called_off(coop, LEAVER) == "called_off"


async def test_whoever_is_asked_about_a_mission_is_among_those_who_know(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found, witness = await the_departure(coop), await coop.member_id(WITNESS)
        asked = await coop.desk.decide(
            WORKSPACE, LEAVER, lambda it, me: handover.add(it, me, found.id, "Le bois", WITNESS)
        )
        assert not asked
        known = await coop.store.read(lambda tx: departures.capacities(tx, found.id), WORKSPACE)
        assert known[witness] == "told"


async def test_what_nobody_has_seen_to_stays_open(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(LONG_AFTER)
        assert {talk.status for talk in await talks_of(coop, "departure_task")} == {"open"}


async def test_a_mistake_undone_after_a_change_of_tone_takes_back_what_was_said_before_it(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        found = await the_departure(coop)
        await coop.desk.decide(
            WORKSPACE, LEAD, lambda it, me: change_kind(it, me, found.id, "dismissal", is_delicate=False)
        )
        await coop.live_until(SOON + timedelta(days=1))
        said = {one.conversation for one in coop.said if one.kind == "post"}
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: undo(it, me, found.id))
        await coop.speak()
        taken_back = {one.conversation for one in coop.said if one.kind == "retract"}
        assert said
        assert taken_back == said


async def test_it_is_no_mistake_any_more_once_somebody_has_answered_in_another_tone(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        assert await coop.answer("departure", "confidentiality", "agreed") is None
        found = await the_departure(coop)
        await coop.desk.decide(
            WORKSPACE, LEAD, lambda it, me: change_kind(it, me, found.id, "dismissal", is_delicate=False)
        )
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: undo(it, me, found.id))
        assert (await the_departure(coop)).state == "open"


async def test_a_membership_question_left_unanswered_engages_nothing_and_whoever_leads_is_told(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await coop.desk.set_up(WORKSPACE, LEAD, SetUp(allows_stepping_back=True))
        assert not await told(coop, kind="member_exit_stay_employee")
        await coop.live_until(NOW + timedelta(days=44))
        assert (await the_departure(coop)).state == "open"
        await coop.live_until(LONG_AFTER)
        assert (await the_departure(coop)).state == "called_off"
        assert (await said_to(coop, LEAD)).count("no_answer") == 1
        assert "leaving/called_off" not in await said_to(coop, LEAD)
        assert await said_to(coop, LEAVER) == ["go_on", "reminder", "reminder"]


@pytest.mark.parametrize(("choice", "state"), [("go_on", "over"), ("stop", "called_off"), (None, "called_off")])
async def test_whoever_wished_to_talk_first_leaves_membership_by_their_own_word_alone(
    sqlite_url: str, choice: str | None, state: str
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await coop.desk.set_up(WORKSPACE, LEAD, SetUp(allows_stepping_back=True))
        assert not await told(coop, kind="member_exit_stay_employee")
        await coop.live_until(NOW + timedelta(hours=2))
        assert await coop.answer("stepping_back", "go_on", "talk") is None
        await coop.live_until(NOW + timedelta(days=15))
        assert await said_to(coop, LEAVER) == ["go_on", "what_changes", "decided"]
        if choice is not None:
            assert await coop.answer("stepping_back", "decided", choice) is None
        await coop.live_until(NOW + timedelta(days=110))
        assert (await the_departure(coop)).state == state
        assert ((await member(coop, LEAVER)).associate_since is None) == (choice == "go_on")
        assert ("announcement_wanted" in await said_to(coop, LEAVER)) == (choice == "go_on")


async def test_whoever_needs_time_to_choose_is_asked_later_and_nothing_changes_meanwhile(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await coop.desk.set_up(WORKSPACE, LEAD, SetUp(allows_stepping_back=True))
        assert not await told(coop, kind="member_exit_stay_employee", last_day=date(2026, 10, 9))
        await coop.live_until(NOW + timedelta(hours=2))
        assert await coop.answer("stepping_back", "go_on", "talk") is None
        await coop.live_until(NOW + timedelta(days=30))
        assert await coop.answer("stepping_back", "decided", "later") is None
        await coop.live_until(NOW + timedelta(days=40))
        assert (await member(coop, LEAVER)).associate_since is not None
        assert await coop.answer("stepping_back", "decided", "go_on") is None
        await coop.live_until(NOW + timedelta(days=42))
        assert (await member(coop, LEAVER)).associate_since is None
