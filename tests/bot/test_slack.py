"""The few Web API calls, against the practice workspace; and what Slack's moods become."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.blocks import section
from bot.clock import MovableClock
from bot.moods import Later, Never
from bot.slack import Slack
from bot.user_objects import account_of
from sandbox import HalfAnswer, NoAnswer, Person, RateLimited, Refused, Sandbox, ServerError, TimeoutAfterSuccess

NOW = datetime(2026, 4, 28, 7, tzinfo=UTC)
SECRET_WORDS = "ce que j'ai écrit"


@pytest.fixture
async def practice() -> AsyncIterator[Sandbox]:
    async with Sandbox.serve(clock=MovableClock(NOW)) as sandbox:
        yield sandbox


@pytest.fixture
async def slack(practice: Sandbox) -> AsyncIterator[Slack]:
    async with Slack(practice.bot_token, practice.api_url, patience=2.0) as slack:
        yield slack


@pytest.fixture
def lea(practice: Sandbox) -> Person:
    return practice.add_person("Léa", "Martin", email="lea@exemple.coop")


async def test_a_message_is_said_then_changed(slack: Slack, lea: Person) -> None:
    posted = await slack.post(lea.id, "bonjour", [section("*bonjour*")], ["7"])
    await slack.update(posted, "au revoir", [section("au revoir")])
    (received,) = lea.received
    assert (received.ts, received.text) == (posted.ts, "au revoir")


async def test_a_message_is_found_again_by_what_it_carried(practice: Sandbox, slack: Slack, lea: Person) -> None:
    posted = await slack.post(lea.id, "bonjour", [section("bonjour")], ["7", "8"])
    for number in range(250):
        await slack.post(lea.id, "autre", [section("autre")], [f"other-{number}"])
    assert await slack.find_message(posted.channel, "8", NOW) == posted
    assert await slack.find_message(posted.channel, "9", NOW) is None
    assert await slack.find_message(posted.channel, "8", NOW + timedelta(hours=1)) is None
    assert await slack.open_dm(lea.id) == posted.channel


async def test_a_whisper_is_for_one_person(practice: Sandbox, slack: Slack, lea: Person) -> None:
    channel = practice.add_channel("volontaires", members=[lea], with_bot=True)
    await slack.whisper(channel.id, lea.id, "rien que toi", [section("rien que toi")])
    assert [message.text for message in lea.whispers] == ["rien que toi"]
    with pytest.raises(Never, match="user_not_in_channel"):
        await slack.whisper(channel.id, "U0NOBODY", "?", [section("?")])


async def test_everybody_is_told_page_by_page_with_their_language(practice: Sandbox, slack: Slack, lea: Person) -> None:
    for number in range(205):
        practice.add_person(f"Personne {number}")
    accounts = {account.slack_id: account async for account in slack.everyone()}
    assert len(accounts) == 208
    assert accounts[lea.id] == await slack.who(lea.id)
    known = accounts[lea.id]
    assert (known.first_name, known.last_name, known.email) == ("Léa", "Martin", "lea@exemple.coop")
    assert (known.locale, known.zone, known.active, known.is_bot) == ("fr-FR", "Europe/Paris", True, False)
    assert sum(account.is_bot for account in accounts.values()) == 2


async def test_who_we_are(practice: Sandbox, slack: Slack) -> None:
    us = await slack.identity()
    assert (us.user_id, us.team) == (practice.bot_user_id, practice.workspace.name)


def test_an_account_with_little_in_its_profile_still_has_a_name() -> None:
    account = account_of({"id": "U1", "profile": {"real_name": "Ana de la Cruz"}, "deleted": True, "is_owner": True})
    assert (account.first_name, account.last_name) == ("Ana", "de la Cruz")
    assert (account.active, account.is_admin, account.email) == (False, True, None)


@pytest.mark.parametrize(
    ("fault", "reason", "seconds", "uncertain"),
    [
        (RateLimited(seconds=42), "ratelimited", 42, False),
        (ServerError(503), "http_503", 60, True),
        (NoAnswer(), "no_answer", 15, True),
        (NoAnswer(hang=True), "no_answer", 15, True),
        (TimeoutAfterSuccess(), "no_answer", 15, True),
        (HalfAnswer(), "no_answer", 15, True),
        (Refused("internal_error"), "internal_error", 60, True),
        (Refused("service_unavailable"), "service_unavailable", 60, False),
    ],
)
async def test_what_passes_with_time(
    practice: Sandbox, slack: Slack, lea: Person, fault: ServerError, reason: str, seconds: float, uncertain: bool
) -> None:
    practice.faults.next("chat.postMessage", fault)
    with pytest.raises(Later) as mood:
        await slack.post(lea.id, SECRET_WORDS, [section(SECRET_WORDS)])
    assert (mood.value.reason, mood.value.seconds, mood.value.uncertain) == (reason, seconds, uncertain)


@pytest.mark.parametrize("error", ["channel_not_found", "invalid_auth", "an_error_of_next_year"])
async def test_what_never_passes(practice: Sandbox, slack: Slack, lea: Person, error: str) -> None:
    practice.faults.next("chat.postMessage", Refused(error))
    with pytest.raises(Never) as mood:
        await slack.post(lea.id, "bonjour", [section("bonjour")])
    assert mood.value.reason == error


async def test_nothing_was_sent_to_whom_could_not_be_reached(unused_tcp_port: int) -> None:
    async with Slack("xoxb-0", f"http://127.0.0.1:{unused_tcp_port}/api/") as slack:
        with pytest.raises(Later) as mood:
            await slack.post("U1", "bonjour", [section("bonjour")])
    assert (mood.value.reason, mood.value.uncertain) == ("unreachable", False)


async def test_no_mood_and_no_log_repeats_a_message(
    practice: Sandbox, slack: Slack, lea: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Never, match="invalid_blocks /blocks/0/text") as mood:
        await slack.post(
            lea.id, SECRET_WORDS, [{"type": "section", "text": {"type": "mrkdwn", "text": SECRET_WORDS * 500}}]
        )
    practice.faults.next("chat.postMessage", NoAnswer())
    with pytest.raises(Later):
        await slack.post(lea.id, SECRET_WORDS, [section(SECRET_WORDS)])
    assert SECRET_WORDS not in str(mood.value)
    assert mood.value.__cause__ is None
    assert SECRET_WORDS not in caplog.text
