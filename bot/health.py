"""How we are, for whoever watches over us: alive (/healthz), able to serve (/readyz), in figures (/metrics).

`/healthz` alone is served with the rest: it says nothing of anybody, and asks nothing of the database. The others are served
apart, where nothing leads from outside.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.doors import SocketDoor, served
from bot.metrics import Metrics
from bot.metronome import Metronome
from bot.settings import Settings
from storage import Store, StoreUnavailable, schema
from storage.backlog import Backlog, backlog
from storage.transaction import Transaction

T = TypeVar("T")
PATIENCE = 2.0
"""Seconds that the database may take before it is said to be silent."""


@dataclass(frozen=True, slots=True)
class Check:
    """`look` gives a word (None where the question makes no sense); all is well when it is `well`."""

    name: str
    look: Callable[["Health"], Awaitable[str | None]]
    well: str


@dataclass
class Health:
    """Looks when asked. `metronome` and `socket`: once there are such. `is_stopping`: what is under way is being finished, and
    nothing more is taken."""

    settings: Settings
    clock: Clock
    store: Store
    metrics: Metrics
    metronome: Metronome | None = None
    socket: SocketDoor | None = None
    is_stopping: bool = False
    patience: float = PATIENCE
    _looking: dict[str, asyncio.Task[Any]] = field(default_factory=dict)

    async def alive(self) -> dict[str, Any]:
        """Whether this process is worth keeping: what only a restart would mend."""
        return await self._told(ALIVE)

    async def ready(self) -> dict[str, Any]:
        """Whether to send it what people do."""
        return await self._told(READY)

    async def figures(self) -> bytes:
        if self.metronome is not None and self.metronome.last_beat is not None:
            self.metrics.beaten(self.metronome.last_beat)
        now = self.clock()
        found: Backlog | str = await self.seen("backlog", lambda tx: backlog(tx, now))
        return self.metrics.told(self.store.load, None if isinstance(found, str) else found, now)

    async def seen(self, name: str, unit: Callable[[Transaction], T]) -> T | str:
        """What `unit` sees of the database, or why it sees nothing. Asked again before it was answered, it is the same look:
        however often it is asked, the database is never asked twice at once."""
        look = self._looking.get(name)
        if look is None or look.done():
            look = self._looking[name] = asyncio.create_task(_looked(self.store, unit))
        await asyncio.wait({look}, timeout=self.patience)
        found: T | str = look.result() if look.done() else "silent"
        return found

    async def _told(self, checks: Collection[Check]) -> dict[str, Any]:
        words = {check.name: await check.look(self) for check in checks}
        said = {name: word for name, word in words.items() if word is not None}
        return {"ok": all(said.get(check.name, check.well) == check.well for check in checks), **said}

    # -- where it is asked

    def route(self) -> Route:
        """`/healthz`."""
        return _as_json("/healthz", self.alive)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[int | None]:
        """All three, where the settings say; gives the port, None when they say nothing. Raises CannotListen."""
        address = self.settings.metrics_address
        if address is None:
            yield None
            return
        async with served(self.app(), *address) as port:
            yield port

    def app(self) -> Starlette:
        async def metrics(_request: Request) -> Response:
            return Response(await self.figures(), media_type=CONTENT_TYPE_LATEST)

        figures = Route("/metrics", metrics, methods=["GET"])
        return Starlette(routes=[self.route(), _as_json("/readyz", self.ready), figures])


def _as_json(path: str, tell: Callable[[], Awaitable[Mapping[str, Any]]]) -> Route:
    async def answer(_request: Request) -> Response:
        state = await tell()
        return JSONResponse(state, 200 if state["ok"] else 503, {"cache-control": "no-store"})

    return Route(path, answer, methods=["GET"])


async def _looked(store: Store, unit: Callable[[Transaction], T]) -> T | str:
    try:
        return await store.read(unit)
    except StoreUnavailable as trouble:
        return trouble.reason


# ------------------------------------------------------------------------------------------------------------ the checks


async def _worker(health: Health) -> str:
    return "stopping" if health.is_stopping else "at work"


async def _metronome(health: Health) -> str | None:
    metronome = health.metronome
    return None if metronome is None else "beats" if metronome.is_alive else "silent"


async def _store(health: Health) -> str:
    return await health.seen("store", _stands)


def _stands(tx: Transaction) -> str:
    found = schema.revision(tx)
    return "answers" if schema.require_ours(found) != "older" else f"the database is not brought up to date ({found})"


async def _slack(health: Health) -> str | None:
    socket = health.socket
    return None if socket is None else "connected" if await socket.client.is_connected() else "connecting"


ALIVE = (Check("metronome", _metronome, "beats"),)
READY = (
    Check("worker", _worker, "at work"),
    *ALIVE,
    Check("store", _store, "answers"),
    Check("slack", _slack, "connected"),
)
"""Slack apart from Socket Mode is not asked: it is not ours to be restarted for, and `parcours_outbox_lag_seconds` tells."""
