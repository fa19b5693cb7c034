"""How long small things take: repeated until a timer can tell."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter


def each(count: int, do: Callable[[], object]) -> float:
    """Seconds that one takes, of `count`."""
    start = perf_counter()
    for _ in range(count):
        do()
    return (perf_counter() - start) / count


async def each_of(count: int, at_once: int, do: Callable[[int], Awaitable[object]]) -> float:
    """Seconds that one takes, of `count` numbered from 0, so many at once."""
    numbers = iter(range(count))

    async def some() -> None:
        for number in numbers:
            await do(number)

    start = perf_counter()
    await asyncio.gather(*(some() for _ in range(at_once)))
    return (perf_counter() - start) / count
