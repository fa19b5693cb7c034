"""An app's addresses that only listen: what Slack sends there, its signature verified, answered with 200."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import time
from urllib.parse import parse_qsl

import orjson
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import ManyWorkspaces
from sandbox.server import Listener
from tests.sandbox.kit import Json


@dataclass
class Ear:
    """`heard`: every payload, events, gestures and commands alike."""

    url: str = ""
    heard: list[Json] = field(default_factory=list)

    def events(self, kind: str) -> list[Json]:
        return [payload for payload in self.heard if payload.get("event", {}).get("type") == kind]


@asynccontextmanager
async def listening_app(signing_secret: str) -> AsyncIterator[Ear]:
    ear, verifier, listener = Ear(), SignatureVerifier(signing_secret), Listener()

    async def take(request: Request) -> Response:
        body = await request.body()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return Response("forged", 401)
        if request.headers["content-type"].startswith("application/json"):
            ear.heard.append(orjson.loads(body))
        else:
            form = dict(parse_qsl(body.decode()))
            ear.heard.append(orjson.loads(form["payload"]) if "payload" in form else form)
        return Response()

    port = await listener.start(Starlette(routes=[Route("/slack/events", take, methods=["POST"])]), 0)
    ear.url = f"http://127.0.0.1:{port}/slack/events"
    yield ear
    await listener.stop()


@asynccontextmanager
async def heard_by(slack: ManyWorkspaces, count: int = 1) -> AsyncIterator[list[Ear]]:
    """So many addresses of the app, taking turns."""
    if not count:
        yield []
        return
    async with listening_app(slack.signing_secret) as first, heard_by(slack, count - 1) as others:
        ears = [first, *others]
        slack.deliver_over_http([ear.url for ear in ears], seconds=time)
        yield ears
