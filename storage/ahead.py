"""One way to PostgreSQL and back for a whole batch, where each statement would take its own, which costs several times its work.

What units will look at first is asked ahead, together; what they write without waiting for an answer is put off, and said
together. No unit can tell: what was put off is said before anything else is, and what was read ahead is forgotten once anything
said since may have changed it. Of what other workers write meanwhile, it is as old as the batch, except for rows that are locked.
SQLite, which is no way off, is told each thing in its time.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection
from sqlalchemy.sql.base import Executable

from storage.compiled import Compiled, errors_of
from storage.scope import Scope


class Asked(Protocol):
    """A select of a `workspace`, or of what is `wanted` in it, and of nothing else (`storage.prepared.Prepared`)."""

    @property
    def by(self) -> str | None:
        """The column that has `wanted` in it, which it gives too."""

    @property
    def of_several(self) -> "Asked | None":
        """The same, of all that have one of those `wanted` there."""

    @property
    def one_row(self) -> bool:
        """Whether `wanted` is the id of one row."""

    @property
    def locks(self) -> bool:
        """Whether it holds the rows it finds."""

    def compiled(self, connection: Connection) -> Compiled: ...


class Look(NamedTuple):
    """What a unit will ask; `wanted`, unless it asks of the workspace itself. Asked ahead or not, it is told the same."""

    asked: Asked
    wanted: str | None = None


class _Later(NamedTuple):
    workspace: str | None
    said: Compiled
    parameters: Any
    missing: LookupError | None


class Ahead:
    """Of one transaction."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._driver = scope.driver
        self._found: dict[tuple[Asked, str, str | None], list[Any]] = {}
        self._asked_as: dict[Asked, Compiled] = {}
        self._later: list[_Later] = []
        self.has_put_off = False
        """Whether anything was, be it said since."""
        self.is_sound = True
        """Whether all that was put off and said is written, whoever has caught what was raised then."""

    # -- read ahead

    def read(self, looks: Iterable[tuple[str, Look]]) -> None:
        """Ask these, each in its workspace: those that lock rows first, since they may wait, and in an order of all workers."""
        keys = dict.fromkeys((look.asked, workspace, look.wanted) for workspace, look in looks)
        unknown = sorted(
            (key for key in keys if key not in self._found),
            key=lambda key: (not key[0].locks, key[1], key[2] or ""),
        )
        if len(unknown) < 2:
            return
        self.say()
        alike: dict[tuple[Asked, str], list[str | None]] = {}
        for asked, workspace, wanted in unknown:
            self._asked_as.setdefault(asked, asked.compiled(self._scope.connection))
            alike.setdefault((asked, workspace), []).append(wanted)
        with errors_of(self._asked_as[unknown[0][0]]), self._driver.pipeline():
            cursors = [(key, several, self._ask(*key, several)) for key, several in alike.items()]
        for (asked, workspace), several, cursor in cursors:
            self._found |= {(asked, workspace, one): [] for one in several}
            place = None if asked.by is None else self._asked_as[asked].columns.index(asked.by)
            for row in cursor.fetchall():
                self._found[asked, workspace, None if place is None else row[place]].append(row)

    def _ask(self, asked: Asked, workspace: str, wanted: Sequence[str | None]) -> Any:
        self._scope.say(workspace)
        said, named = self._asked_as[asked], {"workspace": workspace}
        if len(wanted) > 1 and asked.of_several is not None:
            said = asked.of_several.compiled(self._scope.connection)
            return self._driver.execute(said.sql, said.parameters({**named, "wanted": wanted}))
        return self._driver.execute(
            said.sql, said.parameters(named if asked.by is None else {**named, "wanted": wanted[0]})
        )

    def found(self, asked: Asked, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The rows as the driver gave them; None for what is to be asked now."""
        return self._found.get((asked, values.get("workspace", ""), values.get("wanted"))) if self._found else None

    def touched(self, table: str, workspace: str | None = None, row: str | None = None) -> None:
        """Something of this table was written, or is about to be: in one row alone, where its id is given."""
        for asked, compiled in self._asked_as.items():
            if table not in compiled.tables:
                continue
            if asked.one_row and workspace is not None and row is not None:
                self._found.pop((asked, workspace, row), None)
            else:
                self._found = {key: rows for key, rows in self._found.items() if key[0] is not asked}

    def about_to_say(self, statement: Executable) -> None:
        """By SQLAlchemy, which is told beforehand. No select of ours writes (in a WITH, say)."""
        self.say()
        if statement.is_select or not self._found:
            return
        if statement.is_dml:
            self.touched(statement.table.name)  # type: ignore[attr-defined]  # every one has its table
        else:
            self._found = {}

    # -- put off

    def put_off(
        self, workspace: str | None, said: Compiled, parameters: Any, missing: LookupError | None = None
    ) -> None:
        """Say it before anything else is; raise `missing` then, if it was to write a row that is not there."""
        self.has_put_off = True
        self._later.append(_Later(workspace, said, parameters, missing))

    def say(self) -> None:
        """Say what was put off. Of its order, that within a workspace and a table is kept, and what is alike goes together.

        Raises the `missing` of a row that is not there, or of one put off together with it.
        """
        if not self._later:
            return
        later, self._later = self._later, []
        place = {table: number for number, table in enumerate(dict.fromkeys(each.said.table for each in later))}
        later.sort(key=lambda each: (each.workspace or "", place[each.said.table]))
        held_to, written = self._scope.said, []
        self.is_sound = False
        with errors_of(later[0].said), self._driver.pipeline():
            for (workspace, said), run in groupby(later, lambda each: (each.workspace, each.said)):
                self._scope.say(workspace)
                alike, cursor = list(run), self._driver.cursor()
                cursor.executemany(said.sql, [each.parameters for each in alike])
                written.append((cursor, alike))
            self._scope.say(held_to)
        for cursor, alike in written:
            if (missing := alike[0].missing) is not None and cursor.rowcount != len(alike):
                raise missing
        self.is_sound = True
