"""The loopback listener: the addresses of the practice workspace, served by uvicorn inside the running event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from mimetypes import guess_type
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from sandbox.refusal import Refusal
from sandbox.responding import respond
from sandbox.socket_mode import SocketHub
from sandbox.webapi import Front
from sandbox.webapi.answers import json_answer
from sandbox.webapi.front import parsed

HOST = "127.0.0.1"
FINISH_SECONDS = 0.2
KEEP_ALIVE_SECONDS = 75
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def build_app(front: Front, hub: SocketHub, more: Sequence[BaseRoute] = ()) -> Starlette:
    """All the addresses. `more` are routes of whoever shows the workspace, such as a page."""
    workspace = front.context.workspace

    async def link(socket: WebSocket) -> None:
        await hub.serve(socket)

    async def hook(request: Request) -> Response:
        body = parsed(await request.body())
        try:
            respond(front, request.path_params["key"], body if isinstance(body, dict) else {})
        except Refusal as refusal:
            return Response(refusal.error, 404 if refusal.error.endswith("_url") else 400, media_type="text/plain")
        return json_answer({"ok": True}, ())

    async def upload(request: Request) -> Response:
        found = workspace.uploads.get(request.path_params["file_id"])
        if found is None:
            return Response("no such file", 404, media_type="text/plain")
        found.content = await request.body()
        return Response(f"OK - {len(found.content)}", media_type="text/plain")

    async def file(request: Request) -> Response:
        found = workspace.uploads.get(request.path_params["file_id"])
        if found is None or found.content is None:
            return Response("no such file", 404, media_type="text/plain")
        return Response(found.content, headers={"X-Content-Type-Options": "nosniff"}, media_type=kind_of(found.name))

    routes: list[BaseRoute] = [
        Route("/api/{method}", front.answer, methods=["GET", "POST"]),
        WebSocketRoute("/link", link),
        Route("/hooks/{key}", hook, methods=["POST"]),
        Route("/upload/{file_id}", upload, methods=["POST"]),
        Route("/files/{file_id}", file),
    ]
    return Starlette(routes=[*routes, *more])


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
