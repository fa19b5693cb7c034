"""Copies of the database: made while it is written, put back where there is nothing, refused when they are damaged."""

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
import sqlalchemy as sa

from storage import Store, StoreUnavailable, copies, schema, tables
from storage.copies import CopyRefused, ProgramMissing
from storage.transaction import Transaction
from tests import postgres
from tests.storage.conftest import HERE, NINE

Elsewhere = Callable[[], str]
ACKNOWLEDGED = 40
NO_ROOM = r"cannot be written: No space left|the disk of the database"
"""What a full disk is told as: SQLite tells one from a disk that fails, a limit of the system may be either."""


def with_these(more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **more}


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of another database of the same kind, where nothing is."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'elsewhere.db'}"
        return
    server: postgres.Server = request.getfixturevalue("postgresql")
    with server.fresh_database() as url:
        yield url


@pytest.fixture
def copy(database_url: str, tmp_path: Path) -> Path:
    """A copy of a database where something is remembered."""
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT set_config('parcours.workspace', '*', true)")
        for number in range(500):
            connection.execute(sa.insert(tables.seen), {"workspace_id": HERE, "event_id": f"e{number:010}", "at": NINE})
    engine.dispose()
    file = tmp_path / "copy"
    copies.write(database_url, file, with_these)
    return file


