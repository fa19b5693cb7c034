"""Watching the app from the page: the timeline, the inspector, the events, and faults asked for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Channel, Person, Sandbox
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import section
from tests.sandbox.page.conftest import Diary, Page
from tests.sandbox.page.test_state import changed


async def test_all_that_was_said_is_told_the_newest_first(
    page: Page, client: AsyncWebClient, lea: Person, news: Channel
) -> None:
    await client.chat_postMessage(channel=lea.id, text="Bonjour")
    without_text = {"channel": news.id, "blocks": [section("*Nouvelle*")]}
    await client.api_call("chat.postMessage", json=without_text)
    entries = (await page.get("/timeline"))["entries"]
    assert [(entry["to"]["name"], entry["place"], entry["text"]) for entry in entries] == [
        ("annonces", news.id, "*Nouvelle*"),
        ("Léa Martin", "dm", "Bonjour"),
    ]
    older = (await page.get("/timeline", before=entries[0]["id"], limit=1))["entries"]
    assert [entry["text"] for entry in older] == ["Bonjour"]


async def test_what_was_taken_back_is_told_with_its_place(page: Page, client: AsyncWebClient, lea: Person) -> None:
    said = await client.chat_postMessage(channel=lea.id, text="Trop tôt")
    await client.chat_delete(channel=said["channel"], ts=said["ts"])
    entries = (await page.get("/timeline"))["entries"]
    assert [(entry["method"], entry["to"]["id"], entry["place"], entry["ts"]) for entry in entries] == [
        ("chat.delete", lea.id, "dm", said["ts"]),
        ("chat.postMessage", lea.id, "dm", said["ts"]),
    ]


async def test_a_refused_payload_is_shown_with_the_rule_it_broke(
    page: Page, client: AsyncWebClient, lea: Person
) -> None:
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=lea.id, text="?", blocks=[section("x" * 3001)])
    [call] = (await page.get("/calls"))["entries"]
    assert (call["direction"], call["name"], call["ok"], call["error"]) == (
        "from_app",
        "chat.postMessage",
        False,
        "invalid_blocks",
    )
    [fault] = call["faults"]
    assert fault["path"] == "/blocks/0/text/text"
    assert "3001" in fault["rule"]
    assert fault["doc"].startswith("docs.slack.dev/")
    assert call["payload"]["channel"] == lea.id
    assert call["answer"]["error"] == "invalid_blocks"


async def test_a_refused_answer_to_a_gesture_is_shown_too(page: Page, app_at_work: AsyncApp, lea: Person) -> None:
    async def too_long(ack: Any) -> None:
        await ack(text="?", blocks=[section("x" * 3001)])

    app_at_work.command("/echo")(too_long)
    await page.gesture(lea, "command", command="/echo")
    [call] = (await page.get("/calls", filter="acknowledgement"))["entries"]
    assert (call["ok"], call["faults"][0]["path"]) == (False, "/blocks/0/text/text")


async def test_calls_are_filtered_by_words_and_continued_from_a_number(
    page: Page, app_at_work: AsyncApp, client: AsyncWebClient, lea: Person
) -> None:
    await client.chat_postMessage(channel=lea.id, text="Bonjour")
    await page.gesture(lea, "write", place="dm", text="Bonsoir")
    calls = (await page.get("/calls", filter="TO_APP bonsoir"))["entries"]
    assert [call["name"] for call in calls] == ["message"]
    assert (await page.get("/calls", since=calls[0]["id"]))["entries"] == []


async def test_a_change_is_told_to_open_pages(page: Page, client: AsyncWebClient, lea: Person, omar: Person) -> None:
    async with page.http.get(f"{page.base}/events") as events:
        assert events.headers["Content-Type"].startswith("text/event-stream")
        await client.chat_postMessage(channel=omar.id, text="Bonjour")
        told = await changed(events)
    assert (told["people"], told["timeline"]) == ([omar.id], 1)


async def test_a_journey_is_told_to_open_pages(page: Page, diary: Diary, clock: TestClock) -> None:
    diary.due = [clock.now + timedelta(hours=1)]
    async with page.http.get(f"{page.base}/events") as events:
        await page.post("/travel", to="+1d")
        told: list[Any] = [await changed(events)]
        while not told[-1]["travel"]["done"]:
            told.append(await changed(events))
    assert told[-1]["clock"] is True
    assert told[-1]["travel"]["at"] == "2026-12-02T10:00:00+01:00"


# --------------------------------------------------------------------------------------------------------------- faults


async def test_a_fault_waits_for_its_call_and_what_came_of_it_is_counted(
    page: Page, client: AsyncWebClient, lea: Person
) -> None:
    told = await page.post("/fault", kind="timeout_after_success", method="chat.postMessage", times=1)
    assert told["waiting"] == [{"kind": "timeout_after_success", "method": "chat.postMessage", "times": 1}]
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=lea.id, text="Bonjour", metadata=carrying("un"))
    assert await counts(page) == (1, 0, 0)
    await client.chat_postMessage(channel=lea.id, text="Bonjour", metadata=carrying("un deux"))
    assert await counts(page) == (2, 1, 0)
    assert (await page.get("/faults"))["waiting"] == []


@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "no_answer"])
async def test_what_was_not_said_yet_counts_as_lost_until_it_is(
    page: Page, client: AsyncWebClient, lea: Person, kind: str
) -> None:
    await page.post("/fault", kind=kind, method="*")
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await client.chat_postMessage(channel=lea.id, text="Bonjour", metadata=carrying("un"))
    assert await counts(page) == (0, 0, 1)
    await client.chat_postMessage(channel=lea.id, text="Bonjour", metadata=carrying("un"))
    assert await counts(page) == (1, 0, 0)


async def test_what_was_said_then_taken_back_is_not_lost(page: Page, client: AsyncWebClient, lea: Person) -> None:
    await page.post("/fault", kind="server_error", method="users.info")
    said = await client.chat_postMessage(channel=lea.id, text="Bonjour", metadata=carrying("un"))
    await client.chat_delete(channel=said["channel"], ts=said["ts"])
    assert await counts(page) == (0, 0, 0)


async def test_an_event_is_delivered_twice(page: Page, app_at_work: AsyncApp, slack: Sandbox, lea: Person) -> None:
    assert (await page.post("/fault", kind="redelivery"))["error"] == "nothing_to_redeliver"
    await page.gesture(lea, "write", place="dm", text="Bonjour")
    assert (await page.post("/fault", kind="redelivery"))["ok"]
    assert len(slack.deliveries[-1].attempts) == 2


async def test_the_app_comes_back_after_a_disconnection(
    page: Page, app_at_work: AsyncApp, slack: Sandbox, lea: Person
) -> None:
    assert (await page.post("/fault", kind="disconnect"))["ok"]
    async with asyncio.timeout(10):
        while not (await page.gesture(lea, "write", place="dm", text="Toujours là ?"))["ok"]:
            continue  # its first connection is being let go of


async def test_the_clock_jumps_over_what_is_due(page: Page, diary: Diary, clock: TestClock) -> None:
    start = clock.now
    diary.due = [start + timedelta(hours=1), start + timedelta(hours=2)]
    await page.post("/fault", kind="clock_change")
    assert diary.visited == [start + timedelta(hours=12)]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"kind": "fire"}, "unknown_fault"),
        ({"kind": "rate_limit", "method": "chat.sing"}, "unknown_method"),
        ({"kind": "rate_limit", "times": 1000}, "unreadable"),
    ],
)
async def test_a_fault_that_does_not_exist_is_refused(page: Page, asked: dict[str, Any], error: str) -> None:
    assert (await page.post("/fault", **asked))["error"] == error


def carrying(ids: str) -> dict[str, Any]:
    return {"event_type": "said", "event_payload": {"delivery": ids}}


async def counts(page: Page) -> tuple[int, int, int]:
    last = (await page.get("/faults"))["last"]
    return last["said"], last["doubled"], last["lost"]
