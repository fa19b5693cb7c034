"""Changes to tables that are large already, and written meanwhile by workers that do not wait."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

from storage.engines import PATIENTLY


def create_index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    """A partial index on a table that is there. PostgreSQL makes it while rows are written (CREATE INDEX CONCURRENTLY), which
    ends the transaction under way: let a migration begin with these, so that it can begin again. SQLite has one process."""
    if op.get_context().dialect.name != "postgresql":
        op.create_index(name, table, columns, sqlite_where=where)
        return
    with _waiting_for_whoever_reads():
        # One that was interrupted is left behind, and serves nobody (PostgreSQL manual, CREATE INDEX).
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_where=where, postgresql_concurrently=True)


def drop_index(name: str, table: str) -> None:
    """Of an index that makes nothing unique: a former release goes on without it, more slowly. As `create_index` does it."""
    if op.get_context().dialect.name != "postgresql":
        op.drop_index(name, table)
        return
    with _waiting_for_whoever_reads():
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


@contextmanager
def _waiting_for_whoever_reads() -> Iterator[None]:
    """Since before, a copy being made too; nobody waits for us."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        yield
        op.execute(PATIENTLY)
