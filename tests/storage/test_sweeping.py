"""What was erased goes out of the files; when it cannot now, that is said."""

import sqlite3
from pathlib import Path

import pytest

from storage import Store, StoreUnavailable, Transaction, seen
from tests.storage.conftest import HERE, NINE, OpenStore

WORD = "Ev0123456789"


def see(tx: Transaction) -> bool:
    return seen.first_sight(tx, WORD, NINE)


def holding(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if WORD.encode() in path.read_bytes()}


async def test_the_journal_of_a_file_keeps_what_was_erased_until_it_is_swept(
    sqlite_url: str, open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store(sqlite_url)
    assert await store.run(see, HERE)
    assert await store.run(lambda tx: seen.forget_before(tx, NINE.replace(hour=10))) == 1
    assert holding(tmp_path) == {"parcours.db-wal"}
    assert await store.sweep()
    assert holding(tmp_path) == set()


async def test_whoever_is_reading_keeps_the_journal_as_it_is(
    sqlite_url: str, open_store: OpenStore, tmp_path: Path
) -> None:
    store = open_store(sqlite_url)
    assert await store.run(see, HERE)
    reader = sqlite3.connect(tmp_path / "parcours.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT * FROM seen").fetchall()
    assert not await store.run(see, HERE)
    assert not await store.sweep()
    reader.close()
    assert await store.sweep()


async def test_units_are_written_while_it_is_swept(store: Store) -> None:
    assert await store.run(see, HERE)
    assert await store.sweep()
    assert not await store.run(see, HERE), "what is not erased stays"


async def test_a_database_that_cannot_be_reached_is_told(open_store: OpenStore, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        await open_store(f"sqlite:///{tmp_path}/nowhere/parcours.db").sweep()
    with pytest.raises(StoreUnavailable):
        await open_store("postgresql://parcours@127.0.0.1:1/parcours").sweep()


async def test_on_a_server_it_is_swept_whatever_the_tables_are_called(
    postgresql_url: str, open_store: OpenStore
) -> None:
    store = open_store(postgresql_url)
    await store.run(lambda tx: tx.connection.exec_driver_sql('CREATE TABLE "a "" table" (id INT)'))
    assert await store.sweep()
