"""All that is said around an open round, to people, to Slack, to the log: nothing of an answer, nor whose it is, nor that it
was given."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from sandbox import Person
from storage import keys
from tests.bot.connected import Door
from tests.bot.polls.answering import asked, filled
from tests.bot.polls.hostile.reader import HostileReader
from tests.bot.polls.led import Led, led

WORDS = "Un ornithorynque dans l'atelier"


@asynccontextmanager
async def with_a_round(folder: Path, url: str, door: Door = "socket") -> AsyncIterator[Led]:
    """A round was announced, and everybody has their Home before them: nothing that could show again would go unseen."""
    sealed_with: dict[str, Any] = {"ballot_key": keys.fresh(), "words_keys": (keys.fresh(),)}
    async with led(folder, door=door, database_url=url, **sealed_with) as home:
        await home.open_round()
        for person in home.others:
            await home.home_of(person)
        yield home


async def answers(person: Person, value: str = "4", words: str | None = None) -> None:
    await asked(person)
    await person.submit(person.modal, filled(person, words, value))
    assert "scellées" in person.modal.words()


def told_to_slack(home: Led) -> list[Any]:
    """All of it: the bot's calls, and what it acknowledged gestures with."""
    return [*map(asdict, home.coop.slack.transcript), *(one.ack().body for one in home.coop.slack.deliveries)]


@pytest.mark.parametrize("door", ["socket", "http"])
async def test_the_log_says_nothing_while_people_answer(
    written: io.StringIO, tmp_path: Path, database_url: str, door: Door
) -> None:
    async with with_a_round(tmp_path, database_url, door) as home:
        assert written.getvalue(), "something is written at this level"
        before = written.getvalue()
        await answers(home.others[0], "2", WORDS)
        await answers(home.others[1])
        await asked(home.others[2])
        await home.others[2].submit(home.others[2].modal, filled(home.others[2], f"{WORDS}, dit Awa"))
        assert home.others[2].modal.errors, "it names somebody"
        await home.coop.bot.settle()
        assert written.getvalue() == before, "not even a line with an hour"


async def test_nobody_is_told_anything_because_somebody_answered(tmp_path: Path, database_url: str) -> None:
    async with with_a_round(tmp_path, database_url) as home:
        slack = home.coop.slack
        before = {person.id: len(person.messages) for person in slack.people}
        calls = len(slack.transcript)
        for number, person in enumerate(home.others):
            await answers(person, str(1 + number % 5), WORDS)
            await home.coop.bot.settle()
        assert {call.method for call in slack.transcript[calls:]} == {"views.open"}
        assert {person.id: len(person.messages) for person in slack.people} == before
        assert "ornithorynque" not in str(told_to_slack(home))


async def test_every_window_is_the_same_and_so_are_the_thanks_whatever_was_answered(
    tmp_path: Path, database_url: str
) -> None:
    async with with_a_round(tmp_path, database_url) as home:
        [record] = await home.rounds()
        windows, thanks = set(), set()
        for number, person in enumerate(home.others):
            await asked(person)
            windows.add(orjson.dumps(home.coop.slack.transcript[-1].payload["view"]))
            assert person.modal.private_metadata == record.id
            assert [control.value for control in person.modal.controls() if control.value is not None] == []
            ack = await person.submit(person.modal, filled(person, WORDS if number % 2 else None, str(1 + number % 5)))
            thanks.add(orjson.dumps(ack.body))
        assert len(windows) == 1
        assert len(thanks) == 1


async def test_an_answer_that_could_not_be_written_is_neither_logged_nor_half_there(
    written: io.StringIO, tmp_path: Path, database_url: str
) -> None:
    reader = HostileReader(database_url)
    async with with_a_round(tmp_path, database_url) as home:
        lea = home.others[0]
        reader.ask("ALTER TABLE ballot RENAME TO ballot_elsewhere")
        await asked(lea)
        before = len(written.getvalue())
        await lea.submit(lea.modal, filled(lea, WORDS, "2"))
        assert lea.modal.errors, "they are told, and keep what they wrote"
        line = written.getvalue()[before:]
        assert "sqlalchemy" in line
        assert not any(word in line for word in ("ornithorynque", lea.id, lea.first_name, "INSERT", "sealed"))
        assert reader.ask("SELECT member_id FROM participation") == []
        reader.ask("ALTER TABLE ballot_elsewhere RENAME TO ballot")
        await lea.submit(lea.modal, filled(lea, WORDS, "2"))
        assert "scellées" in lea.modal.words()
