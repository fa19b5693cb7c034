"""The one door: units written together, undone alone, and what happens when the database gives way."""

import asyncio
import os
import socket
import sqlite3
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from storage import Store, StoreBusy, StoreUnavailable, Transaction, schema, seen, workspaces
from storage.scope import ALL, SETTING
from storage.store import READERS
from storage.writer import SwallowedError
from tests.postgres import ABSENT, GUARDED, OWNER, Server
from tests.storage.batches import Unit, together
from tests.storage.conftest import HERE, NINE, OpenStore


def see(event: str) -> Unit:
    return lambda tx: seen.first_sight(tx, event, NINE)


def see_then_fail(tx: Transaction) -> None:
    seen.first_sight(tx, "undone", NINE)
    raise LookupError("a unit's own trouble")


def all_seen(tx: Transaction) -> list[str]:
    return sorted(tx.connection.execute(sa.text("SELECT event_id FROM seen")).scalars())


def say(statement: str) -> Unit:
    return lambda tx: tx.connection.execute(sa.text(statement)).rowcount


async def test_a_unit_gives_what_it_returns_once_written(
    store: Store, database_url: str, open_store: OpenStore
) -> None:
    assert await store.run(see("e1"), HERE) is True
    assert await open_store(database_url).read(all_seen) == ["e1"]


async def test_a_unit_that_raises_is_undone_alone(store: Store) -> None:
    outcomes = await together(store, see("before"), see_then_fail, see("after"))
    assert [outcomes[0], outcomes[2]] == [True, True]
    assert isinstance(outcomes[1], LookupError)
    assert await store.read(all_seen) == ["after", "before"]


async def test_units_are_run_again_only_when_one_of_them_raises(store: Store) -> None:
    runs = {"alone": 0, "beside": 0}

    def counted(name: str) -> Unit:
        def unit(tx: Transaction) -> bool:
            runs[name] += 1
            return seen.first_sight(tx, f"{name}-{runs[name]}", NINE)

        return unit

    await together(store, counted("alone"), see("other"))
    await together(store, counted("beside"), see_then_fail)
    assert runs == {"alone": 1, "beside": 2}
    assert await store.read(all_seen) == ["alone-1", "beside-2", "other"]


async def test_a_lone_unit_that_raises_is_undone(store: Store) -> None:
    with pytest.raises(LookupError):
        await store.run(see_then_fail, HERE)
    assert await store.run(all_seen) == []


async def test_a_mistake_in_a_statement_is_its_unit_s_own(store: Store) -> None:
    outcomes = await together(store, see("before"), say("SELECT nothing FROM nowhere"), see("after"))
    assert [outcomes[0], outcomes[2]] == [True, True]
    assert isinstance(outcomes[1], sa.exc.DBAPIError)


