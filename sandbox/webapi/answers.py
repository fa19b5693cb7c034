"""Answers of the Web API as HTTP: JSON, 429, and no answer at all."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.surface import Json


class Hangup(Response):
    """Says nothing: cuts the connection, or with `hang` waits until the other side gives up."""

    def __init__(self, *, hang: bool) -> None:
        super().__init__()
        self.hang = hang

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        if not self.hang:
            scope["sandbox.transport"].abort()
        while (await receive())["type"] != "http.disconnect":
            continue


class Half(Response):
    """The first half of another answer, then the end of the connection."""

    def __init__(self, whole: Response) -> None:
        super().__init__()
        self.whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self.whole.body)
        await send({"type": "http.response.start", "status": self.whole.status_code, "headers": self.whole.raw_headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        scope["sandbox.transport"].close()
        while (await receive())["type"] != "http.disconnect":
            continue


def json_answer(content: Json, scopes: Iterable[str]) -> Response:
    headers = {"x-oauth-scopes": ",".join(sorted(scopes))}
    return Response(orjson.dumps(content), headers=headers, media_type="application/json; charset=utf-8")


def rate_limited(seconds: int) -> Response:
    body = orjson.dumps({"ok": False, "error": "ratelimited"})
    return Response(body, 429, headers={"Retry-After": str(seconds)}, media_type="application/json; charset=utf-8")
