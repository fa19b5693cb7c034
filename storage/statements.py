"""What the two databases say alike, written once."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared
from storage.transaction import Transaction

ROWS_AT_ONCE = 8
"""In one insertion: what one gesture writes, most of the time."""


class InsertUnlessThere:
    """An insertion that does nothing where a unique key is taken already. Never an error: those would undo the unit."""

    def __init__(self, table: sa.Table) -> None:
        self._table = table
        # One a dialect, made once: building a statement costs more than sending it.
        self._on_sqlite = Prepared(self._statement(sqlite.insert))
        self._on_postgresql = Prepared(self._statement(postgresql.insert))
        self._of_several: dict[tuple[int, bool], tuple[Prepared, Sequence[str]]] = {}

    def __call__(self, tx: Transaction, values: Mapping[str, Any]) -> bool:
        """Whether the row was inserted."""
        return self._one(tx).count(tx, values) == 1

    def all(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those of these rows that are not there, in their order, without waiting for it. Each gives the same columns in
        the same order."""
        for start in range(0, len(rows), ROWS_AT_ONCE):
            batch = rows[start : start + ROWS_AT_ONCE]
            if len(batch) == 1:
                self._one(tx).later(tx, batch[0])
            else:
                statement, names = self._several(tx, batch)
                statement.later(tx, dict(zip(names, chain.from_iterable(row.values() for row in batch), strict=True)))

    def _one(self, tx: Transaction) -> Prepared:
        return self._on_postgresql if tx.on_postgresql else self._on_sqlite

    def _several(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> tuple[Prepared, Sequence[str]]:
        """The statement, and what the values of the rows are called in it, one after another."""
        key = len(rows), tx.on_postgresql
        if key not in self._of_several:
            columns = self._table.c
            values = [
                {name: sa.bindparam(f"{name}_{number}", type_=columns[name].type) for name in rows[0]}
                for number in range(len(rows))
            ]
            statement = self._statement(postgresql.insert if tx.on_postgresql else sqlite.insert)
            names = [bind.key for row in values for bind in row.values()]
            self._of_several[key] = Prepared(statement.values(values)), names
        return self._of_several[key]

    def _statement(self, insert: Any) -> Any:
        # Inline: no key is asked back.
        return insert(self._table).on_conflict_do_nothing().inline()


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
