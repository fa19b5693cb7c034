"""The schema of the database: bringing it up to date, and asking whether it is.

A release only adds to the schema, so that the one before goes on working meanwhile. What nobody needs any more is taken away by a
later one, whose revision then says which is the oldest that still works with it: `0012_from_0010`.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from time import sleep
from typing import Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event

from storage import engines, scope, tables
from storage.faults import Fault, StoreUnavailable, fault_of, unavailable
from storage.scope import Scope
from storage.transaction import Transaction

T = TypeVar("T")
Standing = Literal["older", "current", "later", "too_late"]
log = logging.getLogger(__name__)

_PATIENCE = 60.0
"""Seconds that a process waits for another one bringing the same database up to date."""
_BETWEEN = 0.2
"""Seconds between two looks at whether it is done."""
_LOCK = 0x70617263
"""What processes agree to lock on PostgreSQL: "parc"."""
# A table is never waited for longer than those who write it would wait behind us; migrations are about everybody's rows.
_ON_POSTGRESQL = f"{engines.PATIENTLY}; SET {scope.SETTING} = '{scope.ALL}'"
_REVISION = re.compile(r"(\d{4})(?:_from_(\d{4}))?")
_MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
_NOT_OURS = "the database holds tables of something else"
_NO_RIGHT = "42501"
"""PostgreSQL's insufficient_privilege. Said to a unit it would be a fault of ours: a row of another workspace."""
_NOT_ALLOWED = Fault("the database does not give this role the rights it needs")
_OUT_OF_HAND = sa.text(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) AND relname = ANY(:ours) AND NOT ("
    "has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')"
    " AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')) ORDER BY relname"
)
"""For PostgreSQL: the tables of ours that our role may not read and write, since somebody else made or restored them."""
_NAMED = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_VERSIONS = sa.table("alembic_version", sa.column("version_num"))
"""Alembic's own table, of one row."""


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database up to date, or up to a revision. Several processes may do so together: one does the work, the others
    wait for it. One of a later release is left as it is.

    Raises StoreUnavailable when the database cannot be reached or written, or is of a release that this one cannot work with.
    """
    engine = _engine(url)
    try:
        with _alone(engine) as connection:
            found = _revision(connection)
            if found is None:
                _require_room(connection)
            if engine.dialect.name == "postgresql":
                connection.commit()
            standing = require_ours(found)
            if standing == "later":
                log.warning("The database is of a later release (%s): this one works with it as it is.", found)
            elif standing == "older":
                _migrate(connection, to)
            _require_rights(connection)
    except sa.exc.DBAPIError as error:
        raise _explained(error) from error
    finally:
        engine.dispose()


def require_ours(revision: str | None) -> Standing:
    """How a database at this revision stands to this release. Raises StoreUnavailable for one that it cannot work with."""
    standing = standing_of(revision)
    if revision is not None and not is_ours(revision):
        raise StoreUnavailable(_NOT_OURS)
    if standing == "too_late":
        raise StoreUnavailable(f"the database is of a later release ({revision}), which this one cannot work with")
    return standing


def is_ours(revision: str | None) -> bool:
    """Whether it is of a release of ours, be it later than this one."""
    return revision is not None and _REVISION.fullmatch(revision) is not None


def standing_of(revision: str | None) -> Standing:
    """How a database at this revision stands to this release; one with none is to be made."""
    known = revisions()
    if revision is None or revision in known[1:]:
        return "older"
    if revision == known[0]:
        return "current"
    named = _REVISION.fullmatch(revision)
    ours = known[0][:4]
    return "later" if named and named[1] > ours and (named[2] or "") <= ours else "too_late"


def current(url: str) -> str | None:
    """The revision the database is at; None when it is empty. Raises StoreUnavailable when it cannot be reached."""
    return look(url, revision)


def revision(tx: Transaction) -> str | None:
    """The same, for a store that is open."""
    return _revision(tx.connection)


def look(url: str, unit: Callable[[Transaction], T]) -> T:
    """What `unit` sees of the database before a store is opened on it. Raises StoreUnavailable when it cannot be reached."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return unit(Transaction(Scope(connection), read_only=True))
    except sa.exc.DBAPIError as error:
        raise _explained(error) from error
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    return standing_of(current(url)) == "current"


@cache
def revisions() -> tuple[str, ...]:
    """All that this release knows, the latest first."""
    scripts = sorted(_MIGRATIONS.glob("[0-9]*.py"), reverse=True)
    return tuple(name for script in scripts for name in _NAMED.findall(script.read_text(encoding="utf-8")))


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection, while no other process brings the database up to date: in one transaction on SQLite, in none on
    PostgreSQL."""
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        _wait_for_our_turn(connection)
        yield connection


def _wait_for_our_turn(connection: Connection) -> None:
    """Asked for again and again: whoever waits within a statement holds up the making of an index, which waits for it."""
    for _ in range(int(_PATIENCE / _BETWEEN)):
        taken = connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK))).scalar_one()
        connection.commit()  # it is the connection's, and stays until that is closed
        if taken:
            return
        sleep(_BETWEEN)
    raise StoreUnavailable("the database is still being brought up to date by another process")


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSIONS.name):
        return None
    found: str | None = connection.execute(sa.select(_VERSIONS.c.version_num)).scalar_one_or_none()
    return found


def _require_room(connection: Connection) -> None:
    """Raises StoreUnavailable where something else has tables of our names: none of ours could be made beside them."""
    if not tables.metadata.tables.keys().isdisjoint(sa.inspect(connection).get_table_names()):
        raise StoreUnavailable(_NOT_OURS)


def _require_rights(connection: Connection) -> None:
    """Raises StoreUnavailable here, where it can be explained, rather than in the middle of what somebody asks."""
    if connection.dialect.name != "postgresql":
        return
    found = connection.execute(_OUT_OF_HAND, {"ours": list(tables.metadata.tables)}).scalars().all()
    if found:
        raise StoreUnavailable(f"{_NOT_ALLOWED.reason} (on {', '.join(found)})")


def _migrate(connection: Connection, to: str) -> None:
    # Alembic is heavy, and a start finds the database up to date most of the time.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _engine(url: str) -> Engine:
    """An engine whose transactions are SQLAlchemy's own, as Alembic wants them, and hold the lock from their first word."""
    understood = engines.understood(url)
    if understood.drivername != "sqlite":
        engine = sa.create_engine(understood, poolclass=sa.NullPool)
        engines.say_first(engine, _ON_POSTGRESQL)
        return engine
    _make_private(Path(str(understood.database)))
    arguments = {"isolation_level": None, "timeout": _PATIENCE}
    engine = sa.create_engine(understood, poolclass=sa.NullPool, connect_args=arguments)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _make_private(file: Path) -> None:
    """A file that is not there yet is made for its owner alone; SQLite gives the files that it keeps beside it the same mode."""
    with suppress(OSError):  # it is there, or SQLite says why it cannot be
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _explained(error: sa.exc.DBAPIError) -> Exception:
    fault = fault_of(error) or (_NOT_ALLOWED if getattr(error.orig, "sqlstate", None) == _NO_RIGHT else None)
    return unavailable(fault, error) if fault else error
