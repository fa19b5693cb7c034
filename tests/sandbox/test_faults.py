"""Slack's bad moods, asked for: rate limits, errors, silence before and after the deed."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import HalfAnswer, NoAnswer, Person, RateLimited, Refused, Sandbox, ServerError, TimeoutAfterSuccess
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import home, section


async def test_a_rate_limit_says_when_to_come_again(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    slack.faults.next("chat.postMessage", RateLimited(30))
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=lea.id, text="Bonjour")
    answer = raised.value.response
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "30")
    assert (await client.chat_postMessage(channel=lea.id, text="Bonjour"))["ok"]
    assert [(call.status, call.error) for call in slack.transcript] == [(429, "ratelimited"), (200, "")]


async def test_a_server_error_comes_as_a_page(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    slack.faults.next("*", ServerError(503))
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=lea.id, text="Bonjour")
    assert raised.value.response.status_code == 503
    assert lea.messages == []


async def test_a_refusal_may_be_asked_for_by_name(slack: Sandbox, client: AsyncWebClient) -> None:
    slack.faults.next("auth.test", Refused("account_inactive"))
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()


async def test_a_timeout_after_success_leaves_the_message_there(
    slack: Sandbox, lea: Person, client: AsyncWebClient
) -> None:
    slack.faults.next("chat.postMessage", TimeoutAfterSuccess())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.chat_postMessage(channel=lea.id, text="Bonjour")
    assert [message.text for message in lea.messages] == ["Bonjour"]
    assert (slack.transcript[-1].ok, slack.transcript[-1].status) == (True, 0)


async def test_half_an_answer_leaves_the_message_there(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    slack.faults.next("chat.postMessage", HalfAnswer())
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.chat_postMessage(channel=lea.id, text="Bonjour")
    assert [message.text for message in lea.messages] == ["Bonjour"]


async def test_no_answer_means_nothing_done(slack: Sandbox, lea: Person, client: AsyncWebClient) -> None:
    slack.faults.next("chat.postMessage", NoAnswer())
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.chat_postMessage(channel=lea.id, text="Bonjour")
    assert lea.messages == []


async def test_silence_lasts_until_the_app_gives_up(slack: Sandbox, lea: Person) -> None:
    slack.faults.next("chat.postMessage", TimeoutAfterSuccess(hang=True))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.1)) as session:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])
        with pytest.raises(TimeoutError):
            await client.chat_postMessage(channel=lea.id, text="Bonjour")
    assert len(lea.messages) == 1


async def test_a_fault_chooses_its_calls_and_comes_as_often_as_asked(
    slack: Sandbox, lea: Person, client: AsyncWebClient
) -> None:
    ali = slack.add_person("Ali")
    slack.faults.next("chat.postMessage", Refused(), times=2, only=lambda payload: payload["channel"] == ali.id)
    outcomes = []
    for person in (lea, ali, ali, ali):
        try:
            outcomes.append((await client.chat_postMessage(channel=person.id, text="a"))["ok"])
        except SlackApiError as refused:
            outcomes.append(refused.response["error"])
    assert outcomes == [True, "internal_error", "internal_error", True]
    slack.faults.next("auth.test", Refused())
    slack.faults.clear()
    assert (await client.auth_test())["ok"]


async def test_messages_are_limited_to_one_a_second_and_channel(
    slack: Sandbox, lea: Person, client: AsyncWebClient, clock: TestClock
) -> None:
    slack.rate_limited = True
    ali = slack.add_person("Ali")
    for _ in range(5):
        await client.chat_postMessage(channel=lea.id, text="Salve")
    with pytest.raises(SlackApiError) as raised:
        await client.chat_postMessage(channel=lea.id, text="De trop")
    assert raised.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel=ali.id, text="Un autre canal")
    clock.advance(seconds=1)
    await client.chat_postMessage(channel=lea.id, text="Une seconde plus tard")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=lea.id, text="De trop")


async def test_other_methods_have_their_tier(
    slack: Sandbox, lea: Person, client: AsyncWebClient, clock: TestClock
) -> None:
    slack.rate_limited = True
    for _ in range(100):
        await client.views_publish(user_id=lea.id, view=home(section("a")))
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.views_publish(user_id=lea.id, view=home(section("a")))
    clock.advance(seconds=1)
    await client.views_publish(user_id=lea.id, view=home(section("b")))
