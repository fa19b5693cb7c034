"""HTTP that does not wait for ever, nor keep all that comes: whoever sends a request a byte at a time, one whose headers have no
end, or a thousand at once, holds a connection for a while, no longer, and little of our memory.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 10.0
"""Seconds for a whole request to come in. Slack, which gives us three to answer, sends each at once."""
AROUND_A_BODY = 65_536
"""Bytes of an address, of headers and of what cuts a body in pieces: much more than anything Slack or a browser sends."""


class Hasty(Exception):
    """A request comes while the one before it is being answered, on the same connection. Nobody does so but who wants us to
    keep them all."""


def websocket_if_asked(*given: Any, **named: Any) -> asyncio.Protocol:
    """The protocol of uvicorn for a request that asks for a WebSocket, which Slack never does."""
    # Heavy, and looked for by uvicorn at each start otherwise.
    from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol

    assert AutoWebSocketsProtocol is not None, "uvicorn is installed with what it speaks it with"
    return AutoWebSocketsProtocol(*given, **named)


class SparingHttp(HttpToolsProtocol):
    """The protocol of uvicorn, but for connections on which too much of a request comes, or several at once: it closes them."""

    _around = 0
    """Bytes that came of the request, its body apart: how long that may be is for whoever reads it."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._around += len(data)
        if self._around > AROUND_A_BODY:
            self.transport.abort()

    def on_message_begin(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            raise Hasty
        super().on_message_begin()
        self._around = 0

    def on_body(self, body: bytes) -> None:
        self._around -= len(body)
        super().on_body(body)


def patient(seconds: float = PATIENCE) -> type[SparingHttp]:
    """The same, but for connections on which no whole request comes within so many seconds: it closes them too."""

    class PatientHttp(SparingHttp):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._wait_for_a_request()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._wait_for_a_request()

        def on_message_complete(self) -> None:
            self._wait_no_more()
            super().on_message_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._wait_no_more()
            super().connection_lost(exc)

        def _wait_for_a_request(self) -> None:
            if self._deadline is None:
                self._deadline = self.loop.call_later(seconds, self.transport.abort)

        def _wait_no_more(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return PatientHttp
