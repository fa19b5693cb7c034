"""What a hostile reader of a database can do: dump it, look where its rows lie and who wrote them, search its every byte.

Nothing here is ours: they know our tables, and read them as any program would.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from tests import postgres

Place = Literal["participation", "ballot", "sealed"]
"""A table; or where the bytes of ballots are, which both databases keep apart from their rows, being long."""
PLACES: tuple[Place, ...] = ("participation", "ballot", "sealed")
KEYS = {"participation": "member_id", "ballot": "id"}
SLICE = 16
"""Bytes of a sealed ballot that are never twice the same by chance."""

Dump = dict[str, Counter[str]]
"""By table, its rows as text."""


@dataclass(frozen=True)
class HostileReader:
    url: str

    @property
    def on_postgresql(self) -> bool:
        return not self.url.startswith("sqlite")

    @contextmanager
    def looking(self) -> Iterator[sa.Connection]:
        # Who runs the server: no policy holds them, and every file is theirs.
        engine = sa.create_engine(postgres.as_owner(self.url), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    def ask(self, statement: str) -> Sequence[Any]:
        with self.looking() as connection:
            found = connection.exec_driver_sql(statement)
            return found.all() if found.returns_rows else []

    # -- a dump

    def dump(self) -> Dump:
        """Every row of every table, and how far each counter has gone."""
        with self.looking() as connection:
            counters = ["pg_sequences"] if self.on_postgresql else ["sqlite_sequence"]
            tables = [*sa.inspect(connection).get_table_names(), *counters]
            return {name: Counter(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))) for name in tables}

    def sealed(self) -> dict[str, bytes]:
        """Every sealed ballot, by its id."""
        return {row.id: bytes(row.sealed) for row in self.ask("SELECT id, sealed FROM ballot")}

    # -- where rows lie, and who wrote them

    def as_they_lie(self, place: Place) -> list[str]:
        """The ids of the members or of the ballots there, in the order they lie on the disk."""
        if self.on_postgresql:
            key, source = self._lying(place)
            return [row[0] for row in self.ask(f"SELECT {key} FROM {source} ORDER BY lying.ctid")]
        written = self._file.read_bytes()
        if place == "sealed":
            places = {id: written.index(sealed[10_000 : 10_000 + SLICE]) for id, sealed in self.sealed().items()}
        else:
            rows = self.ask(f"SELECT {KEYS[place]}, workspace_id, round_id FROM {place}")
            places = {row[0]: _place_of(written, place, *row) for row in rows}
        return sorted(places, key=places.__getitem__)

    def writers(self, place: Place) -> list[int]:
        """How many rows each transaction wrote, the newest last. PostgreSQL alone remembers."""
        _, source = self._lying(place)
        number = "lying.xmin::text::bigint"
        return [row[0] for row in self.ask(f"SELECT count(*) FROM {source} GROUP BY {number} ORDER BY {number}")]

    def _lying(self, place: Place) -> tuple[str, str]:
        """On PostgreSQL: what tells the rows there apart, and where they are."""
        if place != "sealed":
            return KEYS[place], f"{place} AS lying"
        [(kept_apart,)] = self.ask("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'ballot'")
        same = f"substr(chunk_data, 1, {SLICE}) = substr(sealed, 1, {SLICE})"
        return "id", f"{kept_apart} AS lying JOIN ballot ON chunk_seq = 0 AND {same}"

    # -- every byte

    @property
    def _file(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the database, as it is on the disk: its name, and all its bytes. The key of the ballots is not theirs."""
        if self.on_postgresql:
            self.ask("CHECKPOINT")
            home = Path(self.ask("SHOW data_directory")[0][0])
            found = (path for path in sorted(home.rglob("*")) if path.is_file())
        else:
            home = self._file.parent
            found = (path for path in sorted(home.glob(f"{self._file.name}*")) if path.suffix != ".key")
        for path in found:
            try:
                yield path.relative_to(home).as_posix(), path.read_bytes()
            except FileNotFoundError:  # a journal that is no more
                continue

    def finds(self, *wanted: bytes) -> set[str]:
        """The files in which any of that is."""
        return {name for name, content in self.files() if any(one in content for one in wanted)}


def come(before: Dump, after: Dump) -> dict[str, list[str]]:
    """The rows that are in the second dump alone, by table."""
    new = {name: list((rows - before.get(name, Counter())).elements()) for name, rows in after.items()}
    return {name: rows for name, rows in new.items() if rows}


def mentions(dump: Dump, member_id: str) -> Counter[str]:
    """How many rows of each table name that member."""
    return Counter(name for name, rows in dump.items() for row in rows if member_id in row)


def slices(sealed: Iterable[bytes]) -> list[bytes]:
    """Pieces of sealed ballots, near enough to each other that whatever a database keeps in one place holds some."""
    return [one[start : start + SLICE] for one in sealed for start in range(0, len(one) - SLICE, 1_500)]


def _place_of(written: bytes, table: str, key: str, workspace: str, round_id: str) -> int:
    """Where a row lies in an SQLite file: a record's columns follow each other (sqlite.org/fileformat2.html, section 2.1)."""
    if table == "ballot":
        return written.index((key + workspace + round_id).encode())
    # The audience begins likewise, then has groups in JSON.
    found = re.search((round_id + key + workspace).encode() + rb"(?!\{)", written)
    assert found is not None
    return found.start()
