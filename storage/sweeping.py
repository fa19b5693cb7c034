"""Taking out of the files what was erased. It does not go by itself: SQLite's journal keeps what was written until it is written
over, PostgreSQL keeps the rows of old beside the new ones."""

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from storage.engines import EMPTY_JOURNAL

LEAVING_NOTHING = ("participation", "ballot")
"""Written anew whole on PostgreSQL: who answered would stay readable in the holes of the index. They are small, and empty most of
the year."""


def sweep(engine: Engine) -> bool:
    """False when somebody who was reading kept it from being done. Raises what the driver does."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return _sweep_postgresql(connection)
        # What was erased in the file itself is zeros already (secure_delete).
        busy, _, _ = connection.exec_driver_sql(EMPTY_JOURNAL).one()
        return not busy


def _sweep_postgresql(connection: Connection) -> bool:
    quote = connection.dialect.identifier_preparer.quote
    others = [quote(name) for name in sa.inspect(connection).get_table_names() if name not in LEAVING_NOTHING]
    connection.exec_driver_sql(f"VACUUM (SKIP_LOCKED) {', '.join(others)}")
    connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(LEAVING_NOTHING)}")
    return True
