"""Two workers on PostgreSQL, against one: the same conversations to wake, found fifty at a time by whoever is free.

Each conversation is due for a reminder: it is loaded, decided, saved, and what is to be said is queued. None is woken twice,
none is left. PostgreSQL and the workers share the same cores: with two cores, two workers cannot have one each.
"""

import asyncio
import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from multiprocessing.connection import Connection as Pipe
from time import perf_counter

import psycopg

from benchmarks import databases
from benchmarks.answers.waiting import MORNING, prepare
from benchmarks.lines import Goal, Line
from benchmarks.rounds import Scale, in_turn, ratio, spread
from bot.admissions import ADMISSIONS
from bot.deeds import DEEDS
from bot.score import Score
from bot.waking import wake
from flows import ALL_FLOWS
from storage import Store
from storage.vault import Vault
from tests import postgres

REMINDED = MORNING + timedelta(days=8)
SPAWN = multiprocessing.get_context("spawn")
KEPT = "CREATE TABLE kept AS SELECT number, steps, wake_at FROM conversation WHERE wake_at IS NOT NULL"
AGAIN = (
    "UPDATE conversation SET steps = kept.steps, wake_at = kept.wake_at FROM kept WHERE kept.number = conversation.number",
    "DELETE FROM outbox WHERE message = 'reminder'",
    "VACUUM ANALYZE conversation",
)


def measure(scale: Scale) -> Iterator[Line]:
    count = scale.of(5_000, 120)
    with databases.server() as server, server.fresh_database() as url:
        asyncio.run(prepare(url, count + 1))
        tell(url, f"UPDATE conversation SET wake_at = NULL WHERE wake_at > '{REMINDED}'", KEPT)
        with _workers(url, 2) as pipes:
            sides = {"one worker": partial(woken, url, pipes[:1]), "two workers": partial(woken, url, pipes)}
            done = in_turn(sides, scale.of(5, 1))
        due = count_of(url)
    rates = {side: [found / seconds for found, seconds in played] for side, played in done.items()}
    doubled = [abs(found - due) for played in done.values() for found, _ in played]
    yield Line(
        number="12", what="2 workers ÷ 1, waking 50 at a time on PostgreSQL", figure=ratio(*reversed(rates.values())),
        sides={side: f"{spread(found):,.0f} woken/s" for side, found in rates.items()}, goal=Goal("least", 1.4),
    )  # fmt: skip
    yield Line(
        number="12", what="woken twice, or left", figure=spread(doubled), unit="conversations", digits=0,
        goal=Goal("most", 0),
    )  # fmt: skip


def tell(url: str, *statements: str) -> None:
    with psycopg.connect(postgres.as_owner(url).replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def count_of(url: str) -> int:
    with psycopg.connect(postgres.as_owner(url).replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert row is not None
        return int(row[0])


def woken(url: str, pipes: Sequence[Pipe]) -> tuple[int, float]:
    """How many conversations these workers woke until none was due, and in how many seconds."""
    tell(url, *AGAIN)
    start = perf_counter()
    for pipe in pipes:
        pipe.send(True)
    found = sum(pipe.recv() for pipe in pipes)
    return found, perf_counter() - start


def work(pipe: Pipe, url: str) -> None:
    """Wake all that is due each time something comes through the pipe, until None does."""
    asyncio.run(_work(pipe, url))


async def _work(pipe: Pipe, url: str) -> None:
    score = Score({flow.name: flow for flow in ALL_FLOWS}, DEEDS, ADMISSIONS)
    async with Store.open(url, vault=Vault((bytes(32),))) as store:
        pipe.send(None)
        while await asyncio.to_thread(pipe.recv) is not None:
            total = 0
            while found := await wake(store, score, REMINDED):
                total += found
            pipe.send(total)


@contextmanager
def _workers(url: str, count: int) -> Iterator[list[Pipe]]:
    with ExitStack() as stack:
        pipes = []
        for number in range(count):
            ours, theirs = SPAWN.Pipe()
            process = SPAWN.Process(target=work, args=(theirs, url), name=f"worker {number}", daemon=True)
            process.start()
            theirs.close()
            stack.callback(process.terminate)
            ours.recv()
            pipes.append(ours)
        yield pipes
        for pipe in pipes:
            pipe.send(None)
