"""What lives beside examples that are drawn one after another."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Apart:
    """An event loop of its own, in a thread: what is opened in it stays open from one example to the next."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.stack = AsyncExitStack()
        self._thread = Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, errand: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(errand, self.loop).result(60)

    def close(self) -> None:
        self.run(self.stack.aclose())
        self.run(_let_all_end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


async def _let_all_end() -> None:
    """What was told to end as all was closed, and has not yet."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
