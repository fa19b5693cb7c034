"""Tests of `parcours demo`: the practice workspace with the bot behind it, left and come back to."""

import asyncio
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import cli
from bot.alone import alone_on
from bot.rehearsal.backstage import OFFERS
from bot.rehearsal.practice import Practice, practice
from flows.core.people import MANAGEMENT, QVCT_LEAD
from sandbox import Person
from storage import members, schema, workspaces

PARCOURS = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())"]
MANIFEST = Path(__file__).parents[2] / "manifest.yaml"
READY, YEAR = 1.5, 10.0
"""Seconds: of the processor, beside loading the libraries, until the page is there; of waiting for a year."""


@dataclass
class Visit:
    """The page, over HTTP."""

    opened: Practice
    http: aiohttp.ClientSession

    def person(self, first_name: str) -> Person:
        return next(person for person in self.opened.slack.people if person.first_name == first_name)

    async def get(self, path: str, **query: Any) -> Any:
        async with self.http.get(self.opened.slack.base_url + path, params=query) as answer:
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        address = self.opened.slack.base_url + path
        async with self.http.post(address, json=body, headers={"X-Sandbox": "1"}) as answer:
            return await answer.json()

    async def gesture(self, person: Person, kind: str, **more: Any) -> None:
        assert (await self.post("/gesture", person=person.id, kind=kind, **more))["ok"]

    async def welcome(self, first_name: str, in_days: int) -> None:
        """As the management, from the shortcut, welcome somebody to come."""
        lead, newcomer = self.person("Awa"), self.person(first_name)
        await self.gesture(lead, "shortcut", callback_id="welcome")
        [window] = (await self.get("/state", person=lead.id))["modals"]
        day = (self.opened.backstage.now() + timedelta(days=in_days)).date().isoformat()
        given = {
            "first_name": newcomer.first_name,
            "last_name": newcomer.last_name,
            "email": newcomer.email,
            "first_day": day,
            "supervisor": self.person("Bastien").id,
        }
        asked = [block for block in window["blocks"] if block["type"] == "input"]
        values = {
            block["block_id"]: {block["element"]["action_id"]: given.get(block["block_id"].rpartition("|")[2])}
            for block in asked
        }
        await self.gesture(lead, "submit", view_id=window["id"], values=values)


@asynccontextmanager
async def visit(folder: Path, **asked: Any) -> AsyncIterator[Visit]:
    async with practice(folder / "essai.db", port=0, **asked) as opened, aiohttp.ClientSession() as http:
        yield Visit(opened, http)


# ------------------------------------------------------------------------------------------------------ who is there


async def test_a_cooperative_of_twelve_is_set_up(tmp_path: Path) -> None:
    async with visit(tmp_path) as there:
        people = (await there.get("/state"))["people"]
        assert len(people) == 12
        assert [one["name"] for one in people if not one["joined"]] == ["Kadi Sow", "Lila Besson"]
        assert any("retraite" in one["title"] for one in people)
        store, team = there.opened.bot.store, there.opened.slack.team_id
        held = await store.read(lambda tx: [members.holders(tx, role) for role in (MANAGEMENT, QVCT_LEAD)], team)
        assert [[one.first_name for one in holders] for holders in held] == [["Awa"], ["Inès"]]


async def test_an_empty_one_waits_for_its_management(tmp_path: Path) -> None:
    async with visit(tmp_path, empty=True, people=4, locale="en") as there:
        state = await there.get("/state")
        assert (len(state["people"]), len(state["messages"])) == (4, 1)
        coop = await there.opened.bot.store.read(workspaces.find, there.opened.slack.team_id)
        assert coop is not None
        assert coop.set_up_at is None


async def test_what_is_offered_is_what_the_manifest_declares() -> None:
    manifest = MANIFEST.read_text(encoding="utf-8")
    [command], shortcuts = OFFERS.commands, OFFERS.shortcuts
    assert re.findall(r"- command: (\S+)", manifest) == [command.command]
    assert f"description: {command.description}\n" in manifest
    assert f'usage_hint: "{command.usage}"' in manifest
    assert re.findall(r"callback_id: (\S+)", manifest) == [shortcut.callback_id for shortcut in shortcuts]
    assert [shortcut.name for shortcut in shortcuts if f"- name: {shortcut.name}\n" not in manifest] == []


# -------------------------------------------------------------------------------------------------------- what happens


async def test_one_leaves_and_comes_back(tmp_path: Path) -> None:
    async with visit(tmp_path) as there:
        await there.welcome("Lila", in_days=20)
        assert (await there.post("/travel", to="+1w"))["said"] > 0
        lead = there.person("Awa")
        await there.gesture(lead, "open_home")
        await there.gesture(lead, "see", place="dm")
        await there.gesture(lead, "shortcut", callback_id="welcome")
        before = await there.get("/state", person=lead.id, place="home")
        said = await there.get("/timeline")
        messages = (await there.get("/state", person=lead.id))["messages"]
    assert before["modals"] != []
    async with visit(tmp_path) as again:
        after = await again.get("/state", person=lead.id, place="home")
        assert after == {**before, "modals": [], "calls": after["calls"]}
        assert (await again.get("/state", person=lead.id))["messages"] == messages
        assert await again.get("/timeline") == said
        assert (await again.post("/travel", to="next"))["moments"] == 1


