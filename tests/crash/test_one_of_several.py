"""Several processes speak for several cooperatives, and one is killed while it speaks: nothing is lost, nothing said twice."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sandbox import Call
from storage import outbox
from tests.bot.several import Town, town

NAMES = ("T_LUCIOLES", "T_HIRONDELLES", "T_CIGALES")
EACH, WORKERS, FALLS_AT = 40, 3, 25
A_LIFE, LIVES = 4, 20
"""What Slack hears of a worker before it dies, and how many may die before all is said."""


@asynccontextmanager
async def workers(place: Town, count: int = WORKERS) -> AsyncIterator[list[Process]]:
    slacks = {name: (one.bot_token, one.api_url) for name, one in place.practices.items()}
    told = json.dumps({"now": place.clock().isoformat(), "database_url": place.url, "slacks": slacks})
    command = (sys.executable, "-m", "tests.crash.courier", told)
    running = [await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE) for _ in range(count)]
    try:
        assert [await heard(one) for one in running] == ["ready"] * count
        yield running
    finally:
        for one in running:
            if one.returncode is None:
                one.kill()
            await one.wait()


async def heard(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def deliver(process: Process, place: Town) -> None:
    """Have it say what can be said now, unless it is dead or dies of it."""
    if process.returncode is None:
        assert process.stdin is not None
        process.stdin.write(f"{place.clock().isoformat()}\n".encode())
        await heard(process)


@pytest.mark.timeout(240)
async def test_one_of_several_is_killed_and_each_thing_is_said_once(postgresql_url: str) -> None:
    async with town(postgresql_url, NAMES) as place, workers(place) as running:
        store = await place.store()
        for name in NAMES:
            await place.queue(store, name, EACH)
            place.practices[name].rate_limited = True

        def fall(_call: Call) -> None:
            if len(place.said) == FALLS_AT and running[0].returncode is None:
                running[0].kill()

        for practice in place.practices.values():
            practice.on_call(fall)
        while (moment := await store.read(lambda tx: outbox.next_at(tx, place.clock()))) is not None:
            place.clock.move_to(moment)
            await deliver(running[0], place)  # first: it falls in the middle of its turns
            await asyncio.gather(*(deliver(one, place) for one in running[1:]))
        assert await running[0].wait() != 0
        for name in NAMES:
            rows = [row for _, row in place.heard(name)]
            assert (len(rows), len(set(rows))) == (EACH, EACH)
        assert place.refused() == []


@pytest.mark.timeout(240)
async def test_one_that_dies_again_and_again_gets_further_each_time(postgresql_url: str) -> None:
    """Whoever comes next finds everybody in doubt, and would have to ask Slack of each before it could settle anything."""
    async with town(postgresql_url, NAMES[:1]) as place:
        store, practice = await place.store(), place.practices[NAMES[0]]
        await place.queue(store, NAMES[0], 6)
        lives = 0
        while (moment := await store.read(lambda tx: outbox.next_at(tx, place.clock()))) is not None:
            place.clock.move_to(moment)
            lives += 1
            assert lives <= LIVES, "it gets no further"
            async with workers(place, 1) as [worker]:
                last_word = len(practice.transcript) + A_LIFE

                def fall(_call: Call, worker: Process = worker, last_word: int = last_word) -> None:
                    if len(practice.transcript) == last_word:
                        worker.kill()

                stop = practice.on_call(fall)
                await deliver(worker, place)
                stop()
        assert lives > 2
        rows = [row for _, row in place.heard(NAMES[0])]
        assert (len(rows), len(set(rows))) == (6, 6)
