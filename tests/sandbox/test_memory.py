"""Leaving and coming back: what the practice workspace remembers."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Person, Sandbox
from sandbox.journal import Journal
from sandbox.memory import Keeper, Memory, Unreadable
from tests.sandbox.conftest import TestClock
from tests.sandbox.kit import actions, home, modal, option, section, select, text_field


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "essai.workspace"


@pytest.fixture
def journal(slack: Sandbox) -> Journal:
    return Journal(slack)


@asynccontextmanager
async def come_back(path: Path, clock: TestClock) -> AsyncIterator[tuple[Sandbox, Journal]]:
    with closing(Memory(path)) as memory:
        async with Sandbox.serve(clock=clock) as slack:
            journal = Journal(slack)
            memory.recall(slack, journal)
            yield slack, journal


def leave(path: Path, slack: Sandbox, journal: Journal) -> None:
    with closing(Memory(path)) as memory:
        memory.save(slack, journal)


async def live(client: AsyncWebClient, slack: Sandbox, lea: Person) -> None:
    """A bit of everything."""
    news = slack.add_channel("annonces", members=[lea], with_bot=True)
    blocks = [section("*Bonjour*"), actions(select("day", option("Lundi", "mon")))]
    metadata = {"event_type": "said", "event_payload": {"delivery": "un"}}
    said = await client.chat_postMessage(channel=lea.id, text="Bonjour", blocks=blocks, metadata=metadata)
    lea.messages[0].enter(lea.messages[0].control("day"), "mon")
    gone = await client.chat_postMessage(channel=lea.id, text="Effacé")
    await client.chat_delete(channel=gone["channel"], ts=gone["ts"])
    await client.chat_postMessage(channel=lea.id, text="Au fait", thread_ts=said["ts"])
    await client.chat_postEphemeral(channel=news.id, user=lea.id, text="À toi")
    await client.views_publish(user_id=lea.id, view=home(section("Chez toi")))
    slack.stage.open(lea, modal("Fenêtre", text_field("Mot", "word")))
    lea.read[news.id] = lea.whispers[0].ts
    lea.see_failure("rien ne va", slack.workspace.clock())
    slack.workspace.take_letter("lea@exemple.org", "Bonne route", "À bientôt,\nhttps://exemple.org")


async def test_everything_is_there_when_one_comes_back(
    slack: Sandbox, journal: Journal, client: AsyncWebClient, lea: Person, clock: TestClock, path: Path
) -> None:
    omar = slack.add_person("Omar", "Diallo", title="menuiserie", joined=False)
    await live(client, slack, lea)
    clock.advance(days=3)
    leave(path, slack, journal)
    assert lea.home is not None
    async with come_back(path, clock) as (again, _):
        back = again.workspace.people[lea.id]
        assert [person.id for person in again.people] == [lea.id, omar.id]
        assert (again.people[1].title, again.people[1].joined) == ("menuiserie", False)
        assert [message.payload for message in back.messages] == [message.payload for message in lea.messages]
        assert back.messages[0].values() == lea.messages[0].values()
        assert back.messages[0].metadata == lea.messages[0].metadata
        assert back.messages[0].by_app
        assert [(one.text, one.channel.name) for one in back.whispers] == [("À toi", "annonces")]
        assert again.workspace.letters == slack.workspace.letters
        assert back.home is not None
        assert back.home.shown() == lea.home.shown()
        assert (back.read, back.failures, back.failed_at) == (lea.read, lea.failures, lea.failed_at)
        assert back.modals == []


async def test_the_clock_goes_on_from_where_it_stood(
    slack: Sandbox, journal: Journal, clock: TestClock, path: Path
) -> None:
    clock.advance(days=40)
    leave(path, slack, journal)
    with closing(Memory(path)) as memory:
        assert memory.clock() == clock.now


async def test_no_id_and_no_hour_is_given_twice(
    slack: Sandbox, journal: Journal, lea: Person, clock: TestClock, path: Path
) -> None:
    last_id, last_ts = slack.workspace.new_id("U"), slack.workspace.new_ts()
    leave(path, slack, journal)
    clock.advance(hours=-1)
    async with come_back(path, clock) as (again, _):
        assert again.workspace.new_id("U") > last_id
        assert again.workspace.new_ts() > last_ts


async def test_what_was_said_and_exchanged_is_remembered_within_bounds(
    slack: Sandbox, journal: Journal, client: AsyncWebClient, lea: Person, clock: TestClock, path: Path
) -> None:
    for number in range(520):
        await client.chat_postMessage(channel=lea.id, text=f"{number}")
    leave(path, slack, journal)
    async with come_back(path, clock) as (again, remembered):
        assert len(list(remembered.said)) == 520
        assert [entry.id for entry in remembered.exchanges] == list(range(21, 521))
        other = AsyncWebClient(again.bot_token, base_url=again.api_url)
        await other.chat_postMessage(channel=lea.id, text="encore")
        assert remembered.said.last == 521


async def test_only_what_changed_is_written(
    slack: Sandbox, journal: Journal, client: AsyncWebClient, lea: Person, path: Path
) -> None:
    await client.chat_postMessage(channel=lea.id, text="Bonjour")
    with closing(Memory(path)) as memory, closing(sqlite3.connect(path)) as other:
        memory.save(slack, journal)
        rows = dict(other.execute("SELECT kind || key, rowid FROM (SELECT kind, key, 1 AS rowid FROM remembered)"))
        written = list(memory._changed(slack))
        assert written == []
        assert len(rows) > 4
        lea.messages[0].payload["text"] = "Bonsoir"
        assert [kind for kind, _, _ in memory._changed(slack)] == ["message"]


async def test_a_picture_is_kept(
    slack: Sandbox, journal: Journal, lea: Person, clock: TestClock, path: Path, client: AsyncWebClient
) -> None:
    await client.files_upload_v2(content=b"\x89PNG", filename="radar.png", title="Radar")
    leave(path, slack, journal)
    async with come_back(path, clock) as (again, _):
        [upload] = again.workspace.uploads.values()
        assert (upload.name, upload.content, upload.complete) == ("radar.png", b"\x89PNG", True)


async def test_a_change_is_saved_by_itself(
    slack: Sandbox, journal: Journal, lea: Person, clock: TestClock, path: Path
) -> None:
    with closing(Memory(path)) as memory:
        keeper = Keeper(memory, slack, journal)
        async with keeper.keeping():
            keeper.ring()
            while memory.is_empty:
                await asyncio.sleep(0)
            clock.now += timedelta(days=1)
        assert memory.clock() == clock.now


@pytest.mark.parametrize("content", [b"not a database at all, whatever its name says", b"SQLite format 3\x00garbage"])
def test_a_file_that_is_something_else_is_told(path: Path, content: bytes) -> None:
    path.write_bytes(content * 100)
    with pytest.raises(Unreadable, match=r"essai\.workspace"):
        Memory(path)


async def test_a_file_of_another_layout_is_told(slack: Sandbox, journal: Journal, path: Path) -> None:
    leave(path, slack, journal)
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("""UPDATE remembered SET content = '{"layout": 99}' WHERE kind = 'facts'""")
    with pytest.raises(Unreadable, match="layout 99"):
        Memory(path)
