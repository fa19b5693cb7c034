"""Statements said many times a second: compiled once by SQLAlchemy, then said straight to the driver.

What SQLAlchemy does around each execution costs several times the statement itself on SQLite. Here the statement and its types
are still SQLAlchemy's own, checked and written for both databases; only the way of saying it is ours.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from storage.compiled import Compiled, Row
from storage.transaction import Transaction


class Prepared:
    """A select, or a write that may return rows. Nothing in it may change its shape: no list of unknown length, and
    an insertion is always given the same columns."""

    def __init__(self, statement: Any, *, by: sa.Column[Any] | None = None, one_row: bool = False) -> None:
        """`by`: it reads what has `wanted` in this column, which it gives too; so that several may be asked at once (PostgreSQL).
        `one_row`: it reads or writes the one row whose id is `wanted`, and no other of that table."""
        self.by, self.of_several = None, None
        if by is not None:
            any_of_them = sa.any_(sa.bindparam("wanted", type_=postgresql.ARRAY(by.type)))
            self.by, self.of_several = by.key, Prepared(statement.where(by == any_of_them))
            statement = statement.where(by == sa.bindparam("wanted"))
        self._statement = statement
        self.one_row = one_row
        self.locks: bool = getattr(statement, "_for_update_arg", None) is not None
        self._by_dialect: dict[str, Compiled] = {}

    def all(self, tx: Transaction, values: Mapping[str, Any]) -> Sequence[Row]:
        return self.read(tx, self.found(tx, values))

    def found(self, tx: Transaction, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows as the driver gives them, for `read`."""
        if tx.ahead is not None and (known := tx.ahead.found(self, values)) is not None:
            return known
        found: Sequence[Sequence[Any]] = self._said(tx, values).fetchall()
        return found

    def read(self, tx: Transaction, found: Sequence[Sequence[Any]]) -> Sequence[Row]:
        """What these rows say, of this statement or of another that begins with the same columns."""
        compiled = self.compiled(tx.scope.connection)
        return [compiled.row(each) for each in found]

    def first(self, tx: Transaction, values: Mapping[str, Any]) -> Row | None:
        if tx.ahead is not None and (known := tx.ahead.found(self, values)) is not None:
            return self.compiled(tx.scope.connection).row(known[0]) if known else None
        cursor = self._said(tx, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else self.compiled(tx.scope.connection).row(found)

    def count(self, tx: Transaction, values: Mapping[str, Any]) -> int:
        """How many rows were written."""
        return int(self._said(tx, values).rowcount)

    def later(self, tx: Transaction, values: Mapping[str, Any], missing: LookupError | None = None) -> None:
        """Write by the time anything else is said, without waiting for it. `missing`: raised, by then, if it writes nothing."""
        if tx.ahead is None:
            if self.count(tx, values) == 0 and missing is not None:
                raise missing
            return
        compiled = self.compiled(tx.scope.connection, values)
        parameters = compiled.parameters(values)
        self._touches(tx, compiled, values)
        tx.ahead.put_off(tx.workspace_or_none, compiled, parameters, missing)

    def insert_later(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert these rows by the time anything else is said, without waiting for it. They give the same columns in the same
        order."""
        compiled = self.compiled(tx.scope.connection, rows[0])
        self._touches(tx, compiled, rows[0])
        for row in rows:
            parameters = compiled.row_going_in(row)
            if tx.ahead is None:
                _say(tx, compiled, parameters)
            else:
                tx.ahead.put_off(tx.workspace_or_none, compiled, parameters)

    def compiled(self, connection: sa.Connection, values: Mapping[str, Any] | None = None) -> Compiled:
        """As this connection's dialect says it; an insertion is said once with its `values`."""
        compiled = self._by_dialect.get(connection.dialect.name)
        if compiled is None:
            columns = list(values or ()) if isinstance(self._statement, sa.Insert) else None
            compiled = Compiled(self._statement, connection.dialect, columns)
            self._by_dialect[connection.dialect.name] = compiled
        return compiled

    def _said(self, tx: Transaction, values: Mapping[str, Any]) -> Any:
        """The driver's cursor, or what SQLAlchemy gives in its place."""
        compiled = self.compiled(tx.scope.connection, values)
        parameters = compiled.parameters(values)
        if tx.ahead is not None:
            tx.ahead.say()
            self._touches(tx, compiled, values)
        return _say(tx, compiled, parameters)

    def _touches(self, tx: Transaction, compiled: Compiled, values: Mapping[str, Any]) -> None:
        if tx.ahead is not None and compiled.table is not None:
            row = values["wanted"] if self.one_row else None
            tx.ahead.touched(compiled.table, tx.workspace_or_none, row)


def _say(tx: Transaction, said: Compiled, parameters: Any) -> Any:
    tx.scope.say(tx.workspace_or_none)
    if tx.scope.is_heard:
        return tx.scope.connection.exec_driver_sql(said.sql, parameters, {"preserve_rowcount": True})
    try:
        return tx.scope.driver.execute(said.sql, parameters)
    except said.driver_errors as error:
        raise said.as_sqlalchemy_says(error) from error
