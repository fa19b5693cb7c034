"""Who may knock at the listener: this machine's own programs and pages, by this machine's own name."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

NAMES = ("127.0.0.1", "localhost")


class Guard:
    """Refuses other Host headers (a foreign name made to point at this machine) and requests that a foreign page makes."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.hosts = frozenset(f"{name}:{port}" for name in NAMES)
        self.origins = frozenset(f"http://{host}" for host in self.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self.hosts:
            await self._refuse(scope, receive, send, "This is not the host you think.", 421)
        elif headers.get("origin", next(iter(self.origins))) not in self.origins:
            await self._refuse(scope, receive, send, "Other pages have no business here.", 403)
        else:
            await self.app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, words: str, status: int) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose(4403, words)(scope, receive, send)
        else:
            await PlainTextResponse(words, status)(scope, receive, send)
