"""A million conversations wait, five hundred are due: finding them, marking them, and living with them.

Ours is what a tick asks (`waking.due`), through our store; beside it, the bare SQL of the same rows, and APScheduler
with one dated job a reminder, in memory or in a table (100,000 of them: it would take it an hour to be given a million).
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks import databases
from benchmarks.answers.waiting import DETAILS, FLOW, MORNING
from benchmarks.lines import Goal, Line
from benchmarks.memory import resident
from benchmarks.rounds import Scale, ratio, spread
from flows.living.action_follow_up import action_follow_up
from storage import Store, conversations, schema, tables, waking
from storage.transaction import Transaction

DUE = 500
WORKSPACES = 4_500
REMINDERS = 87_000
"""One for each person of the movement."""
YEAR = timedelta(days=365)


def measure(scale: Scale) -> Iterator[Line]:
    waiting, jobs = scale.of(1_000_000, 2_000), scale.of(100_000, 1_000)
    with databases.file() as url:
        yield from asyncio.run(_on_sqlite(scale, url, waiting, jobs))
    with databases.server() as server, server.fresh_database() as url:
        yield from asyncio.run(_empty(scale, url, waiting, "PostgreSQL", 500))


async def _on_sqlite(scale: Scale, url: str, waiting: int, jobs: int) -> list[Line]:
    lines = await _empty(scale, url, waiting, "SQLite", 50)
    count, rounds = scale.of(DUE, 50), scale.of(7, 1)
    table = _jobs(f"{url}.jobs", jobs, count)
    async with Store.open(url) as store:
        taken: dict[str, list[float]] = {"ours": [], "bare SQL": [], "APScheduler": []}
        for _ in range(rounds):
            taken["ours"].append(await _claimed(store, count))
            taken["bare SQL"].append(_claimed_in_sql(url, count))
            taken["APScheduler"].append(table.tick(count))
    shown = {side: f"{spread([one * 1e3 for one in took]):.1f} ms" for side, took in taken.items()}
    what = f"{count} due of {waiting:,} found and marked"
    lines += [
        Line(number="9", what=f"{what} ÷ APScheduler's tick of {count} ({jobs:,} jobs, WAL store)", sides=shown,
             figure=ratio(taken["ours"], taken["APScheduler"]), digits=3, goal=Goal("most", 0.1)),
        Line(number="9", what=f"{what} ÷ bare SQL", figure=ratio(taken["ours"], taken["bare SQL"])),
        *await _scheduled(scale, url, jobs),
    ]  # fmt: skip
    return lines


async def _empty(scale: Scale, url: str, waiting: int, database: str, bound: float) -> list[Line]:
    """A tick that finds nothing."""
    schema.upgrade(url)
    async with Store.open(url) as store:
        await store.run(partial(fill, count=waiting))
        if not store.is_embedded:
            await store.run(lambda tx: tx.connection.execute(sa.text("ANALYZE conversation")))
        times = scale.of(300, 5)

        def unit(tx: Transaction) -> float:
            start = perf_counter()
            for _ in range(times):
                assert not waking.due(tx, MORNING, 50)
            return (perf_counter() - start) / times * 1e6

        found = [await store.run(unit) for _ in range(scale.of(7, 1))]
    return [
        Line(number="11", what=f"an empty tick, {waiting:,} waiting, {database}", figure=spread(found), unit="µs",
             digits=0, goal=Goal("most", bound))
    ]  # fmt: skip


def fill(tx: Transaction, count: int) -> None:
    """So many conversations that wait for next year, in the workspaces of the movement."""
    later = MORNING + YEAR
    for start in range(0, count, 20_000):
        rows = [_row(number, later) for number in range(start, min(start + 20_000, count))]
        tx.connection.execute(sa.insert(tables.conversation), rows)


def _row(number: int, wake_at: datetime) -> dict[str, Any]:
    return {
        "id": f"c_{number:016x}", "workspace_id": f"T{number % WORKSPACES:08}", "flow": FLOW, "version": 1,
        "shape": action_follow_up.shape,
        "subject": None, "status": "open", "wake_at": wake_at, "anchors": {"due": "2026-03-31"}, "details": DETAILS,
        "steps": {}, "words": None, "vacant": [], "begun_at": MORNING,
    }  # fmt: skip


async def _claimed(store: Store, count: int) -> float:
    """Seconds to find `count` due and put them off to next year."""
    await store.run(partial(make_due, count=count))

    def unit(tx: Transaction) -> int:
        due = waking.due(tx, MORNING, count + 1)
        for workspace, conversation in due:
            conversations.put_off(tx.within(workspace), conversation, MORNING + YEAR)
        return len(due)

    start = perf_counter()
    assert await store.run(unit) == count
    return perf_counter() - start


def make_due(tx: Transaction, count: int) -> None:
    row = tables.conversation.c
    few = sa.select(row.number).order_by(row.number).limit(count)
    tx.connection.execute(sa.update(tables.conversation).where(row.number.in_(few)).values(wake_at=MORNING))


def _claimed_in_sql(url: str, count: int) -> float:
    due, later = str(MORNING.replace(tzinfo=None)) + ".000000", "2027-03-31 08:00:00.000000"
    with closing(sqlite3.connect(databases.path_of(url), isolation_level=None)) as driver:
        driver.execute("PRAGMA synchronous=FULL")
        driver.execute(
            "UPDATE conversation SET wake_at = ? WHERE number IN (SELECT number FROM conversation ORDER BY number LIMIT ?)",
            (due, count),
        )
        start = perf_counter()
        driver.execute("BEGIN IMMEDIATE")
        found = driver.execute(
            "SELECT workspace_id, id FROM conversation WHERE wake_at <= ? ORDER BY wake_at, number LIMIT ?",
            (due, count + 1),
        ).fetchall()
        driver.executemany(
            "UPDATE conversation SET wake_at = ? WHERE workspace_id = ? AND id = ?", [(later, *one) for one in found]
        )
        driver.execute("COMMIT")
        assert len(found) == count
        return perf_counter() - start


async def _scheduled(scale: Scale, url: str, jobs: int) -> list[Line]:
    """As many reminders as there are people, each given its moment; then the same by APScheduler, in memory."""
    count = scale.of(REMINDERS, 500)
    ids = [(f"T{number % WORKSPACES:08}", f"c_{number:016x}") for number in range(count)]
    later = MORNING + YEAR

    def unit(tx: Transaction, start: int) -> None:
        for workspace, conversation in ids[start : start + 1_000]:
            conversations.put_off(tx.within(workspace), conversation, later)

    before, start = resident(), perf_counter()
    async with Store.open(url) as store:
        for first in range(0, count, 1_000):
            await store.run(partial(unit, start=first))
    took, grew = perf_counter() - start, resident() - before
    before, start = resident(), perf_counter()
    memory = _Jobs(MemoryJobStore(), jobs)
    theirs, theirs_grew = (perf_counter() - start) * count / jobs, (resident() - before) * count / jobs
    memory.close()
    shown = {
        "ours": f"{took:.2f} s, {grew:.0f} MB more",
        "APScheduler in memory": f"{theirs:.1f} s, {theirs_grew:.0f} MB more",
    }
    return [
        Line(number="10", what=f"{count:,} reminders given their moment", sides=shown, figure=spread([took]), unit="s",
             goal=Goal("most", 1)),
        Line(number="10", what="memory held more", figure=spread([grew]), unit="MB", digits=1, goal=Goal("most", 5)),
        Line(number="10", what="the same ÷ APScheduler in memory", figure=spread([took / theirs])),
    ]  # fmt: skip


def nothing() -> None:
    """What the jobs do."""


@dataclass
class _Jobs:
    """APScheduler holding one dated job a reminder. It never starts: a tick is what its store is asked at each of them."""

    store: Any
    count: int

    def __post_init__(self) -> None:
        self.scheduler = BackgroundScheduler(timezone=UTC)
        self.scheduler.add_jobstore(self.store)
        self.scheduler.start(paused=True)
        self.add(self.count, MORNING + YEAR)

    def add(self, count: int, at: datetime) -> None:
        for _ in range(count):
            self.scheduler.add_job(nothing, "date", run_date=at)

    def tick(self, due: int) -> float:
        """Seconds to find `due` jobs and be done with them."""
        self.add(due, MORNING - YEAR)
        start = perf_counter()
        found = self.store.get_due_jobs(MORNING)
        for job in found:
            self.store.remove_job(job.id)
        assert len(found) == due
        return perf_counter() - start

    def close(self) -> None:
        self.scheduler.shutdown()


def _jobs(url: str, count: int, _due: int) -> _Jobs:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    return _Jobs(SQLAlchemyJobStore(engine=engine), count)
