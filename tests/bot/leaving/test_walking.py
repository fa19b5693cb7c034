"""The path of a departure: moved, called something else, handed over, announced at two people's word, taken back."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.conductor import Conductor
from bot.leaving import access, announcing, changing, handover
from flows.core.model import SUBJECT
from flows.leaving.checklist import CHECKLIST, DUE
from flows.leaving.parts import LEAD as LEADING
from flows.leaving.parts import OWNER
from storage import conversations, departures, missions
from storage.missions import Mission
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, account, cooperative
from tests.bot.leaving.left import (
    DEBRIEFER,
    LAST_DAY,
    LEAVER,
    NOW,
    WITNESS,
    said_to,
    supervised,
    talks_of,
    the_departure,
    told,
)

SOON = NOW + timedelta(days=2)


async def decided(coop: Cooperative, by: str, take: Any) -> dict[str, str]:
    return dict(await coop.desk.decide(WORKSPACE, by, take))


async def plan_of(coop: Cooperative) -> list[Mission]:
    found = await the_departure(coop)
    return await coop.store.read(lambda tx: missions.of_departure(tx, found.id), WORKSPACE)


async def with_mission(coop: Cooperative, by: str, title: str = "Les commandes de bois", taker: str = WITNESS) -> None:
    found = await the_departure(coop)
    assert not await decided(coop, by, lambda it, me: handover.add(it, me, found.id, title, taker))


# ------------------------------------------------------------------------------------------------------- the checklist


async def test_each_thing_to_see_to_has_an_owner_and_a_day(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        tasks = await talks_of(coop, "departure_task")
        wanted = {item.name for item in CHECKLIST if "warm" in item.tones}
        assert {talk.details["item"] for talk in tasks} == wanted
        assert {talk.cast[OWNER].id for talk in tasks} == {await coop.member_id(LEAD), await coop.member_id(SUPERVISOR)}
        assert all(talk.anchors[DUE] >= NOW.date() for talk in tasks)


async def test_a_postponed_last_day_moves_all_that_is_counted_from_it_and_tells_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        before = {talk.details["item"]: talk.anchors[DUE] for talk in await talks_of(coop, "departure_task")}
        found, later = await the_departure(coop), LAST_DAY + timedelta(days=28)
        assert not await decided(coop, LEAD, lambda it, me: changing.postpone(it, me, found.id, later))
        after = {talk.details["item"]: talk.anchors[DUE] for talk in await talks_of(coop, "departure_task")}
        moved = {name for name in after if after[name] != before[name]}
        assert {"closing_documents", "access_and_keys", "news_at_one_month"} <= moved
        assert not {"tell_payroll", "listen_first"} & moved
        await coop.live_until(SOON + timedelta(days=1))
        assert (await said_to(coop, LEAVER)).count("last_day_moved") == 1
        assert (await the_departure(coop)).last_day == later


async def test_only_whoever_leads_moves_the_last_day(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found = await the_departure(coop)
        for other in (SUPERVISOR, WITNESS, LEAVER):
            refused = await decided(coop, other, lambda it, me: changing.postpone(it, me, found.id, LAST_DAY))
            assert (
                refused["last_day"]
                == (await decided(coop, other, lambda it, me: changing.postpone(it, me, "d_none", LAST_DAY)))[
                    "last_day"
                ]
            ), "what is not theirs to know is as what is not"


async def test_another_kind_of_the_same_tone_changes_nothing_that_is_said(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found = await the_departure(coop)
        assert not await decided(
            coop, LEAD, lambda it, me: changing.change_kind(it, me, found.id, "retirement", is_delicate=False)
        )
        assert (await the_departure(coop)).path_id == found.path_id


async def test_another_tone_goes_on_from_where_it_was_and_asks_nothing_twice(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        assert await coop.answer("departure", "confidentiality", "agreed") is None
        found = await the_departure(coop)
        assert not await decided(
            coop, LEAD, lambda it, me: changing.change_kind(it, me, found.id, "resignation", is_delicate=True)
        )
        coop.said.clear()
        await coop.live_until(SOON + timedelta(days=8))
        assert [talk.status for talk in await talks_of(coop, "departure")] == ["stopped"]
        (path,) = await talks_of(coop, "quiet_departure")
        assert path.steps["confidentiality"].value == "agreed"
        assert not {"confidentiality", "taking_care"} & set(await said_to(coop, LEAVER))
        assert "support_wanted" in await said_to(coop, LEAVER)
        tasks = [talk for talk in await talks_of(coop, "departure_task") if talk.status == "open"]
        assert {talk.details["tone"] for talk in tasks} == {"sober"}


# ----------------------------------------------------------------------------------------------- whoever leads goes first


async def test_when_whoever_leads_leaves_somebody_of_the_management_goes_on(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, lead=WITNESS)
        await coop.desk.accounts(WORKSPACE, [account(WITNESS, first_name="Personne 5", email=None, active=False)])
        heir = await coop.member_id(LEAD)
        found = await the_departure(coop)
        assert found.lead_id == heir
        assert (await coop.store.read(lambda tx: departures.capacities(tx, found.id), WORKSPACE))[heir] == "lead"
        (path,) = await talks_of(coop, "departure")
        assert path.cast[LEADING].id == heir
        tasks = [talk for talk in await talks_of(coop, "departure_task") if talk.status == "open"]
        assert await coop.member_id(WITNESS) not in {talk.cast[OWNER].id for talk in tasks}
        await coop.live_until(NOW + timedelta(days=1))
        assert "leaving/lead_inherited" in await said_to(coop, LEAD)


async def test_a_closed_account_stops_nothing_and_what_was_left_to_say_is_told_to_whoever_leads(
    sqlite_url: str,
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(SOON)
        await coop.desk.accounts(WORKSPACE, [account(LEAVER, first_name="Personne 2", email=None, active=False)])
        (path,) = await talks_of(coop, "departure")
        assert path.status == "open"
        await coop.live_until(SOON + timedelta(days=7))
        out_of_reach = [one for one in coop.said if one.message == "leaving/out_of_reach"]
        assert {one.recipient for one in out_of_reach} == {await coop.member_id(LEAD)}
        left = {step for one in out_of_reach for step in one.context["steps"]}
        assert {"handover", "support_wanted"} <= left
        coop.said.clear()
        await coop.live_until(NOW + timedelta(days=500))
        assert await said_to(coop, LEAVER) == []
        assert (await the_departure(coop)).state == "left"


# --------------------------------------------------------------------------------------------------------- the missions


async def test_before_the_announcement_only_whoever_leaves_lets_somebody_be_asked(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, SUPERVISOR)
        await coop.live_until(SOON)
        assert await said_to(coop, WITNESS) == []
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, SUPERVISOR, lambda it, me: handover.propose(it, me, found.id))
        assert await talks_of(coop, "mission_handover") == []
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: handover.propose(it, me, found.id))
        await coop.live_until(SOON + timedelta(days=1))
        assert await said_to(coop, WITNESS) == ["take_it"]
        assert await coop.answer("mission_handover", "take_it", "accept") is None
        assert [one.state for one in await plan_of(coop)] == ["accepted"]


@pytest.mark.parametrize(
    ("answer", "heard"), [("accept", {"taken_over"}), ("talk", {"talk_first"}), ("decline", set())]
)
async def test_whoever_leaves_hears_that_a_mission_is_taken_or_talked_about(
    sqlite_url: str, answer: str, heard: set[str]
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, LEAVER)
        await coop.live_until(SOON)
        assert await coop.answer("mission_handover", "take_it", answer) is None
        await coop.live_until(SOON + timedelta(days=1))
        assert {"taken_over", "talk_first"} & set(await said_to(coop, LEAVER)) == heard


async def test_nothing_of_a_mission_is_said_to_whoever_has_died(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death")
        await with_mission(coop, LEAD)
        await coop.live_until(SOON)
        assert await coop.answer("mission_handover", "take_it", "accept") is None
        await coop.live_until(SOON + timedelta(days=1))
        assert await said_to(coop, LEAVER) == []


async def test_whoever_knows_already_is_asked_at_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, LEAD, taker=SUPERVISOR)
        assert len(await talks_of(coop, "mission_handover")) == 1


async def test_a_mission_declined_is_to_be_proposed_to_somebody_else(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, LEAVER)
        await coop.live_until(SOON)
        assert await coop.answer("mission_handover", "take_it", "decline") is None
        await coop.live_until(SOON + timedelta(days=1))
        assert "leaving/mission_declined" in await said_to(coop, SUPERVISOR)
        (mission,) = await plan_of(coop)
        assert mission.state == "declined"
        assert not await decided(
            coop, LEAVER, lambda it, me: handover.change(it, me, mission.id, "Les commandes de bois", "U06")
        )
        await coop.live_until(SOON + timedelta(days=2))
        assert await said_to(coop, "U06") == ["take_it"]


# ----------------------------------------------------------------------------------------------------- the announcement


async def announcing_under_way(coop: Cooperative) -> None:
    """Told, and the person has asked to write: the words, then the day are given."""
    assert not await coop.desk.set_up(WORKSPACE, LEAD, _with_channel())
    assert not await told(coop)
    await coop.live_until(SOON)
    found = await the_departure(coop)
    await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.write(it, me, found.id))
    await coop.speak()
    assert await coop.answer("departure_announcement", "words", {"word": "Merci à l'atelier."}) is None
    await coop.speak()
    assert await coop.answer("departure_announcement", "publish_on", "2026-10-05") is None
    await coop.live_until(SOON + timedelta(days=1))


def _with_channel() -> Any:
    from bot.setting_up import SetUp

    return SetUp(announcements_channel="C0NEWS")


async def approve(coop: Cooperative) -> None:
    assert await coop.answer("announcement_approval", "leaver_approves", "approve") is None
    await coop.live_until(coop.clock() + timedelta(days=1))
    assert await coop.answer("announcement_approval", "lead_approves", "approve") is None


async def in_channel(coop: Cooperative) -> list[str]:
    return [one.message for one in coop.said if one.recipient == "C0NEWS" and one.message == "announcement"]


async def test_the_announcement_is_said_once_both_approve_on_the_day_they_chose(database_url: str) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        await coop.live_until(NOW + timedelta(days=27))
        assert await in_channel(coop) == []
        await coop.live_until(NOW + timedelta(days=29))
        assert await in_channel(coop) == ["announcement"]
        assert (await the_departure(coop)).published_on == date(2026, 10, 5)


async def test_without_the_leads_word_nothing_is_said(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        assert await coop.answer("announcement_approval", "leaver_approves", "approve") is None
        await coop.live_until(NOW + timedelta(days=60))
        assert await in_channel(coop) == []


async def test_without_the_persons_word_the_lead_is_not_even_asked(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await coop.live_until(NOW + timedelta(days=60))
        assert "lead_approves" not in await said_to(coop, LEAD)
        assert await in_channel(coop) == []


async def test_what_changes_after_the_approval_is_approved_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await with_mission(coop, LEAVER)
        await approve(coop)
        await coop.speak()
        assert await coop.answer("mission_handover", "take_it", "accept", by=WITNESS) is None
        await coop.live_until(coop.clock() + timedelta(days=1))
        assert (await said_to(coop, LEAVER)).count("leaver_approves") == 2, "the words are no longer those approved"
        await coop.live_until(NOW + timedelta(days=29))
        assert await in_channel(coop) == []


async def test_what_is_approved_once_more_is_said(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await with_mission(coop, LEAVER)
        await coop.speak()
        assert await coop.answer("mission_handover", "take_it", "accept", by=WITNESS) is None
        await coop.speak()
        await approve(coop)
        await coop.live_until(NOW + timedelta(days=29))
        assert await in_channel(coop) == ["announcement"]


async def test_words_written_again_are_approved_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.write(it, me, found.id))
        await coop.live_until(NOW + timedelta(days=30))
        assert await in_channel(coop) == []
        assert len(await talks_of(coop, "departure_announcement")) == 2


async def test_consent_withdrawn_before_the_day_keeps_it_unsaid(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.take_back(it, me, found.id))
        await coop.live_until(NOW + timedelta(days=60))
        assert await in_channel(coop) == []
        assert (await the_departure(coop)).words == {}


async def test_consent_withdrawn_after_it_was_said_takes_it_back_from_the_channel(database_url: str) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        await coop.live_until(NOW + timedelta(days=29))
        found = await the_departure(coop)
        coop.said.clear()
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.take_back(it, me, found.id))
        await coop.speak()
        assert [one.kind for one in coop.said if one.recipient == "C0NEWS"] == ["retract"]


async def test_an_announcing_day_within_what_is_confidential_is_refused(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, confidential_until=date(2026, 11, 1))
        await coop.live_until(SOON)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.write(it, me, found.id))
        await coop.speak()
        await coop.desk.skip(WORKSPACE, LEAVER, (await ref(coop)), None)
        await coop.speak()
        refused = await coop.answer("departure_announcement", "publish_on", "2026-10-05")
        assert refused is not None
        assert "1er novembre" in refused.why
        assert await coop.answer("departure_announcement", "publish_on", "2026-11-02") is None


async def ref(coop: Cooperative) -> Any:
    from bot.wire import Ref

    (talk,) = await talks_of(coop, "departure_announcement")
    return Ref(talk.id, "words")


# ----------------------------------------------------------------------------------------------------------- the debrief


async def until_the_debrief(coop: Cooperative, choice: str) -> None:
    assert not await told(coop, debriefer=DEBRIEFER)
    await coop.live_until(NOW + timedelta(days=88))
    assert await coop.answer("departure", "debrief_choice", choice) is None
    await coop.live_until(NOW + timedelta(days=89))


async def test_a_refused_debrief_is_not_offered_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await until_the_debrief(coop, "no")
        coop.said.clear()
        await coop.live_until(NOW + timedelta(days=110))
        assert "debrief_choice" not in await said_to(coop, LEAVER)
        assert await said_to(coop, DEBRIEFER) == []


async def test_whoever_is_to_lead_the_debrief_is_said_to_know_once_they_are_told(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, may_know=(WITNESS,))
        found = await the_departure(coop)

        async def knowing() -> set[str]:
            def unit(tx: Any) -> set[str]:
                conductor = Conductor(tx, coop.score, coop.clock())
                return {one.slack_id or "" for one in access.knowing(conductor, found)}

            return await coop.store.read(unit, WORKSPACE)

        assert await knowing() == {LEAD, SUPERVISOR, WITNESS}
        await coop.live_until(NOW + timedelta(days=88))
        assert await said_to(coop, DEBRIEFER) == []
        assert await knowing() == {LEAD, SUPERVISOR, WITNESS}
        assert await coop.answer("departure", "debrief_choice", "talk") is None
        await coop.live_until(NOW + timedelta(days=89))
        assert "guide" in await said_to(coop, DEBRIEFER)
        assert await knowing() == {LEAD, SUPERVISOR, WITNESS, DEBRIEFER}


async def test_whoever_is_to_lead_the_debrief_learns_nothing_by_telling_of_it_too(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await supervised(coop, by=DEBRIEFER)
        assert not await told(coop, by=DEBRIEFER, supervisor=SUPERVISOR)


async def test_whoever_may_know_and_leads_the_debrief_too_is_said_to_know_at_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, may_know=(WITNESS,), debriefer=WITNESS)
        found = await the_departure(coop)
        witness = await coop.member_id(WITNESS)
        assert await coop.store.read(lambda tx: departures.capacity_of(tx, found.id, witness), WORKSPACE) == "told"


async def test_those_who_knew_nothing_are_not_told_that_somebody_stays(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        await coop.live_until(NOW + timedelta(days=3))
        assert "leaving/called_off" in await said_to(coop, SUPERVISOR)
        assert await said_to(coop, DEBRIEFER) == []


async def test_the_person_chooses_whom_they_talk_to(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await until_the_debrief(coop, "somebody_else")
        assert (await coop.answer("debrief_with", "debriefer_named", LEAVER)) is not None
        assert await coop.answer("debrief_with", "debriefer_named", "U07") is None
        await coop.live_until(NOW + timedelta(days=92))
        assert "guide" in await said_to(coop, "U07")
        assert (await the_departure(coop)).debriefer_id == await coop.member_id("U07")


async def test_a_debrief_aloud_is_shared_without_a_name_and_only_with_their_word(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await until_the_debrief(coop, "talk")
        assert await coop.answer("debrief_talk", "debrief_day", "2026-12-08") is None
        await coop.live_until(NOW + timedelta(days=94))
        assert await coop.answer("debrief_meeting", "digest", {"kept": "Le café.", "to_change": "Les délais."}) is None
        await coop.speak()
        assert [one for one in coop.said if one.message == "leaving/lesson"] == []
        assert await coop.answer("debrief_meeting", "share_digest", "share") is None
        await coop.live_until(NOW + timedelta(days=96))
        lessons = [one for one in coop.said if one.message == "leaving/lesson"]
        assert lessons
        leaver = await coop.member_id(LEAVER)
        assert all(leaver not in str(one.context) and one.recipient != leaver for one in lessons)


async def test_a_written_debrief_that_is_not_sent_is_forgotten(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await until_the_debrief(coop, "write")
        assert await coop.answer("debrief", "how_are_you", "Un peu las.") is None
        await coop.live_until(NOW + timedelta(days=150))
        (talk,) = await talks_of(coop, "debrief")
        assert talk.status == "finished"
        assert talk.steps["how_are_you"].value is None
        assert "to_read" not in await said_to(coop, DEBRIEFER)


async def test_a_delicate_departure_asks_only_the_gentle_questions(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, is_delicate=True)
        await coop.live_until(NOW + timedelta(days=88))
        assert await coop.answer("quiet_departure", "debrief_choice", "write") is None
        assert await talks_of(coop, "debrief") == []
        (talk,) = await talks_of(coop, "gentle_debrief")
        assert talk.cast[SUBJECT].id == await coop.member_id(LEAVER)


async def test_every_conversation_of_a_departure_knows_which_one_it_is_of(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        found = await the_departure(coop)
        for flow in ("departure", "departure_task", "departure_announcement", "announcement_approval"):
            assert {talk.details["departure"] for talk in await talks_of(coop, flow)} == {found.id}
        children = await coop.store.read(lambda tx: conversations.children_of(tx, found.path_id or ""), WORKSPACE)
        assert len(children) > len(await talks_of(coop, "departure_task"))


async def test_a_mission_nobody_answered_about_is_meant_for_nobody_and_not_asked_again_by_itself(
    sqlite_url: str,
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await with_mission(coop, LEAVER)
        await coop.live_until(SOON + timedelta(days=20))
        assert "leaving/mission_free" in await said_to(coop, SUPERVISOR)
        (mission,) = await plan_of(coop)
        assert (mission.state, mission.taker_id) == ("free", None)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: handover.propose(it, me, found.id))
        await coop.speak()
        assert (await said_to(coop, WITNESS)).count("take_it") == 1
