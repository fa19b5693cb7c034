"""A practice workspace, a clock held by the test, and real Bolt apps connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import ManyWorkspaces, Organisation, Person, Sandbox, Team
from tests.sandbox.kit import Json
from tests.sandbox.listening import Ear, heard_by


@dataclass
class TestClock:
    __test__ = False
    now: datetime = field(default_factory=lambda: datetime(2026, 12, 1, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **lapse: float) -> None:
        self.now += timedelta(**lapse)


@dataclass(frozen=True)
class AsApp:
    """The SDK's own client of any of many workspaces, without its retries."""

    slack: ManyWorkspaces
    session: aiohttp.ClientSession

    def __call__(self, token: str | Team | Organisation) -> AsyncWebClient:
        token = token if isinstance(token, str) else token.bot_token
        return AsyncWebClient(token, base_url=self.slack.api_url, session=self.session, retry_handlers=[])


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
async def slack(clock: TestClock) -> AsyncIterator[Sandbox]:
    async with Sandbox.serve(clock=clock) as practice:
        yield practice


@pytest.fixture
async def many(clock: TestClock) -> AsyncIterator[ManyWorkspaces]:
    async with ManyWorkspaces.serve(clock=clock) as slack:
        yield slack


@pytest.fixture
async def ear(many: ManyWorkspaces) -> AsyncIterator[Ear]:
    """The app's one address for all the workspaces, where everything is taken."""
    async with heard_by(many) as ears:
        yield ears[0]


@pytest.fixture
async def as_app(many: ManyWorkspaces) -> AsyncIterator[AsApp]:
    async with aiohttp.ClientSession() as session:
        yield AsApp(many, session)


@pytest.fixture
def lea(slack: Sandbox) -> Person:
    return slack.add_person("Léa", "Martin", email="lea@exemple.coop")


@pytest.fixture
async def client(slack: Sandbox) -> AsyncIterator[AsyncWebClient]:
    """The SDK's own client, without its retries: what the sandbox says is what the test sees."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[])


@pytest.fixture
def app(slack: Sandbox, client: AsyncWebClient) -> AsyncApp:
    """A Bolt app that acknowledges after its listener, as ours does."""
    return AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)


@pytest.fixture
async def connected_app(slack: Sandbox, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    """The same, in Socket Mode."""
    handler: Any = AsyncSocketModeHandler(app, slack.app_token, web_client=app.client)
    await handler.connect_async()
    await slack.connected()
    yield app
    await handler.close_async()


@pytest.fixture
def heard(connected_app: AsyncApp) -> list[Json]:
    """Every payload the app gets, acknowledged without more."""
    payloads: list[Json] = []

    @connected_app.use
    async def note(body: Json) -> BoltResponse:
        payloads.append(body)
        return BoltResponse(status=200)

    return payloads
