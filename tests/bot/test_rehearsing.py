"""The command `parcours rehearse`: what it prints, and what it says when asked for what cannot be."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from bot import cli
from bot.app import Bot
from bot.clock import MovableClock
from bot.rehearsal.commands import MOST_PEOPLE
from bot.rehearsal.company import company
from bot.rehearsal.departing import depart
from bot.rehearsal.players import Players
from bot.setting_up import SetUp
from flows import ALL_FLOWS
from flows.core.answers import Choice, Day, Email, Form, Person, Scale, Text
from flows.core.model import SUBJECT, Ask, Flow
from flows.leaving.kinds import RESIGNATION
from sandbox import Person as Human
from sandbox import Sandbox
from tests.bot.connected import MORNING, settings_for

HOLIDAYS = {"2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25"}
SAID = {"message", "channel", "email"}


def test_a_year_prints_one_object_a_line_and_nobody_is_spoken_to_off_hours(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rehearse", "onboarding", "--start", "2026-04-28", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    said = [(datetime.fromisoformat(line["at"]), line["name"]) for line in lines if line["kind"] in SAID]
    assert all(at.utcoffset() is not None for at, _ in said)
    assert [it for it in said if it[0].weekday() > 4 or not time(9) <= it[0].time() < time(18)] == []
    assert [it for it in said if it[0].date().isoformat() in HOLIDAYS] == []
    days = {name: at.date().isoformat() for at, name in reversed(said)}
    assert days["job_buddy_briefing"] < "2026-04-28"
    assert days["coop_buddy_briefing"] < "2026-04-28"
    assert next(day for name, day in days.items() if "report_invitation" in name) == "2026-05-28"
    assert {"at", "to", "kind", "name", "text"} <= set(lines[0])


def test_what_a_flow_says_before_its_days_is_lived_in_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rehearse", "coming_back", "--start", "2026-09-01", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    days = {line["name"]: line["at"][:10] for line in lines if line["kind"] == "message"}
    assert (days["what_changed"], days["welcome_back"]) == ("2026-08-25", "2026-09-01")


@pytest.mark.parametrize(
    ("option", "given", "told"),
    [
        ("--start", "2026-13-01", "there is no day 2026-13-01"),
        ("--start", "0206-04-28", "0206-04-28 is too far away"),
        ("--people", "douze", "a cooperative of 2 to 500 people can be rehearsed"),
    ],
)
def test_a_day_or_a_number_that_is_none_is_told_kindly(
    capsys: pytest.CaptureFixture[str], option: str, given: str, told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["rehearse", "onboarding", option, given])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flow", "told"),
    [
        ("gathering", "gathering is lived with a poll: rehearse barometer or radar"),
        ("debrief", "debrief is lived with a departure: rehearse departure --type KIND"),
        ("onbording", "there is no flow onbording; there are onboarding, "),
    ],
)
def test_a_flow_that_is_not_rehearsed_by_itself_is_told_with_what_is(
    capsys: pytest.CaptureFixture[str], flow: str, told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["rehearse", flow])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("flow", ["onboarding", "barometer"])
def test_the_kind_of_a_departure_is_not_taken_in_silence_for_anything_else(
    capsys: pytest.CaptureFixture[str], flow: str
) -> None:
    assert cli.main(["rehearse", flow, "--type", "retirement"]) == 78
    assert f"leave it out to rehearse {flow}" in capsys.readouterr().err


def test_everybody_of_a_large_cooperative_is_somebody_else() -> None:
    assert len({(one.first_name, one.last_name) for one in company(MOST_PEOPLE)}) == MOST_PEOPLE


def test_whoever_reads_only_the_beginning_is_shown_no_trace() -> None:
    command = [sys.executable, "-c", "import sys; from bot import cli; sys.exit(cli.main())", "rehearse", "buddies"]
    reading, writing = os.pipe()
    process = subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    os.close(reading)
    _, complaint = process.communicate()
    assert b"Traceback" not in complaint
    assert process.returncode == 0


EVERYTHING = Form(
    what=Text(8), day=Day(), who=Person(), mood=Choice("fine", "low"), much=Scale(0, 5), many=Scale(0, 50), mail=Email()
)
# `words` is also the name of a question that the script of departures answers, in other fields.
TRIAL = Flow("trial", (Ask("words", EVERYTHING), Ask("short", Text(8))))
BLOCKS = ("words", *(f"words__{name}" for name in EVERYTHING.fields), "words__fine", "words__low", "short")


@asynccontextmanager
async def trial(folder: Path) -> AsyncIterator[tuple[Bot, Sandbox, Human]]:
    """A new flow, begun with Zoé, whose words are the names of its blocks in capitals."""
    clock, texts = MovableClock(MORNING), folder / "texts" / "fr"
    texts.mkdir(parents=True)
    said = "".join(f"{{% block {name} %}}{name.upper()}{{% endblock %}}" for name in BLOCKS)
    (texts / "trial.j2").write_text(said, encoding="utf-8")
    async with Sandbox.serve(clock=clock) as slack:
        lead, zoe = slack.add_person("Awa", is_admin=True, is_owner=True), slack.add_person("Zoé")
        settings = replace(settings_for(slack, folder), texts_folder=folder / "texts")
        async with Bot.open(settings, clock=clock, flows=(*ALL_FLOWS, TRIAL)) as bot, bot.answering():
            await slack.connected()
            await bot.settle()
            await bot.desk.set_up(slack.team_id, lead.id, SetUp(name="Les Lucioles", management=(lead.id,)))
            await bot.desk.begin(slack.team_id, TRIAL.name, {SUBJECT: zoe.id}, clock().date(), {})
            await bot.settle()
            yield bot, slack, zoe


async def test_the_fictional_people_give_whatever_a_window_of_a_new_flow_asks(tmp_path: Path) -> None:
    async with trial(tmp_path) as (bot, slack, zoe):
        for _ in TRIAL.steps:
            players = Players(slack, [], zoe)
            [gesture] = players.react_to(zoe.received[-1], bot.clock())
            await players.perform(gesture)
            await bot.settle()
        assert [list(message.controls()) for message in zoe.received] == [[], []]


async def test_what_may_be_chosen_in_a_field_of_a_window_is_said_in_its_words(tmp_path: Path) -> None:
    async with trial(tmp_path) as (_, _, zoe):
        await zoe.click(zoe.received[-1], "Répondre")
        assert {"WORDS__MOOD", "WORDS__FINE", "WORDS__LOW"} <= set(zoe.modal.words().split())


async def test_a_departure_is_lived_where_there_are_two() -> None:
    lived = await depart(RESIGNATION.name, date(2026, 9, 1), people=2)
    said = {name for line in lived.lines if line.kind in SAID for name in line.name.split("+")}
    assert {"taking_care", "what_you_lead", "announcement", "last_day", "email"} <= said
