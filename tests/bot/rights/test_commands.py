"""`parcours export-member` and `parcours erase-member`: typed by whoever runs Parcours, while it runs or not."""

import asyncio
import json
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.settings import VARIABLES
from flows.core.people import Member, Workspace
from storage import Store, Transaction, members, schema, workspaces
from tests.bot.connected import connected

LILA = Member(id="m_lila", first_name="Lila", last_name="Besson", slack_id="U0LILA", email="lila@exemple.coop")
PARCOURS = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())"]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a database in it, and Lila in the database; no setting in the environment."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    schema.upgrade("sqlite:///parcours.db")
    move_in("T1", LILA)
    return tmp_path


def in_store(unit: Callable[[Transaction], Any], workspace: str) -> Any:
    async def opened() -> Any:
        async with Store.open("sqlite:///parcours.db") as store:
            return await store.run(unit, workspace)

    return asyncio.run(opened())


def move_in(workspace: str, member: Member) -> None:
    def unit(tx: Transaction) -> None:
        workspaces.save(tx, Workspace(id=workspace, name=f"Coop {workspace}"))
        members.remember(tx, member)

    in_store(unit, workspace)


def known(workspace: str = "T1") -> list[str]:
    found: list[str] = in_store(lambda tx: [one.id for one in members.everyone(tx, active_only=False)], workspace)
    return found


@pytest.mark.parametrize("who", ["lila@exemple.coop", "LILA@exemple.coop", "U0LILA", "m_lila"])
def test_somebody_is_found_by_any_of_their_names(here: Path, capsys: pytest.CaptureFixture[str], who: str) -> None:
    assert cli.main(["export-member", who]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["identity"]["email"], told["cooperative"]) == ("lila@exemple.coop", "Coop T1")


@pytest.mark.parametrize("who", ["nobody@exemple.coop", "U0NOBODY", "m_nobody", "Lila"])
@pytest.mark.parametrize("command", ["export-member", "erase-member"])
def test_nobody_is_a_kind_answer(here: Path, capsys: pytest.CaptureFixture[str], command: str, who: str) -> None:
    assert cli.main([command, who]) == 1
    assert f"Nobody here is {who}" in capsys.readouterr().err
    assert known() == ["m_lila"]


def test_whoever_two_cooperatives_know_is_told_apart_by_the_workspace(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    move_in("T2", Member(id="m_other", first_name="Lila", last_name="B.", email="lila@exemple.coop"))
    assert cli.main(["export-member", "lila@exemple.coop"]) == 1
    told = capsys.readouterr().err
    assert all(words in told for words in ("--workspace T1  Lila Besson, m_lila", "--workspace T2  Lila B., m_other"))
    assert cli.main(["export-member", "lila@exemple.coop", "--workspace", "T2"]) == 0
    assert json.loads(capsys.readouterr().out)["identity"]["last_name"] == "B."
    assert cli.main(["erase-member", "lila@exemple.coop", "--yes"]) == 1
    assert cli.main(["erase-member", "lila@exemple.coop", "--yes", "--workspace", "T2"]) == 0
    assert (known("T1"), known("T2")) == (["m_lila"], [])
    assert cli.main(["export-member", "m_lila", "--workspace", "T3"]) == 1
    assert "there is T1, T2" in capsys.readouterr().err


def test_an_export_is_written_for_its_owner_alone_and_over_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["export-member", "m_lila", "--output", "lila.json"]) == 0
    file = here / "lila.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text(encoding="utf-8"))["identity"]["first_name"] == "Lila"
    assert "Lila" not in capsys.readouterr().out
    before = file.read_bytes()
    assert cli.main(["export-member", "m_lila", "--output", "lila.json"]) == 78
    assert "cannot be written" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_whoever_has_no_slack_any_more_can_be_given_a_page_to_read(here: Path) -> None:
    assert cli.main(["export-member", "m_lila", "--output", "lila.HTML"]) == 0
    shown = (here / "lila.HTML").read_text(encoding="utf-8")
    assert shown.startswith("<!doctype html>")
    assert "Mes données\N{NO-BREAK SPACE}: Lila Besson" in shown


def test_where_nobody_can_be_asked_nothing_is_erased_without_a_yes(here: Path) -> None:
    done = run("erase-member", "m_lila")
    assert done.returncode == 78
    assert "add --yes" in done.stderr
    assert known() == ["m_lila"]


def test_what_goes_and_what_stays_is_said_before_anything_goes(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["erase-member", "m_lila", "--yes"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Lila Besson, of Coop T1\nTheir Slack account is open.")
    goes, _, stays = told.partition("This stays:")
    assert "their passport" in goes
    assert "a random id was invited" in stays
    assert "wrote and received in Slack" in stays
    assert told.rstrip().endswith("It is erased.")
    assert known() == []
    assert cli.main(["erase-member", "m_lila", "--yes"]) == 1


@pytest.mark.parametrize(("typed", "code", "left"), [("yes\n", 0, []), ("no\n", 1, ["m_lila"]), ("\n", 1, ["m_lila"])])
def test_in_a_terminal_the_question_is_asked(here: Path, typed: str, code: int, left: list[str]) -> None:
    keyboard, terminal = pty.openpty()
    os.write(keyboard, typed.encode())
    done = run("erase-member", "m_lila", stdin=terminal)
    for end in (keyboard, terminal):
        os.close(end)
    assert "for good: " in done.stdout
    assert (done.returncode, known()) == (code, left)


async def test_both_work_while_the_bot_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    async with connected(tmp_path) as coop:
        await coop.set_up()
        lila = coop.slack.add_person("Lila", "Besson", email="lila@exemple.coop")
        await coop.slack.join(lila)
        await coop.bot.settle()
        monkeypatch.chdir(tmp_path)
        told = await asyncio.to_thread(run, "export-member", "lila@exemple.coop")
        assert (told.returncode, json.loads(told.stdout)["identity"]["slack_id"]) == (0, lila.id)
        await coop.slack.deactivate(lila)
        erased = await asyncio.to_thread(run, "erase-member", "lila@exemple.coop", "--yes")
        assert (erased.returncode, "account is open" in erased.stdout) == (0, False)
        await coop.lead.open_home()
        await coop.bot.settle()
        assert coop.lead.home is not None
        found = await coop.bot.store.read(lambda tx: members.by_slack_id(tx, lila.id), coop.slack.team_id)
        assert found is None
        assert b"lila@exemple.coop" not in b"".join(file.read_bytes() for file in tmp_path.glob("parcours.db*"))


def run(*words: str, stdin: int = subprocess.DEVNULL) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*PARCOURS, *words], env=environment, stdin=stdin, capture_output=True, text=True, check=False
    )
