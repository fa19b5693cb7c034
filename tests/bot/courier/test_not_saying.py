"""The courier, between a real database and the practice workspace: what is not said is seen."""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from bot.letters import Letter
from bot.postman import NotHeard
from flows.core.people import Member
from storage import members, tables, workspaces
from storage.transaction import Transaction
from tests.bot.cooperative import LEAD, LONG_BEFORE, NEWCOMER, SUPERVISOR, WORKSPACE, account
from tests.bot.courier.conftest import newcomer
from tests.bot.spoken import Letters, Spoken, spoken


async def test_what_comes_too_late_is_given_up(quiet: Spoken) -> None:
    await quiet.queue(SUPERVISOR, "supervisor_month_1", useful_until=LONG_BEFORE)
    await quiet.courier.deliver()
    assert [row.reason for row in await quiet.rows()] == ["too_late"]


async def test_a_closed_account_is_noticed_before_sending(quiet: Spoken) -> None:
    await quiet.queue(SUPERVISOR, "supervisor_month_1", prompt=True)
    await quiet.coop.desk.accounts(WORKSPACE, [account(SUPERVISOR, email=None, active=False)])
    quiet.practice.transcript.clear()
    await quiet.courier.deliver()
    assert "account_closed" in [row.reason for row in await quiet.rows()]
    assert not [call for call in quiet.practice.transcript if call.payload.get("channel") == SUPERVISOR]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"conversation": "c_gone"}, "conversation_gone"),
        ({"message": "a_former_step", "step": "a_former_step"}, "step_gone"),
        ({"message": "menu/unheard_of", "conversation": None}, "no_words"),
        ({"recipient": "m_gone"}, "unknown_recipient"),
    ],
)
async def test_what_no_longer_exists_is_given_up_with_its_reason(
    quiet: Spoken, changes: dict[str, Any], reason: str
) -> None:
    await quiet.queue(SUPERVISOR, "supervisor_month_1", **changes)
    await quiet.queue(LEAD, "supervisor_month_1")
    await quiet.courier.deliver()
    assert [row.reason for row in await quiet.rows()] == [reason]
    assert "un mois" in quiet.received(LEAD)[-1].text


async def test_whoever_has_no_account_yet_gets_a_letter_or_waits(quiet: Spoken) -> None:
    lila = await newcomer(quiet)
    await quiet.queue(LEAD, "week_before", recipient=lila)
    await quiet.queue(LEAD, "welcome", recipient=lila)
    await quiet.courier.deliver()
    ((to, subject, text),) = quiet.letters.sent
    assert (to, "\n" in subject) == ("lila@exemple.coop", False)
    assert "Lila" in text
    assert await quiet.next_at() == quiet.coop.clock() + timedelta(days=1)
    await quiet.coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
    quiet.practice.add_person("Lila", id=NEWCOMER)
    await quiet.wait(timedelta(days=1))
    assert "Bienvenue" in quiet.received(NEWCOMER)[-1].text


@pytest.mark.parametrize(("locale", "colon"), [("fr-FR", "\N{NO-BREAK SPACE}: "), ("en-GB", ": ")])
async def test_a_link_of_a_letter_is_named_as_its_language_writes(quiet: Spoken, locale: str, colon: str) -> None:
    lila, link = await newcomer(quiet), "https://exemple.coop/video"

    def unit(tx: Transaction) -> None:
        members.set_preferences(tx, lila, locale=locale)
        coop = workspaces.find(tx)
        assert coop is not None
        workspaces.save(tx, replace(coop, links={"video": link}))

    await quiet.coop.store.run(unit, WORKSPACE)
    await quiet.queue(LEAD, "week_before", recipient=lila)
    await quiet.courier.deliver()
    ((_, _, letter),) = quiet.letters.sent
    (line,) = [line for line in letter.splitlines() if link in line]
    assert line.endswith(f"{colon}{link}")
    assert line.removesuffix(f"{colon}{link}")[-1].isalpha()


