"""Connections to the two databases we know, set up as durability and calm want them."""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from storage import scope
from storage.ahead import Ahead, Look
from storage.scope import Scope
from storage.transaction import NO_JOURNAL, Sealing, Transaction
from storage.types import to_json
from storage.vault import Vault

PATIENCE = 2.0
"""Seconds to wait for somebody else's lock before saying that the database is locked."""

PATIENTLY = f"SET lock_timeout = {int(PATIENCE * 1000)}"
"""The same, as PostgreSQL is told for a whole connection."""

IMPATIENCE = 0.2
"""Instead of `PATIENCE`, for what has waited that long once already: whoever made the gesture waits three seconds and no more."""

_ON_THE_WAY = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""For PostgreSQL, unless its URL says otherwise: when a machine that no longer says anything is given up, which the system would
do hours later (manual, 34.1.2)."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    # What a unit may have to undo is kept in memory: in files of its own it costs as much as the unit.
    "temp_store=MEMORY",
    # Kilobytes of the file that a connection may hold: what some hundreds of conversations touch.
    "cache_size=-8000",
)
"""For SQLite."""

EMPTY_JOURNAL = "PRAGMA wal_checkpoint(TRUNCATE)"
"""For SQLite. Its answer says first whether somebody who was reading kept it from being done."""
_SAVEPOINT = "unit"


def understood(url: str) -> URL:
    """`url` as SQLAlchemy wants it. Raises ValueError, in words for whoever wrote it, for a database that is neither SQLite in a
    file nor PostgreSQL, and for options that it does not know."""
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):  # whose words may quote a part of it, and there is a secret in it
        raise ValueError("Not a database URL: write sqlite:///parcours.db or postgresql://…") from None
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        _require_readable_options(parsed)
        return parsed
    if parsed.drivername == "postgresql+psycopg":
        _require_known_options(parsed)
        return parsed
    raise ValueError(f"Parcours keeps its memory in an SQLite file or in PostgreSQL, not in {parsed.drivername!r}.")


def _require_readable_options(url: URL) -> None:
    try:
        url.get_dialect()().create_connect_args(url)
    except ValueError:
        raise ValueError("Not a database URL: SQLite cannot read one of the options after the “?”.") from None


def _require_known_options(url: URL) -> None:
    # Heavy, and of no use to SQLite.
    from psycopg import Error
    from psycopg.conninfo import make_conninfo

    try:
        make_conninfo(**{name: value for name, value in url.query.items() if isinstance(value, str)})
    except Error:
        raise ValueError("Not a database URL: PostgreSQL knows no such option as one of those after the “?”.") from None


def writing(url: URL) -> Engine:
    """One connection at a time, opened when asked and never kept by a pool."""
    return _engine(url, NullPool)


def reading(url: URL, connections: int) -> Engine:
    engine = _engine(url, QueuePool, pool_size=connections, max_overflow=0)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _only_query)
    return engine


def _engine(url: URL, pool: type[NullPool] | type[QueuePool], **options: Any) -> Engine:
    sqlite = url.drivername == "sqlite"
    arguments = (
        {"isolation_level": None, "check_same_thread": False, "timeout": PATIENCE}
        if sqlite
        else {name: value for name, value in _ON_THE_WAY.items() if name not in url.query}
    )
    engine = sa.create_engine(
        url,
        poolclass=pool,
        connect_args=arguments,
        isolation_level="AUTOCOMMIT",  # transactions are opened by Line, in our own words
        json_serializer=to_json,
        json_deserializer=orjson.loads,
        **options,
    )
    if sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
    else:
        say_first(engine, PATIENTLY)
    return engine


def say_first(engine: Engine, words: str) -> None:
    """Say this to PostgreSQL on each new connection. Not as options of the connection: poolers refuse those, or drop them."""

    def say(driver: Any, _entry: ConnectionPoolEntry) -> None:
        driver.execute(words, prepare=False)
        driver.commit()

    event.listen(engine, "connect", say)


