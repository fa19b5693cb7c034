"""Starting a newcomer's year, and finding those who accompany them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.conductor import Conductor
from bot.setting_up import Card, SetUp
from flows.core.moves import Reanchored
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY, SUPERVISOR
from storage import conversations, members, workspaces
from tests.bot.cooperative import FIRST_DAY, LEAD, NEWCOMER, WORKSPACE, account, cooperative
from tests.bot.cooperative import SUPERVISOR as SUPERVISOR_THERE

BEFORE = datetime(2026, 4, 20, 7, tzinfo=UTC)
FIRST_WEEK = datetime(2026, 5, 1, 6, tzinfo=UTC)


async def test_both_buddies_are_asked_and_two_different_people(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        assert await coop.welcome() == {}
        asked = await coop.speak()
        proposals = [one for one in asked if one.message == "proposal"]
        assert len({one.recipient for one in proposals}) == 2
        assert await coop.member_id("U01") not in {one.recipient for one in proposals}


async def test_an_accepted_buddy_takes_the_part_and_is_briefed_before_the_first_day(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        for number in (0, 1):
            assert await coop.answer("buddies", "proposal", "accept", number=number) is None
        journey = await coop.talk("onboarding")
        assert journey.plays(JOB_BUDDY) is not None
        assert journey.plays(COOP_BUDDY) is not None
        await coop.live_until(datetime(2026, 4, 27, 18, tzinfo=UTC))
        assert {one.message for one in coop.said} >= {
            "job_buddy_briefing",
            "coop_buddy_briefing",
            "supervisor_briefing",
        }


async def test_after_a_decline_somebody_else_is_asked_and_never_the_same_twice(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        before = {one.recipient for one in coop.named("proposal")}
        await coop.answer("buddies", "proposal", "decline", number=0)
        await coop.speak()
        asked = [one.recipient for one in coop.named("proposal")]
        assert len(asked) == 3
        assert asked[-1] not in before
        assert coop.named("declined")


async def test_volunteers_are_called_first_where_there_is_a_channel_for_it(database_url: str) -> None:
    async with cooperative(database_url, volunteers="C0VOLUNT") as coop:
        await coop.welcome()
        await coop.speak()
        assert {one.recipient for one in coop.named("who_volunteers")} == {"C0VOLUNT"}
        assert await coop.answer("buddy_call", "who_volunteers", "me", by="U04", number=0) is None
        taken = await coop.answer("buddy_call", "who_volunteers", "me", by="U05", number=0)
        await coop.speak()
        part = (await coop.talk("buddy_call", 0)).details["part"]
        holder = (await coop.talk("onboarding")).plays(part)
        assert taken is not None
        assert holder is not None
        assert holder.id == await coop.member_id("U04")
        assert coop.named("thanks_volunteer")


async def test_a_volunteer_beyond_the_limit_is_told_so_kindly(database_url: str) -> None:
    async with cooperative(database_url, volunteers="C0VOLUNT") as coop:
        for number in range(3):
            await coop.welcome(email=f"{number}@exemple.coop")
            await coop.speak()
        taken = [await coop.answer("buddy_call", "who_volunteers", "me", by="U04", number=call) for call in range(6)]
        assert taken.count(None) == 2
        assert taken[-1] is not None
        assert "2" in taken[-1].why


async def test_when_nobody_takes_the_part_the_management_names_somebody(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome(first_day=date(2026, 9, 1))
        await coop.live_until(datetime(2026, 5, 20, 7, tzinfo=UTC))
        assert {one.recipient for one in coop.named("who_should")} == {await coop.member_id(LEAD)}
        choice = await coop.talk("part_choice", 0)
        assert await coop.answer("part_choice", "who_should", "U07", number=0) is None
        await coop.speak()
        assert await coop.answer("buddies", "proposal", "accept") is None
        holder = (await coop.talk("onboarding")).plays(choice.details["part"])
        assert holder is not None
        assert holder.id == await coop.member_id("U07")


async def test_in_a_cooperative_of_three_one_person_may_hold_several_parts(database_url: str) -> None:
    async with cooperative(database_url, size=2) as coop:
        assert await coop.welcome(job_buddy="U01", coop_buddy="U01") == {}
        await coop.speak()
        for number in (0, 1):
            assert await coop.answer("buddies", "proposal", "accept", number=number) is None
        journey = await coop.talk("onboarding")
        one = {(who := journey.plays(part)) and who.id for part in (JOB_BUDDY, COOP_BUDDY, SUPERVISOR)}
        assert one == {await coop.member_id("U01")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_day": date(2026, 3, 30)}, "first_day"),
        ({"first_day": date(2028, 3, 30)}, "first_day"),
        ({"email": None, "person": "U77"}, "person"),
        ({"email": None}, "person"),
        ({"email": None, "person": LEAD}, "person"),
        ({"supervisor": "U77"}, "supervisor"),
        ({"job_buddy": "U05", "coop_buddy": "U05"}, "job_buddy"),
    ],
)
async def test_what_cannot_be_is_refused_under_its_field_and_nothing_begins(
    sqlite_url: str, changes: dict[str, object], field: str
) -> None:
    async with cooperative(sqlite_url) as coop:
        faults = await coop.welcome(**changes)
        assert field in faults
        assert len(faults[field]) > 10
        assert not [one for one in await coop.speak() if one.kind == "post"]


async def test_nobody_is_welcomed_twice(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        assert await coop.welcome() == {}
        assert "person" in await coop.welcome()


async def test_whoever_may_not_start_is_told_who_can(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        from bot.welcoming import Newcomer

        newcomer = Newcomer(first_name="Lila", email="l@exemple.coop", first_day=FIRST_DAY)
        faults = await coop.desk.welcome(WORKSPACE, "U05", newcomer)
        assert "Personne 0" in faults["person"]


async def test_the_account_made_later_is_recognised_by_its_e_mail_and_the_welcome_comes(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.live_until(datetime(2026, 4, 28, 6, tzinfo=UTC))
        assert not coop.named("welcome", "week_before")
        coop.clock.move_to(datetime(2026, 4, 28, 7, 30, tzinfo=UTC))
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, email="LILA@exemple.coop")])
        said = await coop.speak()
        assert [one.message for one in said if one.kind == "post"] == ["welcome"]
        assert said[0].recipient == (await coop.talk("onboarding")).cast["subject"].id


async def test_a_deactivated_buddy_is_replaced_and_the_new_one_briefed(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        for number in (0, 1):
            await coop.answer("buddies", "proposal", "accept", number=number)
        await coop.live_until(datetime(2026, 4, 29, 12, tzinfo=UTC))
        gone = (await coop.talk("onboarding")).plays(JOB_BUDDY)
        assert gone is not None
        slack_id = await coop.asked(await coop.talk("onboarding"), "tour_of_tools")
        await coop.desk.accounts(WORKSPACE, [account(slack_id, email=None, active=False)])
        await coop.speak()
        assert (await coop.talk("onboarding")).plays(JOB_BUDDY) is None
        assert await coop.answer("buddies", "proposal", "accept") is None
        await coop.live_until(coop.clock() + timedelta(days=1))
        new = (await coop.talk("onboarding")).plays(JOB_BUDDY)
        assert new is not None
        assert new.id != gone.id
        assert [one.recipient for one in coop.named("briefing")] == [new.id]


async def test_a_buddy_who_leaves_the_part_is_replaced(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        await coop.answer("buddies", "proposal", "accept", number=0)
        journey = await coop.talk("onboarding")
        part = (await coop.talk("buddies", 0)).details["part"]
        holder = await coop.asked(await coop.talk("buddies", 0), "proposal")
        await coop.desk.hand_over(WORKSPACE, holder, journey.id, part)
        await coop.speak()
        assert (await coop.talk("onboarding")).plays(part) is None
        again = coop.named("proposal")[-1]
        assert again.recipient != await coop.member_id(holder)


async def test_a_postponed_first_day_moves_all_that_is_to_come_and_is_told(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        await coop.answer("buddies", "proposal", "accept", number=0)
        journey = await coop.talk("onboarding")
        moved = Reanchored("first_day", date(2026, 6, 1))
        assert await coop.desk.postpone(WORKSPACE, LEAD, journey.id, moved) == {}
        said = await coop.live_until(datetime(2026, 5, 13, 7, tzinfo=UTC))
        assert [one for one in said if one.message == "first_day_moved"]
        assert not [one for one in said if one.message in ("supervisor_briefing", "welcome")]
        lila = await coop.store.read(lambda tx: members.by_email(tx, "lila@exemple.coop"), WORKSPACE)
        assert lila is not None
        assert lila.arrived_on == date(2026, 6, 1)
        refused = await coop.desk.postpone(WORKSPACE, LEAD, journey.id, Reanchored("first_day", date(2026, 1, 1)))
        assert "first_day" in refused


async def test_a_proposal_not_yet_answered_tells_the_new_first_day(database_url: str) -> None:
    async with cooperative(database_url, volunteers="C0VOLUNT") as coop:
        await coop.welcome()
        await coop.speak()
        journey = await coop.talk("onboarding")
        await coop.desk.postpone(WORKSPACE, LEAD, journey.id, Reanchored("first_day", date(2026, 6, 1)))
        said = await coop.speak()
        for number in (0, 1):
            call = await coop.talk("buddy_call", number)
            assert call.anchors["first_day"] == date(2026, 6, 1)
            assert ("refresh", call.id) in [(one.kind, one.conversation) for one in said]


async def test_a_volunteer_who_leaves_the_part_is_not_asked_again_at_once(database_url: str) -> None:
    async with cooperative(database_url, volunteers="C0VOLUNT") as coop:
        await coop.desk.describe(WORKSPACE, LEAD, Card(person="U02", team="bois"))
        await coop.welcome(coop_buddy="U03", trade="menuiserie", team="bois")
        await coop.speak()
        await coop.answer("buddy_call", "who_volunteers", "me", by="U02")
        await coop.speak()
        journey = await coop.talk("onboarding")
        await coop.desk.hand_over(WORKSPACE, "U02", journey.id, JOB_BUDDY)
        asked = [one.recipient for one in await coop.speak() if one.message == "proposal"]
        assert len(asked) == 1
        assert await coop.member_id("U02") not in asked


@pytest.mark.parametrize(("first", "then"), [(None, "C0NEWS"), ("C0OLD", "C0NEWS"), ("C0OLD", "")])
async def test_an_arrival_is_told_where_news_is_told_that_day(database_url: str, first: str | None, then: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.set_up(WORKSPACE, LEAD, SetUp(announcements_channel=first))
        await coop.welcome()
        await coop.desk.set_up(WORKSPACE, LEAD, SetUp(announcements_channel=then))
        await coop.live_until(datetime(2026, 4, 29, 6, tzinfo=UTC))
        assert [one.recipient for one in coop.named("arrival_told")] == ([then] if then else [])


async def test_whoever_leads_and_is_there_is_asked_who_could_play_a_part(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.set_up(WORKSPACE, LEAD, SetUp(management=(LEAD, "U05")))
        await coop.desk.prefer(WORKSPACE, LEAD, paused_until=date(2026, 10, 1))
        await coop.welcome(supervisor=None)
        await coop.live_until(FIRST_WEEK)
        assert {one.recipient for one in coop.named("who_should")} == {await coop.member_id("U05")}


async def test_a_cooperative_that_closes_is_told_before_and_after_and_not_meanwhile(database_url: str) -> None:
    closed = frozenset(date(2026, 4, 13) + timedelta(days=number) for number in range(14))
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        await coop.desk.set_up(WORKSPACE, LEAD, SetUp(closing_days=closed))
        said = await coop.live_until(datetime(2026, 4, 28, 12, tzinfo=UTC))
        hours = {one.message: one.at.date() for one in said if one.kind == "post" and not one.prompt}
        assert not set(hours.values()) & closed
        assert hours["supervisor_briefing"] < date(2026, 4, 13)
        assert (await coop.talk("onboarding")).anchors["first_day"] == FIRST_DAY


async def test_closing_days_that_are_behind_stay_known(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        behind, to_come = date(2026, 3, 2), date(2026, 12, 24)
        await coop.desk.set_up(WORKSPACE, LEAD, SetUp(closing_days=frozenset({behind})))
        await coop.desk.set_up(WORKSPACE, LEAD, SetUp(closing_days=frozenset({to_come})))
        here = await coop.store.read(workspaces.find, WORKSPACE)
        assert here is not None
        assert here.closing_days == {behind, to_come}


async def test_the_supervisor_on_the_card_is_not_asked_for_again(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
        await coop.desk.describe(WORKSPACE, LEAD, Card(person=NEWCOMER, supervisor="U05"))
        assert await coop.welcome(person=NEWCOMER, supervisor=None) == {}
        held = (await coop.talk("onboarding")).plays(SUPERVISOR)
        assert held is not None
        assert held.id == await coop.member_id("U05")
        await coop.speak()
        assert not coop.named("who_should")


@pytest.mark.parametrize("before", [SUPERVISOR_THERE, None])
async def test_a_supervisor_named_on_the_card_meanwhile_takes_the_part(database_url: str, before: str | None) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
        assert await coop.welcome(person=NEWCOMER, supervisor=before) == {}
        await coop.live_until(FIRST_WEEK)
        await coop.desk.describe(WORKSPACE, LEAD, Card(person=NEWCOMER, supervisor="U05"))
        held = (await coop.talk("onboarding")).plays(SUPERVISOR)
        assert held is not None
        assert held.id == await coop.member_id("U05")
        choices = await coop.store.read(lambda tx: conversations.of_flow(tx, "part_choice", open_only=True), WORKSPACE)
        open_ones = [await coop.talk("part_choice", number) for number in range(-len(choices), 0)]
        assert SUPERVISOR not in {talk.details["part"] for talk in open_ones if talk.status == "open"}
        await coop.live_until(FIRST_WEEK + timedelta(days=4))
        assert "briefing" in {one.message for one in coop.said if one.recipient == held.id}


async def test_who_could_play_a_part_is_asked_of_whoever_leads_now(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome(supervisor=None)
        await coop.speak()
        asked = await coop.talk("part_choice")
        assert asked.cast["chooser"].id == await coop.member_id(LEAD)
        await coop.desk.set_up(WORKSPACE, LEAD, SetUp(management=("U05",)))
        assert (await coop.talk("part_choice")).cast["chooser"].id == await coop.member_id("U05")
        await coop.desk.describe(WORKSPACE, LEAD, Card(person="U05", roles=frozenset()))
        assert (await coop.talk("part_choice")).cast["chooser"].id == await coop.member_id(LEAD)


async def test_whoever_is_back_puts_their_questions_to_their_buddy(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        cast = {"subject": await coop.member_id("U02"), "coop_buddy": await coop.member_id("U05")}
        days = {"first_day": FIRST_DAY}
        await coop.store.run(
            lambda tx: Conductor(tx, coop.score, coop.clock()).begin("coming_back", cast, anchors=days), WORKSPACE
        )
        await coop.desk.offer(WORKSPACE, "U02", "ask")
        (told,) = [one for one in await coop.speak() if one.message == "menu/help_contact"]
        assert told.context["contacts"] == ["Personne 5"]
