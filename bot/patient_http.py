"""HTTP that does not wait for ever: whoever sends a request a byte at a time holds a connection for a while, no longer."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE = 10.0
"""Seconds for a whole request to come in. Slack, which gives us three to answer, sends each at once."""


def websocket_if_asked(*given: Any, **named: Any) -> asyncio.Protocol:
    """The protocol of uvicorn for a request that asks for a WebSocket, which Slack never does."""
    # Heavy, and looked for by uvicorn at each start otherwise.
    from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol

    assert AutoWebSocketsProtocol is not None, "uvicorn is installed with what it speaks it with"
    return AutoWebSocketsProtocol(*given, **named)


def patient(seconds: float = PATIENCE) -> type[HttpToolsProtocol]:
    """The protocol of uvicorn, but for connections on which no whole request comes within so many seconds: it closes them."""

    class PatientHttp(HttpToolsProtocol):
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
