"""From nothing to listening: the whole bot in a process of its own, against importing the same libraries bare.

The database is there and up to date; Slack is a practice workspace in another process. What is counted is the time until the
port answers, and the memory held then, once it has nothing to do.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks import databases
from benchmarks.lines import Goal, Line
from benchmarks.memory import resident
from benchmarks.rounds import Scale, figures, in_turn, ratio, spread

BARE = """
import aiohttp, alembic.command, apscheduler.schedulers.asyncio, jinja2, orjson, psycopg, slack_bolt.app.async_app
import sqlmodel, starlette.applications, uvicorn, uvloop, yarl
print("ready", flush=True)
input()
"""
OURS = """
import asyncio
from bot.clock import real_clock
from bot.app import Bot
from bot.settings import Settings
import sys
async def work():
    settings = Settings(bot_token="xoxb-sandbox", signing_secret="s", slack_api_url=sys.argv[1],
        database_url=sys.argv[2], port=0, door="http")
    async with Bot.open(settings) as bot, bot.beating(), bot.answering():
        print("ready", flush=True)
        await asyncio.to_thread(input)
import uvloop
with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(work())
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
    with databases.file() as url, _program(SLACK) as slack:
        assert slack.stdout is not None
        address = slack.stdout.readline().strip()
        _started(OURS, address, url)  # the database is made then
        sides = {"ours": lambda: _started(OURS, address, url), "the libraries": lambda: _started(BARE)}
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


def _program(text: str, *given: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", text, *given], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _started(text: str, *given: str) -> Started:
    start = time.perf_counter()
    with _program(text, *given) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        took = time.perf_counter() - start
        assert said.strip() == "ready", "it did not start"
        megabytes = resident(process.pid)
        process.communicate("\n")
    return Started(took, megabytes)
