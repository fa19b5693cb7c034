"""The practice workspace and the real bot, in a thread of their own: the browser is driven from this one."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.rehearsal.practice import practice

BEGINS = datetime(2026, 9, 1, 7, 0, tzinfo=UTC)  # a Tuesday, at nine in Paris
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Whole:
    url: str


@contextmanager
def whole(database: Path, *, empty: bool = False, locale: str = "fr", people: int = 12) -> Iterator[Whole]:
    address: Future[str] = Future()
    stop: Future[None] = Future()

    async def live() -> None:
        try:
            async with practice(database, port=0, empty=empty, locale=locale, people=people, begins=BEGINS) as opened:
                address.set_result(opened.slack.base_url)
                await asyncio.wrap_future(stop)
        except BaseException as failure:
            if not address.done():
                address.set_exception(failure)
            raise

    thread = threading.Thread(target=asyncio.run, args=(live(),))
    thread.start()
    try:
        yield Whole(address.result(PATIENCE_SECONDS))
    finally:
        stop.set_result(None)
        thread.join(PATIENCE_SECONDS)
