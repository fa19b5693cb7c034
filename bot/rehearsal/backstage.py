"""What the page of the practice workspace asks of us: our clock, what is due next, what our own check finds."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from bot import checks
from bot.app import Bot
from bot.clock import MovableClock
from bot.rehearsal.stage import ZONE, next_event
from sandbox.page import Command, Offers, Shortcut

OFFERS = Offers(
    app_name="Parcours",
    commands=(
        Command(
            "/parcours",
            "Ouvre le menu, prépare une arrivée ou un départ",
            "[accueillir @personne 2026-12-01 | départ | inviter | mes-données | aide]",
        ),
    ),
    shortcuts=(Shortcut("welcome", "Accueillir quelqu'un"), Shortcut("depart", "Préparer un départ")),
)
"""What manifest.yaml declares to Slack."""

SOON = timedelta(minutes=2)
"""What is due so soon after a gesture (a paced message, a second try) follows from it."""
MOST_TURNS = 60


class Backstage:
    """Behind the page. Until `bot` is there, nothing is due."""

    zone = ZONE.key

    def __init__(self, clock: MovableClock, texts: Path | None) -> None:
        self.clock, self.texts = clock, texts
        self.bot: Bot | None = None
        self._lock = asyncio.Lock()
        self._seen: object = None
        self._found: list[str] = []

    def now(self) -> datetime:
        return self.clock()

    async def next_event(self) -> datetime | None:
        return await next_event(self.bot.store, self.clock) if self.bot else None

    async def move_to(self, instant: datetime) -> None:
        async with self._lock:
            self.clock.move_to(instant)
            if self.bot:
                await self.bot.settle()

    async def settle(self) -> None:
        if self.bot is None:
            return
        async with self._lock:
            await self.bot.settle()
            end = self.clock() + SOON
            for _ in range(MOST_TURNS):
                due = await self.next_event()
                if due is None or due > end:
                    break
                self.clock.move_to(max(due, self.clock() + timedelta(seconds=1)))
                await self.bot.settle()

    async def faults_found(self) -> list[str]:
        """Looked for again when a file of the folder changes."""
        if self.texts is None:
            return []
        if (seen := await asyncio.to_thread(_state_of, self.texts)) != self._seen:
            self._found = await asyncio.to_thread(checks.faults_of, self.texts)
            self._seen = seen
        return self._found


def _state_of(folder: Path) -> object:
    """Something that differs when a text does."""
    return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.rglob("*.j2"))]
