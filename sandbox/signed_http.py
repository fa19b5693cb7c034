"""Delivery by signed HTTP requests, as Slack does to an app's request URL.

Source: docs.slack.dev/authentication/verifying-requests-from-slack.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson

from sandbox.delivery import Attempt, Kind, Retry
from sandbox.surface import Json

FORM = "application/x-www-form-urlencoded"


class SignedHttp:
    """Posts to each URL in turn. `seconds` dates the signature: it must be the clock the app verifies with."""

    def __init__(self, urls: tuple[str, ...], secret: str, seconds: Callable[[], float], ack_seconds: float) -> None:
        self.url = urls[0]
        self._urls = cycle(urls)
        self.secret = secret
        self.seconds = seconds
        self.ack_seconds = ack_seconds
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, kind: Kind, payload: Json, retry: Retry | None) -> Attempt:
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        headers |= self.signature(body)
        if retry is not None:
            reason = "http_timeout" if retry.reason == "timeout" else retry.reason
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": reason}
        return await self._post(body, headers)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def signature(self, body: bytes) -> dict[str, str]:
        stamp = str(int(self.seconds()))
        digest = hmac.new(self.secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def _post(self, body: bytes, headers: dict[str, str]) -> Attempt:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            async with (
                asyncio.timeout(self.ack_seconds),
                self._session.post(next(self._urls), data=body, headers=headers) as answer,
            ):
                return await read(answer, loop.time() - start)
        except TimeoutError:
            return Attempt(acknowledged=False, seconds=loop.time() - start, reason="http_timeout")
        except aiohttp.ClientError:
            return Attempt(acknowledged=False, seconds=loop.time() - start, reason="connection_failed")


def encoded(kind: Kind, payload: Json) -> tuple[bytes, str]:
    """The body and its content type: JSON for events, a form for the rest."""
    if kind == "events_api":
        return orjson.dumps(payload), "application/json"
    form = payload if kind == "slash_commands" else {"payload": orjson.dumps(payload).decode()}
    return urlencode(form).encode(), FORM


async def read(answer: aiohttp.ClientResponse, seconds: float) -> Attempt:
    raw = await answer.read()
    acknowledged = 200 <= answer.status < 300
    return Attempt(
        acknowledged=acknowledged,
        status=answer.status,
        body=understood(raw, answer.content_type),
        seconds=seconds,
        reason="" if acknowledged else "http_error",
        no_retry=answer.headers.get("X-Slack-No-Retry") == "1",
    )


def understood(raw: bytes, content_type: str) -> Any:
    if not raw:
        return None
    if content_type == "application/json":
        return orjson.loads(raw)
    return {"text": raw.decode()}
