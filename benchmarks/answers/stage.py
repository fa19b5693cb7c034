"""All sides at work on databases alike, and the process that sends them the same clicks in turn."""

import asyncio
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from typing import Any

from benchmarks import databases
from benchmarks.answers import load, sides
from benchmarks.answers.load import Burst, Heard
from benchmarks.answers.waiting import Waiting, answered, prepare
from storage import schema

OURS, BARE, FLOOR = "ours", "bare Bolt", "floor"
WRITING = (OURS, FLOOR)
WARMING = 64
"""Answers before anything is timed: what is made once is made then."""
SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Stage:
    """All sides at work, and the process that sends: clicks are taken one after another, by each side the same."""

    waiting: Waiting
    urls: Mapping[str, str]
    ports: Mapping[str, int]
    sender: Pipe
    taken: dict[str, int] = field(default_factory=lambda: {OURS: 1, BARE: 1, FLOOR: 1})
    """How many of the conversations each side has answered; the first was answered before they came."""

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
            assert found == self.taken[side], f"{side}: {self.taken[side]} sent, {found} taken"


@contextmanager
def on_sqlite(count: int) -> Iterator[tuple[Waiting, Mapping[str, str]]]:
    with databases.file() as url:
        waiting = asyncio.run(prepare(url, count))
        yield waiting, {OURS: url, FLOOR: databases.copied_file(url, "floor.db")}


@contextmanager
def on_postgresql(count: int) -> Iterator[tuple[Waiting, Mapping[str, str]]]:
    with databases.server() as server, server.fresh_database() as url:
        waiting = asyncio.run(prepare(url, count))
        with server.fresh_database(like=url) as other:
            yield waiting, {OURS: url, FLOOR: other}


@contextmanager
def staged(waiting: Waiting, urls: Mapping[str, str]) -> Iterator[Stage]:
    """The sides on the first core, whoever sends on the last."""
    cores = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        ports = {}
        for side in (OURS, BARE, FLOOR):
            pipe = stack.enter_context(_process(sides.work, side, cores[0], waiting, urls.get(side, "")))
            ports[side] = pipe.recv()
        sender = stack.enter_context(_process(load.work, "sender", cores[-1]))
        stage = Stage(waiting, urls, ports, sender)
        for side in ports:
            stage.send(side, 4, WARMING, None)
        yield stage


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
