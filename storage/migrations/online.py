"""Changes to tables that are large already, and written meanwhile by workers that do not wait."""

import sqlalchemy as sa
from alembic import op


def create_index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    """A partial index on a table that is there. PostgreSQL makes it while rows are written (CREATE INDEX CONCURRENTLY), which
    ends the transaction under way: let a migration begin with these, so that it can begin again. SQLite has one process."""
    context = op.get_context()
    if context.dialect.name != "postgresql":
        op.create_index(name, table, columns, sqlite_where=where)
        return
    with context.autocommit_block():
        # It waits for whoever reads since before, a copy being made too; nobody waits for it.
        op.execute("SET lock_timeout = 0")
        # One that was interrupted is left behind, and serves nobody (PostgreSQL manual, CREATE INDEX).
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_where=where, postgresql_concurrently=True)
        op.execute("RESET lock_timeout")
