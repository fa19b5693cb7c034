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
        # For insertions SQLAlchemy forgets the count of rows unless told to keep it.
        self._statement = statement.execution_options(preserve_rowcount=True)
        self.one_row = one_row
        self.locks: bool = getattr(statement, "_for_update_arg", None) is not None
        self._by_dialect: dict[str, Compiled] = {}

    def all(self, tx: Transaction, values: Mapping[str, Any]) -> Sequence[Row]:
        if tx.ahead is not None and (known := tx.ahead.found(self, values)) is not None:
            compiled = self.compiled(tx.scope.connection)
            return [compiled.row(found) for found in known]
        if tx.scope.is_heard:
            return tx.connection.execute(self._statement, values).mappings().all()
        compiled, cursor = self._said(tx, values)
        return [compiled.row(found) for found in cursor.fetchall()]

    def first(self, tx: Transaction, values: Mapping[str, Any]) -> Row | None:
        if tx.ahead is not None and (known := tx.ahead.found(self, values)) is not None:
            return self.compiled(tx.scope.connection).row(known[0]) if known else None
        if tx.scope.is_heard:
            return tx.connection.execute(self._statement, values).mappings().first()
        compiled, cursor = self._said(tx, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else compiled.row(found)

    def count(self, tx: Transaction, values: Mapping[str, Any]) -> int:
        """How many rows were written."""
        if tx.scope.is_heard:
            return tx.connection.execute(self._statement, values).rowcount
        _, cursor = self._said(tx, values)
        return int(cursor.rowcount)

    def later(self, tx: Transaction, values: Mapping[str, Any], missing: LookupError | None = None) -> None:
        """Write by the time anything else is said, without waiting for it. `missing`: raised, by then, if it writes nothing."""
        if tx.ahead is None or tx.scope.is_heard:
            if self.count(tx, values) == 0 and missing is not None:
                raise missing
            return
        compiled = self.compiled(tx.scope.connection, values)
        parameters = compiled.parameters(values)
        self._touches(tx, compiled, values)
        tx.ahead.put_off(tx.workspace_or_none, compiled, parameters, missing)

    def compiled(self, connection: sa.Connection, values: Mapping[str, Any] | None = None) -> Compiled:
        """As this connection's dialect says it; an insertion is said once with its `values`."""
        compiled = self._by_dialect.get(connection.dialect.name)
        if compiled is None:
            columns = list(values or ()) if isinstance(self._statement, sa.Insert) else None
            compiled = Compiled(self._statement, connection.dialect, columns)
            self._by_dialect[connection.dialect.name] = compiled
        return compiled

    def _said(self, tx: Transaction, values: Mapping[str, Any]) -> tuple[Compiled, Any]:
        """The driver's cursor, and what reads its rows."""
        compiled = self.compiled(tx.scope.connection, values)
        parameters = compiled.parameters(values)
        tx.scope.say(tx.workspace_or_none)
        if tx.ahead is not None:
            tx.ahead.say()
            self._touches(tx, compiled, values)
        try:
            return compiled, tx.scope.driver.execute(compiled.sql, parameters)
        except compiled.driver_errors as error:
            raise compiled.as_sqlalchemy_says(error) from error

    def _touches(self, tx: Transaction, compiled: Compiled, values: Mapping[str, Any]) -> None:
        if tx.ahead is not None and compiled.table is not None:
            row = values["wanted"] if self.one_row else None
            tx.ahead.touched(compiled.table, tx.workspace_or_none, row)
