"""Those who answer: a process of its own that sends signed clicks over kept-alive connections, and times each.

Closed loop: each connection sends its next answer once the former is acknowledged. Open loop: answers leave when their moment
comes, whatever became of those before, and their time counts from that moment.
"""

import asyncio
import hashlib
import hmac
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from statistics import quantiles
from time import perf_counter
from typing import cast

import uvloop

TOO_LATE = 3.0
"""Seconds that Slack waits for an acknowledgement (docs.slack.dev/interactivity/handling-user-interaction)."""
PATIENCE = 120.0
"""Seconds after which a burst is given up: it stops by itself whatever the server does."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What is to be sent: `bodies`, signed as of `stamp`, over `connections`; `rate`: answers a second, None for as fast as
    acknowledgements come."""

    port: int
    connections: int
    bodies: Sequence[bytes]
    secret: str
    stamp: int
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a burst. `p50` and `p99` in milliseconds; `late`: acknowledged after Slack's patience; `refused`: answered
    otherwise than by 200."""

    rate: float
    p50: float
    p99: float
    late: int
    refused: int

    def __str__(self) -> str:
        late = f", {self.late} late" if self.late else ""
        return f"{self.rate:,.0f}/s, p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms{late}"


def request(body: bytes, secret: str, stamp: int) -> bytes:
    """The whole request, signed (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    signature = hmac.new(secret.encode(), b"v0:%d:%b" % (stamp, body), hashlib.sha256).hexdigest()
    head = (
        "POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return head.encode() + body


def work(pipe: Pipe) -> None:
    """Say that we are there, then send the bursts that come through the pipe, until None does."""
    pipe.send(None)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        while (burst := pipe.recv()) is not None:
            pipe.send(runner.run(_sent(burst)))


async def _sent(burst: Burst) -> Heard:
    return await _Crowd(burst, asyncio.get_running_loop()).send()


class _Crowd:
    """All connections of one burst."""

    def __init__(self, burst: Burst, loop: asyncio.AbstractEventLoop) -> None:
        self.burst, self.loop = burst, loop
        self.requests = deque(request(body, burst.secret, burst.stamp) for body in burst.bodies)
        self.moments: deque[float] = deque()
        self.overdue: deque[float] = deque()
        self.idle: deque[_Line] = deque()
        self.seconds: list[float] = []
        self.refused = 0
        self.over = asyncio.Event()

    async def send(self) -> Heard:
        port, expected = self.burst.port, len(self.requests)
        opened = [
            await self.loop.create_connection(lambda: _Line(self), "127.0.0.1", port)
            for _ in range(self.burst.connections)
        ]
        start = perf_counter()  # the loop's own time goes by milliseconds
        async with asyncio.timeout(PATIENCE):
            self._begin([line for _, line in opened], start)
            await self.over.wait()
        lasted = perf_counter() - start
        for transport, _ in opened:
            transport.close()
        assert len(self.seconds) == expected, "a connection was closed before all was acknowledged"
        cuts = quantiles(self.seconds, n=100, method="inclusive")
        late = sum(one > TOO_LATE for one in self.seconds)
        return Heard(expected / lasted, cuts[49] * 1e3, cuts[98] * 1e3, late, self.refused)

    def _begin(self, lines: "list[_Line]", start: float) -> None:
        if self.burst.rate is None:
            for line in lines[: len(self.requests)]:
                line.say(self.requests.popleft(), start)
            return
        self.idle = deque(lines)
        self.moments = deque(start + number / self.burst.rate for number in range(len(self.requests)))
        self._come()

    def _come(self) -> None:
        """Send what has its moment behind it, and be back for the next."""
        now = perf_counter()
        while self.moments and self.moments[0] <= now:
            moment = self.moments.popleft()
            if self.idle:
                # In turn: a server closes a connection that says nothing for a few seconds.
                self.idle.popleft().say(self.requests.popleft(), moment)
            else:
                self.overdue.append(moment)
        if self.moments:
            self.loop.call_later(self.moments[0] - now, self._come)

    def acknowledged(self, line: "_Line", since: float, status: bytes) -> None:
        now = perf_counter()
        self.seconds.append(now - since)
        self.refused += status != b"200"
        if len(self.seconds) == len(self.burst.bodies):
            self.over.set()
        elif self.burst.rate is None:
            if self.requests:
                line.say(self.requests.popleft(), now)
        elif self.overdue:
            line.say(self.requests.popleft(), self.overdue.popleft())
        else:
            self.idle.append(line)


class _Line(asyncio.Protocol):
    """One connection, which says one thing at a time."""

    def __init__(self, crowd: _Crowd) -> None:
        self.crowd = crowd
        self.transport: asyncio.Transport
        self.since = 0.0
        self.heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        self.crowd.over.set()

    def say(self, request: bytes, since: float) -> None:
        self.since = since
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.heard += data
        head, found, body = self.heard.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            self.heard = b""
            self.crowd.acknowledged(self, self.since, head[9:12])


def _length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0] or 0)
