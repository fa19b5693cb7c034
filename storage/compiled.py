"""A statement as one dialect says it, and what values become on their way to its driver and back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

Row = Mapping[str, Any] | sa.RowMapping
"""What these give, or what SQLAlchemy does: both are read by column."""
_Processor = Callable[[Any], Any] | None


class Compiled:
    """Compiled once by SQLAlchemy, with its types; `columns` are those an insertion is given."""

    def __init__(self, statement: Any, dialect: sa.Dialect, columns: Sequence[str] | None) -> None:
        self._dialect = dialect
        self.driver_errors: Any = dialect.loaded_dbapi.Error
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.sql = str(compiled)
        self.tables = frozenset(part.name for part in visitors.iterate(statement) if isinstance(part, sa.Table))
        """All it speaks of, to read or to write."""
        self.table: str | None = statement.table.name if statement.is_dml else None
        """What it writes in."""
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._wanted = {name for name, bind in binds.items() if bind.required}
        processors = {name: _going_in(bind.type, dialect) for name, bind in binds.items()}
        self._going_in = [(name, process) for name, process in processors.items() if process is not None]
        self._into = [processors[name] for name in columns or ()]
        self._usual = {name: bind.value for name, bind in binds.items() if name not in self._wanted}
        self._order: Sequence[str] | None = compiled.positiontup
        selected = list(getattr(statement, "exported_columns", ()))
        self.columns = [column.key for column in selected]
        """What it gives, in this order."""
        coming_out = enumerate(_coming_out(column.type, dialect) for column in selected)
        self._coming_out = [(place, process) for place, process in coming_out if process is not None]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Raises LookupError for a value that is missing, or that nothing in the statement takes."""
        if values.keys() != self._wanted:
            raise LookupError(f"it takes {sorted(self._wanted)}, and was given {sorted(values)}")
        given = {**self._usual, **values}
        for name, process in self._going_in:
            given[name] = process(given[name])
        return given if self._order is None else tuple([given[name] for name in self._order])

    def row_going_in(self, row: Mapping[str, Any]) -> Any:
        """The parameters of a row to insert, whose columns are in the order they were in when this was compiled."""
        given = [
            value if process is None else process(value)
            for process, value in zip(self._into, row.values(), strict=True)
        ]
        return tuple(given) if self._order is not None else dict(zip(row, given, strict=True))

    def as_sqlalchemy_says(self, error: BaseException) -> BaseException:
        """The same error, of the kind that SQLAlchemy would have raised. It quotes no parameter; the server's words may."""
        return sa.exc.DBAPIError.instance(
            self.sql, None, error, self.driver_errors, hide_parameters=True, dialect=self._dialect
        )

    def row(self, found: Sequence[Any]) -> Row:
        said = list(found)
        for place, process in self._coming_out:
            said[place] = process(said[place])
        return dict(zip(self.columns, said, strict=True))


@contextmanager
def errors_of(said: Compiled) -> Iterator[None]:
    """The driver's errors meanwhile are raised as SQLAlchemy's, of this statement or of others said along with it."""
    try:
        yield
    except said.driver_errors as error:
        raise said.as_sqlalchemy_says(error) from error


def _going_in(kind: Any, dialect: sa.Dialect) -> _Processor:
    process: _Processor = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def _coming_out(kind: Any, dialect: sa.Dialect) -> _Processor:
    process: _Processor = kind.dialect_impl(dialect).result_processor(dialect, None)
    return process
