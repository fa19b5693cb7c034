"""What the practice workspace remembers from one day to the next: one SQLite file, so that one leaves and comes back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from sandbox import records
from sandbox.journal import Entry, Journal, Notebook

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

LAYOUT = 1
EXCHANGES_KEPT = 500
BETWEEN_SECONDS = 0.5
REST = 10
"""A save that took long is followed by this many times as long without one."""

_TABLE = """CREATE TABLE IF NOT EXISTS remembered (
    kind TEXT NOT NULL, key TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID"""
_PUT = "INSERT INTO remembered VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET content = excluded.content"
_ALL = "SELECT key, content FROM remembered WHERE kind = ? ORDER BY key"

Piece = tuple[str, str]


class Unreadable(Exception):
    """The file is no memory of a practice workspace, or one of another layout."""


class Memory:
    """One file. Raises Unreadable for one that is something else."""

    def __init__(self, path: Path) -> None:
        self._written: dict[Piece, int] = {}
        self._noted = {"said": 0, "exchange": 0}
        try:
            self._file = sqlite3.connect(path, isolation_level=None)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = NORMAL")
            self._file.execute(_TABLE)
            layout = self._facts().get("layout", LAYOUT)
        except sqlite3.DatabaseError as foreign:
            raise Unreadable(f"{path}: {foreign}") from foreign
        if layout != LAYOUT:
            raise Unreadable(f"{path}: it is of layout {layout}, and this release reads {LAYOUT}")

    @property
    def is_empty(self) -> bool:
        return not self._facts()

    def clock(self) -> datetime | None:
        """Where the clock stood."""
        stood = self._facts().get("clock")
        return datetime.fromisoformat(stood) if stood else None

    def recall(self, slack: Sandbox, journal: Journal) -> None:
        """Put everything back in a workspace nobody has touched yet. Windows that were open are closed."""
        facts = self._facts()
        if not facts:
            return
        pieces = {kind: dict(self._read(kind)) for kind in records.KINDS}
        records.restore(slack.workspace, slack.hands, facts, pieces)
        journal.said.restore(self._entries("said"))
        journal.exchanges.restore(self._entries("exchange"))
        self._noted = {"said": journal.said.last, "exchange": journal.exchanges.last}
        self._written = {piece: hash(content) for piece, content in records.pieces(slack.workspace)}

    def save(self, slack: Sandbox, journal: Journal) -> None:
        """Write what changed since the last time."""
        changed = list(self._changed(slack))
        notes = [*self._news("said", journal.said), *self._news("exchange", journal.exchanges)]
        oldest = f"{journal.exchanges.last - EXCHANGES_KEPT:012d}"
        self._file.execute("BEGIN")
        self._file.executemany(_PUT, [*changed, *notes])
        self._file.execute("DELETE FROM remembered WHERE kind = 'exchange' AND key <= ?", (oldest,))
        self._file.execute("COMMIT")

    def close(self) -> None:
        self._file.close()

    def _changed(self, slack: Sandbox) -> Iterator[tuple[str, str, bytes]]:
        facts = {"layout": LAYOUT, **records.facts(slack.workspace)}
        everything: list[tuple[Piece, bytes]] = [(("facts", ""), orjson.dumps(facts)), *records.pieces(slack.workspace)]
        for piece, content in everything:
            if self._written.get(piece) != hash(content):
                self._written[piece] = hash(content)
                yield (*piece, content)

    def _news(self, kind: str, notebook: Notebook) -> list[tuple[str, str, bytes]]:
        news = notebook.since(self._noted[kind], notebook.last)
        self._noted[kind] = notebook.last
        return [(kind, f"{entry.id:012d}", entry.raw) for entry in news]

    def _entries(self, kind: str) -> list[Entry]:
        return [Entry(int(key), content) for key, content in self._read(kind)]

    def _facts(self) -> dict[str, Any]:
        found = self._read("facts")
        return dict(orjson.loads(found[0][1])) if found else {}

    def _read(self, kind: str) -> list[tuple[str, bytes]]:
        return self._file.execute(_ALL, (kind,)).fetchall()


class Keeper:
    """Saves soon after each change, and once more at the end."""

    def __init__(self, memory: Memory, slack: Sandbox, journal: Journal) -> None:
        self.memory, self.slack, self.journal = memory, slack, journal
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """Something changed."""
        self._bell.set()

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator[None]:
        task = asyncio.get_running_loop().create_task(self._keep())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self.memory.save(self.slack, self.journal)

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._bell.wait()
            self._bell.clear()
            start = loop.time()
            self.memory.save(self.slack, self.journal)
            await asyncio.sleep(max(BETWEEN_SECONDS, REST * (loop.time() - start)))