async def test_a_year_of_twelve_goes_by_in_seconds_and_every_message_is_said(tmp_path: Path) -> None:
    async with visit(tmp_path) as there:
        await there.welcome("Lila", in_days=28)
        await there.welcome("Kadi", in_days=35)
        await there.post("/travel", to="+1w")
        for first_name in ("Lila", "Kadi"):
            await there.post(f"/people/{there.person(first_name).id}/join")
        start = time.perf_counter()
        day = (there.opened.backstage.now() + timedelta(days=365)).date().isoformat()
        told = await there.post("/travel", to=day)
        assert time.perf_counter() - start < YEAR
        assert told["moments"] > 30
        assert [call for call in (await there.get("/calls", limit=500))["entries"] if not call["ok"]] == []


@pytest.mark.parametrize("kind", ["rate_limit", "server_error", "timeout_after_success", "no_answer"])
async def test_nothing_is_lost_or_doubled_by_a_fault(tmp_path: Path, kind: str) -> None:
    async with visit(tmp_path) as there:
        await there.welcome("Lila", in_days=20)
        await there.post("/fault", kind=kind, method="chat.postMessage", times=2)
        await there.post("/travel", to="+1w")
        told = await there.get("/faults")
        assert told["waiting"] == []
        assert told["last"]["said"] > 3
        assert (told["last"]["doubled"], told["last"]["lost"]) == (0, 0)


async def test_a_changed_text_shows_in_the_next_message(tmp_path: Path) -> None:
    menu = tmp_path / "textes" / "fr" / "menu.j2"
    menu.parent.mkdir(parents=True)
    menu.write_text("{% block menu %}Que faire ?{% endblock %}", encoding="utf-8")
    async with visit(tmp_path, texts=tmp_path / "textes") as there:
        lead = there.person("Awa")
        await there.gesture(lead, "command", command="/parcours")
        menu.write_text("{% block menu %}Alors, que fait-on ?{% endblock %}", encoding="utf-8")
        await there.gesture(lead, "command", command="/parcours")
        *_, first, second = (await there.get("/state", person=lead.id))["messages"]
        assert (first["text"], second["text"]) == ("Que faire\u00a0?", "Alors, que fait-on\u00a0?")
        assert await there.opened.backstage.faults_found() == []
        menu.write_text("{% block menuu %}Que faire ?{% endblock %}", encoding="utf-8")
        [fault] = await there.opened.backstage.faults_found()
        assert "'menuu'" in fault


# --------------------------------------------------------------------------------------------------------- the command


def test_the_command_prints_its_address_and_ends_cleanly(tmp_path: Path) -> None:
    command = [*PARCOURS, "demo", "--port", "0", "--database", str(tmp_path / "essai.db")]
    subprocess.run([sys.executable, "-c", "import bot.app"], check=True)
    libraries = seconds_of_children()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert re.match(r"http://127\.0\.0\.1:\d+ ", printed)
    assert (process.returncode, told) == (0, "")
    assert seconds_of_children() - libraries < libraries + READY
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "essai.db",
        "essai.db.key",
        "essai.db.lock",
        "essai.db.words.key",
        "essai.db.workspace",
    ]


def seconds_of_children() -> float:
    """What the programs started so far, and over, took of the processor."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


@pytest.mark.parametrize(("options", "is_told"), [(["--empty"], True), (["--people", "5"], True), ([], False)])
def test_what_is_for_a_new_workspace_is_not_taken_in_silence_for_one_that_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], is_told: bool
) -> None:
    file = tmp_path / "essai.db"
    file.with_name("essai.db.workspace").write_text("not one: it is told, and opened no further")
    cli.main(["demo", "--port", "0", "--database", str(file), *options])
    assert ("goes on as it was left: --people and --empty are for a new one" in capsys.readouterr().err) == is_told


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert cli.main(["demo", "--port", str(taken.getsockname()[1])]) == 69
    assert "choose another --port" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["65536", "99999", "-1", "http"])
def test_what_is_no_port_is_told(capsys: pytest.CaptureFixture[str], port: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["demo", f"--port={port}"])
    assert "a port is a number from 0 to 65535" in capsys.readouterr().err


def test_a_file_on_which_another_bot_works_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with alone_on(tmp_path / "essai.db"):
        assert cli.main(["demo", "--port", "0", "--database", str(tmp_path / "essai.db")]) == 69
    assert "works on this database already. Stop that one first" in capsys.readouterr().err


def test_a_file_that_is_no_practice_workspace_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "essai.db.workspace").write_text("bonjour " * 100)
    assert cli.main(["demo", "--port", "0", "--database", str(tmp_path / "essai.db")]) == 78
    assert "not a practice workspace" in capsys.readouterr().err
    assert cli.main(["demo", "--database", str(tmp_path / "nowhere" / "essai.db")]) == 78
    assert cli.main(["demo", "--database", "."]) == 78
    assert cli.main(["demo", "--texts", str(tmp_path / "nowhere")]) == 78


def test_a_database_that_no_practice_made_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = tmp_path / "parcours.db"
    schema.upgrade(f"sqlite:///{database}")
    before = database.read_bytes()
    assert cli.main(["demo", "--port", "0", "--database", str(database)]) == 78
    assert "Nothing was written: give it a new file" in capsys.readouterr().err
    assert database.read_bytes() == before
    assert not (tmp_path / "parcours.db.workspace").exists()


async def test_pages_left_open_do_not_hold_the_end_up(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        async with visit(tmp_path, people=2, empty=True) as there:
            events = await http.get(f"{there.opened.slack.base_url}/events")
            start = time.perf_counter()
        assert time.perf_counter() - start < 2
        assert events.status == 200
        await asyncio.wait_for(events.read(), 2)
