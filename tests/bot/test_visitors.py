"""A guest of the workspace whom nobody has welcomed is no member: nothing is asked of them, and they hear who can."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.accounts import Account
from bot.setting_up import Card, SetUp
from bot.user_objects import account_of
from bot.welcoming import Newcomer
from flows.core.people import Member
from sandbox import Person
from sandbox.surface import View
from storage import conversations, members
from tests.bot.connected import Connected, connected
from tests.bot.cooperative import LEAD, NEWCOMER, WORKSPACE, Cooperative, account, arrived, cooperative

CLIENT = "U60"
GUEST = Account(slack_id=CLIENT, first_name="Paul", last_name="Client", email="paul@client.fr", is_guest=True)


async def known(coop: Cooperative, slack_id: str) -> Member:
    found = await coop.store.read(lambda tx: members.by_slack_id(tx, slack_id), WORKSPACE)
    assert found is not None
    return found


async def counted(coop: Cooperative) -> set[str | None]:
    """The Slack ids of those who count among the members."""
    found: list[Member] = []
    await coop.desk.do(WORKSPACE, lambda conductor: found.extend(conductor.everyone()))
    return {one.slack_id for one in found}


def test_slack_says_whose_account_is_a_guest_s_and_says_nothing_of_one_that_is_closed() -> None:
    for kind in ("is_restricted", "is_ultra_restricted"):
        assert account_of({"id": "U1", "is_restricted": False, "is_ultra_restricted": False, kind: True}).is_guest
    assert account_of({"id": "U1", "is_restricted": False}).is_guest is False
    assert account_of({"id": "U1", "deleted": True}).is_guest is None


async def test_a_guest_counts_among_the_members_once_welcomed_and_no_more_if_that_is_cancelled(
    database_url: str,
) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.accounts(WORKSPACE, [GUEST])
        assert CLIENT not in await counted(coop)
        assert not await coop.welcome(person=CLIENT, email=None, trade="menuiserie")
        assert CLIENT in await counted(coop)
        await coop.desk.cancel(WORKSPACE, LEAD, (await coop.talk("onboarding")).id)
        assert CLIENT not in await counted(coop)
        assert (await known(coop, CLIENT)).trade == ""


async def test_a_guest_who_has_been_there_for_long_counts_once_their_card_is_filled_in(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.desk.accounts(WORKSPACE, [GUEST])
        assert not await coop.desk.describe(WORKSPACE, LEAD, Card(person=CLIENT, trade="menuiserie"))
        assert CLIENT in await counted(coop)


async def test_a_guest_who_gets_a_member_s_account_is_one(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.desk.accounts(WORKSPACE, [GUEST])
        await coop.desk.accounts(WORKSPACE, [replace(GUEST, is_guest=False)])
        assert CLIENT in await counted(coop)


async def test_whoever_is_expected_and_comes_with_a_guest_s_account_is_a_member(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.welcome()
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER, is_guest=True)])
        assert NEWCOMER in await counted(coop)


async def test_a_member_whose_account_becomes_a_guest_s_keeps_what_the_cooperative_said_of_them(
    sqlite_url: str,
) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.welcome()
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
        now_guests = [account(NEWCOMER, is_guest=True), Account(slack_id="U05", first_name="P5", is_guest=True)]
        await coop.desk.accounts(WORKSPACE, now_guests)
        assert {NEWCOMER, "U05"} <= await counted(coop)
        assert (await coop.talk("onboarding")).status == "open"


async def test_a_closed_account_is_still_known_as_a_guest_s(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.desk.accounts(WORKSPACE, [GUEST])
        await coop.desk.accounts(WORKSPACE, [replace(GUEST, active=False, is_guest=None)])
        assert (await known(coop, CLIENT)).is_guest


async def test_a_guest_is_no_buddy_whoever_names_them(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.desk.accounts(WORKSPACE, [GUEST])
        for part in ("job_buddy", "coop_buddy", "supervisor"):
            refused = await coop.welcome(**{part: CLIENT})
            assert "accueille" in refused[part]
        refused = dict(await coop.desk.describe(WORKSPACE, LEAD, Card(person="U05", supervisor=CLIENT)))
        assert "accueille" in refused["supervisor"]
        await coop.welcome(supervisor=None)
        await coop.speak()
        complaint = await coop.answer("part_choice", "who_should", CLIENT)
        assert complaint is not None
        assert "accueille" in complaint.why


async def test_a_guest_may_welcome_nobody_even_where_everybody_may(sqlite_url: str) -> None:
    async with cooperative(sqlite_url) as coop:
        await coop.desk.accounts(WORKSPACE, [GUEST])
        await coop.desk.set_up(WORKSPACE, LEAD, SetUp(starters={"onboarding": ("everyone",)}))
        refused = await coop.desk.welcome(
            WORKSPACE, CLIENT, Newcomer(first_day=date(2026, 4, 28), first_name="Lila", email="lila@exemple.coop")
        )
        assert "person" in refused


async def test_an_encounter_proposed_with_a_client_is_proposed_with_a_member_once_slack_says_so(
    database_url: str,
) -> None:
    """As of a database that knew nothing of guests."""
    async with arrived(database_url, datetime(2026, 5, 6, 12, tzinfo=UTC)) as coop:
        await coop.desk.accounts(WORKSPACE, [replace(GUEST, is_guest=None)])
        paul = await coop.member_id(CLIENT)
        assert await coop.answer("onboarding", "meet_the_team", "two_a_week") is None
        await coop.speak()
        before = await encounters(coop)
        assert before[paul] == "open"
        await coop.desk.accounts(WORKSPACE, [GUEST])
        after = await encounters(coop)
        assert paul not in after
        assert [after[one] for one in after.keys() - before.keys()] == ["open"]


async def encounters(coop: Cooperative) -> dict[str, str]:
    """By who is to be met, where it stands."""
    found = []
    await coop.desk.do(WORKSPACE, lambda it: found.extend(it.seen(conversations.of_flow(it.tx, "encounter"))))
    return {other.id: talk.status for talk in found if (other := talk.plays("other")) is not None}


# -------------------------------------------------------------------------------------------- what they see, and who sees them


@pytest.fixture
async def coop(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        yield coop


def text_of(view: View) -> str:
    return json.dumps(view.blocks, ensure_ascii=False)


async def paul(coop: Connected) -> Person:
    person = coop.slack.add_person("Paul", "Client", is_restricted=True, joined=False)
    await coop.slack.join(person)
    return person


async def test_a_guest_reads_in_the_home_for_whom_it_is_and_who_can_welcome_them(coop: Connected) -> None:
    guest = await paul(coop)
    await guest.open_home()
    await coop.bot.settle()
    assert guest.home is not None
    assert "personne invitée" in text_of(guest.home)
    assert "Awa Leroux" in text_of(guest.home)
    assert "passeport" not in text_of(guest.home)
    await guest.click(guest.home, action_id="home.my_data")
    assert "ce que je garde" in text_of(guest.modal).lower()


async def test_a_guest_who_writes_or_types_a_command_is_told_the_same(coop: Connected) -> None:
    guest = await paul(coop)
    for words in ("bonjour", "Je voudrais parler à quelqu'un", "passer"):
        await guest.write(words)
        await coop.bot.settle()
        assert "Awa Leroux peut t'accueillir" in guest.received[-1].text
    assert len(guest.received) == 3
    await guest.command("/parcours", "")
    assert "Awa Leroux peut t'accueillir" in guest.whispers[-1].text
    await guest.command("/parcours", "départ")
    assert "Awa Leroux peut t'accueillir" in text_of(guest.modal)


async def test_whoever_may_welcome_sees_the_guests_who_are_not_counted(coop: Connected) -> None:
    await paul(coop)
    await coop.lead.open_home()
    await coop.bot.settle()
    assert coop.lead.home is not None
    assert "Paul Client ne compte pas parmi les membres" in text_of(coop.lead.home)
