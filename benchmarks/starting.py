"""From nothing to listening: the whole bot in a process of its own, against importing the same libraries bare.

The database is there and up to date; Slack is a practice workspace in another process. What is counted is the time until the
port answers, and the memory held then, once it has nothing to do. As where it is installed, Python keeps what it compiles.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from benchmarks import databases
from benchmarks.lines import Goal, Line
from benchmarks.memory import resident
from benchmarks.rounds import Scale, figures, in_turn, ratio, spread

BARE = """
import aiohttp, alembic.command, apscheduler.schedulers.asyncio, jinja2, orjson, psycopg, slack_bolt.app.async_app
import sqlmodel, starlette.applications, uvicorn, uvloop, yarl
print("at work", flush=True)
input()
"""
OURS = """
import sys
from bot.cli import main
sys.exit(main(["run", "--http"]))
"""
SLACK = """
import asyncio, sys
from bot.clock import real_clock
from sandbox import Sandbox
async def work():
    async with Sandbox.serve(clock=real_clock) as slack:
        slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        print(slack.api_url, flush=True)
        await asyncio.to_thread(sys.stdin.readline)
asyncio.run(work())
"""


class Started(NamedTuple):
    seconds: float
    megabytes: float


def measure(scale: Scale) -> Iterator[Line]:
    with databases.file() as url, _program(SLACK, {}) as slack:
        assert slack.stdout is not None
        address = slack.stdout.readline().strip()
        settings = {
            "SLACK_BOT_TOKEN": "xoxb-sandbox", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": address,
            "DATABASE_URL": url, "PORT": "0",
        }  # fmt: skip
        _started(OURS, settings)  # the database is made then
        sides = {"ours": lambda: _started(OURS, settings), "the libraries": lambda: _started(BARE, {})}
        started = in_turn(sides, scale.of(7, 1))
    seconds, memory = ({side: figures(found, name) for side, found in started.items()} for name in Started._fields)
    shown = {side: f"{spread(seconds[side]):.2f} s, {spread(memory[side]).middle:.0f} MB" for side in started}
    yield Line(
        number="19", what="start to listening", sides=shown, figure=spread(seconds["ours"]), unit="s",
        goal=Goal("most", 1.2),
    )  # fmt: skip
    yield Line(number="19", what="start ÷ importing the libraries", figure=ratio(*seconds.values()))
    yield Line(
        number="19", what="memory when idle", figure=spread(memory["ours"]), unit="MB", digits=0, goal=Goal("most", 110)
    )
    yield Line(number="19", what="memory ÷ the libraries'", figure=ratio(*memory.values()))


def _program(text: str, environ: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environ},
    )  # fmt: skip


def _started(text: str, environ: Mapping[str, str]) -> Started:
    start = time.perf_counter()
    with _program(text, environ) as process:
        assert process.stdout is not None
        is_ready = any("at work" in line for line in process.stdout)
        took = time.perf_counter() - start
        assert is_ready, "it did not start"
        megabytes = resident(process.pid)
        process.terminate()
        process.communicate()
    return Started(took, megabytes)
