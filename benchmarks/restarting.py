"""Starting again with everybody's conversations waiting: until the first that is due is woken, against an empty database.

The bot is opened anew each time in a process of its own, which tells when the first tick is over and what memory it holds.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import orjson

from benchmarks import databases
from benchmarks.lines import Goal, Line
from benchmarks.rounds import Scale, figures, in_turn, spread
from benchmarks.ticking import REMINDERS, fill, make_due
from storage import Store, schema

PROGRAM = """
import asyncio, sys
from time import perf_counter
from benchmarks.answers.waiting import cooperative
from benchmarks.memory import resident
import orjson
async def work():
    start = perf_counter()
    async with cooperative(sys.argv[1]) as (bot, *_):
        await bot.desk.tick()
        print(orjson.dumps({"milliseconds": (perf_counter() - start) * 1e3, "megabytes": resident()}).decode())
asyncio.run(work())
"""


class Restarted(NamedTuple):
    milliseconds: float
    megabytes: float


def measure(scale: Scale) -> Iterator[Line]:
    waiting = scale.of(REMINDERS, 500)
    with databases.file() as full, databases.file() as empty:
        for url, count in ((full, waiting), (empty, 0)):
            asyncio.run(_prepared(url, count))
        started = in_turn({"ours": partial(_started, full), "empty": partial(_started, empty)}, scale.of(7, 1))
    ours, theirs = started["ours"], started["empty"]
    shown = {
        side: f"{spread(figures(found, 'milliseconds')):,.0f} ms, {spread(figures(found, 'megabytes')).middle:.0f} MB"
        for side, found in ((f"{waiting:,} waiting", ours), ("none", theirs))
    }
    later = [one.milliseconds - other.milliseconds for one, other in zip(ours, theirs, strict=True)]
    more = [one.megabytes - other.megabytes for one, other in zip(ours, theirs, strict=True)]
    yield Line(
        number="15", what=f"restart with {waiting:,} waiting: time to the first due, beyond an empty start", sides=shown,
        figure=spread(later), unit="ms", digits=0, goal=Goal("most", 50),
    )  # fmt: skip
    yield Line(number="15", what="memory held more", figure=spread(more), unit="MB", digits=1, goal=Goal("most", 5))


async def _prepared(url: str, waiting: int) -> None:
    schema.upgrade(url)
    async with Store.open(url) as store:
        await store.run(partial(fill, count=waiting))
        await store.run(partial(make_due, count=min(waiting, 1)))


def _started(url: str) -> Restarted:
    said = subprocess.run([sys.executable, "-c", PROGRAM, url], capture_output=True, text=True, check=True).stdout
    return Restarted(**orjson.loads(said))
