"""However things fail, at the most talkative level, no secret is in a log, an answer or a word of the command line."""

import asyncio
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from bot.clock import real_clock
from bot.letters import Letter
from bot.moods import Later, Never
from bot.postman import SmtpPostman
from bot.settings import Mailbox
from sandbox import NoAnswer, Refused, Sandbox, ServerError
from sandbox.faults import Fault
from tests.bot.test_cli import PARCOURS, ROOT, running

HIDDEN = "hunter2"
SECRETS = {
    "SLACK_BOT_TOKEN": f"xoxb-{HIDDEN}-bot",
    "SLACK_APP_TOKEN": f"xapp-{HIDDEN}-app",
    "SLACK_SIGNING_SECRET": f"{HIDDEN}-signing",
    "BALLOT_KEY": "b0" * 32,
    "WORDS_KEY": "d0" * 32,
    "SMTP_URL": f"smtp://postman:{HIDDEN}@127.0.0.1:1",
    "MAIL_FROM": "parcours@exemple.coop",
}
NEVER_SHOWN = (HIDDEN, "b0" * 32, "d0" * 32)


def require_no_secret(said: str) -> None:
    assert [secret for secret in NEVER_SHOWN if secret in said] == []


async def said_by(folder: Path, **changes: str) -> str:
    """All that `parcours run` says of itself until it ends by itself."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **SECRETS, "LOG_LEVEL": "DEBUG", **changes}
    process = await asyncio.create_subprocess_exec(
        *PARCOURS, "run", cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert process.returncode in (69, 78), err.decode()[-500:]
    return (out + err).decode()


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://parcours:{HIDDEN}@127.0.0.1:1/parcours",
        f"postgresql://parcours:{HIDDEN}/with@127.0.0.1:5432/parcours",
        f"postgresql://parcours:{HIDDEN}:more@127.0.0.1:port/parcours",
        f"mysql://parcours:{HIDDEN}@127.0.0.1/parcours",
        f"postgresql://parcours:{HIDDEN}@[127.0.0.1/parcours",
        f"postgresql://parcours:{HIDDEN}@127.0.0.1:1/parcours?unknown={HIDDEN}",
    ],
)
async def test_a_database_that_cannot_be_reached_tells_no_password(tmp_path: Path, address: str) -> None:
    require_no_secret(await said_by(tmp_path, DATABASE_URL=address, SLACK_API_URL="http://127.0.0.1:1/api/"))


@pytest.mark.parametrize("fault", [Refused("invalid_auth"), ServerError(500), NoAnswer()])
async def test_a_token_that_slack_refuses_is_not_told(tmp_path: Path, fault: Fault) -> None:
    async with Sandbox.serve(clock=real_clock) as slack:
        slack.faults.next("*", fault, times=100)
        require_no_secret(await said_by(tmp_path, SLACK_API_URL=slack.api_url))


async def test_at_work_no_page_tells_a_secret(tmp_path: Path) -> None:
    async with Sandbox.serve(clock=real_clock) as slack:
        lead = slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        tokens = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_API_URL": slack.api_url,
            "PORT": "0",
            "SLACK_APP_TOKEN": "",
        }
        async with running(tmp_path, "--http", **{**SECRETS, **tokens, "LOG_LEVEL": "DEBUG"}) as parcours:
            port = (await parcours.says("at work"))["port"]
            await slack.until(lambda: len(lead.received) >= 1, 20)
            async with aiohttp.ClientSession() as session:
                for page in ("healthz", "readyz", "metrics", "slack/events", "former/abc", "nothing"):
                    async with session.get(f"http://127.0.0.1:{port}/{page}") as answer:
                        require_no_secret(await answer.text())
            parcours.process.terminate()
            await parcours.ends()
    require_no_secret(str(parcours.lines))
    assert slack.bot_token not in str(parcours.lines)


@pytest.mark.parametrize("refusal", ["535 5.7.8 Bad credentials", "421 Not now", "nonsense"])
async def test_a_mail_server_that_refuses_us_tells_no_password(refusal: str) -> None:
    serving: list[tuple[asyncio.StreamWriter, asyncio.Task[None] | None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append((writer, asyncio.current_task()))
        writer.write(b"220 here\r\n")
        with suppress(ConnectionError):
            while line := await reader.readline():
                greeted = line.upper().startswith(b"EHLO")
                writer.write(b"250-here\r\n250 AUTH PLAIN LOGIN\r\n" if greeted else f"{refusal} {line!r}\r\n".encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        box = Mailbox(
            "127.0.0.1", server.sockets[0].getsockname()[1], "parcours@exemple.coop", False, "postman", HIDDEN
        )
        require_no_secret(repr(box))
        with pytest.raises((Later, Never)) as told:
            await SmtpPostman(box).send("lila@exemple.coop", Letter("Bonjour", "Mot", real_clock(), 1))
        require_no_secret(f"{told.value!r} {told.value.__cause__!r}")
        for writer, task in serving:
            writer.close()
            assert task is not None
            await task
