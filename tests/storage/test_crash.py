"""A process killed while it writes: what it was told is written is there."""

import subprocess
import sys

import sqlalchemy as sa

from storage import Store, Transaction


def numbers(tx: Transaction) -> set[int]:
    return {int(event) for event in tx.connection.execute(sa.text("SELECT event_id FROM seen")).scalars()}


async def test_what_was_said_to_be_written_survives_a_kill(store: Store, database_url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.storage.endless_writer", database_url], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        promised = [int(writer.stdout.readline()) for _ in range(300)]
        writer.kill()
        promised += [int(line) for line in writer.stdout if line.endswith(b"\n")]
    assert set(promised) <= await store.read(numbers)
    assert await store.run(numbers) >= set(promised)
