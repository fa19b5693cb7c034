"""Answers decided and written, without HTTP: many at once through our store, against the driver itself.

Each side writes what an answer writes, durably, on a database of its own. Ours also decides; the others only say again the
statements of one of our answers (benchmarks/answers), one transaction each, or as many together as our writer would commit.
"""

import asyncio
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from benchmarks.answers.sides import begin_for, connect_to, parametrised
from benchmarks.answers.stage import on_postgresql, on_sqlite
from benchmarks.answers.waiting import ANSWER, QUESTION, Waiting, cooperative
from benchmarks.lines import Goal, Line
from benchmarks.rounds import Scale, ratio, spread
from benchmarks.timed import each_of
from bot.wire import Ref
from storage.writer import LARGEST_BATCH

Rates = dict[str, list[float]]
FEW, MANY = 16, 256
OURS_FEW, OURS_MANY, ALONE, GROUPED = f"ours, {FEW} at once", f"ours, {MANY} at once", "one by one", "grouped"


def measure(scale: Scale) -> Iterator[Line]:
    count, rounds = scale.of(3_000, 40), scale.of(5, 1)
    for name, waiting_on in (("SQLite", on_sqlite), ("PostgreSQL", on_postgresql)):
        with waiting_on(1 + 2 * rounds * count) as (waiting, urls):
            rates = asyncio.run(_played(waiting, urls["ours"], urls["floor"], count, rounds))
        driver = "sqlite3" if name == "SQLite" else "psycopg"
        number, bound = ("5", 2.0) if name == "SQLite" else ("7", 1.8)
        yield _line(number, f"{name}, {FEW} at once ÷ raw {driver} one by one", rates, OURS_FEW, ALONE, bound)
        number, wanted = ("6", 0.6) if name == "SQLite" else ("", None)
        yield _line(number, f"{name}, {MANY} at once ÷ raw {driver} grouped", rates, OURS_MANY, GROUPED, wanted)


def _line(number: str, what: str, rates: Rates, ours: str, theirs: str, bound: float | None) -> Line:
    return Line(
        number=number,
        what=f"answers written, {what}",
        sides={side: f"{spread(rates[side]):,.0f}/s" for side in (ours, theirs)},
        figure=ratio(rates[ours], rates[theirs]),
        goal=None if bound is None else Goal("least", bound),
    )


async def _played(waiting: Waiting, ours: str, theirs: str, count: int, rounds: int) -> Rates:
    rates: Rates = {OURS_FEW: [], ALONE: [], OURS_MANY: [], GROUPED: []}
    raw = Raw(waiting, theirs)
    async with cooperative(ours) as (bot, *_):
        for start in range(1, 1 + 2 * rounds * count, 2 * count):

            async def answer(number: int, first: int = start) -> None:
                at = first + number
                ref = Ref(waiting.conversations[at], QUESTION)
                await bot.desk.clicked(waiting.team, waiting.people[at], ref, ANSWER, None)

            async def answer_later(number: int, first: int = start + count) -> None:
                await answer(number, first)

            rates[OURS_FEW].append(1 / await each_of(count, FEW, answer))
            rates[ALONE].append(raw.rate(range(start, start + count), 1))
            rates[OURS_MANY].append(1 / await each_of(count, MANY, answer_later))
            rates[GROUPED].append(raw.rate(range(start + count, start + 2 * count), LARGEST_BATCH))
    raw.connection.close()
    return rates


class Raw:
    """The driver alone."""

    def __init__(self, waiting: Waiting, url: str) -> None:
        self.connection: Any = connect_to(url)()
        self.begin = begin_for(url, waiting.team)
        self.ids = list(zip(waiting.conversations, waiting.members, waiting.people, strict=True))
        self.statements: list[tuple[str, Callable[[tuple[str, str, str]], Any]]] = [
            parametrised(one, waiting) for one in waiting.statements
        ]

    def rate(self, numbers: range, together: int) -> float:
        """Answers a second, so many in one transaction."""
        start = perf_counter()
        for first in range(numbers.start, numbers.stop, together):
            self.connection.execute(self.begin)
            for number in range(first, min(first + together, numbers.stop)):
                self.write(self.ids[number])
            self.connection.execute("COMMIT")
        return len(numbers) / (perf_counter() - start)

    def write(self, ids: tuple[str, str, str]) -> None:
        for sql, parameters_for in self.statements:
            done = self.connection.execute(sql, parameters_for(ids))
            if done.description:
                done.fetchall()
