"""Tests of what happens when something goes wrong: nothing is lost, a line tells the fix, and nothing is raised to anybody."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import mishaps
from bot.app import bolt_app
from bot.installed import OneWorkspace
from bot.settings import Settings
from bot.slack import Identity, Slack
from messages import Messages
from storage import StoreBusy, StoreUnavailable, faults
from storage.words import KEY_NOT_IN_USE
from tests.bot.connected import MORNING, Connected, Door, connected

IDENTITY = Identity("T1", "Les Lucioles", "UBOT", "BBOT")


@pytest.fixture
async def coop(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        yield coop


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another program holds the database."""
    with closing(sqlite3.connect(folder / "parcours.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


async def test_an_event_the_store_cannot_take_comes_again_and_is_taken(
    coop: Connected, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = len(coop.lead.received)
    with locked(tmp_path):
        ack = await coop.lead.write("menu")
    assert not ack.acknowledged
    assert "locked by another program. Stop the other program" in caplog.text
    assert "menu" not in caplog.text
    [again] = await coop.slack.retries_due(early=True)
    await coop.bot.settle()
    assert (again.acknowledged, len(coop.lead.received)) == (True, before + 1)


async def test_a_window_keeps_what_was_written_while_the_store_is_away(coop: Connected, tmp_path: Path) -> None:
    await coop.lead.shortcut("welcome")
    lila = {"f1|first_name": "Lila", "f1|email": "lila@exemple.coop", "f1|first_day": "2026-04-28"}
    with locked(tmp_path):
        ack = await coop.lead.submit(coop.lead.modal, lila)
    [told] = ack.errors.values()
    assert "réessaie" in told
    assert (await coop.lead.submit(coop.lead.modal)).errors == {}
    await coop.bot.settle()
    assert any("28 avril" in message.text for message in coop.lead.received)


async def test_a_command_is_answered_while_the_store_is_away(coop: Connected, tmp_path: Path) -> None:
    with locked(tmp_path):
        ack = await coop.lead.command("/parcours", "pause")
    assert ack.acknowledged
    assert "réessaie" in coop.lead.whispers[-1].text


@pytest.mark.parametrize("door", ["socket", "http"])
async def test_an_answer_the_store_cannot_take_is_not_acknowledged_and_can_be_given_again(
    tmp_path: Path, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(tmp_path, door) as coop:
        await coop.set_up()
        roles, details = (
            {"subject": coop.lead.id},
            {"improvement": "i_1", "finding": "Du bruit", "action": "Un plafond"},
        )
        await coop.bot.desk.begin(coop.slack.team_id, "action_follow_up", roles, MORNING.date(), details)
        await coop.bot.settle()
        question = coop.lead.received[-1]
        with locked(tmp_path):
            refused = await coop.lead.click(question, value="done")
        assert not refused.acknowledged
        assert "locked by another program. Stop the other program" in caplog.text
        taken = await coop.lead.click(question, value="done")
        await coop.bot.settle()
        assert (taken.acknowledged, coop.lead.received[-1] == question) == (True, False)


# ---------------------------------------------------------------------------------------------------- what nobody foresaw

WORDS = "ce que je n'ai dit à personne"


@pytest.fixture
def spoiled() -> AsyncApp:
    """A bot whose every listener trips over what it was told."""
    app = bolt_app(Settings(bot_token="xoxb-1"), OneWorkspace(Slack("xoxb-1"), IDENTITY), Messages())
    mishaps.register(app, lambda reason, reference: f"{reason} {reference}")

    async def trip(body: dict[str, Any]) -> None:
        raise ValueError(str(body))

    for listen in (app.event("message"), app.action("answer.0"), app.view("answer"), app.command("/parcours")):
        listen(trip)
    return app


async def sent(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    return await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


EVENT = {"type": "event_callback", "team_id": "T1", "event": {"type": "message", "text": WORDS, "user": "U1"}}
TEAM = {"team": {"id": "T1"}}
CLICK = {"type": "block_actions", **TEAM, "user": {"id": "U1"}, "actions": [{"action_id": "answer.0", "value": WORDS}]}
WINDOW = {
    "type": "view_submission",
    **TEAM,
    "user": {"id": "U1"},
    "view": {
        "type": "modal",
        "callback_id": "answer",
        "blocks": [{"type": "section"}, {"type": "input", "block_id": "f1|answer"}],
        "state": {"values": {"f1|answer": {"field": {"value": WORDS}}}},
    },
}
COMMAND = {"command": "/parcours", "team_id": "T1", "text": WORDS, "user_id": "U1"}


@pytest.mark.parametrize("body", [EVENT, CLICK], ids=["event", "click"])
async def test_what_failed_is_never_acknowledged(spoiled: AsyncApp, body: dict[str, Any]) -> None:
    answer = await sent(spoiled, body)
    assert (answer.status, answer.body) == (500, "")


async def test_a_window_that_failed_stays_open_with_a_reference(
    spoiled: AsyncApp, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await sent(spoiled, WINDOW)
    reference = caplog.records[-1].__dict__["reference"]
    assert answer.status == 200
    assert f'"f1|answer": "went_wrong {reference}"' in answer.body


async def test_a_command_that_failed_is_answered_with_a_reference(spoiled: AsyncApp) -> None:
    answer = await sent(spoiled, COMMAND)
    assert answer.status == 200
    assert "went_wrong" in answer.body
    assert "ephemeral" in answer.body


@pytest.mark.parametrize(
    "actions", [CLICK["actions"], [WORDS], [{"value": WORDS}]]
)  # on which block, none of them says
async def test_an_answer_that_failed_is_written_down_and_not_acknowledged(
    coop: Connected, caplog: pytest.LogCaptureFixture, actions: list[object]
) -> None:
    answer = await coop.bot.dispatch({**CLICK, "team": {"id": coop.slack.team_id}, "actions": actions})
    assert (answer.status, answer.body) == (500, "")
    assert caplog.records[-1].__dict__["reference"]
    assert WORDS not in caplog.text


@pytest.mark.parametrize(
    ("reason", "fix"),
    [
        ("the database is locked by another program", "Stop the other program"),
        ("the disk of the database is full", "Make room"),
        ("the database is read-only", "right to write"),
        ("the database is read-only", "with PostgreSQL, name in DATABASE_URL the server that takes writes"),
        ("the database file cannot be opened", "folder of DATABASE_URL"),
        ("the connection to the database was lost", "server runs"),
        ("the database holds tables of something else", "a database of its own"),
        ("the database does not give this role the rights it needs", "own that database and its tables"),
        ("the database server answers, and lets nobody of that name into that database", "pg_hba.conf"),
        ("something else", "Look at the database"),
    ],
)
def test_each_trouble_of_the_database_has_its_fix(reason: str, fix: str) -> None:
    assert fix in mishaps.advice(reason)


def test_every_trouble_known_to_the_storage_has_a_fix_of_its_own() -> None:
    reasons = {fault.reason for fault in (*faults._SQLITE.values(), *faults._POSTGRESQL.values(), faults._REFUSED)}
    assert [reason for reason in sorted(reasons) if mishaps.advice(reason) == mishaps.advice("")] == []


def test_too_much_at_once_is_told_apart_from_a_broken_database(caplog: pytest.LogCaptureFixture) -> None:
    mishaps.write_down(StoreBusy("1024 units of work are waiting already"))
    mishaps.write_down(StoreUnavailable("the disk of the database is full"))
    busy, full = (record.getMessage() for record in caplog.records)
    assert busy.startswith("Too many gestures at once")
    assert "Make room" in full


def test_a_key_that_is_out_of_use_is_not_something_to_wait_for(caplog: pytest.LogCaptureFixture) -> None:
    mishaps.write_down(StoreUnavailable(KEY_NOT_IN_USE))
    [record] = caplog.records
    assert "start `parcours run` again" in record.getMessage()
    assert "docs/operating.md" in record.getMessage()
    assert "without restarting" not in record.getMessage()
