"""Copies of the database: made while it is written, and put back where there is none. A copy holds what the database does: words
and ballots are sealed in it, names and dates are not.

On PostgreSQL its own programs do it, in its custom format (PostgreSQL manual, pg_dump and pg_restore).
"""

import errno
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from storage import engines, schema, tables
from storage.faults import StoreUnavailable, fault_of, unavailable
from storage.transaction import Transaction

Environment = Callable[[Mapping[str, str]], dict[str, str]]
"""The environment of a program that we start, with these added."""

_SQLITE, _POSTGRESQL = b"SQLite format 3\0", b"PGDMP"
"""How a copy of each begins (sqlite.org/fileformat.html; pg_dump's custom format)."""
# The roles and rights of one server are not another's. Row by row, all of them: we are held to workspaces too.
_AS_THEY_ARE = ("--no-owner", "--no-privileges", "--enable-row-security")
_ALL_ROWS = "-c parcours.workspace=*"
_REVISION = re.compile(r"^COPY [\w.]*alembic_version .*\n(\w+)$", re.MULTILINE)


class CopyRefused(Exception):
    """Nothing was done: what is wrong, in plain words."""


class ProgramMissing(CopyRefused):
    """PostgreSQL's own programs are not on this machine."""


def write(url: str, file: Path, environment: Environment) -> None:
    """Copy the database into a new file that its owner alone may read; it is whole, or it is not there.

    Raises CopyRefused, for a database that is none of ours too, and StoreUnavailable when it cannot be read.
    """
    understood = engines.understood(url)
    with _new(file) as made:
        if understood.drivername == "sqlite":
            _write_sqlite(understood, made)
        else:
            _write_postgresql(understood, made, environment)


def revision_in(file: Path, environment: Environment) -> str:
    """The revision of the schema in a copy. Raises CopyRefused for a file that is damaged, or no copy of ours."""
    kind = _kind_of(file)
    if kind == _SQLITE:
        return _revision_in_sqlite(file)
    told = _run("pg_restore", ["--data-only", "--table=alembic_version", "--file=-", str(file)], environment({}))
    found = _REVISION.search(told)
    if found is None:
        raise CopyRefused(f"{file} is no copy of a database of Parcours")
    return found[1]


def put_back(url: str, file: Path, environment: Environment) -> None:
    """Make the database what the copy says, where there is nothing yet, and bring it up to date.

    Raises CopyRefused, and StoreUnavailable when the database cannot be written, or the copy is of a later release that this one
    cannot work with.
    """
    understood = engines.understood(url)
    kind, wanted = _kind_of(file), _SQLITE if understood.drivername == "sqlite" else _POSTGRESQL
    if kind != wanted:
        raise CopyRefused(
            "this copy is of the other kind of database than DATABASE_URL: nothing moves from one to the other"
        )
    schema.require_ours(revision_in(file, environment))
    if kind == _SQLITE:
        _put_back_sqlite(understood, file)
    else:
        _put_back_postgresql(understood, file, environment)
    schema.upgrade(url)


def keys_of_open_rounds(tx: Transaction) -> set[str]:
    """The prints of the keys that answers to polls wait under, to be counted, in any workspace."""
    if not sa.inspect(tx.connection).has_table("round"):  # of a release before the polls
        return set()
    round_ = tables.metadata.tables["round"].c
    return set(tx.connection.execute(sa.select(round_.key_print).where(round_.state == "open")).scalars())


# ------------------------------------------------------------------------------------------------------------- files


@contextmanager
def _new(file: Path) -> Iterator[Path]:
    """A file to fill, that takes its name once it is whole and on the disk, and never the place of another."""
    made = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        if file.exists():
            raise CopyRefused(f"{file} is there already, and is not written over")
        os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as trouble:
        raise CopyRefused(f"{file} cannot be written: {trouble.strerror}") from trouble
    try:
        yield made
        _to_the_disk(made)
        _named(made, file)
        _to_the_disk(file.parent)
    except OSError as trouble:
        raise CopyRefused(f"{file} cannot be written: {trouble.strerror}") from trouble
    finally:
        made.unlink(missing_ok=True)


def _named(made: Path, file: Path) -> None:
    try:
        os.link(made, file)  # fails where a file is, as a renaming would not
    except FileExistsError:
        raise
    except OSError:  # a disk where a file has one name
        made.rename(file)


def _require_ours(revision: str | None) -> None:
    """What a copy of anything else says is never put back: whoever makes it every night would learn that too late."""
    if not schema.is_ours(revision):
        raise CopyRefused("the database of DATABASE_URL holds nothing of Parcours")


def _to_the_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _kind_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_SQLITE))
    except OSError as trouble:
        raise CopyRefused(f"{file} cannot be read: {trouble.strerror}") from trouble
    for kind in (_SQLITE, _POSTGRESQL):
        if begins.startswith(kind):
            return kind
    raise CopyRefused(f"{file} is no copy of a database of Parcours")


# ------------------------------------------------------------------------------------------------------------ SQLite


