"""When the database cannot do its work: which of its errors mean that, in plain words."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError


class StoreUnavailable(Exception):
    """Nothing was written, and nothing is wrong with what was asked: `reason` says what is, in plain words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoreBusy(StoreUnavailable):
    """Too many units are waiting already."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the database. `conflict`: another worker was in the way; `held`: somebody kept a lock for longer than
    we wait; `lost`: the connection is gone."""

    reason: str
    conflict: bool = False
    held: bool = False
    lost: bool = False
    read_only: bool = False


SPOILED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    DataError,
    IntegrityError,
)
"""What is raised by a row that was spoiled in the database, or that asks for what the others forbid: it is set aside and logged,
so that it stops nobody else."""


_SQLITE = {
    sqlite3.SQLITE_BUSY: Fault("the database is locked by another program"),
    sqlite3.SQLITE_LOCKED: Fault("the database is locked by another program"),
    sqlite3.SQLITE_NOMEM: Fault("the database ran out of memory"),
    sqlite3.SQLITE_READONLY: Fault("the database is read-only", read_only=True),
    sqlite3.SQLITE_INTERRUPT: Fault("the database was interrupted"),
    sqlite3.SQLITE_IOERR: Fault("the disk of the database does not answer as it should"),
    sqlite3.SQLITE_CORRUPT: Fault("the database file is damaged"),
    sqlite3.SQLITE_FULL: Fault("the disk of the database is full"),
    sqlite3.SQLITE_CANTOPEN: Fault("the database file cannot be opened"),
    sqlite3.SQLITE_PROTOCOL: Fault("the database is locked by another program"),
    sqlite3.SQLITE_NOTADB: Fault("the database file is not a database"),
}

# By SQLSTATE, or by its class of two characters (PostgreSQL manual, appendix A).
_CONFLICT = Fault("other workers kept writing the same rows", conflict=True)
_LOST = Fault("the database server cannot be reached", lost=True)
_REFUSED = Fault("the database server refuses the name, the password or the database", lost=True)
_TURNED_AWAY = Fault("the database server answers, and lets nobody of that name into that database", lost=True)
_MIXED_UP = Fault("the database server has forgotten a prepared statement, or has another's", lost=True)
_POSTGRESQL = {
    "40001": _CONFLICT,
    "40P01": _CONFLICT,
    "25006": Fault("the database is read-only", read_only=True),
    "55P03": Fault("the database is locked by another program", held=True),
    "53100": Fault("the disk of the database is full"),
    "08": _LOST,
    "26": _MIXED_UP,
    "42P05": _MIXED_UP,
    "28": Fault("the database does not let us in"),
    "3D": Fault("the database does not exist"),
    "53": Fault("the database server is out of resources"),
    "57": Fault("the database server is stopping or was told to interrupt us", lost=True),
    "58": Fault("the disk of the database does not answer as it should"),
    "XX": Fault("the database is damaged"),
}


_DRIVER = "psycopg"
"""PostgreSQL's: heavy, and loaded by an engine that speaks to it. As long as none does, nothing raises its errors."""


def database_errors() -> tuple[type[Exception], ...]:
    """What is raised by the drivers that are loaded, and by SQLAlchemy over them."""
    driver = sys.modules.get(_DRIVER)
    return (SQLAlchemyError, sqlite3.Error, *([driver.Error] if driver is not None else []))


def fault_of(error: BaseException) -> Fault | None:
    """The fault of the database behind `error`; None when the error is that of the unit that raised it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)
        return _SQLITE.get(code & 0xFF) if code is not None else None
    driver = sys.modules.get(_DRIVER)
    if driver is None or not isinstance(cause, driver.Error):
        return None
    if isinstance(cause, driver.OperationalError) and cause.sqlstate is None:
        return _REFUSED if _was_asked_for_a_password(cause) else _TURNED_AWAY if _was_answered(cause) else _LOST
    if cause.sqlstate is not None:
        return _POSTGRESQL.get(cause.sqlstate) or _POSTGRESQL.get(cause.sqlstate[:2])
    return None


def _was_asked_for_a_password(error: Any) -> bool:
    """Whether a server answered, and then closed the door. While a connection begins, libpq gives the server's own words, in the
    server's language, and no SQLSTATE."""
    beginning = error.pgconn
    return beginning is not None and bool(beginning.needs_password or beginning.used_password)


def _was_answered(error: Any) -> bool:
    """Whether a server said no before any password. libpq puts two blanks between how grave it is and the rest, in any language,
    and in no words of its own (PostgreSQL's fe-protocol3.c, pqBuildErrorMessage3)."""
    return ":  " in str(error)


def unavailable(fault: Fault, cause: BaseException) -> StoreUnavailable:
    """What a store raises for this fault, from what caused it."""
    trouble = StoreUnavailable(fault.reason)
    trouble.__cause__ = cause
    return trouble


@contextmanager
def explained() -> Iterator[None]:
    """Raises StoreUnavailable for what the database cannot do; an error of what it was asked is let through."""
    try:
        yield
    except database_errors() as error:
        if (fault := fault_of(error)) is None:
            raise
        raise unavailable(fault, error) from error