async def test_a_commit_that_fails_fails_the_whole_batch_and_the_next_one_goes_through(store: Store) -> None:
    await store.run(say("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
    await store.run(say("CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"))
    outcomes = await together(store, see("one"), say("INSERT INTO child VALUES (1)"), see("two"))
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 3
    assert len({id(outcome) for outcome in outcomes}) == 3
    assert await store.run(see("three"), HERE) is True
    assert await store.read(all_seen) == ["three"]


async def test_a_stop_iteration_reaches_its_caller(store: Store) -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await store.run(lambda tx: next(tx.connection.execute(sa.text("SELECT 1 WHERE 1 = 0"))))


async def test_a_full_queue_refuses_at_once(database_url: str, open_store: OpenStore) -> None:
    store = open_store(database_url, room=2)
    outcomes = await together(store, see("1"), see("2"), see("3"))
    assert outcomes[:2] == [True, True]
    assert isinstance(outcomes[2], StoreBusy)
    assert await store.run(see("4"), HERE) is True


async def test_a_cancelled_caller_leaves_the_writer_and_its_neighbours_at_work(store: Store) -> None:
    going, free = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        going.set()
        assert free.wait(20)

    tasks = [asyncio.create_task(store.run(unit, HERE)) for unit in (slow, see("cancelled"), see("neighbour"))]
    await asyncio.to_thread(going.wait, 20)
    for task in tasks[:2]:
        task.cancel()
    free.set()
    assert await asyncio.wait_for(tasks[2], 20) is True
    assert all(task.cancelled() for task in tasks[:2])
    assert await store.read(all_seen) == ["cancelled", "neighbour"]


async def test_closing_writes_what_is_waiting_and_refuses_what_comes_after(
    database_url: str, open_store: OpenStore
) -> None:
    store = open_store(database_url)
    waiting = [asyncio.create_task(store.run(see(str(number)), HERE)) for number in range(100)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*waiting) == [True] * 100
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.run(see("late"), HERE)
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.read(all_seen)


async def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        await store.read(see("e1"), HERE)
    assert await store.read(all_seen) == []


async def test_a_read_sees_one_snapshot_and_does_not_wait_for_the_writer(store: Store) -> None:
    looked, written = threading.Event(), threading.Event()

    def look_twice(tx: Transaction) -> tuple[list[str], list[str]]:
        first = all_seen(tx)
        looked.set()
        assert written.wait(20)
        return first, all_seen(tx)

    looking = asyncio.create_task(store.read(look_twice))
    await asyncio.to_thread(looked.wait, 20)
    await store.run(see("meanwhile"), HERE)
    written.set()
    assert await looking == ([], [])
    assert await store.read(all_seen) == ["meanwhile"]


async def test_a_verb_of_a_workspace_refuses_to_run_without_one(store: Store) -> None:
    with pytest.raises(ValueError, match="workspace"):
        await store.run(workspaces.find)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/parcours", "parcours.db"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite|sqlite"):
        Store.open(url)


# ------------------------------------------------------------------------------------------ when SQLite gives way


def somebody_else(url: str) -> psycopg.Connection[Any]:
    """Who sees every row."""
    return psycopg.connect(url.replace("+psycopg", ""), options=f"-c {SETTING}={ALL}")


async def test_one_row_somebody_keeps_is_no_reason_to_refuse_what_touches_it_not(
    postgresql_url: str, open_store: OpenStore
) -> None:
    store = open_store(postgresql_url)
    await store.run(see("kept"), HERE)
    touch = say("UPDATE seen SET event_id = 'touched' WHERE event_id = 'kept'")
    with somebody_else(postgresql_url) as somebody:
        somebody.execute("SELECT event_id FROM seen FOR UPDATE")
        outcomes = await together(store, see("before"), touch, see("after"))
    assert [outcomes[0], str(outcomes[1]), outcomes[2]] == [True, "the database is locked by another program", True]
    assert await store.run(touch, HERE) == 1


async def test_what_waited_too_long_for_a_lock_is_tried_once_more(postgresql_url: str, open_store: OpenStore) -> None:
    store = open_store(postgresql_url)
    await store.run(see("kept"), HERE)
    attempts: list[str] = []
    with somebody_else(postgresql_url) as somebody:
        somebody.execute("SELECT event_id FROM seen FOR UPDATE")

        def touch(tx: Transaction) -> int:
            attempts.append(str(tx.connection.execute(sa.text("SHOW lock_timeout")).scalar()))
            if len(attempts) == 2:
                somebody.rollback()
            return tx.connection.execute(sa.text("UPDATE seen SET event_id = 'touched'")).rowcount

        assert await store.run(touch, HERE) == 1
    assert attempts == ["2s", "200ms"]


async def test_nothing_is_asked_as_a_connection_begins_that_a_pooler_would_refuse(
    postgresql_url: str, open_store: OpenStore
) -> None:
    def look(tx: Transaction) -> tuple[bool, str]:
        driver: Any = tx.connection.connection.dbapi_connection
        return "options" in driver.info.get_parameters(), str(
            tx.connection.execute(sa.text("SHOW lock_timeout")).scalar()
        )

    store = open_store(postgresql_url)
    found = [await store.run(look), await store.read(look), schema.look(postgresql_url, look)]
    assert found == [(False, "2s")] * 3


@pytest.mark.parametrize(("asked", "idle"), [("", 10), ("?keepalives_idle=60", 60)])
async def test_a_server_that_falls_silent_is_given_up_in_seconds(
    postgresql_url: str, open_store: OpenStore, asked: str, idle: int
) -> None:
    options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)

    def look(tx: Transaction) -> list[int]:
        driver: Any = tx.connection.connection.dbapi_connection
        with socket.socket(fileno=os.dup(driver.fileno())) as way:
            return [way.getsockopt(socket.IPPROTO_TCP, option) for option in options]

    store = open_store(postgresql_url + asked)
    assert await store.run(look) == await store.read(look) == [idle, 5, 3, 20_000]


