"""Tests of the logs: what happened can be read there, what people say and what opens doors cannot."""

import io
import json
import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.admissions import ADMISSIONS
from bot.conductor import Conductor
from bot.deeds import DEEDS
from bot.score import Score
from flows.joining.fresh_eyes_report import QUESTIONS, fresh_eyes_report
from storage import Transaction, conversations
from tests.bot.connected import connected
from tests.bot.cooperative import LONG_BEFORE

WORDS = "Trois tableurs pour les memes heures"


def first_answer(tx: Transaction) -> object:
    conductor = Conductor(tx, Score({fresh_eyes_report.name: fresh_eyes_report}, DEEDS, ADMISSIONS), LONG_BEFORE)
    (talk,) = conductor.known(conversations.of_flow(tx, fresh_eyes_report.name))
    return talk.answer(QUESTIONS[0])


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_an_object_with_its_fields(written: io.StringIO) -> None:
    logging.getLogger("bot.here").info("Something %s.", "happened", extra={"door": "http"})
    [line] = lines(written)
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "info", "logger": "bot.here", "message": "Something happened.", "door": "http"}


def test_a_failure_says_what_and_where_but_not_its_words(written: io.StringIO) -> None:
    try:
        try:
            dict[str, str]()["a token"]
        except KeyError as cause:
            raise ValueError(WORDS) from cause
    except ValueError:
        logging.getLogger("bot").exception("It went wrong.")
    [line] = lines(written)
    assert line["failure"][0] == "builtins.ValueError"
    assert "builtins.KeyError" in line["failure"]
    assert any("test_logs.py" in place for place in line["failure"])
    assert WORDS not in written.getvalue()
    assert "a token" not in written.getvalue()


def test_lines_can_be_read_by_a_person_too() -> None:
    record = logging.makeLogRecord({"name": "bot", "levelname": "INFO", "msg": "At work.", "created": 0, "port": 8080})
    assert logs.TextLines().format(record) == "1970-01-01T00:00:00.000+00:00 INFO    bot: At work. port=8080"


@pytest.mark.parametrize("door", ["socket", "http"])
async def test_nobodys_words_and_no_secret_are_written_down(written: io.StringIO, tmp_path: Path, door: Any) -> None:
    async with connected(tmp_path, door) as coop:
        await coop.set_up()
        others = [coop.slack.add_person(name, joined=False) for name in ("Zoë-Maëlle", "Ulysse")]
        for one in others:
            await coop.slack.join(one)
        cast = {"subject": coop.lead.id, "job_buddy": others[0].id, "coop_buddy": others[1].id}
        await coop.bot.desk.begin(coop.slack.team_id, "fresh_eyes_report", cast, date(2026, 3, 31), {})
        await coop.bot.settle()
        for count in range(12):
            await coop.lead.write(f"{WORDS} {count}")
            await coop.bot.settle()
        await coop.lead.command("/parcours", f"accueillir {WORDS}")
        await coop.lead.command("/parcours", WORDS)
        await coop.lead.open_home()
        await coop.bot.settle()
        assert await coop.bot.store.read(first_answer, coop.slack.team_id) == f"{WORDS} 0", "an answer was taken"
    log = written.getvalue()
    assert lines(written), "something is written at this level"
    for secret in (WORDS, WORDS.split()[1], coop.slack.bot_token, coop.slack.app_token, coop.slack.signing_secret):
        assert secret not in log
    assert "Zo\\u00eb" not in log
    assert "Zoë" not in log
