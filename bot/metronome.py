"""The metronome: when to look at what is due, and when to deliver."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot import mishaps
from bot.clock import Clock

BEAT = timedelta(seconds=20)
"""How often what is due is looked for. A gesture does not wait for it: it nudges."""
DEAF = 3 * BEAT
"""Without a beat for so long, the metronome is not alive."""
A_HAIR = 0.01
"""Seconds by which an alarm may ring early."""

Errand = Callable[[], Awaitable[object]]

log = logging.getLogger(__name__)


class Metronome:
    """Beats until closed. An errand that fails is written down, and tried again at the next beat.

    `tick` does what is due, `deliver` speaks what is to be said; `bell` is what may already have been rung to nudge it. After
    a delivery, `again_at` says when the next is worth it, if that is before the next beat; `stop` asks the one under way to
    begin nothing more. `count` is told of failures.
    """

    def __init__(
        self,
        clock: Clock,
        tick: Errand,
        deliver: Errand,
        bell: asyncio.Event | None = None,
        *,
        again_at: Callable[[], datetime | None] = lambda: None,
        stop: Callable[[], None] = lambda: None,
        count: mishaps.Count = mishaps.uncounted,
        beat: timedelta = BEAT,
    ) -> None:
        self._clock, self._tick, self._deliver, self._count, self._every = clock, tick, deliver, count, beat
        self._again_at, self._stop = again_at, stop
        # A job moved to "now" while it runs is skipped by max_instances=1, and the nudge with it; an event is never lost.
        self._bell = bell or asyncio.Event()
        self._stopping = asyncio.Event()
        self._delivering: asyncio.Task[None] | None = None
        self._listening: asyncio.Task[None] | None = None
        self._ticking = self._asked_to_look = False
        self._beats = 0
        self.last_beat: datetime | None = None
        self._scheduler: Any = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        self._plan_beats()

    async def __aenter__(self) -> Self:
        self._delivering = asyncio.create_task(self._keep_delivering(), name="deliveries")
        self._listening = asyncio.create_task(self._keep_beating(), name="beats")
        self._scheduler.start()
        await self._beat()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Beat no more; a delivery under way is finished first."""
        self._scheduler.shutdown(wait=False)
        self._stopping.set()
        self._stop()
        self._bell.set()
        if self._listening is not None:
            self._listening.cancel()
        if self._delivering is not None:
            await self._delivering

    def nudge(self) -> None:
        """Something is to be said: deliver now, or once more when a delivery is under way."""
        self._bell.set()

    def look(self) -> None:
        """Something is due now: do not wait for the next beat; look once more when what is due is being looked for."""
        self._asked_to_look = True
        self._scheduler.add_job(self._beat, id="soon", max_instances=2, replace_existing=True)

    @property
    def is_alive(self) -> bool:
        return self.last_beat is not None and self._clock() - self.last_beat < DEAF

    def _plan_beats(self) -> None:
        # It beats on while what is due is looked for, which lasts as long as a database that is away wants.
        every = self._every.total_seconds()
        self._scheduler.add_job(
            self._beat, "interval", seconds=every, id="beat", max_instances=2, replace_existing=True
        )

    async def _keep_beating(self) -> None:
        """The scheduler goes by the machine's clock: when that is set back, it is silent until the same hour comes again."""
        while True:
            before = self._beats
            await asyncio.sleep(2 * self._every.total_seconds())
            if self._beats == before:
                self._plan_beats()
                self.look()

    async def _beat(self) -> None:
        self.last_beat = self._clock()
        self._beats += 1
        if self._ticking:
            self.nudge()  # what is to be said does not wait until all that is due was looked at
            return
        self._ticking = self._asked_to_look = True
        try:
            while self._asked_to_look:
                self._asked_to_look = False
                await run_safely(self._tick, self._count)
                self.nudge()
        finally:
            self._ticking = False

    async def _keep_delivering(self) -> None:
        while not self._stopping.is_set():
            await self._bell.wait()
            self._bell.clear()
            if not self._stopping.is_set():
                await run_safely(self._deliver, self._count)
                self._nudge_in_time()

    def _nudge_in_time(self) -> None:
        if (at := self._again_at()) is not None and (wait := at - self._clock()) < BEAT:
            asyncio.get_running_loop().call_later(max(wait.total_seconds(), 0) + A_HAIR, self._bell.set)


def cron(crontab: str) -> CronTrigger:
    """Raises ValueError for a day of the week that is not written by name: to APScheduler 1 is Tuesday, to cron Monday."""
    if any(character.isdigit() for character in crontab.split()[-1]):
        raise ValueError(f"{crontab!r}: write the days of the week by name (mon, tue…)")
    return CronTrigger.from_crontab(crontab, "UTC")


async def run_safely(errand: Errand, count: mishaps.Count = mishaps.uncounted) -> bool:
    """Whether it was done; a failure is written down, whatever it is, and whoever asked goes on."""
    done = asyncio.ensure_future(errand())
    await asyncio.wait({done})
    if done.cancelled():
        return False
    if (failure := done.exception()) is not None:
        mishaps.write_down(failure, count)
    return failure is None