async def test_a_store_that_nobody_used_makes_nothing(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path / 'parcours.db'}") as store:
        pass
    assert (list(tmp_path.iterdir()), sum(store.load.batches)) == ([], 0)


async def test_a_locked_file_fails_the_batch_and_is_written_once_free(sqlite_url: str, open_store: OpenStore) -> None:
    store = open_store(sqlite_url)
    await store.run(see("first"), HERE)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    outcomes = await asyncio.gather(*(store.run(see(name), HERE) for name in "ab"), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["the database is locked by another program"] * 2
    assert await store.read(all_seen) == ["first"]
    other.execute("ROLLBACK")
    other.close()
    assert await store.run(see("a"), HERE) is True


async def test_a_file_that_cannot_be_written_says_so(sqlite_url: str, open_store: OpenStore) -> None:
    await open_store(sqlite_url).run(see("first"), HERE)
    file = sqlite_url.removeprefix("sqlite:///")
    store = open_store(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(StoreUnavailable, match="read-only"):
        await store.run(see("second"), HERE)
    assert await store.read(all_seen) == ["first"]


async def test_a_database_turned_read_only_is_written_again_once_it_can_be(
    sqlite_url: str, open_store: OpenStore
) -> None:
    store = open_store(sqlite_url)
    outcomes = await together(store, see("a"), say("PRAGMA query_only=ON"), see("b"))
    assert [str(outcome) for outcome in outcomes] == ["the database is read-only"] * 3
    assert await store.run(see("c"), HERE) is True
    assert await store.read(all_seen) == ["c"]


async def test_a_full_disk_fails_the_batch_and_the_store_recovers(sqlite_url: str, open_store: OpenStore) -> None:
    store = open_store(sqlite_url)
    await store.run(say("PRAGMA max_page_count=1"))  # which SQLite takes for "no page more than now"
    outcomes = await together(store, see("a"), see("x" * 100_000), see("b"))
    assert [str(outcome) for outcome in outcomes] == ["the disk of the database is full"] * 3
    assert await store.run(see("c"), HERE) is True
    assert await store.read(all_seen) == ["c"]


async def test_a_file_that_cannot_be_opened_says_so(open_store: OpenStore) -> None:
    store = open_store("sqlite:////nowhere/at/all/parcours.db")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await store.run(all_seen)
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await store.read(all_seen)


# ------------------------------------------------------------------------------------- when PostgreSQL gives way

HANG_UP_ON_US = say("SELECT pg_terminate_backend(pg_backend_pid())")
HANG_UP_ON_OTHERS = say(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def test_a_connection_lost_in_between_goes_unnoticed(postgresql_url: str, open_store: OpenStore) -> None:
    store, all_at_work = open_store(postgresql_url), threading.Barrier(READERS)
    assert await store.run(see("a"), HERE) is True
    await asyncio.gather(*(store.read(lambda _: all_at_work.wait(20)) for _ in range(READERS)))
    await open_store(postgresql_url).run(HANG_UP_ON_OTHERS)
    assert await store.read(all_seen) == ["a"]
    assert await store.run(see("b"), HERE) is True


async def test_a_connection_lost_in_a_unit_fails_the_batch(postgresql_url: str, open_store: OpenStore) -> None:
    store = open_store(postgresql_url)
    outcomes = await together(store, see("a"), HANG_UP_ON_US, see("b"))
    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable] * 3
    assert await store.run(see("c"), HERE) is True
    assert await store.read(all_seen) == ["c"]


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (f"{GUARDED}:wrong", "postgres"),
        (GUARDED, "postgres"),
        (f"{ABSENT}:any", "postgres"),
        (f"{GUARDED}:{GUARDED}", "none"),
    ],
    ids=["a wrong password", "no password", "no such role", "no such database"],
)
async def test_a_server_that_does_not_let_us_in_is_told_from_one_that_is_away(
    postgresql: Server, open_store: OpenStore, who: str, name: str
) -> None:
    store = open_store(f"postgresql://{who}@127.0.0.1:{postgresql.port}/{name}")
    with pytest.raises(StoreUnavailable, match="refuses the name, the password or the database"):
        await store.run(all_seen)


