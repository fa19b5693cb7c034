"""What the page shows: the shell, and what one person sees in one place."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import aiohttp
import orjson
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Channel, Person, Sandbox
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import actions, button, home, section
from tests.sandbox.page.conftest import Diary, Page

LIGHT, QUICK = 100_000, 0.2


async def test_a_person_sees_what_the_app_told_them(page: Page, client: AsyncWebClient, lea: Person) -> None:
    blocks = [section("*Bonjour*"), actions(button("Oui", "yes"))]
    await client.chat_postMessage(channel=lea.id, text="Bonjour", blocks=blocks)
    [message] = (await page.state(lea))["messages"]
    assert (message["text"], message["author"]["name"], message["author"]["is_app"]) == ("Bonjour", "Parcours", True)
    assert [block["type"] for block in message["blocks"]] == ["section", "actions"]
    assert (message["edited"], message["ephemeral"], message["replies"], message["files"]) == (False, False, 0, [])


async def test_the_hour_is_that_of_the_wall_and_what_is_due_is_told(
    page: Page, lea: Person, diary: Diary, clock: TestClock
) -> None:
    diary.due = [clock.now + timedelta(hours=2)]
    told = (await page.state(lea))["clock"]
    assert told == {
        "iso": "2026-12-01T10:00:00+01:00",
        "zone": "Europe/Paris",
        "next": "2026-12-01T12:00:00+01:00",
        "travelling": False,
    }


async def test_what_is_unread_is_counted_by_person_and_place(
    page: Page, client: AsyncWebClient, lea: Person, omar: Person, news: Channel
) -> None:
    for _ in range(2):
        await client.chat_postMessage(channel=lea.id, text="Coucou")
    await client.chat_postMessage(channel=news.id, text="À tout le monde")
    await client.chat_postEphemeral(channel=news.id, user=omar.id, text="À toi")
    assert await unread(page, lea) == {"dm": 2, news.id: 1}
    assert await unread(page, omar) == {"dm": 0, news.id: 2}
    assert [one["unread"] for one in (await page.state(lea))["people"]] == [3, 2]


async def test_a_message_taken_back_is_gone_for_everybody_at_once(
    page: Page, client: AsyncWebClient, lea: Person, omar: Person, news: Channel
) -> None:
    said = await client.chat_postMessage(channel=news.id, text="Trop tôt")
    async with page.http.get(f"{page.base}/events") as events:
        await client.chat_delete(channel=news.id, ts=said["ts"])
        told = await changed(events)
    touched: Any = told["people"]
    assert {lea.id, omar.id} <= set(touched)
    for person in (lea, omar):
        assert (await page.state(person, news.id))["messages"] == []
        assert (await unread(page, person))[news.id] == 0


async def test_what_was_seen_is_read_for_that_person_alone(
    page: Page, client: AsyncWebClient, lea: Person, omar: Person, news: Channel
) -> None:
    await client.chat_postMessage(channel=news.id, text="À tout le monde")
    assert (await page.gesture(lea, "see", place=news.id))["ok"]
    assert (await unread(page, lea))[news.id] == 0
    assert (await unread(page, omar))[news.id] == 1


async def test_ones_own_words_are_never_unread(page: Page, lea: Person, omar: Person, news: Channel) -> None:
    await page.gesture(lea, "write", place=news.id, text="Qui vient ?")
    assert (await unread(page, lea))[news.id] == 0
    assert (await unread(page, omar))[news.id] == 1


async def test_a_whisper_is_shown_to_one_person(
    page: Page, client: AsyncWebClient, lea: Person, omar: Person, news: Channel
) -> None:
    await client.chat_postEphemeral(channel=news.id, user=omar.id, text="À toi")
    [message] = (await page.state(omar, news.id))["messages"]
    assert message["ephemeral"] is True
    assert (await page.state(lea, news.id))["messages"] == []


async def test_replies_are_counted_and_a_changed_text_says_so(page: Page, client: AsyncWebClient, lea: Person) -> None:
    said = await client.chat_postMessage(channel=lea.id, text="Bonjour")
    await client.chat_postMessage(channel=lea.id, text="Au fait", thread_ts=said["ts"])
    await client.chat_update(channel=said["channel"], ts=said["ts"], text="Bonsoir")
    first, reply = (await page.state(lea))["messages"]
    assert (first["text"], first["edited"], first["replies"]) == ("Bonsoir", True, 1)
    assert (reply["thread_ts"], reply["edited"]) == (said["ts"], False)


async def test_the_home_is_shown_where_it_is(page: Page, client: AsyncWebClient, lea: Person) -> None:
    await client.views_publish(user_id=lea.id, view=home(section("Chez toi")))
    shown = (await page.state(lea, "home"))["home"]
    assert shown["blocks"][0]["text"]["text"] == "Chez toi"
    assert (await page.state(lea))["home"] is None


async def test_a_channel_one_is_not_in_is_neither_listed_nor_named(page: Page, slack: Sandbox, lea: Person) -> None:
    secret = slack.add_channel("secret", with_bot=True, is_private=True)
    state = await page.state(lea, secret.id)
    assert [place["id"] for place in state["places"]] == ["home", "dm"]
    assert (state["messages"], secret.id in state["names"]) == ([], False)


async def test_only_the_newest_messages_are_given_and_the_others_counted(
    page: Page, slack: Sandbox, lea: Person
) -> None:
    dm = slack.workspace.dm_with(lea)
    for number in range(12):
        slack.workspace.post(dm, {"text": f"{number}"}, author=slack.bot_user_id)
    state = await page.get("/state", person=lea.id, limit=5)
    assert [message["text"] for message in state["messages"]] == ["7", "8", "9", "10", "11"]
    assert state["earlier"] == 7


async def test_somebody_unknown_is_refused(page: Page) -> None:
    assert (await page.get("/state", person="U0"))["error"] == "unknown_person"


async def test_what_the_app_finds_wrong_is_shown(page: Page, lea: Person, slack: Sandbox, diary: Diary) -> None:
    diary.found = ["fr/menu.j2: line 2"]
    async with page.http.get(f"{page.base}/events") as events:
        await changed(events)
    assert (await page.state(lea))["faults_found"] == ["fr/menu.j2: line 2"]


# ------------------------------------------------------------------------------------------------------------ the shell


async def test_the_shell_holds_the_state_and_no_script_of_its_own(page: Page, lea: Person, slack: Sandbox) -> None:
    slack.workspace.post(
        slack.workspace.dm_with(lea), {"text": "</script><script>alert(1)</script>"}, author=slack.bot_user_id
    )
    html = await shell(page)
    embedded = re.search(r'<script type="application/json" id="state">(.*?)</script>', html, re.DOTALL)
    assert embedded is not None
    assert orjson.loads(embedded[1])["messages"][0]["text"] == "</script><script>alert(1)</script>"
    kinds = re.findall(r"<script([^>]*)>", html)
    assert all("application/json" in kind or "src=" in kind for kind in kinds)
    assert not re.search(r"\son[a-z]+=|\sstyle=|//(?!127)[a-z]+\.", html)


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_the_shell_speaks_both_languages(page: Page, lang: str) -> None:
    html = await shell(page, lang=lang)
    assert f'<html lang="{lang}"' in html
    for landmark in ("<header", "<nav", "<main", 'class="skip"', "<h1"):
        assert landmark in html, landmark


async def test_the_shell_leads_back_whoever_looks_for_somebody_gone(page: Page) -> None:
    async with page.http.get(f"{page.base}/?person=U0", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_the_first_view_is_light_and_quick(page: Page, slack: Sandbox, lea: Person) -> None:
    dm = slack.workspace.dm_with(lea)
    for number in range(300):
        slack.workspace.post(dm, {"text": f"{number} " + "mot " * 150}, author=slack.bot_user_id)
    await shell(page)
    start = time.perf_counter()
    weight = len((await shell(page)).encode())
    assert time.perf_counter() - start < QUICK
    html = await shell(page)
    for path in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html)):
        headers = {"Accept-Encoding": "gzip"}
        async with page.http.get(page.base + path, headers=headers) as answer:
            assert answer.status == 200, path
            weight += answer.content_length or len(await answer.read())
    assert weight < LIGHT


async def shell(page: Page, **query: str) -> str:
    async with page.http.get(f"{page.base}/", params=query) as answer:
        assert answer.status == 200
        return await answer.text()


async def unread(page: Page, person: Person) -> dict[str, int]:
    places = (await page.state(person))["places"]
    return {place["id"]: place["unread"] for place in places if place["kind"] != "home"}


async def changed(events: aiohttp.ClientResponse) -> dict[str, object]:
    """What the next event of the page says."""
    async for line in events.content:
        if line.startswith(b"data: "):
            return dict(orjson.loads(line[6:]))
    raise AssertionError("the events ended")
