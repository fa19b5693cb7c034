"""The practice workspace and the real bot, in a thread of their own: the browser is driven from this one."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.rehearsal.practice import Practice, practice

T = TypeVar("T")

BEGINS = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)  # a Tuesday, at nine in Paris
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Whole:
    url: str
    _opened: Practice
    _loop: asyncio.AbstractEventLoop

    def do(self, deed: Callable[[Practice], Coroutine[Any, Any, T]]) -> T:
        """What no gesture of the page does, where the practice lives."""
        return asyncio.run_coroutine_threadsafe(deed(self._opened), self._loop).result(PATIENCE_SECONDS)


@contextmanager
def elsewhere(opening: AbstractAsyncContextManager[T]) -> Iterator[tuple[T, asyncio.AbstractEventLoop]]:
    """What this opens, in a loop of its own, in another thread."""
    lived: Future[tuple[T, asyncio.AbstractEventLoop]] = Future()
    stop: Future[None] = Future()

    async def live() -> None:
        try:
            async with opening as opened:
                lived.set_result((opened, asyncio.get_running_loop()))
                await asyncio.wrap_future(stop)
        except BaseException as failure:
            if not lived.done():
                lived.set_exception(failure)
            raise

    thread = threading.Thread(target=asyncio.run, args=(live(),))
    thread.start()
    try:
        yield lived.result(PATIENCE_SECONDS)
    finally:
        stop.set_result(None)
        thread.join(PATIENCE_SECONDS)


@contextmanager
def whole(database: Path, *, empty: bool = False, locale: str = "fr", people: int = 12) -> Iterator[Whole]:
    opening = practice(database, port=0, empty=empty, locale=locale, people=people, begins=BEGINS)
    with elsewhere(opening) as (opened, loop):
        yield Whole(opened.slack.base_url, opened, loop)
