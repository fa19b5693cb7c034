"""Tests of the command line: what it says, what it exits with, and how `parcours run` begins and ends."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path

import aiohttp
import orjson
import pytest

from bot import cli
from bot.clock import real_clock
from bot.settings import VARIABLES
from flows.core.model import Conversation
from flows.core.people import Workspace
from sandbox import NoAnswer, Refused, Sandbox
from storage import Store, conversations, outbox, schema, workspaces
from storage.outbox import Intention
from tests.bot.watched import Watcher
from tests.lacking import lacking

PARCOURS = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and no setting in the environment."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ------------------------------------------------------------------------------------------------------- short commands


def test_what_is_wrong_with_the_settings_is_said_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / ".env").write_text("PORT=high\nLOG_LEVEL=loud\n")
    assert cli.main(["run"]) == 78
    told = capsys.readouterr().err
    for name in ("PORT", "LOG_LEVEL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        assert name in told


def test_where_settings_were_looked_for_is_said(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run"]) == 78
    assert f"from {here / '.env'}, where there is no such file" in capsys.readouterr().err


def test_settings_that_are_no_text_are_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / ".env").write_bytes("MAIL_FROM=Coopérative <a@exemple.coop>".encode("latin-1"))
    assert cli.main(["run"]) == 78
    assert ".env: this is not UTF-8" in capsys.readouterr().err


def test_the_database_is_brought_up_to_date_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [cli.main(["db", "upgrade"]), cli.main(["db", "upgrade"])] == [0, 0]
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("Brought up to date: empty ->")
    assert second.startswith("Up to date")
    assert schema.is_current(f"sqlite:///{here / 'parcours.db'}")


def test_a_database_that_cannot_be_opened_is_told(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///nowhere/parcours.db")
    assert cli.main(["db", "upgrade"]) == 69
    assert "cannot be opened. Check that the folder of DATABASE_URL exists" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["db", "upgrade"], ["backup", "copy"], ["restore", "copy"], ["retry"]], ids=" ".join)
@pytest.mark.parametrize("url", ["postgresql://parcours@127.0.0.1/parcours?colour=blue", "sqlite:///c.db?timeout=long"])
def test_an_option_of_the_database_that_is_none_is_told(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], url: str
) -> None:
    (here / "c.db").touch()
    monkeypatch.setenv("DATABASE_URL", url)
    assert cli.main(words) == 78
    assert "one of th" in (told := capsys.readouterr().err)
    assert told.startswith("DATABASE_URL: Not a database URL")


def test_everything_is_in_order_as_we_ship_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check"]) == 0
    assert "in order" in capsys.readouterr().out


def test_a_slip_in_ones_own_texts_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "textes" / "fr").mkdir(parents=True)
    (here / "textes" / "fr" / "menu.j2").write_text("{% block menuu %}Que faire ?{% endblock %}")
    assert cli.main(["check", "--texts", "textes"]) == 1
    assert capsys.readouterr().out.startswith("textes/fr/menu.j2: nothing says 'menuu'")
    assert cli.main(["check", "--texts", "nowhere"]) == 78


@pytest.mark.parametrize(
    "words",
    [
        ["retry"],
        ["retry", "--list"],
        ["poll", "axes.toml"],
        ["reseal"],
        ["reseal", "--forget-lost"],
        ["export-member", "lila@exemple.coop"],
        ["erase-member", "lila@exemple.coop", "--yes"],
    ],
    ids=" ".join,
)
def test_where_there_is_no_database_none_is_made(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    (here / "axes.toml").write_text('name = "axes"')
    assert cli.main(words) == 78
    assert f"there is no database {here / 'parcours.db'}" in capsys.readouterr().err
    assert [file.name for file in here.iterdir()] == ["axes.toml"]


def test_what_could_not_be_said_is_listed_then_tried_again(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(give_up_something(f"sqlite:///{here / 'parcours.db'}"))
    assert cli.main(["retry", "--list"]) == 0
    assert capsys.readouterr().out == "T1 2026-04-28 09:00 menu/menu to m_1: user_disabled\n"
    assert cli.main(["retry"]) == 0
    assert capsys.readouterr().out.startswith("1 to be said again")
    assert cli.main(["retry", "--list"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("flow", "line"),
    [
        ("onboarding", "welcome to m_1: user_disabled"),
        ("departure", "a private message: user_disabled"),
        ("a_flow_of_another_release", "a private message: user_disabled"),
    ],
)
def test_a_private_message_is_listed_without_its_name_nor_whom_it_is_for(
    here: Path, capsys: pytest.CaptureFixture[str], flow: str, line: str
) -> None:
    asyncio.run(give_up_something(f"sqlite:///{here / 'parcours.db'}", flow))
    assert cli.main(["retry", "--list"]) == 0
    assert capsys.readouterr().out == f"T1 2026-04-28 09:00 {line}\n"


def test_of_two_workspaces_each_is_told_and_one_can_be_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for workspace in ("T1", "T2"):
        asyncio.run(give_up_something(f"sqlite:///{here / 'parcours.db'}", workspace=workspace))
    assert cli.main(["retry", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["T1", "T2"]
    assert cli.main(["retry", "--workspace", "T2"]) == 0
    assert cli.main(["retry", "--list"]) == 0
    assert "1 to be said again" in (told := capsys.readouterr().out)
    assert [line.split()[0] for line in told.splitlines()[1:]] == ["T1"]
    assert cli.main(["retry", "--list", "--workspace", "T2"]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(["retry", "--workspace", "T3"]) == 1
    assert "There is no workspace T3 here: there is T1, T2." in capsys.readouterr().err


async def give_up_something(url: str, flow: str | None = None, workspace: str = "T1") -> None:
    """A message of no conversation, or of one of this flow."""
    moment = datetime(2026, 4, 28, 9, tzinfo=UTC)
    schema.upgrade(url)
    async with Store.open(url) as store:
        await store.run(lambda tx: workspaces.save(tx, Workspace(id=workspace)), workspace)
        if flow is not None:
            talk = Conversation("c_1", flow, {})
            await store.run(
                lambda tx: conversations.begin(tx, talk, shape="", parent=None, by=None, now=moment), workspace
            )
        name, talk_id = ("welcome", "c_1") if flow else ("menu/menu", None)
        said = Intention(talk_id, "", name, "m_1", "1", "post", moment, moment)
        await store.run(lambda tx: outbox.enqueue(tx, said, moment), workspace)
        [one] = await store.run(lambda tx: outbox.claim(tx, moment, 1, timedelta(minutes=2)), workspace)
        await store.run(lambda tx: outbox.settle_given_up(tx, one.id, "user_disabled", moment), workspace)


class Terminal(BytesIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("output", "reads", "told"), [(BytesIO(), "utf-8", "l'œuvre d'été"), (Terminal(), "latin-1", "l'?uvre d'été")]
)
def test_a_file_is_written_in_utf8_and_a_terminal_shows_what_letters_it_has(
    here: Path, monkeypatch: pytest.MonkeyPatch, output: BytesIO, reads: str, told: str
) -> None:
    (here / "textes" / "l'œuvre d'été").mkdir(parents=True)
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(output, encoding="latin-1"))
    assert cli.main(["check", "--texts", "textes"]) == 1
    assert f"textes/{told}: no such voice" in output.getvalue().decode(reads)


def test_a_disk_that_is_full_is_told_by_what_prints_into_it(here: Path) -> None:
    if not Path("/dev/full").exists():
        lacking("No disk is always full here: of the systems that Parcours runs on, Linux alone has /dev/full.")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PARCOURS, "key"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(ROOT)},
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        69,
        "What was to be written has no room where it goes: No space left on device.\n",
    )


def test_nobody_need_listen_to_a_command(here: Path) -> None:
    words = ["sh", "-c", '"$@" >&-', "sh", *PARCOURS, "key"]
    done = subprocess.run(words, stderr=subprocess.PIPE, text=True, env={"PYTHONPATH": str(ROOT)}, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# ------------------------------------------------------------------------------------------------------ parcours run

NOT_AT_START = ("alembic", "holidays", "psycopg", "sandbox")
"""Heavy, and of use later, or to others."""


def test_a_start_loads_nothing_heavy_that_it_does_not_use() -> None:
    program = f"import sys; from bot import running; print([name for name in {NOT_AT_START} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


class Running:
    """`parcours run` in its own process, and what it wrote so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[dict[str, object]] = []

    async def says(self, words: str) -> dict[str, object]:
        """Wait for a line with these words."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            while line := await self.process.stderr.readline():
                self.lines.append(orjson.loads(line))
                if words in str(self.lines[-1]["message"]):
                    return self.lines[-1]
        raise AssertionError(f"it ended without saying {words!r}: {self.lines}")

    async def ends(self) -> int:
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            rest = await self.process.stderr.read()
            self.lines += [orjson.loads(line) for line in rest.splitlines()]
            return await self.process.wait()


@asynccontextmanager
async def running(folder: Path, *words: str, **settings: str) -> AsyncIterator[Running]:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LOG_LEVEL": "INFO", **settings}
    process = await asyncio.create_subprocess_exec(
        *PARCOURS, "run", *words, cwd=folder, env=environ, stderr=subprocess.PIPE
    )
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    async with Sandbox.serve(clock=real_clock) as slack:
        slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        yield slack


def tokens(slack: Sandbox) -> dict[str, str]:
    return {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": slack.api_url}


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_it_works_until_told_to_stop(tmp_path: Path, slack: Sandbox, sign: signal.Signals) -> None:
    async with running(tmp_path, **tokens(slack)) as parcours:
        await parcours.says("at work")
        await slack.connected()
        [lead] = slack.people
        assert (await lead.write("menu")).acknowledged
        await slack.until(lambda: len(lead.received) >= 2, 20)
        parcours.process.send_signal(sign)
        assert await parcours.ends() == 0
    assert [line["message"] for line in parcours.lines if line["level"] in ("warning", "error")] == []
    assert any("Stopping" in str(line["message"]) for line in parcours.lines)


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_start_that_slack_keeps_waiting_ends_when_told_to_stop(
    tmp_path: Path, slack: Sandbox, method: str
) -> None:
    asked = asyncio.Event()

    def hear(_arguments: object) -> bool:
        asked.set()
        return True

    slack.faults.next(method, NoAnswer(hang=True), only=hear)
    async with running(tmp_path, **tokens(slack)) as parcours:
        await asked.wait()
        parcours.process.terminate()
        async with asyncio.timeout(10):
            assert await parcours.ends() == 0
    assert "the start is given up" in str(parcours.lines[-1]["message"])


async def test_it_takes_signed_requests_and_says_how_it_is(tmp_path: Path, slack: Sandbox) -> None:
    settings = {**tokens(slack), "SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": "0"}
    async with running(tmp_path, "--http", **settings, METRICS_ADDRESS="0") as parcours:
        started = await parcours.says("at work")
        port = started["port"]
        slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        assert await slack.verify_url()
        assert (await slack.people[0].command("/parcours")).acknowledged
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
            assert (answer.status, (await answer.json())["ok"]) == (200, True)
        watcher = Watcher(int(str(started["metrics_port"])))
        assert (await watcher.ask("/readyz"))[0] == 200
        figures = await watcher.figures()
        assert figures["parcours_acknowledgement_seconds_count{command,acked}"] == 1
        assert figures["process_resident_memory_bytes"] > 0
        parcours.process.terminate()
        assert await parcours.ends() == 0


@pytest.mark.parametrize(
    ("method", "fault", "code", "told"),
    [
        ("auth.test", Refused("invalid_auth"), 78, "Copy SLACK_BOT_TOKEN"),
        ("apps.connections.open", Refused("not_allowed_token_type"), 78, "App-Level Token"),
        ("users.list", Refused("missing_scope"), 78, "manifest.yaml"),
        ("auth.test", NoAnswer(), 69, "Check that this machine can reach http://127.0.0.1:"),
    ],
)
async def test_an_installation_that_slack_refuses_is_told(
    tmp_path: Path, slack: Sandbox, method: str, fault: Refused | NoAnswer, code: int, told: str
) -> None:
    slack.faults.next(method, fault)
    async with running(tmp_path, **tokens(slack)) as parcours:
        assert await parcours.ends() == code
    assert told in str(parcours.lines[-1]["message"])


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_it_ends_as_it_says_whatever_was_closed_by_who_started_it(here: Path, closed: str) -> None:
    nobody_there = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:9/"}
    started = ["sh", "-c", f'exec "$@" {closed}', "sh", *PARCOURS, "run"]
    found = {**os.environ, **nobody_there, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(started, check=False, cwd=here, env=found, timeout=30).returncode == 69


async def test_an_address_already_taken_is_told(tmp_path: Path, slack: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with running(tmp_path, **tokens(slack), PORT=str(port)) as parcours:
            assert await parcours.ends() == 69
    assert "choose another HOST or PORT" in str(parcours.lines[-1]["message"])


async def test_nobody_is_spoken_to_before_what_they_answer_can_be_heard(tmp_path: Path, slack: Sandbox) -> None:
    [lead] = slack.people
    slack.faults.next("apps.connections.open", Refused("invalid_auth"))
    async with running(tmp_path, **tokens(slack)) as parcours:
        assert await parcours.ends() == 78
    with socket.create_server(("127.0.0.1", 0)) as other:
        async with running(tmp_path, **tokens(slack), PORT=str(other.getsockname()[1])) as parcours:
            assert await parcours.ends() == 69
    assert lead.received == []
    async with running(tmp_path, **tokens(slack)) as parcours:
        await slack.until(lambda: len(lead.received) == 1, 20)
        parcours.process.terminate()
        assert await parcours.ends() == 0


async def test_it_starts_although_the_list_of_accounts_does_not_come(tmp_path: Path, slack: Sandbox) -> None:
    slack.faults.next("users.list", Refused("ratelimited"))
    async with running(tmp_path, **tokens(slack)) as parcours:
        await parcours.says("list of accounts did not come")
        await parcours.says("at work")
        parcours.process.terminate()
        assert await parcours.ends() == 0


async def test_a_second_bot_on_the_same_file_is_refused_until_the_first_is_dead(tmp_path: Path, slack: Sandbox) -> None:
    async with running(tmp_path, **tokens(slack)) as first:
        await first.says("at work")
        async with running(tmp_path, **tokens(slack), DATABASE_URL=f"sqlite:///{tmp_path}/./parcours.db") as second:
            assert await second.ends() == 69
        assert "works on this database already. Stop that one first" in str(second.lines[-1]["message"])
        first.process.kill()
        await first.process.wait()
        async with running(tmp_path, **tokens(slack)) as third:
            await third.says("at work")
