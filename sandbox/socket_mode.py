"""Socket Mode: the websockets an app opens, the envelopes sent on them and their acknowledgements.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.delivery import Attempt, Kind, Retry
from sandbox.surface import Json

MOST_CONNECTIONS = 10


class SocketHub:
    """Every open connection of the app. A payload goes to any one of them."""

    def __init__(self, app_id: str, ack_seconds: float) -> None:
        self.app_id = app_id
        self.ack_seconds = ack_seconds
        self.connections: list[WebSocket] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, tuple[WebSocket, asyncio.Future[Any]]] = {}
        self._numbers = count(1)
        self._arrival = asyncio.Condition()

    def new_ticket(self) -> str:
        """What `apps.connections.open` puts in the address it gives: good for one connection."""
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """The whole life of one connection."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(4401, "invalid ticket")
            return
        self._tickets.discard(ticket)
        await socket.accept()
        if len(self.connections) >= MOST_CONNECTIONS:
            await self._say(socket, {"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return
        await self._welcome(socket)
        try:
            await self._listen(socket)
        finally:
            self._forget(socket)

    async def connected(self, number: int = 1) -> None:
        """Wait until the app has that many connections open."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self.connections) >= number)

    async def carry(self, kind: Kind, payload: Json, retry: Retry | None) -> Attempt:
        if not self.connections:
            return Attempt(acknowledged=False, reason="connection_failed")
        number = next(self._numbers)
        socket = self.connections[number % len(self.connections)]
        envelope: Json = {
            "envelope_id": f"envelope-{number}",
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {
                "retry_attempt": retry.number if retry else 0,
                "retry_reason": retry.reason if retry else "",
            }
        return await self._send(socket, envelope)

    async def disconnect(self, reason: str, *, warn: bool) -> None:
        """Ask the app to come again, then close. New connections it makes meanwhile stay."""
        leaving = list(self.connections)
        self.connections = []
        for socket in leaving:
            if warn:
                await self._say(socket, {"type": "disconnect", "reason": "warning"})
            await self._say(socket, {"type": "disconnect", "reason": reason})
            await self._close(socket)

    async def drop(self) -> None:
        """Close every connection without a word."""
        leaving, self.connections = self.connections, []
        for socket in leaving:
            await self._close(socket)

    async def _welcome(self, socket: WebSocket) -> None:
        self.connections.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections),
            "connection_info": {"app_id": self.app_id},
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
        }
        await self._say(socket, hello)
        async with self._arrival:
            self._arrival.notify_all()

    async def _listen(self, socket: WebSocket) -> None:
        while True:
            try:
                said = orjson.loads(await socket.receive_text())
            except WebSocketDisconnect:
                return
            _, answer = self._waiting.get(said.get("envelope_id"), (None, None))
            if answer is not None and not answer.done():
                answer.set_result(said.get("payload"))

    def _forget(self, socket: WebSocket) -> None:
        """What waits for an answer on a closed connection will not get it."""
        if socket in self.connections:
            self.connections.remove(socket)
        for where, answer in self._waiting.values():
            if where is socket and not answer.done():
                answer.set_exception(ConnectionResetError("the app's connection was closed"))

    async def _send(self, socket: WebSocket, envelope: Json) -> Attempt:
        loop = asyncio.get_running_loop()
        start = loop.time()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting[envelope["envelope_id"]] = (socket, answer)
        try:
            await self._say(socket, envelope)
            async with asyncio.timeout(self.ack_seconds):
                body = await answer
        except TimeoutError:
            return Attempt(acknowledged=False, seconds=loop.time() - start, reason="timeout")
        except ConnectionError:
            return Attempt(acknowledged=False, seconds=loop.time() - start, reason="connection_failed")
        finally:
            del self._waiting[envelope["envelope_id"]]
        return Attempt(acknowledged=True, status=200, body=body or None, seconds=loop.time() - start)

    async def _say(self, socket: WebSocket, message: Json) -> None:
        try:
            await socket.send_text(orjson.dumps(message).decode())
        except (WebSocketDisconnect, RuntimeError) as gone:  # Starlette raises either for a closed connection
            raise ConnectionResetError(str(gone)) from gone

    async def _close(self, socket: WebSocket) -> None:
        try:
            await socket.close()
        except (WebSocketDisconnect, RuntimeError):
            return  # the app was quicker