def _set_up_sqlite(driver: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001
    for pragma in PRAGMAS:
        driver.execute(f"PRAGMA {pragma}")


def _only_query(driver: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001
    driver.execute("PRAGMA query_only=ON")


class Line:
    """A connection and the words that begin, mark and end its transactions.

    They go straight to the driver: SQLAlchemy's own cost five times as much, and are said several times a unit.
    """

    def __init__(self, connection: Connection, vault: Vault | None, *, writes: bool = False) -> None:
        self.connection = connection
        self._vault = vault
        self._postgresql = connection.dialect.name == "postgresql"
        driver: Any = connection.connection.dbapi_connection
        assert driver is not None, "a fresh connection has a driver's connection"
        self._driver = driver
        self._scope = Scope(connection)
        self._sealing = Sealing(vault)
        self._ahead: Ahead | None = None
        if writes and self._postgresql:
            event.listen(connection, "before_execute", self._about_to_say)

    def transaction(self, workspace: str | None, *, read_only: bool = False) -> Transaction:
        """For one unit. Those between the same two marks know together what holds until the next."""
        return Transaction(self._scope, workspace, read_only, self._sealing, self._ahead)

    def begin(self) -> None:
        # IMMEDIATE: SQLite then waits for the lock here, never in the middle of a unit.
        self._driver.execute("BEGIN" if self._postgresql else "BEGIN IMMEDIATE")
        self._nothing_is_known(Scope(self.connection))

    def hurry(self) -> None:
        """Wait hardly for anybody's lock in this transaction (SQLite takes its only one as it begins)."""
        if self._postgresql:
            self._driver.execute(f"SET LOCAL lock_timeout = {int(IMPATIENCE * 1000)}")

    def begin_within(self, workspace: str | None) -> None:
        self._say("BEGIN" if self._postgresql else "BEGIN IMMEDIATE", workspace)

    def look_ahead(self, looks: Iterable[tuple[str, Look]]) -> None:
        """Ask at once what units will ask, each look in its workspace; from now on, what they need not wait for is put off."""
        if self._postgresql and not self._scope.is_heard:
            self._ahead = Ahead(self._scope)
            self._ahead.read(looks)

    def say_put_off(self) -> None:
        """Say what units have put off. Raises what they put off with it, and what the database raises."""
        if self._ahead is not None:
            self._ahead.say()

    def has_put_off(self) -> bool:
        """Whether something was put off in this transaction, be it said since: an error may then be late, or another's."""
        return self._ahead is not None and self._ahead.has_put_off

    def begin_reading(self, workspace: str | None) -> None:
        """One snapshot for all that the unit looks at."""
        self._say("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if self._postgresql else "BEGIN", workspace)

    def mark(self, workspace: str | None) -> None:
        self._say(f"SAVEPOINT {_SAVEPOINT}", workspace)

    def _say(self, words: str, workspace: str | None) -> None:
        """These words, and whose rows may be touched from then on: together, so that it costs no time on the way."""
        if self._postgresql:
            self._driver.execute(f"{words}; {scope.words(self._driver, workspace)}", prepare=False)
        else:
            self._driver.execute(words)
        self._nothing_is_known(Scope(self.connection, workspace))

    def _nothing_is_known(self, scope: Scope) -> None:
        self._scope, self._sealing, self._ahead = scope, Sealing(self._vault), None

    def _about_to_say(self, _connection: Any, statement: Any, *_: Any) -> None:
        if self._ahead is not None:
            self._ahead.about_to_say(statement)

    def keep(self) -> None:
        self._driver.execute(f"RELEASE SAVEPOINT {_SAVEPOINT}")

    def back_to_mark(self) -> None:
        """What was said since the mark of whose rows may be touched is unsaid too."""
        self._driver.execute(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
        self._nothing_is_known(Scope(self.connection))
        self.keep()

    def commit(self) -> None:
        self._driver.execute("COMMIT")
        if self.connection.info.pop(NO_JOURNAL, False) and not self._postgresql:
            # It is written, whatever becomes of its journal: that will be emptied the next time, or at night.
            with suppress(sqlite3.Error):
                self._driver.execute(EMPTY_JOURNAL).fetchall()

    def roll_back(self) -> None:
        if self._ahead is None:
            self._driver.execute("ROLLBACK")
        else:
            # Which also forgets the statements that it may believe prepared, in a pipeline that an error has cut short.
            self._driver.rollback()

    def is_sound(self) -> bool:
        """Whether what was done so far can be kept. After an error PostgreSQL would take COMMIT, and write nothing."""
        if self._postgresql:
            said = self._ahead is None or self._ahead.is_sound
            return said and bool(self._driver.info.transaction_status.name == "INTRANS")
        return bool(self._driver.in_transaction)

    def is_over(self) -> bool:
        """Whether the transaction is no more: SQLite undoes it all by itself when the disk is full, say."""
        if self._postgresql:
            return bool(self._driver.closed)
        return not self._driver.in_transaction

    def hang_up(self) -> None:
        self.connection.invalidate()
        self.connection.close()
