"""The whole bot, connected to the practice workspace: a private path begun by mistake is undone without a trace."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import logs
from bot.conductor import Conductor
from flows.core.model import SUBJECT
from flows.core.moves import Stopped
from sandbox import Person
from storage import conversations, withdrawing
from storage.withdrawing import Withdrawn
from tests.bot.connected import Connected, connected
from tests.bot.secret import FLOWS, FOLLOWS, SECRET, WITNESS, betrayals, secret_texts

A_YEAR, AFTER_HOURS = timedelta(days=365), timedelta(hours=12)


@pytest.fixture
async def coop(tmp_path: Path) -> AsyncIterator[Connected]:
    """Awa leads; Léa is leaving, says somebody who is mistaken; Max follows it, Zoé knows."""
    texts = secret_texts(tmp_path / "texts")
    async with connected(tmp_path, flows=FLOWS, texts_folder=texts) as coop:
        for name in ("Léa", "Max", "Zoé"):
            await coop.slack.join(coop.slack.add_person(name, joined=False))
        await coop.set_up()
        # The app hears of what it says and takes back, as on the real Slack.
        coop.slack.echoes = True
        yield coop


def person(coop: Connected, name: str) -> Person:
    return next(one for one in coop.slack.people if one.first_name == name)


async def begin(coop: Connected) -> None:
    cast = {SUBJECT: person(coop, "Léa").id, FOLLOWS: person(coop, "Max").id, WITNESS: person(coop, "Zoé").id}
    await coop.bot.desk.begin(coop.slack.team_id, SECRET, cast, date(2026, 6, 1), {})
    await coop.bot.settle()


async def undo(coop: Connected) -> Withdrawn:
    def unit(conductor: Conductor) -> Withdrawn:
        [talk] = conversations.of_flow(conductor.tx, SECRET)
        conductor.tell(talk, Stopped())
        return withdrawing.withdraw(conductor.tx, [talk], conductor.now)

    return await coop.bot.desk.do(coop.slack.team_id, unit)


def read_by_anybody(coop: Connected) -> str:
    return "\n".join(message.words() for one in coop.slack.people for message in one.received)


async def test_a_path_begun_by_mistake_leaves_no_trace(coop: Connected, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await begin(coop)
    assert [len(list(betrayals(one.received[-1].words()))) for one in coop.slack.people] == [0, 1, 1, 1]
    assert (await undo(coop)).messages == 3
    await coop.bot.settle()
    await coop.slack.settled()
    coop.clock.advance(A_YEAR)
    await coop.bot.settle()
    assert list(betrayals(read_by_anybody(coop))) == []
    heard = [one for one in coop.slack.deliveries if one.payload.get("event", {}).get("subtype") == "message_deleted"]
    assert [one.acknowledged for one in heard] == [True] * 3
    ours = [record for record in caplog.records if record.name.partition(".")[0] in logs.OURS]
    written = [json.loads(logs.JsonLines().format(record)) for record in ours]
    assert [line["kind"] for line in written if line.get("kind") == "retract"] == ["retract"] * 3
    assert list(betrayals(json.dumps(written, ensure_ascii=False), *(one.id for one in coop.slack.people))) == []


async def test_a_path_undone_before_the_day_begins_was_never_spoken_of(coop: Connected) -> None:
    coop.clock.advance(AFTER_HOURS)
    await begin(coop)
    before = {one.id: len(one.messages) for one in coop.slack.people}
    assert (await undo(coop)).messages == 0
    coop.clock.advance(A_YEAR)
    await coop.bot.settle()
    assert {one.id: len(one.messages) for one in coop.slack.people} == before
    assert [call.method for call in coop.slack.transcript if call.method == "chat.delete"] == []
