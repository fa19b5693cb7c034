"""A bot that runs in another process and can be killed: whoever talks to it starts it again, and goes on."""

import asyncio
import multiprocessing
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.app import Bot
from bot.rehearsal.company import company
from bot.rehearsal.mailbag import Mailbag
from bot.rehearsal.rehearse import Play
from bot.rehearsal.stage import ZONE, Stage, open_accounts, set_up, settings_for
from bot.rehearsal.transcript import Line
from sandbox import Call, Sandbox
from storage import Store
from tests.crash.clock import ClockFile
from tests.crash.worker import work

NURSERY = multiprocessing.get_context("forkserver")
"""Where bots are born with all they need already read, which would take most of the time."""
NURSERY.set_forkserver_preload(["tests.crash.worker"])

SAID = frozenset({"chat.postMessage", "chat.update", "chat.postEphemeral", "views.publish", "views.open"})
FIRST_DAY = date(2026, 4, 28)
ANNOUNCED = datetime.combine(date(2026, 4, 1), time(9, 40), ZONE)


@dataclass
class RemoteBot:
    """`environ` holds its settings; `killed` counts how often it died by our hand, `failed` how often it could not settle."""

    slack: Sandbox
    clock: ClockFile
    environ: Mapping[str, str]
    moments: Mapping[int, float] = field(default_factory=dict)
    """For the n-th time it is asked to settle, how many seconds later it is killed, whatever it does then."""
    watched: bool = False
    """Whether it can be made to die at a point by name: that costs time."""
    log: Path | None = None
    """Where its standard error goes; our own by default."""
    killed: int = 0
    failed: int = 0
    port: int = 0
    _asked: int = 0
    _doomed: bool = False
    _process: BaseProcess | None = None
    _answers: asyncio.StreamReader = field(init=False)
    _orders: asyncio.StreamWriter = field(init=False)
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
            if self._process is not None:
                self._process.kill()
                await ended(self._process)
                self._orders.close()

    @property
    def is_up(self) -> bool:
        return self._ready.is_set() and self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int:
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    async def up(self) -> None:
        """Wait until it is there (again), and says so: what was killed a moment ago still looks alive."""
        await self._ready.wait()
        while not await self._told("hello"):
            await self._ready.wait()

    async def settle(self) -> None:
        """Let it do all that is due, however often it dies of it."""
        self._asked += 1
        if self._asked in self.moments:
            asyncio.get_running_loop().call_later(self.moments[self._asked], self.kill)
        while True:
            await self.up()
            answer = await self._told("settle")
            self.failed += answer == "failed"
            if answer:
                return

    async def die_at(self, point: str) -> None:
        """Let it be killed the next time it comes to this point (see tests/crash/points.py)."""
        await self.up()
        assert await self._told(f"die {point}") == "armed"
        self._doomed = True

    def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        if self._process is not None and self._process.is_alive():
            self._ready.clear()
            self._process.kill()
            self.killed += 1

    async def _watch(self) -> None:
        while True:
            self._process = await self._started()
            word, _, port = (await self._heard()).partition(" ")
            if word == "ready":
                self.port = int(port or 0)
                self._ready.set()
            await ended(self._process)
            self._orders.close()
            self.killed += self._doomed
            self._doomed = False
            self._ready.clear()

    async def _started(self) -> BaseProcess:
        ours, theirs = socket.socketpair()
        with theirs:
            process = NURSERY.Process(
                target=work,
                args=(theirs, self.clock.file, dict(self.environ), self.log),
                kwargs={"watched": self.watched},
            )
            try:
                await asyncio.to_thread(process.start)
                self._answers, self._orders = await asyncio.open_connection(sock=ours)
            except BaseException:  # told to stop meanwhile
                ours.close()
                raise
        return process

    async def _told(self, order: str) -> str:
        """What it answers to an order; nothing when it died instead."""
        with suppress(ConnectionError):
            self._orders.write(f"{order}\n".encode())
            await self._orders.drain()
            if answer := await self._heard():
                return answer
        await self._buried()
        return ""

    async def _buried(self) -> None:
        """Wait until the death of the present process is known."""
        process = self._process
        if process is not None:
            await ended(process)
            if self._process is process:
                self._ready.clear()

    async def _heard(self) -> str:
        with suppress(ConnectionError):
            return (await self._answers.readline()).decode().strip()
        return ""


async def ended(process: BaseProcess) -> None:
    await asyncio.to_thread(process.join)


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
    clock = ClockFile(folder / "clock", ANNOUNCED)
    async with Sandbox.serve(clock=clock) as slack:
        people = open_accounts(slack, company(5), "fr")
        settings = settings_for(slack, folder / "crash.db")
        async with Bot.open(settings, clock=clock) as here:
            await set_up(here, slack, people, "fr")
        bot = RemoteBot(slack, clock, environ_of(slack, settings.database_url), log=folder / "log")
        async with bot.running(), Store.open(settings.database_url) as store:
            yield Stage(slack, store, clock, people, Mailbag(), bot.settle), bot


def environ_of(slack: Sandbox, database_url: str, **others: str) -> dict[str, str]:
    """The settings of a bot that lives in this practice workspace."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        **others,
    }


def told(slack: Sandbox) -> list[tuple[str, str]]:
    """Every message people have before them, with its recipient."""
    channels = slack.workspace.channels.values()
    return sorted((it.dm_of or it.name, message.words()) for it in channels for message in it.messages)
