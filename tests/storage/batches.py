"""Units that are sure to be written in one batch."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from storage import Store, Transaction
from storage.ahead import Look
from tests.storage.conftest import HERE

Unit = Callable[[Transaction], Any]


class Waiting(NamedTuple):
    unit: Unit
    workspace: str = HERE
    looks: Sequence[Look] = ()


async def together(store: Store, *units: Unit | Waiting) -> list[Any]:
    """Run `units` in one batch: the writer is kept busy until all of them wait. What each returns or raises."""
    busy, free = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        busy.set()
        assert free.wait(20)

    holding = asyncio.create_task(store.run(hold, HERE))
    await asyncio.to_thread(busy.wait, 20)
    waiting = [each if isinstance(each, Waiting) else Waiting(each) for each in units]
    tasks = [asyncio.create_task(store.run(*each)) for each in waiting]
    await asyncio.sleep(0)  # each task puts its unit in the queue
    free.set()
    await holding
    return await asyncio.gather(*tasks, return_exceptions=True)
