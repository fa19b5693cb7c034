"""What the two databases say alike, written once."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared
from storage.transaction import Transaction


class InsertUnlessThere:
    """An insertion that does nothing where a unique key is taken already. Never an error: those would undo the unit."""

    def __init__(self, table: sa.Table) -> None:
        # One a dialect, made once: building a statement costs more than sending it.
        self._on_sqlite = Prepared(_unless_there(sqlite.insert, table))
        self._on_postgresql = Prepared(_unless_there(postgresql.insert, table))

    def __call__(self, tx: Transaction, values: Mapping[str, Any]) -> bool:
        """Whether the row was inserted."""
        return self._one(tx).count(tx, values) == 1

    def all(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those of these rows that are not there, in their order, without waiting for it. Each gives the same columns in
        the same order."""
        if rows:
            self._one(tx).insert_later(tx, rows)

    def _one(self, tx: Transaction) -> Prepared:
        return self._on_postgresql if tx.on_postgresql else self._on_sqlite


def _unless_there(insert: Any, table: sa.Table) -> Any:
    # Inline: no key is asked back.
    return insert(table).on_conflict_do_nothing().inline()


def leaps(table: sa.Table, moment: str) -> sa.CTE:
    """Every workspace with a row whose `moment` is set (and a last row that is null): a loose scan of the partial index on
    (workspace_id, moment), one probe a workspace, however many rows each has."""
    rows, beyond = table.c, table.alias("beyond").c
    first = sa.select(sa.func.min(rows.workspace_id).label("workspace_id")).where(rows[moment].is_not(None))
    leap = first.cte("leap", recursive=True)
    following = sa.select(sa.func.min(beyond.workspace_id)).where(
        beyond[moment].is_not(None), beyond.workspace_id > leap.c.workspace_id
    )
    return leap.union_all(sa.select(following.scalar_subquery()).where(leap.c.workspace_id.is_not(None)))