def _write_sqlite(url: URL, made: Path) -> None:
    file = Path(str(url.database))
    with suppress(PermissionError):  # in a folder that is closed to us: it cannot be opened, which is told then
        if not file.exists():
            told = "type this with the settings of `parcours run`, and in its folder"
            raise CopyRefused(f"there is no database {file.absolute()}: {told}")
    _copy_sqlite(file, made)
    try:
        _require_sound(made)
    except CopyRefused as damaged:  # what was copied is
        raise StoreUnavailable("the database file is damaged") from damaged
    _require_ours(_revision_told_in(made))


def _copy_sqlite(file: Path, made: Path) -> None:
    """Raises StoreUnavailable, and OSError when there is no room for what is made."""
    try:
        # All at once: a copy made by parts begins again each time somebody writes (sqlite.org/backup.html).
        with closing(_opened(file)) as read, closing(sqlite3.connect(made)) as written:
            read.backup(written)
            # One file, that needs no other beside it.
            written.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        if (fault := fault_of(error)) is None:
            raise
        raise unavailable(fault, error) from error


def _revision_in_sqlite(file: Path) -> str:
    _require_sound(file)
    found = _revision_told_in(file)
    if found is None:
        raise CopyRefused(f"{file} is no copy of a database of Parcours")
    return found


def _revision_told_in(file: Path) -> str | None:
    with closing(_opened(file)) as copy:
        try:
            return str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        except (sqlite3.Error, TypeError):
            return None


def _put_back_sqlite(url: URL, file: Path) -> None:
    database = Path(str(url.database))
    for there in (database, *(database.with_name(database.name + suffix) for suffix in ("-wal", "-shm", "-journal"))):
        if os.path.exists(there):
            raise CopyRefused(f"{there} is there: a copy is put back where there is nothing. Move it away first")
    with _new(database) as made:
        _copy_sqlite(file, made)


def _require_sound(file: Path) -> None:
    try:
        with closing(_opened(file)) as copy:
            length = [copy.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size")]
            told = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise CopyRefused(f"{file} is damaged: {error}") from error
    if told != "ok" or length[0] * length[1] != file.stat().st_size:
        raise CopyRefused(f"{file} is damaged")


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=engines.PATIENCE)


# -------------------------------------------------------------------------------------------------------- PostgreSQL


def _write_postgresql(url: URL, made: Path, environment: Environment) -> None:
    _require_ours(schema.current(str_of(url)))  # whether it can be reached is told as everywhere
    address, environ = _address(url, environment)
    _run("pg_dump", ["--format=custom", *_AS_THEY_ARE, f"--file={made}", f"--dbname={address}"], environ)
    _require_whole(made, environ)


def _put_back_postgresql(url: URL, file: Path, environment: Environment) -> None:
    address, environ = _address(url, environment)
    if not schema.look(str_of(url), _is_empty):
        raise CopyRefused(
            "the database of DATABASE_URL holds something: a copy is put back in an empty one. Create it first"
        )
    once = ("--single-transaction", "--exit-on-error")  # a copy that is damaged leaves nothing behind it
    _run("pg_restore", [*once, *_AS_THEY_ARE, f"--dbname={address}", str(file)], environ)


def _is_empty(tx: Transaction) -> bool:
    inspector = sa.inspect(tx.connection)
    return not any(
        inspector.get_table_names(schema=name) for name in inspector.get_schema_names() if name[:11] != "information"
    )


def _require_whole(file: Path, environ: dict[str, str]) -> None:
    """Read it to its end, as if it were put back."""
    _run("pg_restore", [f"--file={os.devnull}", str(file)], environ)


def str_of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _address(url: URL, environment: Environment) -> tuple[str, dict[str, str]]:
    """What is said on a command line, which everybody on the machine may read, and what is said apart."""
    options: dict[str, Any] = dict(url.get_dialect()().create_connect_args(url)[1])
    options.pop("context", None)
    password = options.pop("password", None)
    given = " ".join(filter(None, (options.pop("options", ""), _ALL_ROWS)))
    apart = {"PGOPTIONS": given, "LC_ALL": "C", **({"PGPASSWORD": str(password)} if password else {})}
    return make_conninfo(**options), environment(apart)


def _run(program: str, arguments: list[str], environ: dict[str, str]) -> str:
    found = _found(program, environ)
    done = subprocess.run(
        [found, *arguments], env=environ, check=False, capture_output=True, text=True, errors="replace"
    )
    if done.returncode != 0:
        # The first line says what is wrong; those after it may quote rows.
        told = (done.stderr.splitlines() or [f"it ended with {done.returncode}"])[0]
        raise CopyRefused(told if told.startswith(program) else f"{program}: {told}")
    return done.stdout


def _found(program: str, environ: Mapping[str, str]) -> str:
    """On the PATH, else where Debian keeps them: the newest, which reads what the older wrote."""
    theirs = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: float(path.parts[-3]))
    found = shutil.which(program, path=environ.get("PATH")) or (str(theirs[-1]) if theirs else None)
    if found is None:
        raise ProgramMissing(
            f"{program} is not here: install PostgreSQL's client (`apt-get install postgresql-client`)"
        )
    return found
