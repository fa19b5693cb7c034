"""Writes until it is killed, and prints the number of each event once the store says that it is written."""

import asyncio
import itertools
import sys

from storage import Store, Transaction, seen
from tests.storage.conftest import HERE, NINE


async def write(store: Store, numbers: "itertools.count[int]") -> None:
    for number in numbers:

        def unit(tx: Transaction, event: str = str(number)) -> bool:
            return seen.first_sight(tx, event, NINE)

        assert await store.run(unit, HERE)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


async def main(url: str) -> None:
    store, numbers = Store.open(url), itertools.count()
    await asyncio.gather(*(write(store, numbers) for _ in range(8)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
