"""What Slack says of accounts: an address that moves, or goes to somebody else, takes nobody's place and spoils nothing."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.accounts import Account
from bot.welcoming import Newcomer
from flows.core.people import Member
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY, SUBJECT, SUPERVISOR
from storage import conversations, members
from tests.bot.connected import connected
from tests.bot.cooperative import LEAD, NEWCOMER, WORKSPACE, Cooperative, account, arrived, cooperative

OWN = "lila@ailleurs.fr"


async def known(coop: Cooperative) -> dict[str | None, Member]:
    """By their Slack id."""
    found = await coop.store.read(lambda tx: members.everyone(tx, active_only=False), WORKSPACE)
    return {member.slack_id: member for member in found}


async def test_a_year_begun_under_an_address_goes_on_for_the_account_that_gets_it(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, email=OWN)])
        await coop.welcome(trade="menuiserie")
        await coop.live_until(datetime(2026, 4, 28, 12, tzinfo=UTC))
        assert not coop.named("welcome")
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
        said = await coop.speak()
        lila = (await known(coop))[NEWCOMER]
        assert (lila.email, lila.arrived_on, lila.trade) == ("lila@exemple.coop", date(2026, 4, 28), "menuiserie")
        assert (await coop.talk("onboarding")).cast[SUBJECT].id == lila.id
        told = [(one.message, one.recipient) for one in said if one.kind == "post"]
        assert ("welcome", lila.id) in told
        assert ("menu/had_an_account", await coop.member_id(LEAD)) in told


async def test_whoever_has_a_year_of_their_own_keeps_it_and_the_address_they_had(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, email=OWN)])
        await coop.welcome(person=NEWCOMER, email=None)
        mine = (await coop.talk("onboarding")).cast[SUBJECT].id
        await coop.welcome()
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, first_name="Lila-Rose")])
        lila = (await known(coop))[NEWCOMER]
        assert (lila.id, lila.first_name, lila.email) == (mine, "Lila-Rose", OWN)
        assert (await coop.talk("onboarding")).cast[SUBJECT].id != mine


async def test_an_address_that_goes_to_another_account_takes_nobody_s_place(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        ana = Account(slack_id="U50", first_name="Ana", email="stage@exemple.coop")
        bob = Account(slack_id="U51", first_name="Bob", email="stage@exemple.coop")
        await coop.desk.accounts(WORKSPACE, [ana])
        before = (await known(coop))["U50"]
        for _ in range(2):
            moved = Account(slack_id="U50", first_name="Ana", email="ana@exemple.coop")
            await coop.desk.accounts(WORKSPACE, [bob, moved])
        after = await known(coop)
        assert after["U50"].id == before.id
        assert (after["U50"].first_name, after["U51"].first_name) == ("Ana", "Bob")
        assert (after["U50"].email, after["U51"].email) == ("ana@exemple.coop", "stage@exemple.coop")


async def test_a_new_account_of_whoever_lost_theirs_is_recognised(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.desk.accounts(WORKSPACE, [account("U50")])
        before = (await known(coop))["U50"].id
        await coop.desk.accounts(WORKSPACE, [account("U50", active=False), account("U51")])
        assert (await known(coop))["U51"].id == before


async def test_what_trips_on_one_account_spoils_nothing_for_the_others(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        here = [Account(slack_id=f"U{number:02}", first_name=f"Personne {number}") for number in range(11)]
        nameless = Account(slack_id="U50", first_name=None)  # type: ignore[arg-type]
        coop.clock.advance(timedelta(days=1))
        await coop.desk.accounts(WORKSPACE, [nameless, *here, account("U51")], complete=True)
        now = await known(coop)
        assert "U50" not in now
        assert now["U51"].active
        assert not now["U11"].active


async def test_a_year_that_stops_with_an_account_is_told_and_so_is_its_return(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 5, 9, tzinfo=UTC)) as coop:
        journey = await coop.talk("onboarding")
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, active=False)])
        said = await coop.speak()
        around = {journey.cast[part].id for part in (JOB_BUDDY, COOP_BUDDY, SUPERVISOR)}
        lead = await coop.member_id(LEAD)
        told = [one.recipient for one in said if one.message == "menu/account_closed"]
        assert sorted(told) == sorted(around | {lead})
        coop.clock.advance(timedelta(minutes=20))
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
        said = await coop.speak()
        assert [(one.message, one.recipient) for one in said if one.kind == "post"] == [("menu/open_again", lead)]
        assert await coop.welcome(person=NEWCOMER, email=None, first_day=coop.clock().date()) == {}


async def test_an_account_that_the_night_finds_open_again_is_told_of_in_the_morning(database_url: str) -> None:
    async with arrived(database_url, datetime(2026, 5, 5, 9, tzinfo=UTC)) as coop:
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, active=False)])
        await coop.live_until(datetime(2026, 5, 6, 2, 17, tzinfo=UTC))
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
        assert "menu/open_again" not in [one.message for one in await coop.speak()]
        said = await coop.live_until(datetime(2026, 5, 6, 12, tzinfo=UTC))
        [told] = [one for one in said if one.message == "menu/open_again"]
        assert told.at == datetime(2026, 5, 6, 7, tzinfo=UTC)


async def test_nobody_is_told_of_an_account_that_closes_and_opens_outside_a_first_year(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        for active in (False, True):
            await coop.desk.accounts(WORKSPACE, [account("U09", first_name="Personne 9", email=None, active=active)])
        assert [one.message for one in await coop.speak()] == []


async def test_the_year_of_a_newcomer_goes_on_when_slack_has_invited_them_and_they_have_not_come_yet(
    tmp_path: Path,
) -> None:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        team, lila = coop.slack.team_id, coop.slack.add_person("Lila", "Besson", joined=False)
        newcomer = Newcomer(first_day=date(2026, 4, 28), first_name="Lila", email=lila.email)
        assert await coop.bot.desk.welcome(team, coop.lead.id, newcomer) == {}
        coop.slack.send_invitation(lila)
        await coop.bot.every_night()
        await coop.bot.settle()
        expected = await coop.bot.store.read(lambda tx: members.by_email(tx, lila.email), team)
        assert expected is not None
        assert (expected.active, expected.slack_id) == (True, None)
        found = await coop.bot.store.read(
            lambda tx: list(conversations.of_flow(tx, "onboarding", open_only=True)), team
        )
        assert len(found) == 1
        await coop.slack.join(lila)
        joined = await coop.bot.store.read(lambda tx: members.by_email(tx, lila.email), team)
        assert joined is not None
        assert (joined.id, joined.active, joined.slack_id) == (expected.id, True, lila.id)
