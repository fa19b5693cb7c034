"""The schema of the database: bringing it up to date, and asking whether it is."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event

from storage import engines
from storage.faults import fault_of, unavailable
from storage.scope import Scope
from storage.transaction import Transaction

T = TypeVar("T")

_PATIENCE = 60.0
"""Seconds that a process waits for another one bringing the same database up to date."""
_LOCK = 0x70617263
"""What processes agree to lock on PostgreSQL: "parc"."""


def upgrade(url: str) -> None:
    """Bring the database up to date. Several processes may do so together: one does the work, the others wait for it.

    Raises StoreUnavailable when the database cannot be reached or written.
    """
    config = _config()
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            # The tables are ours, and hold us too: what a migration changes in them is everybody's.
            config.attributes["connection"] = Scope(connection).of(None)
            command.upgrade(config, "head")
    except sa.exc.DBAPIError as error:
        raise _explained(error) from error
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The revision the database is at; None when it is empty. Raises StoreUnavailable when it cannot be reached."""
    return look(url, lambda tx: _revision(tx.connection))


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
    return current(url) == ScriptDirectory.from_config(_config()).get_current_head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    return config


def _engine(url: str) -> Engine:
    """An engine whose transactions are SQLAlchemy's own, as Alembic wants them, and hold the lock from their first word."""
    understood = engines.understood(url)
    if understood.drivername != "sqlite":
        return sa.create_engine(understood, poolclass=sa.NullPool)
    arguments = {"isolation_level": None, "timeout": _PATIENCE}
    engine = sa.create_engine(understood, poolclass=sa.NullPool, connect_args=arguments)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _explained(error: sa.exc.DBAPIError) -> Exception:
    fault = fault_of(error)
    return unavailable(fault, error) if fault else error
