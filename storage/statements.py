"""What the two databases say alike, written once."""

from collections.abc import Iterator, Mapping, Sequence
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
        self._of_several: dict[tuple[int, bool], Prepared] = {}

    def __call__(self, tx: Transaction, values: Mapping[str, Any]) -> bool:
        """Whether the row was inserted."""
        return (self._on_postgresql if tx.on_postgresql else self._on_sqlite).count(tx, values) == 1

    def all(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those of these rows that are not there, in their order. Each gives the same columns."""
        for start in range(0, len(rows), ROWS_AT_ONCE):
            batch = rows[start : start + ROWS_AT_ONCE]
            if len(batch) == 1:
                self(tx, batch[0])
            else:
                self._several(tx, batch).count(tx, dict(_numbered(batch)))

    def _several(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> Prepared:
        key = len(rows), tx.on_postgresql
        if key not in self._of_several:
            columns = self._table.c
            values = [
                {name: sa.bindparam(_of(number, name), type_=columns[name].type) for name in row}
                for number, row in enumerate(rows)
            ]
            statement = self._statement(postgresql.insert if tx.on_postgresql else sqlite.insert)
            self._of_several[key] = Prepared(statement.values(values))
        return self._of_several[key]

    def _statement(self, insert: Any) -> Any:
        # Inline: no key is asked back.
        return insert(self._table).on_conflict_do_nothing().inline()


def _of(number: int, name: str) -> str:
    return f"{name}_{number}"


def _numbered(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for number, row in enumerate(rows):
        for name, value in row.items():
            yield _of(number, name), value


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
