"""The metronome: when to look at what is due, when to deliver, and what is done once a day."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
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

Errand = Callable[[], Awaitable[object]]

log = logging.getLogger(__name__)


class Metronome:
    """Beats until closed. An errand that fails is written down, and tried again at the next beat.

    `tick` wakes what is due, `deliver` speaks what is to be said; `daily` are crontab lines (in UTC) with what is
    to be done then; `bell` is what may already have been rung to nudge it; `count` is told of failures.
    """

    def __init__(
        self,
        clock: Clock,
        tick: Errand,
        deliver: Errand,
        daily: Mapping[str, Errand] | None = None,
        bell: asyncio.Event | None = None,
        count: mishaps.Count = mishaps.uncounted,
    ) -> None:
        self._clock, self._tick, self._deliver, self._count = clock, tick, deliver, count
        # A job moved to "now" while it runs is skipped by max_instances=1, and the nudge with it; an event is never lost.
        self._bell = bell or asyncio.Event()
        self._stopping = asyncio.Event()
        self._delivering: asyncio.Task[None] | None = None
        self._ticking = False
        self.last_beat: datetime | None = None
        self._scheduler: Any = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        # It beats on while what is due is looked for, which lasts as long as a database that is away wants.
        self._scheduler.add_job(self._beat, "interval", seconds=BEAT.total_seconds(), id="beat", max_instances=2)
        for crontab, errand in (daily or {}).items():
            self._scheduler.add_job(run_safely, cron(crontab), args=[errand, count], id=crontab)

    async def __aenter__(self) -> Self:
        self._delivering = asyncio.create_task(self._keep_delivering(), name="deliveries")
        self._scheduler.start()
        await self._beat()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Beat no more; a delivery under way is finished first."""
        self._scheduler.shutdown(wait=False)
        self._stopping.set()
        self._bell.set()
        if self._delivering is not None:
            await self._delivering

    def nudge(self) -> None:
        """Something is to be said: deliver now, or once more when a delivery is under way."""
        self._bell.set()

    @property
    def is_alive(self) -> bool:
        return self.last_beat is not None and self._clock() - self.last_beat < DEAF

    async def _beat(self) -> None:
        self.last_beat = self._clock()
        if self._ticking:
            return
        self._ticking = True
        try:
            await run_safely(self._tick, self._count)
        finally:
            self._ticking = False
        self.nudge()

    async def _keep_delivering(self) -> None:
        while not self._stopping.is_set():
            await self._bell.wait()
            self._bell.clear()
            if not self._stopping.is_set():
                await run_safely(self._deliver, self._count)


def cron(crontab: str) -> CronTrigger:
    """Raises ValueError for a day of the week that is not written by name: to APScheduler 1 is Tuesday, to cron Monday."""
    if any(character.isdigit() for character in crontab.split()[-1]):
        raise ValueError(f"{crontab!r}: write the days of the week by name (mon, tue…)")
    return CronTrigger.from_crontab(crontab, "UTC")


async def run_safely(errand: Errand, count: mishaps.Count = mishaps.uncounted) -> None:
    """Do it; a failure is written down, whatever it is, and the metronome goes on."""
    done = asyncio.ensure_future(errand())
    await asyncio.wait({done})
    if not done.cancelled() and (failure := done.exception()) is not None:
        mishaps.write_down(failure, count)
