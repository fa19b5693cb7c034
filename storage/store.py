"""The one door to what is remembered: units of work go in, are written together, and come out durable."""

import asyncio
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import URL

from storage import engines, scope, sweeping
from storage.ahead import Look
from storage.engines import Line
from storage.faults import StoreBusy, StoreUnavailable, database_errors, explained, fault_of, unavailable
from storage.transaction import Transaction
from storage.vault import Vault
from storage.writer import Job, Writer

T = TypeVar("T")
READERS = 4
"""Reads at once, beside the one writer."""


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a store is: units waiting for the writer, and how many may; since it was opened, what was refused for lack of
    room, and how many batches of each size were written (`batches[3]`: of three units)."""

    waiting: int
    room: int
    refused: int
    batches: tuple[int, ...]


class Store:
    """Runs units of work: plain synchronous functions of a Transaction.

    Nothing is connected before it is needed, so a store opens whatever state its database is in, and after a failure it
    connects anew by itself.
    """

    def __init__(self, url: URL, *, vault: Vault | None = None, room: int = 1024, readers: int = READERS) -> None:
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._writing = engines.writing(url)
        self._vault = vault
        self._writer = Writer(self._writing, self._waiting, vault)
        self._reading = engines.reading(url, readers)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="storage-reader")
        self._room = room
        self._reads = 0
        self._refused = 0
        self._closed = False
        self._writer.start()

    @classmethod
    def open(cls, url: str, *, vault: Vault | None = None, room: int = 1024, readers: int = READERS) -> Self:
        """Open the database at `url`: `sqlite:///file` or `postgresql://…`. `room`: how many units may wait.

        What people wrote in answers is sealed with `vault`; without one it is kept as it is, and what was sealed is not
        opened. Raises ValueError for another kind of database.
        """
        return cls(engines.understood(url), vault=vault, room=room, readers=readers)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Carry out what is waiting, then let go of the database."""
        if self._closed:
            return
        self._closed = True
        self._waiting.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        self._writing.dispose()
        self._reading.dispose()

    @property
    def is_embedded(self) -> bool:
        """Whether this process is alone on its database: one file, one writer."""
        return self._writing.dialect.name == "sqlite"

    @property
    def load(self) -> Load:
        return Load(self._waiting.qsize(), self._room, self._refused, tuple(self._writer.batches))

    async def run(
        self, unit: Callable[[Transaction], T], workspace: str | None = None, looks: Sequence[Look] = ()
    ) -> T:
        """What `unit` returns, once what it wrote is durable; what it raises, once all it wrote is undone.

        A unit may be run more than once (another worker was in its way): let it touch nothing but its transaction. It is
        carried out even if its caller is cancelled meanwhile. `looks`: what it will ask of its workspace, so that it can be
        asked ahead, with those of others. Raises StoreBusy when too many are waiting, and StoreUnavailable when the database
        cannot write.
        """
        self._require_open()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if self._waiting.qsize() >= self._room:
            self._refused += 1
            raise StoreBusy(f"{self._room} units of work are waiting already")
        self._waiting.put(Job(unit, scope.checked(workspace), loop, future, looks))
        return await future

    async def read(self, unit: Callable[[Transaction], T], workspace: str | None = None) -> T:
        """What `unit` returns, looking at one snapshot of the database. It cannot write."""
        self._require_open()
        if self._reads >= self._room:
            self._refused += 1
            raise StoreBusy(f"{self._room} reads are waiting already")
        self._reads += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._readers, self._look, unit, scope.checked(workspace)
            )
        finally:
            self._reads -= 1

    async def sweep(self) -> bool:
        """Take what was erased out of the database's files, where it stays for a while; False when it is to be tried again later.

        Raises StoreUnavailable.
        """
        self._require_open()
        return await asyncio.to_thread(self._sweep)

    def _sweep(self) -> bool:
        with explained():
            return sweeping.sweep(self._writing)

    def _require_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed")

    def _look(self, unit: Callable[[Transaction], T], workspace: str | None) -> T:
        try:
            return self._look_once(unit, workspace)
        except StoreUnavailable as trouble:
            fault = fault_of(trouble.__cause__) if trouble.__cause__ else None
            if fault is None or not fault.lost:
                raise
        # The server may have been restarted since the connections were made: the others would not be better.
        self._reading.dispose()
        return self._look_once(unit, workspace)

    def _look_once(self, unit: Callable[[Transaction], T], workspace: str | None) -> T:
        with explained():
            connection = self._reading.connect()
        try:
            return _snapshot(Line(connection, self._vault), unit, workspace)
        except database_errors() as error:
            fault = fault_of(error)
            if fault is None or fault.read_only:  # the unit's own mistake
                raise
            connection.invalidate()
            raise unavailable(fault, error) from error
        finally:
            connection.close()


def _snapshot(line: Line, unit: Callable[[Transaction], T], workspace: str | None) -> T:
    line.begin_reading(workspace)
    try:
        return unit(line.transaction(workspace, read_only=True))
    finally:
        with suppress(*database_errors()):  # a lost connection has nothing left to undo
            line.roll_back()
