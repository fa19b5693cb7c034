"""Statements said many times a second: compiled once by SQLAlchemy, then said straight to the driver.

What SQLAlchemy does around each execution costs several times the statement itself on SQLite. Here the statement and its types
are still SQLAlchemy's own, checked and written for both databases; only the way of saying it is ours.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import Executable

from storage.transaction import Transaction

Row = Mapping[str, Any] | sa.RowMapping
"""What these give, or what SQLAlchemy does: both are read by column."""
_Processor = Callable[[Any], Any] | None


class Prepared:
    """A select, or a write that may return rows. Nothing in it may change its shape: no list of unknown length, and
    an insertion is always given the same columns."""

    def __init__(self, statement: Executable) -> None:
        # For insertions SQLAlchemy forgets the count of rows unless told to keep it.
        self._statement: Any = statement.execution_options(preserve_rowcount=True)
        self._by_dialect: dict[str, _Compiled] = {}

    def all(self, tx: Transaction, values: Mapping[str, Any]) -> Sequence[Row]:
        connection = tx.connection
        if _is_heard(connection):
            return connection.execute(self._statement, values).mappings().all()
        compiled, cursor = self._said(connection, values)
        return [compiled.row(found) for found in cursor.fetchall()]

    def first(self, tx: Transaction, values: Mapping[str, Any]) -> Row | None:
        connection = tx.connection
        if _is_heard(connection):
            return connection.execute(self._statement, values).mappings().first()
        compiled, cursor = self._said(connection, values)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else compiled.row(found)

    def count(self, tx: Transaction, values: Mapping[str, Any]) -> int:
        """How many rows were written."""
        connection = tx.connection
        if _is_heard(connection):
            return connection.execute(self._statement, values).rowcount
        _, cursor = self._said(connection, values)
        return int(cursor.rowcount)

    def _compiled(self, connection: sa.Connection, values: Mapping[str, Any]) -> "_Compiled":
        compiled = self._by_dialect.get(connection.dialect.name)
        if compiled is None:
            columns = list(values) if isinstance(self._statement, sa.Insert) else None
            compiled = _Compiled(self._statement, connection.dialect, columns)
            self._by_dialect[connection.dialect.name] = compiled
        return compiled

    def _said(self, connection: sa.Connection, values: Mapping[str, Any]) -> "tuple[_Compiled, Any]":
        """The driver's cursor, and what reads its rows."""
        compiled = self._compiled(connection, values)
        driver: Any = connection.connection.dbapi_connection
        parameters = compiled.parameters(values)
        try:
            return compiled, driver.execute(compiled.sql, parameters)
        except compiled.driver_errors as error:
            raise compiled.as_sqlalchemy_says(error) from error


def _is_heard(connection: sa.Connection) -> bool:
    """Whether somebody listens to what is said, as SQLAlchemy lets anybody do: then it is said its way."""
    return bool(connection.dispatch.before_cursor_execute)


class _Compiled:
    """For one dialect: the words, and what values become on their way in and out."""

    def __init__(self, statement: Any, dialect: sa.Dialect, columns: Sequence[str] | None) -> None:
        self._dialect = dialect
        self.driver_errors: Any = dialect.loaded_dbapi.Error
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.sql = str(compiled)
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._wanted = {name for name, bind in binds.items() if bind.required}
        processors = {name: _going_in(bind.type, dialect) for name, bind in binds.items()}
        self._going_in = [(name, process) for name, process in processors.items() if process is not None]
        self._usual = {name: bind.value for name, bind in binds.items() if name not in self._wanted}
        self._order: Sequence[str] | None = compiled.positiontup
        selected = list(getattr(statement, "exported_columns", ()))
        self._columns = [column.key for column in selected]
        coming_out = [(column.key, _coming_out(column.type, dialect)) for column in selected]
        self._coming_out = [(name, process) for name, process in coming_out if process is not None]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Raises LookupError for a value that is missing, or that nothing in the statement takes."""
        if values.keys() != self._wanted:
            raise LookupError(f"it takes {sorted(self._wanted)}, and was given {sorted(values)}")
        given = {**self._usual, **values}
        for name, process in self._going_in:
            given[name] = process(given[name])
        return given if self._order is None else [given[name] for name in self._order]

    def as_sqlalchemy_says(self, error: BaseException) -> BaseException:
        """The same error, of the kind that SQLAlchemy would have raised. It quotes no value."""
        return sa.exc.DBAPIError.instance(
            self.sql, None, error, self.driver_errors, hide_parameters=True, dialect=self._dialect
        )

    def row(self, found: Sequence[Any]) -> Row:
        row = dict(zip(self._columns, found, strict=True))
        for name, process in self._coming_out:
            row[name] = process(row[name])
        return row


def _going_in(kind: Any, dialect: sa.Dialect) -> _Processor:
    process: _Processor = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def _coming_out(kind: Any, dialect: sa.Dialect) -> _Processor:
    process: _Processor = kind.dialect_impl(dialect).result_processor(dialect, None)
    return process
