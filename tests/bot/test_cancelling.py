"""An arrival that will not be: everything begun for it stops, and those who prepared it are told; nobody else may."""

from datetime import UTC, date, datetime, timedelta

from bot.setting_up import Card
from flows.core.moves import Reanchored
from flows.core.people import Member
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY
from storage import conversations, members
from tests.bot.cooperative import LEAD, NEWCOMER, WORKSPACE, Cooperative, arrived, cooperative

CANCELLED = "menu/arrival_cancelled"


async def still_open(coop: Cooperative, subject: str) -> list[str]:
    castings = await coop.store.read(lambda tx: conversations.played_by(tx, subject), WORKSPACE)
    return [casting.flow for casting in castings]


async def test_all_that_was_begun_for_a_newcomer_stops_and_they_hear_nothing_more(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 5, 9, tzinfo=UTC)) as coop:
        await coop.answer("onboarding", "meet_the_team", "two_a_week")
        await coop.live_until(datetime(2026, 5, 6, 12, tzinfo=UTC))
        me, journey = await coop.member_id(NEWCOMER), await coop.talk("onboarding")
        assert {"onboarding", "encounter"} <= set(await still_open(coop, me))
        await coop.desk.cancel(WORKSPACE, LEAD, journey.id)
        said = await coop.live_until(coop.clock() + timedelta(days=400))
        assert await still_open(coop, me) == []
        assert [one.message for one in said if one.recipient == me and one.kind == "post"] == []
        told = [one.recipient for one in said if one.message == CANCELLED]
        buddies = {journey.cast[part].id for part in (JOB_BUDDY, COOP_BUDDY)}
        assert len(told) == len(set(told))
        assert buddies | {await coop.member_id(LEAD)} <= set(told)


async def test_a_proposal_not_yet_answered_is_let_go(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        await coop.desk.cancel(WORKSPACE, LEAD, (await coop.talk("onboarding")).id)
        said = await coop.live_until(coop.clock() + timedelta(days=30))
        assert (await coop.talk("buddies")).status == "stopped"
        assert {one.message for one in said if one.kind == "post"} == {CANCELLED}


async def test_the_same_person_may_be_welcomed_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.welcome()
        await coop.desk.cancel(WORKSPACE, LEAD, (await coop.talk("onboarding")).id)
        assert await coop.welcome() == {}


async def test_whoever_may_not_cancel_is_told_who_can_and_nothing_stops(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.welcome()
        await coop.speak()
        await coop.desk.cancel(WORKSPACE, "U07", (await coop.talk("onboarding")).id)
        assert [one.message for one in await coop.speak()] == ["refusals/not_allowed"]
        assert (await coop.talk("onboarding")).status == "open"


async def test_cancelling_twice_or_what_is_no_more_is_told_kindly(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.welcome()
        journey = (await coop.talk("onboarding")).id
        await coop.desk.cancel(WORKSPACE, LEAD, journey)
        await coop.speak()
        for gone in (journey, "c_0000"):
            coop.clock.advance(timedelta(minutes=1))
            await coop.desk.cancel(WORKSPACE, LEAD, gone)
            assert [one.message for one in await coop.speak()] == ["refusals/gone"]


async def known(coop: Cooperative, slack_id: str) -> Member:
    found = await coop.store.read(lambda tx: members.by_slack_id(tx, slack_id), WORKSPACE)
    assert found is not None
    return found


async def test_what_was_known_of_somebody_welcomed_by_mistake_is_known_again(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        card = Card(person="U05", arrived_on=date(2015, 3, 2), trade="menuiserie", team="bois")
        await coop.desk.describe(WORKSPACE, LEAD, card)
        before = await known(coop, "U05")
        await coop.welcome(person="U05", email=None, trade="comptabilité", team="bureau")
        journey = await coop.talk("onboarding")
        moved = Reanchored("first_day", date(2026, 6, 1))
        await coop.desk.postpone(WORKSPACE, LEAD, journey.id, moved)
        await coop.desk.cancel(WORKSPACE, LEAD, journey.id)
        assert await known(coop, "U05") == before


async def test_what_was_corrected_meanwhile_stays(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.welcome(person="U05", email=None)
        card = Card(person="U05", arrived_on=date(2015, 3, 2), trade="charpente")
        await coop.desk.describe(WORKSPACE, LEAD, card)
        corrected = await known(coop, "U05")
        await coop.desk.cancel(WORKSPACE, LEAD, (await coop.talk("onboarding")).id)
        assert await known(coop, "U05") == corrected


async def test_whoever_is_there_already_arrives_on_no_later_day(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.welcome(person="U05", email=None)
        await coop.desk.cancel(WORKSPACE, LEAD, (await coop.talk("onboarding")).id)
        assert (await known(coop, "U05")).arrived_on == coop.clock().date()


async def test_whoever_never_had_an_account_is_counted_no_more_until_they_are_expected_again(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        here = await coop.store.read(members.everyone, WORKSPACE)
        await coop.welcome()
        await coop.desk.cancel(WORKSPACE, LEAD, (await coop.talk("onboarding")).id)
        assert await coop.store.read(members.everyone, WORKSPACE) == here
        assert await coop.welcome() == {}
        assert len(await coop.store.read(members.everyone, WORKSPACE)) == len(here) + 1
