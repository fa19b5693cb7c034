"""The loopback listener: the addresses of the practice workspace, served by uvicorn inside the running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from sandbox.guard import Guard
from sandbox.refusal import Refusal
from sandbox.responding import respond
from sandbox.socket_mode import SocketHub
from sandbox.webapi import Front
from sandbox.webapi.answers import json_answer
from sandbox.webapi.front import parsed
from sandbox.workspace import Upload

HOST = "127.0.0.1"
FINISH_SECONDS = 0.2
KEEP_ALIVE_SECONDS = 75
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True)
class Addresses:
    """Who answers at each. `front_of` gives the workspace that what follows `prefix` in an address belongs to, or nothing."""

    answer: Callable[[Request], Awaitable[Response]]
    front_of: Callable[[Request], Front | None]
    hub: SocketHub
    prefix: str = ""

    async def link(self, socket: WebSocket) -> None:
        await self.hub.serve(socket)

    async def hook(self, request: Request) -> Response:
        front, body = self.front_of(request), parsed(await request.body())
        if front is None:
            return Response("invalid_url", 404, media_type="text/plain")
        try:
            respond(front, request.path_params["key"], body if isinstance(body, dict) else {})
        except Refusal as refusal:
            return Response(refusal.error, 404 if refusal.error.endswith("_url") else 400, media_type="text/plain")
        return json_answer({"ok": True}, ())

    async def upload(self, request: Request) -> Response:
        found = self._file(request)
        if found is None:
            return Response("no such file", 404, media_type="text/plain")
        found.content = await request.body()
        return Response(f"OK - {len(found.content)}", media_type="text/plain")

    async def file(self, request: Request) -> Response:
        found = self._file(request)
        if found is None or found.content is None:
            return Response("no such file", 404, media_type="text/plain")
        return Response(found.content, headers={"X-Content-Type-Options": "nosniff"}, media_type=kind_of(found.name))

    def _file(self, request: Request) -> Upload | None:
        front = self.front_of(request)
        return None if front is None else front.context.workspace.uploads.get(request.path_params["file_id"])


def build_app(at: Addresses, more: Sequence[BaseRoute] = ()) -> Starlette:
    """All the addresses. `more` are routes of whoever shows the workspace, such as a page."""
    routes: list[BaseRoute] = [
        Route("/api/{method}", at.answer, methods=["GET", "POST"]),
        WebSocketRoute("/link", at.link),
        Route(at.prefix + "/hooks/{key}", at.hook, methods=["POST"]),
        Route(at.prefix + "/upload/{file_id}", at.upload, methods=["POST"]),
        Route(at.prefix + "/files/{file_id}", at.file),
    ]
    return Starlette(routes=[*routes, *more])


@asynccontextmanager
async def listening(port: int, app_at: Callable[[str], ASGIApp]) -> AsyncIterator[None]:
    """Listen on the loopback (port 0: any free one). `app_at` makes the app once its own address is known."""
    listener = Listener()
    slot: list[ASGIApp] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await slot[0](scope, receive, send)

    real_port = await listener.start(app, port)
    slot.append(Guard(app_at(f"http://{HOST}:{real_port}"), real_port))
    try:
        yield
    finally:
        await listener.stop()


def kind_of(name: str) -> str:
    """The media type of a picture; anything else is only to be downloaded, lest a page shows it as its own."""
    guessed = guess_type(name)[0]
    return guessed if guessed in PICTURES else "application/octet-stream"


class CuttableHttp(HttpToolsProtocol):
    """HTTP whose connection the application may cut, to play a failing network."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        scope: Any = self.scope
        scope["sandbox.transport"] = self.transport


class Listener:
    """uvicorn's protocols on one loopback port, without its main loop: no signal handlers, no ticks, a quick stop."""

    def __init__(self) -> None:
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def start(self, app: ASGIApp, port: int) -> int:
        """Listen, and give the port (the one asked for, or a free one for 0). Raises OSError when it is taken."""
        config = uvicorn.Config(
            app,
            http=CuttableHttp,
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            ws_ping_interval=None,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        config.load()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: CuttableHttp(config, self._state, {}), HOST, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Let what is being answered finish for a moment, then close everything."""
        assert self._server is not None
        self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        await self._finish(FINISH_SECONDS)
        for connection in list(self._state.connections):
            connection.transport.abort()
        for task in await self._finish(FINISH_SECONDS):
            task.cancel()
        await asyncio.sleep(0)  # the transports close in the next turn of the loop

    async def _finish(self, seconds: float) -> set[asyncio.Task[None]]:
        """Wait for what is being answered; gives what is not over."""
        tasks = set(self._state.tasks)
        return (await asyncio.wait(tasks, timeout=seconds))[1] if tasks else tasks
