"""An answer, end to end: a signed click over HTTP, verified, decided, durable, acknowledged.

Our whole bot answers, on one core, clicks sent from the other; so do, in turn, a bare Bolt listener that verifies and
acknowledges and writes nothing, and a floor written by hand: ASGI without a framework, and the very statements of one of our
answers said again through the driver, in the same batches. Each click answers another conversation, which then asks its next
question. Nobody is spoken to meanwhile: that is the courier's work.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection as Pipe
from typing import Any

from benchmarks import databases
from benchmarks.answers import load, sides
from benchmarks.answers.load import Burst, Heard
from benchmarks.answers.waiting import Waiting, answered, prepare
from benchmarks.lines import Goal, Line
from benchmarks.rounds import Scale, figures, in_turn, ratio, spread
from storage import schema

CONNECTIONS = (1, 32, 128)
RATES = (340, 1_000)
OURS, BARE, FLOOR = "ours", "bare Bolt", "floor"
WRITING = (OURS, FLOOR)
SPAWN = multiprocessing.get_context("spawn")


def measure(scale: Scale) -> Iterator[Line]:
    for name, databases_of in (("SQLite", _files), ("PostgreSQL", _server)):
        with databases_of(_answers(scale)) as (waiting, urls), _stage(waiting, urls) as stage:
            yield from _closed(scale, name, stage)
            yield from _open(scale, name, stage)
            stage.check()


def _bursts(scale: Scale) -> list[tuple[int, int, float | None]]:
    """Connections, answers and rate of each burst of a round."""
    closed = [(connections, scale.of(2_000 if connections == 1 else 6_000, 40)) for connections in CONNECTIONS]
    opened = [(rate, scale.of(rate * 10, 40)) for rate in RATES]
    return [(it, count, None) for it, count in closed] + [(128, count, float(rate)) for rate, count in opened]


def _rounds(scale: Scale) -> int:
    return scale.of(5, 1)


def _answers(scale: Scale) -> int:
    return 1 + _rounds(scale) * sum(count for _, count, _ in _bursts(scale))


@dataclass
class Stage:
    """All sides at work, and the process that sends: clicks are taken one after another, by each side the same."""

    waiting: Waiting
    urls: Mapping[str, str]
    ports: Mapping[str, int]
    sender: Pipe
    taken: dict[str, int]

    def send(self, side: str, connections: int, count: int, rate: float | None) -> Heard:
        start = self.taken[side]
        self.taken[side] += count
        bodies = self.waiting.bodies(start, count)
        stamp = sides.stamp_for(side)
        self.sender.send(Burst(self.ports[side], connections, bodies, self.waiting.secret, stamp, rate))
        heard: Heard = self.sender.recv()
        assert not heard.refused, f"{side} refused {heard.refused} answers"
        return heard

    def check(self) -> None:
        """Each answer was taken, once."""
        for side in WRITING:
            found = schema.look(self.urls[side], answered)
            assert found == self.taken[side] - (side == FLOOR), f"{side}: {self.taken[side]} sent, {found} taken"


def _closed(scale: Scale, database: str, stage: Stage) -> Iterator[Line]:
    for connections, count, rate in _bursts(scale):
        if rate is None:
            yield from _lines(database, connections, _played(stage, scale, connections, count, None))


def _played(stage: Stage, scale: Scale, connections: int, count: int, rate: float | None) -> dict[str, list[Heard]]:
    turns = {side: partial(stage.send, side, connections, count, rate) for side in stage.ports}
    return in_turn(turns, _rounds(scale))


def _lines(database: str, connections: int, heard: Mapping[str, list[Heard]]) -> Iterator[Line]:
    rates = {side: figures(found, "rate") for side, found in heard.items()}
    late = {side: figures(found, "p99") for side, found in heard.items()}
    what = f"answers, {database}, {connections} connection{'s' * (connections > 1)}"
    goals = {("SQLite", 32): (1.2, 0.4), ("PostgreSQL", 32): (1.0, None)}
    of_bare, of_floor = goals.get((database, connections), (None, None))
    yield Line(
        number="1",
        what=f"{what} ÷ bare Bolt",
        sides={side: _shown(heard[side]) for side in (OURS, BARE)},
        figure=ratio(rates[OURS], rates[BARE]),
        goal=of_bare and Goal("least", of_bare),
    )
    yield Line(
        number="1",
        what=f"p99 of the same ÷ bare Bolt's",
        figure=ratio(late[OURS], late[BARE]),
        goal=of_bare and Goal("most", 1.0),
    )
    yield Line(
        number="2",
        what=f"{what} ÷ floor",
        sides={side: _shown(heard[side]) for side in (OURS, FLOOR)},
        figure=ratio(rates[OURS], rates[FLOOR]),
        goal=of_floor and Goal("least", of_floor),
    )


def _open(scale: Scale, database: str, stage: Stage) -> Iterator[Line]:
    for connections, count, rate in _bursts(scale):
        if rate is not None:
            heard = _played(stage, scale, connections, count, rate)
            yield Line(
                number="8",
                what=f"p99 at {rate:,.0f} answers/s, {database}",
                sides={side: _shown(found) for side, found in heard.items()},
                figure=spread(figures(heard[OURS], "p99")),
                unit="ms",
                digits=1,
                goal=Goal("most", 25 if rate == RATES[0] else 50),
            )
            yield Line(
                number="8",
                what=f"acknowledged after 3 s at {rate:,.0f} answers/s, {database}",
                figure=spread(figures(heard[OURS], "late")),
                unit="answers",
                digits=0,
                goal=Goal("most", 0),
            )


def _shown(heard: list[Heard]) -> str:
    rate, p50, p99 = (spread(figures(heard, name)).middle for name in ("rate", "p50", "p99"))
    return str(Heard(rate, p50, p99, sum(one.late for one in heard), 0))


# ---------------------------------------------------------------------------------------------------- putting it up


@contextmanager
def _files(count: int) -> Iterator[tuple[Waiting, Mapping[str, str]]]:
    with databases.file() as url:
        waiting = asyncio.run(prepare(url, count))
        yield waiting, {OURS: url, FLOOR: databases.copied_file(url, "floor.db")}


@contextmanager
def _server(count: int) -> Iterator[tuple[Waiting, Mapping[str, str]]]:
    with databases.server() as server, server.fresh_database() as url:
        waiting = asyncio.run(prepare(url, count))
        with server.fresh_database(like=url) as other:
            yield waiting, {OURS: url, FLOOR: other}


@contextmanager
def _stage(waiting: Waiting, urls: Mapping[str, str]) -> Iterator[Stage]:
    """The sides on the first core, whoever sends on the last."""
    cores = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        ports = {}
        for side in (OURS, BARE, FLOOR):
            pipe = stack.enter_context(_process(sides.work, side, cores[0], waiting, urls.get(side, "")))
            ports[side] = pipe.recv()
        sender = stack.enter_context(_process(load.work, "sender", cores[-1]))
        yield Stage(waiting, urls, ports, sender, dict.fromkeys(ports, 1))


@contextmanager
def _process(work: Any, name: str, core: int, *given: Any) -> Iterator[Pipe]:
    """A process of ours kept to one core; it ends when it is sent None."""
    ours, theirs = SPAWN.Pipe()
    arguments = (name, theirs, *given) if given else (theirs,)
    process = SPAWN.Process(target=work, args=arguments, name=name, daemon=True)
    process.start()
    theirs.close()  # so that its death is heard of at once
    try:
        ours.recv()  # all it imports is there
        os.sched_setaffinity(process.pid or 0, {core})
        yield ours
    finally:
        with suppress(OSError):
            ours.send(None)
        process.join(10)
        process.terminate()

