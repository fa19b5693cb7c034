"""The one thread that writes: it carries out the units waiting, one by one, and commits them together.

They are first run without a mark between them, which would cost as much as their own words. When one of them raises, all is
undone and each is run again behind a mark of its own, so that it alone is undone: that is rare, for what a person does wrong is
no error.
"""

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy import Engine

from storage.ahead import Look
from storage.engines import Line
from storage.faults import Fault, StoreUnavailable, database_errors, fault_of
from storage.transaction import Transaction
from storage.vault import Vault

LARGEST_BATCH = 64
ATTEMPTS = 6
"""How many times a unit is carried out when other workers are in its way."""


class Job(NamedTuple):
    """A unit of work, and the future its caller awaits in `loop`."""

    unit: Callable[[Transaction], Any]
    workspace: str | None
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    looks: Sequence[Look] = ()
    """What the unit will ask of its workspace."""


class Outcome(NamedTuple):
    value: Any = None
    error: BaseException | None = None


class Undone(Exception):
    """The whole batch was undone. `unsure`: the answer to COMMIT never came, so it may have been written."""

    def __init__(self, fault: Fault, *, unsure: bool) -> None:
        super().__init__(fault.reason)
        self.fault = fault
        self.unsure = unsure


class SwallowedError(RuntimeError):
    """A unit caught an error of the database and went on; what it wrote after that cannot be kept."""


