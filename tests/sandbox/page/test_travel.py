"""Time travel: every due moment in order, to the hour that was asked for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Channel, Person
from tests.sandbox.conftest import TestClock
from tests.sandbox.page.conftest import Diary, Page


def hours(clock: TestClock, *numbers: int) -> list[datetime]:
    return [clock.now + timedelta(hours=number) for number in numbers]


async def test_every_due_moment_is_gone_through_in_order(page: Page, diary: Diary, clock: TestClock) -> None:
    start = clock.now
    diary.due = hours(clock, 30, 2, 9, 400)
    told = await page.post("/travel", to="+1w")
    assert [moment - start for moment in diary.visited] == [timedelta(hours=number) for number in (2, 9, 30, 168)]
    assert (told["moments"], told["stopped"]) == (3, False)
    assert (told["from"], told["to"]) == ("2026-12-01T10:00:00+01:00", "2026-12-08T10:00:00+01:00")


async def test_the_next_event_is_gone_to_and_no_further(page: Page, diary: Diary, clock: TestClock) -> None:
    diary.due = hours(clock, 5, 6)
    [wanted, _] = diary.due
    assert (await page.post("/travel", to="next"))["to"] == "2026-12-01T15:00:00+01:00"
    assert diary.visited == [wanted]


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("next", "nothing_due"),
        ("2026-11-30", "past"),
        ("2099-01-01", "too_far"),
        ("demain", "unreadable"),
    ],
)
async def test_what_cannot_be_gone_to_is_refused(page: Page, clock: TestClock, to: str, error: str) -> None:
    start = clock.now
    assert (await page.post("/travel", to=to))["error"] == error
    assert clock.now == start


async def test_a_day_later_it_is_the_same_hour_on_the_wall(page: Page, clock: TestClock) -> None:
    clock.now = datetime(2027, 3, 27, 8, 0, tzinfo=UTC)  # nine in Paris, the day before summer time
    await page.post("/travel", to="+1d")
    assert clock.now == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)


async def test_a_date_without_offset_is_of_the_wall(page: Page, clock: TestClock) -> None:
    await page.post("/travel", to="2026-12-02T09:30")
    assert clock.now == datetime(2026, 12, 2, 8, 30, tzinfo=UTC)


async def test_a_journey_is_stopped_on_the_way(page: Page, diary: Diary, clock: TestClock) -> None:
    diary.due = [clock.now + timedelta(minutes=number) for number in range(1, 60_000)]
    journey = asyncio.create_task(page.post("/travel", to="2026-12-31"))
    while not diary.visited:
        await asyncio.sleep(0)
    assert (await page.post("/travel", to="+1d"))["error"] == "travelling"
    assert (await page.get("/state"))["clock"]["travelling"] is True
    await page.post("/travel/stop")
    told = await journey
    assert told["stopped"] is True
    assert 0 < told["moments"] < 59_000
    assert (await page.get("/state"))["clock"]["travelling"] is False


async def test_what_stays_due_holds_nobody_up(page: Page, diary: Diary, clock: TestClock) -> None:
    diary.due, diary.keeps = [clock.now], True
    start = clock.now
    assert (await page.post("/travel", to=(start + timedelta(hours=1)).isoformat()))["ok"]
    assert clock.now == start + timedelta(hours=1)


async def test_who_was_told_how_much_meanwhile_is_said(
    page: Page, client: AsyncWebClient, diary: Diary, clock: TestClock, lea: Person, news: Channel
) -> None:
    diary.due = [clock.now + timedelta(minutes=number) for number in range(1, 2_000)]
    journey = asyncio.create_task(page.post("/travel", to="+1w"))
    while not diary.visited:
        await asyncio.sleep(0)
    said = await client.chat_postMessage(channel=lea.id, text="Un")
    await client.chat_update(channel=said["channel"], ts=said["ts"], text="Un !")
    await client.chat_postMessage(channel=lea.id, text="Deux")
    await client.chat_postMessage(channel=news.id, text="Trois")
    told = await journey
    assert told["told"] == [
        {"id": lea.id, "name": "Léa Martin", "kind": "person", "messages": 2},
        {"id": news.id, "name": "annonces", "kind": "channel", "messages": 1},
    ]
    assert told["said"] == 3
