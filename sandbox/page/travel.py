"""Time travel: through every due moment in order, stoppable, never for ever."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.page import shown
from sandbox.page.desk import Desk, Wrong
from sandbox.surface import Json

FARTHEST = timedelta(days=5 * 366)
MOST_MOMENTS = 100_000
STUCK = timedelta(minutes=1)
"""How far to go on when what was due now still is."""
STEPS = {"+1d": timedelta(days=1), "+1w": timedelta(weeks=1)}


class Traveller:
    """One journey at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True

    async def go(self, to: str) -> Json:
        """Where the hour went, through how many moments, and how much the app said. Raises Wrong."""
        desk = self.desk
        if desk.travelling:
            raise Wrong("travelling", "a journey is under way")
        desk.travelling, self._stopped = True, False
        begin, before = desk.backstage.now(), desk.journal.said.last
        try:
            moments = await self._through(await self._target(to, begin))
        finally:
            desk.travelling = False
            desk.pulse.travelled(self._wall(), done=True)
        told = self._told(before)
        return {
            "from": shown.on_the_wall(begin, desk.backstage.zone),
            "to": self._wall(),
            "moments": moments,
            "said": sum(one["messages"] for one in told),
            "told": told,
            "stopped": self._stopped,
        }

    def _wall(self) -> str:
        return shown.on_the_wall(self.desk.backstage.now(), self.desk.backstage.zone)

    def _told(self, before: int) -> list[Json]:
        """Who was told how much since that entry; changes of older messages do not count."""
        told: dict[str, Json] = {}
        for line in self.desk.journal.said.lines_since(before):
            if line["ok"] and line["method"] != "chat.update":
                told.setdefault(line["to"]["id"], {**line["to"], "messages": 0})["messages"] += 1
        return sorted(told.values(), key=lambda one: -int(one["messages"]))

    async def _through(self, target: datetime) -> int:
        backstage, moments = self.desk.backstage, 0
        while not self._stopped and moments < MOST_MOMENTS:
            due, now = await backstage.next_event(), backstage.now()
            is_stuck = moments > 0 and due is not None and due <= now
            if due is None or due > target or (is_stuck and now >= target):
                break
            await backstage.move_to(min(now + STUCK, target) if is_stuck else due)
            moments += 1
            self.desk.pulse.travelled(self._wall(), done=False)
            await asyncio.sleep(0)  # the pages are answered in between
        if not self._stopped and backstage.now() < target:
            await backstage.move_to(target)
        return moments

    async def _target(self, to: str, now: datetime) -> datetime:
        """Raises Wrong."""
        if to == "next":
            due = await self.desk.backstage.next_event()
            if due is None:
                raise Wrong("nothing_due", "nothing is due any more")
            return max(due, now)
        target = self._moment(to, now)
        if target <= now:
            raise Wrong("past", "time goes one way, here too")
        if target - now > FARTHEST:
            raise Wrong("too_far", f"{FARTHEST.days} days at a time, at most")
        return target

    def _moment(self, to: str, now: datetime) -> datetime:
        """A step keeps the hour on the wall; a date is of the wall unless it says its offset."""
        zone = ZoneInfo(self.desk.backstage.zone)
        if to in STEPS:
            wall = now.astimezone(zone).replace(tzinfo=None) + STEPS[to]
            return wall.replace(tzinfo=zone)
        try:
            given = datetime.fromisoformat(to)
        except ValueError as unreadable:
            raise Wrong("unreadable", f"{to!r} is no date") from unreadable
        return given if given.tzinfo else given.replace(tzinfo=zone)
