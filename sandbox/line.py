"""The line to the app: Socket Mode, or signed HTTP to one address or several in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from sandbox.delivery import Transport
from sandbox.signed_http import SignedHttp
from sandbox.socket_mode import SocketHub

ACK_SECONDS = 3.0


class Line:
    """What the app is reached by: one for all the workspaces it is installed in."""

    def __init__(self, app_id: str, seconds: Callable[[], float], secret: str, ack_seconds: float) -> None:
        self.hub = SocketHub(app_id, ack_seconds)
        self.seconds = seconds
        self.secret = secret
        self.transport: Transport = self.hub
        self.https: list[SignedHttp] = []

    def socket_url(self, base_url: str) -> str:
        """An address for one connection."""
        return f"{base_url.replace('http', 'ws', 1)}/link?ticket={self.hub.new_ticket()}"


class Lined:
    """Whoever has a line to the app, and what a test does with it."""

    line: Line

    @property
    def hub(self) -> SocketHub:
        return self.line.hub

    @property
    def ack_seconds(self) -> float:
        """How long a gesture waits for the app, in real seconds. Slack's own patience is three."""
        return self.line.hub.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self.line.hub.ack_seconds = seconds
        for http in self.line.https:
            http.ack_seconds = seconds

    def deliver_over_http(self, url: str | Sequence[str], *, seconds: Callable[[], float] | None = None) -> None:
        """Deliver to this URL, signed, instead of Socket Mode; several take turns, as behind a load balancer.

        `seconds`: the clock the app checks signatures by.
        """
        line = self.line
        urls = (url,) if isinstance(url, str) else tuple(url)
        http = SignedHttp(urls, line.secret, seconds or line.seconds, self.ack_seconds)
        line.transport = http
        line.https.append(http)

    @property
    def http(self) -> SignedHttp:
        """The delivery over HTTP that was asked for last."""
        return self.line.https[-1]

    async def connected(self, number: int = 1, seconds: float = 5.0) -> None:
        """Wait until the app has a socket open. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await self.hub.connected(number)

    async def disconnect(self, reason: str = "refresh_requested", *, warn: bool = True) -> None:
        """Ask the app to connect again and close its sockets, as Slack does every few hours."""
        await self.hub.disconnect(reason, warn=warn)

    async def drop_sockets(self) -> None:
        """Lose every socket without a word."""
        await self.hub.drop()

    async def _hang_up(self) -> None:
        await self.hub.drop()
        for http in self.line.https:
            await http.close()