class Writer:
    """Carries out what is put in `waiting`, until it meets None there."""

    def __init__(self, engine: Engine, waiting: "queue.SimpleQueue[Job | None]", vault: Vault | None) -> None:
        self._engine = engine
        self._vault = vault
        self._waiting = waiting
        self._line: Line | None = None
        self.batches = [0] * (LARGEST_BATCH + 1)
        """How many batches there were, by how many units were in them."""
        self._thread = threading.Thread(target=self._work, name="storage-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def _work(self) -> None:
        last = False
        while not last:
            batch, last = self._next_batch()
            if batch:
                self.batches[len(batch)] += 1
                _deliver(batch, self._outcomes(batch))
        self._hang_up()

    def _next_batch(self) -> tuple[list[Job], bool]:
        """What is waiting, and whether nothing may follow."""
        batch: list[Job] = []
        job = self._waiting.get()
        while job is not None:
            batch.append(job)
            if len(batch) == LARGEST_BATCH:
                return batch, False
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _outcomes(self, batch: Sequence[Job]) -> list[Outcome]:
        had_a_line = self._line is not None
        try:
            return self._carry_out(batch)
        except Undone as undone:
            if undone.fault.conflict:
                # One by one, so that the units of a batch no longer hold rows for each other.
                return [self._alone(job) for job in batch]
            if undone.fault.held:
                # One row somebody keeps is no reason to refuse what touches it not; and it may have just been let go.
                return [self._hurried(job) for job in batch]
            if not (undone.fault.lost and had_a_line) or undone.unsure:
                return _failures(batch, undone)
        try:
            return self._carry_out(batch)
        except Undone as undone:
            return _failures(batch, undone)

    def _alone(self, job: Job) -> Outcome:
        outcomes: list[Outcome] = []
        for _ in range(1, ATTEMPTS):
            try:
                return self._carry_out([job])[0]
            except Undone as undone:
                outcomes = _failures([job], undone)
                if not undone.fault.conflict:
                    break
        return outcomes[0]

    def _hurried(self, job: Job) -> Outcome:
        """Once more, alone, without the patience that was spent already."""
        try:
            return self._carry_out([job], hurried=True)[0]
        except Undone as undone:
            return _failures([job], undone)[0]

    def _carry_out(self, batch: Sequence[Job], *, hurried: bool = False) -> list[Outcome]:
        """Run the units and commit them together. Raises Undone, the connection closed, when the database gives way."""
        committing = False
        try:
            line = self._connected()
            if len(batch) == 1:
                outcomes = [_run_alone(line, batch[0], hurried=hurried)]
            else:
                outcomes = _run_together(line, batch) or _run_apart(line, batch)
            committing = True
            line.commit()
        except BaseException as error:  # whatever it is belongs to the callers, and this thread must go on
            self._hang_up()
            fault = fault_of(error) or Fault(f"the database failed in an unforeseen way ({type(error).__name__})")
            raise Undone(fault, unsure=committing) from error
        return outcomes

    def _connected(self) -> Line:
        if self._line is None:
            self._line = Line(self._engine.connect(), self._vault, writes=True)
        return self._line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(*database_errors()):
                line.hang_up()


def _run_together(line: Line, batch: Sequence[Job]) -> list[Outcome] | None:
    """Run several units; None, and all is undone, when one raises. Raises what the database itself cannot get over."""
    line.begin_within(batch[0].workspace)
    try:
        line.look_ahead(_looks(batch))
        outcomes = [Outcome(_done(line, job)) for job in batch]
        line.say_put_off()
    except BaseException as error:  # it is raised again to its own caller, when each is run apart
        if fault_of(error) or line.is_over():
            raise
        line.roll_back()
        return None
    return outcomes


def _looks(batch: Iterable[Job]) -> list[tuple[str, Look]]:
    return [(job.workspace, look) for job in batch if job.workspace is not None for look in job.looks]


def _run_apart(line: Line, batch: Sequence[Job]) -> list[Outcome]:
    """Run several units: one that raises is undone alone. Raises what the database itself cannot get over."""
    line.begin()
    return [_run(line, job) for job in batch]


def _run(line: Line, job: Job) -> Outcome:
    line.mark(job.workspace)
    try:
        value = _done(line, job)
    except BaseException as error:  # carried to its caller
        if fault_of(error) or line.is_over():
            raise
        line.back_to_mark()
        return Outcome(error=error)
    line.keep()
    return Outcome(value)


def _done(line: Line, job: Job) -> object:
    """What the unit returns."""
    value = job.unit(line.transaction(job.workspace))
    if not line.is_sound():
        raise SwallowedError("this unit caught an error of the database and went on")
    return value


def _run_alone(line: Line, job: Job, *, hurried: bool = False) -> Outcome:
    """Run the only unit of its batch: the transaction is its savepoint."""
    line.begin_within(job.workspace)
    if hurried:
        line.hurry()
    try:
        line.look_ahead(_looks([job]))
        value = _done(line, job)
        line.say_put_off()
    except BaseException as error:  # carried to its caller
        if fault_of(error) or line.is_over():
            raise
        again = line.has_put_off()
        line.roll_back()
        line.begin()
        if not again:
            return Outcome(error=error)
        if hurried:
            line.hurry()
        return _run(line, job)
    return Outcome(value)


def _failures(batch: Sequence[Job], undone: Undone) -> list[Outcome]:
    """The same failure for each, but an exception of its own: a traceback belongs to one caller."""
    failures = [StoreUnavailable(undone.fault.reason) for _ in batch]
    for failure in failures:
        failure.__cause__ = undone.__cause__
    return [Outcome(error=failure) for failure in failures]


def _deliver(batch: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
    """Wake the callers, each in its own loop, a loop once a batch: waking it costs more than the work."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Job, Outcome]]] = defaultdict(list)
    for job, outcome in zip(batch, outcomes, strict=True):
        by_loop[job.loop].append((job, outcome))
    for loop, settled in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed: nobody is waiting any more
            loop.call_soon_threadsafe(_resolve, settled)


def _resolve(settled: Sequence[tuple[Job, Outcome]]) -> None:
    for job, outcome in settled:
        if job.future.done():  # its caller was cancelled
            continue
        if outcome.error is None:
            job.future.set_result(outcome.value)
        elif isinstance(outcome.error, StopIteration):  # which no future can carry (PEP 479)
            job.future.set_exception(RuntimeError("this unit raised StopIteration"))
        else:
            job.future.set_exception(outcome.error)
