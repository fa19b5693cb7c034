"""Waiting for what the app does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def wait_until(
    happened: Callable[[], bool], listen: Callable[[Callable[[], None]], Callable[[], None]], seconds: float
) -> None:
    """Wait until this is true, looked at each time `listen` has something told. Raises TimeoutError.

    `listen` takes what is to be told, and gives the function that ends it.
    """
    if happened():
        return
    changed = asyncio.Event()
    stop = listen(changed.set)
    try:
        async with asyncio.timeout(seconds):
            while not happened():
                changed.clear()
                await changed.wait()
    finally:
        stop()
