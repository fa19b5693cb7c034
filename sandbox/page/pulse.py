"""Tells every open page what changed, as server-sent events: gathered, never more than twenty times a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field

import orjson

from sandbox.journal import Journal

BETWEEN_SECONDS = 0.05
HEARTBEAT_SECONDS = 15.0


@dataclass
class Change:
    """What one page has not been told yet."""

    people: set[str] = field(default_factory=set)
    clock: bool = False
    travel: dict[str, object] | None = None


class Pulse:
    def __init__(self, journal: Journal, on_change: Callable[[], None]) -> None:
        self.journal = journal
        self.on_change = on_change
        self.closed = False
        self._pages: dict[asyncio.Event, Change] = {}

    def beat(self, people: Iterable[str] = (), *, clock: bool = False) -> None:
        """These people see something new; with `clock` the hour or what is due next changed."""
        self.on_change()
        touched = set(people)
        for bell, change in self._pages.items():
            change.people |= touched
            change.clock |= clock
            bell.set()

    def travelled(self, at: str, *, done: bool) -> None:
        for change in self._pages.values():
            change.travel = {"at": at, "done": done}
        self.beat(clock=True)

    def close(self) -> None:
        self.closed = True
        self.beat()

    async def stream(self) -> AsyncIterator[bytes]:
        """The events of one page, until it goes or the workspace closes."""
        bell = asyncio.Event()
        self._pages[bell] = Change()
        try:
            yield b": here\n\n"
            while not self.closed:
                yield await self._next(bell)
                await asyncio.sleep(BETWEEN_SECONDS)
        finally:
            del self._pages[bell]

    async def _next(self, bell: asyncio.Event) -> bytes:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await bell.wait()
        except TimeoutError:
            return b": still here\n\n"
        bell.clear()
        change, self._pages[bell] = self._pages[bell], Change()
        told: dict[str, object] = {
            "people": sorted(change.people),
            "clock": change.clock,
            "timeline": self.journal.said.last,
            "calls": self.journal.exchanges.last,
        }
        if change.travel is not None:
            told["travel"] = change.travel
        return b"event: changed\ndata: " + orjson.dumps(told) + b"\n\n"