async def test_a_letter_is_replied_to_and_in_slack_one_writes_to_people(quiet: Spoken) -> None:
    lila = await newcomer(quiet)
    await quiet.queue(LEAD, "week_before", recipient=lila)
    await quiet.courier.deliver()
    ((_, _, letter),) = quiet.letters.sent
    await quiet.coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
    quiet.practice.add_person("Lila", id=NEWCOMER)
    await quiet.queue(LEAD, "week_before", recipient=lila, occurrence="again")
    await quiet.wait(timedelta(days=1))
    message = quiet.received(NEWCOMER)[-1].text
    assert ("ce message" in letter, "ce message" in message) == (True, False)
    assert "Écris à" in message


@dataclass
class LockedOut(Letters):
    """A postman whose mail server knows neither our name nor our password, until somebody mends it."""

    is_mended: bool = False
    tried: int = 0

    async def send(self, to: str, letter: Letter) -> None:
        self.tried += 1
        if not self.is_mended:
            raise NotHeard("smtp_login", 535)
        await super().send(to, letter)


async def with_a_letter_to_write(life: Spoken) -> None:
    await life.coop.welcome()
    await life.courier.deliver()
    await life.queue(LEAD, "week_before", recipient=await newcomer(life))


async def test_an_evening_of_a_wrong_password_loses_no_letter_and_the_log_says_what_to_mend(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    post = LockedOut()
    async with spoken(sqlite_url, post=post) as life:
        await with_a_letter_to_write(life)
        for _ in range(5):
            await life.wait(timedelta(hours=1))
        assert (post.sent, await life.rows()) == ([], [])
        assert "smtp_login_535" in caplog.text
        assert "Check the name and the password in SMTP_URL" in caplog.text
        post.is_mended = True
        await life.wait(timedelta(days=1))
        assert [to for to, _, _ in post.sent] == ["lila@exemple.coop"]


async def test_a_wrong_password_that_nobody_mends_leaves_the_letter_among_those_that_failed(sqlite_url: str) -> None:
    async with spoken(sqlite_url, post=LockedOut()) as life:
        await with_a_letter_to_write(life)
        for _ in range(250):
            await life.wait(timedelta(hours=1))
        assert [row.reason for row in await life.rows()] == ["smtp_login_535"]


async def test_a_wrong_password_is_not_told_once_for_every_letter_of_a_turn(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A server that is told one a hundred times in a row shuts us out."""
    post = LockedOut()
    async with spoken(sqlite_url, post=post) as life:
        await life.coop.welcome()
        await life.courier.deliver()
        for number in range(30):
            who = await life.coop.store.run(partial(_expected, number=number), WORKSPACE)
            await life.queue(LEAD, "week_before", recipient=who)
        await life.wait()
        assert post.tried < 10
        assert caplog.text.count("takes no letter of ours") == 1
        assert len(await life.coop.store.read(_tried_once, WORKSPACE)) == 30


def _expected(tx: Transaction, number: int) -> str:
    told = Member(id=members.new_id(), first_name=f"Prénom {number}", email=f"personne{number}@exemple.coop")
    return members.remember(tx, told).id


def _tried_once(tx: Transaction) -> list[str]:
    rows = tx.connection.execute(sa.select(tables.outbox.c.recipient).where(tables.outbox.c.attempts == 1))
    return list(rows.scalars())


async def test_without_a_mail_server_the_letter_waits_for_the_account(sqlite_url: str) -> None:
    async with spoken(sqlite_url, by_email=False) as life:
        await life.coop.welcome()
        await life.courier.deliver()
        lila = await newcomer(life)
        await life.queue(LEAD, "week_before", recipient=lila, useful_until=LONG_BEFORE + timedelta(days=2))
        await life.courier.deliver()
        assert await life.next_at() == life.coop.clock() + timedelta(days=1)
        for _ in range(3):
            await life.wait(timedelta(days=1))
        assert [row.reason for row in await life.rows()] == ["too_late"]
