"""A bot that runs in another process and can be killed: whoever talks to it starts it again, and goes on."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.app import Bot
from bot.clock import MovableClock
from bot.rehearsal.company import company
from bot.rehearsal.mailbag import Mailbag
from bot.rehearsal.rehearse import Play
from bot.rehearsal.stage import ZONE, Stage, open_accounts, set_up, settings_for
from bot.rehearsal.transcript import Line
from sandbox import Call, Sandbox
from storage import Store

SAID = frozenset({"chat.postMessage", "chat.update", "chat.postEphemeral", "views.publish", "views.open"})
FIRST_DAY = date(2026, 4, 28)
ANNOUNCED = datetime.combine(date(2026, 4, 1), time(9, 40), ZONE)


@dataclass
class RemoteBot:
    """`killed` counts how often it died."""

    slack: Sandbox
    clock: MovableClock
    database_url: str
    moments: Mapping[int, float] = field(default_factory=dict)
    """For the n-th time it is asked to settle, how many seconds later it is killed, whatever it does then."""
    killed: int = 0
    _asked: int = 0
    _process: asyncio.subprocess.Process | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Started again each time it dies, as a supervisor does, for as long as this is entered."""
        watch = asyncio.create_task(self._watch())
        try:
            await self._ready.wait()
            yield
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            if self._process is not None and self._process.returncode is None:
                self._process.kill()
                await self._process.wait()

    async def settle(self) -> None:
        """Let it do all that is due, however often it dies of it."""
        self._asked += 1
        if self._asked in self.moments:
            asyncio.get_running_loop().call_later(self.moments[self._asked], self.kill)
        while True:
            await self._ready.wait()
            if await self._does_all_that_is_due():
                return

    def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        if self._process is not None and self._process.returncode is None:
            self._ready.clear()
            self._process.kill()
            self.killed += 1

    async def _watch(self) -> None:
        while True:
            self._process = await self._started()
            if await self._heard(self._process) == "ready":
                self._ready.set()
            await self._process.wait()
            self._ready.clear()

    async def _started(self) -> asyncio.subprocess.Process:
        told = {
            "now": self.clock().isoformat(),
            "api_url": self.slack.api_url,
            "bot_token": self.slack.bot_token,
            "app_token": self.slack.app_token,
            "database_url": self.database_url,
        }
        command = (sys.executable, "-m", "tests.crash.worker", json.dumps(told))
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)

    async def _does_all_that_is_due(self) -> bool:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        try:
            process.stdin.write(f"{self.clock().isoformat()}\n".encode())
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            return False
        return await self._heard(process) == "settled"

    async def _heard(self, process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None
        return (await process.stdout.readline()).decode().strip()


@dataclass
class Killer:
    """Kills the bot as Slack hears its n-th word: Slack has it, the bot does not know."""

    at: tuple[int, ...]
    kill: Callable[[], None]
    heard: int = 0
    fallen: list[str] = field(default_factory=list)

    def __call__(self, call: Call) -> None:
        if call.method not in SAID:
            return
        self.heard += 1
        if self.heard in self.at:
            self.fallen.append(call.method)
            self.kill()


async def lived(
    folder: Path, days: int, kills: tuple[int, ...] = (), moments: Mapping[int, float] | None = None
) -> tuple[list[Line], RemoteBot, Sandbox]:
    """The first `days` of a newcomer among five people; the bot is killed at these words of its, and at these moments."""
    folder.mkdir()
    async with _remote(folder) as (stage, bot):
        bot.moments = moments or {}
        killer = Killer(kills, bot.kill)
        stage.slack.on_call(killer)
        play = Play(stage, company(5)[-1])
        await play.announce(FIRST_DAY)
        morning = datetime.combine(FIRST_DAY, time(8, 30), ZONE)
        await play.live_until(morning)
        await play.arrive()
        await play.live_until(morning + timedelta(days=days))
        result = await play.close()
        assert len(killer.fallen) == len(kills)
        return result.lines, bot, stage.slack


@asynccontextmanager
async def _remote(folder: Path) -> AsyncIterator[tuple[Stage, RemoteBot]]:
    clock = MovableClock(ANNOUNCED)
    async with Sandbox.serve(clock=clock, ack_seconds=1.0) as slack:
        people = open_accounts(slack, company(5), "fr")
        settings = settings_for(slack, folder / "crash.db")
        async with Bot.open(settings, clock=clock) as here:
            await set_up(here, slack, people, "fr")
        bot = RemoteBot(slack, clock, settings.database_url)
        async with bot.running(), Store.open(settings.database_url) as store:
            yield Stage(slack, store, clock, people, Mailbag(), bot.settle), bot