@contextmanager
def writing(url: str) -> Iterator[IO[str]]:
    """A process that writes as fast as it can, and says the number of each event once it is acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.endless_writer", url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        process.communicate()


def events(tx: Transaction) -> set[str]:
    return set(tx.connection.execute(sa.select(tables.seen.c.event_id)).scalars())


def test_all_that_was_acknowledged_before_is_in_a_copy_made_while_it_is_written(
    database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy"
    with writing(database_url) as acknowledged:
        before = {acknowledged.readline().strip() for _ in range(ACKNOWLEDGED)}
        copies.write(database_url, file, with_these)
        after = {acknowledged.readline().strip() for _ in range(ACKNOWLEDGED)}
    copies.put_back(elsewhere, file, with_these)
    kept = schema.look(elsewhere, events)
    assert before - kept == set()
    assert len(after) == ACKNOWLEDGED, "nobody waited for the copy to be over"
    assert schema.is_current(elsewhere)


async def test_what_is_put_back_is_a_database_to_work_with(copy: Path, elsewhere: str) -> None:
    copies.put_back(elsewhere, copy, with_these)
    async with Store.open(elsewhere) as store:
        assert len(await store.read(events, HERE)) == 500
        await store.run(lambda tx: tx.connection.execute(sa.delete(tables.seen)), HERE)


def test_a_copy_is_its_owners_alone_and_the_only_file_made(copy: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if "copy" in file.name] == ["copy"]


def test_a_copy_takes_the_place_of_nothing(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    file.write_text("of yesterday")
    with pytest.raises(CopyRefused, match="there already"):
        copies.write(database_url, file, with_these)
    with pytest.raises(CopyRefused, match="cannot be written"):
        copies.write(database_url, tmp_path / "nowhere" / "copy", with_these)
    assert file.read_text() == "of yesterday"


@pytest.mark.parametrize("kept", [0.0, 0.02, 0.5, 0.98])
def test_a_truncated_copy_is_refused_and_nothing_is_touched(copy: Path, elsewhere: str, kept: float) -> None:
    copy.write_bytes(copy.read_bytes()[: int(copy.stat().st_size * kept)])
    with pytest.raises(CopyRefused):
        copies.put_back(elsewhere, copy, with_these)
    require_nothing_at(elsewhere)


def test_a_damaged_copy_is_refused_and_nothing_is_touched(copy: Path, elsewhere: str) -> None:
    whole = copy.read_bytes()
    third = len(whole) // 3
    copy.write_bytes(whole[:third] + b"\xff" * third + whole[2 * third :])
    with pytest.raises(CopyRefused):
        copies.put_back(elsewhere, copy, with_these)
    require_nothing_at(elsewhere)


def test_a_file_that_is_something_else_is_refused(elsewhere: str, tmp_path: Path) -> None:
    other = tmp_path / "letter"
    other.write_text("Dear all,")
    with pytest.raises(CopyRefused, match="no copy of a database of Parcours"):
        copies.put_back(elsewhere, other, with_these)
    with pytest.raises(CopyRefused, match="cannot be read"):
        copies.put_back(elsewhere, tmp_path / "nothing", with_these)


def test_nothing_is_put_back_where_something_is(copy: Path, database_url: str) -> None:
    with pytest.raises(CopyRefused):
        copies.put_back(database_url, copy, with_these)
    assert len(schema.look(database_url, events)) == 500


def test_a_copy_of_the_other_kind_of_database_is_refused(
    sqlite_url: str, blank_postgresql_url: str, tmp_path: Path
) -> None:
    copies.write(sqlite_url, tmp_path / "copy", with_these)
    with pytest.raises(CopyRefused, match="other kind"):
        copies.put_back(blank_postgresql_url, tmp_path / "copy", with_these)


def test_a_journal_left_behind_is_not_mixed_with_what_is_put_back(sqlite_url: str, tmp_path: Path) -> None:
    copies.write(sqlite_url, tmp_path / "copy", with_these)
    (tmp_path / "elsewhere.db-wal").write_bytes(b"of another")
    with pytest.raises(CopyRefused, match=r"elsewhere\.db-wal is there"):
        copies.put_back(f"sqlite:///{tmp_path / 'elsewhere.db'}", tmp_path / "copy", with_these)


@pytest.mark.parametrize(("revision", "outcome"), [("0099", "later"), ("0099_from_0099", "too late")])
def test_a_copy_of_a_later_release_is_taken_only_where_it_can_be_worked_with(
    database_url: str, elsewhere: str, tmp_path: Path, revision: str, outcome: str
) -> None:
    move_to(database_url, revision)
    copies.write(database_url, tmp_path / "copy", with_these)
    if outcome == "later":
        copies.put_back(elsewhere, tmp_path / "copy", with_these)
        assert schema.current(elsewhere) == revision
        return
    with pytest.raises(StoreUnavailable, match=f"later release .{revision}."):
        copies.put_back(elsewhere, tmp_path / "copy", with_these)
    require_nothing_at(elsewhere)


def test_a_copy_of_a_former_release_is_brought_up_to_date(
    blank_database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    schema.upgrade(blank_database_url, "0005")
    copies.write(blank_database_url, tmp_path / "copy", with_these)
    assert copies.revision_in(tmp_path / "copy", with_these) == "0005"
    if blank_database_url.startswith("sqlite"):
        copies.put_back(url := f"sqlite:///{tmp_path / 'elsewhere.db'}", tmp_path / "copy", with_these)
        assert schema.is_current(url)
        return
    with request.getfixturevalue("postgresql").fresh_database() as url:
        copies.put_back(url, tmp_path / "copy", with_these)
        assert schema.is_current(url)


def test_a_database_that_holds_nothing_of_ours_is_not_copied(blank_database_url: str, tmp_path: Path) -> None:
    engine = sa.create_engine(blank_database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE customer (name TEXT)")
    with pytest.raises(CopyRefused, match="holds nothing of Parcours"):
        copies.write(blank_database_url, tmp_path / "copy", with_these)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('ae1027a6acf')")
    engine.dispose()
    with pytest.raises(CopyRefused, match="holds nothing of Parcours"):
        copies.write(blank_database_url, tmp_path / "copy", with_these)
    assert [file.name for file in tmp_path.iterdir() if "copy" in file.name] == []


@contextmanager
def on_a_disk_with_room_for(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_copy_for_which_there_is_no_room_is_told(sqlite_url: str, tmp_path: Path) -> None:
    copies.write(sqlite_url, tmp_path / "copy", with_these)
    files = set(tmp_path.iterdir())
    with on_a_disk_with_room_for(100_000):
        with pytest.raises((CopyRefused, StoreUnavailable), match=NO_ROOM):
            copies.write(sqlite_url, tmp_path / "other", with_these)
        with pytest.raises((CopyRefused, StoreUnavailable), match=NO_ROOM):
            copies.put_back(f"sqlite:///{tmp_path / 'elsewhere.db'}", tmp_path / "copy", with_these)
    assert set(tmp_path.iterdir()) == files


def test_a_damaged_database_is_told_rather_than_its_copy(sqlite_url: str, tmp_path: Path) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    file.write_bytes(whole[:40_000] + bytes(8_000) + whole[48_000:])
    with pytest.raises(StoreUnavailable, match="the database file is damaged"):
        copies.write(sqlite_url, tmp_path / "copy", with_these)
    assert not (tmp_path / "copy").exists()


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CopyRefused, match=f"no database {tmp_path}.*in its folder"):
        copies.write(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path / "copy", with_these)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        copies.write("postgresql://parcours@127.0.0.1:1/nothing", tmp_path / "copy", with_these)
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_on_no_command_line() -> None:
    from storage import engines

    url = engines.understood("postgresql://ana:s%40cret@db.example/parcours?sslmode=require&connect_timeout=3")
    address, environ = copies._address(url, dict)
    assert "s@cret" not in address
    assert environ["PGPASSWORD"] == "s@cret"
    for told in ("host=db.example", "user=ana", "dbname=parcours", "sslmode=require", "connect_timeout=3"):
        assert told in address


def test_programs_that_are_not_here_are_told_how_to_be_added() -> None:
    with pytest.raises(ProgramMissing, match="postgresql-client"):
        copies._run("pg_none_of_that_name", [], {"PATH": ""})


def move_to(url: str, revision: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    engine.dispose()


def require_nothing_at(url: str) -> None:
    if url.startswith("sqlite"):
        assert not Path(url.removeprefix("sqlite:///")).exists()
    else:
        assert schema.look(url, copies._is_empty)