@pytest.mark.parametrize(
    ("who", "name"),
    [("nobody_of_that_name", "postgres"), (OWNER, "none")],
    ids=["no such role", "no such database"],
)
async def test_a_server_that_asks_for_no_password_is_told_from_one_that_is_away(
    postgresql: Server, open_store: OpenStore, who: str, name: str
) -> None:
    store = open_store(f"postgresql://{who}@127.0.0.1:{postgresql.port}/{name}")
    with pytest.raises(StoreUnavailable, match="answers, and lets nobody of that name into that database"):
        await store.run(all_seen)


async def test_a_server_that_is_not_there_says_so(open_store: OpenStore) -> None:
    store = open_store("postgresql://parcours@127.0.0.1:1/nothing")
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await store.run(all_seen)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await store.read(all_seen)


async def test_units_that_hold_rows_for_each_other_are_both_written(postgresql_url: str, open_store: OpenStore) -> None:
    one, other = open_store(postgresql_url), open_store(postgresql_url)
    await one.run(say("CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER)"))
    await one.run(say("INSERT INTO counter VALUES (1, 0), (2, 0)"))
    meet = threading.Barrier(2)

    def add_to(first: int, second: int) -> Unit:
        tries: list[int] = []

        def unit(tx: Transaction) -> int:
            tries.append(first)
            tx.connection.execute(sa.text("UPDATE counter SET value = value + 1 WHERE id = :id"), {"id": first})
            if len(tries) == 1:
                meet.wait(20)
            tx.connection.execute(sa.text("UPDATE counter SET value = value + 1 WHERE id = :id"), {"id": second})
            return len(tries)

        return unit

    tries = await asyncio.gather(one.run(add_to(1, 2)), other.run(add_to(2, 1)))
    assert sum(tries) == 3
    assert await one.read(lambda tx: tx.connection.execute(sa.text("SELECT sum(value) FROM counter")).scalar()) == 4


def _swallow(tx: Transaction) -> None:
    seen.first_sight(tx, "before the error", NINE)
    try:
        say("SELECT nothing FROM nowhere")(tx)
    except sa.exc.DBAPIError:
        return


async def test_a_unit_that_swallows_an_error_is_not_told_it_was_written(
    postgresql_url: str, open_store: OpenStore
) -> None:
    store = open_store(postgresql_url)
    with pytest.raises(SwallowedError):
        await store.run(_swallow, HERE)
    outcomes = await together(store, see("a"), _swallow, see("b"))
    assert [outcomes[0], outcomes[2]] == [True, True]
    assert isinstance(outcomes[1], SwallowedError)
    assert await store.read(all_seen) == ["a", "b"]
