"""The page over HTTP, with a small Bolt app behind it and a diary of what is due."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from sandbox import Channel, Person, Sandbox
from sandbox.journal import Journal
from sandbox.page import Command, Offers, Shortcut, page_routes
from tests.sandbox.conftest import TestClock

OFFERS = Offers(
    "Écho", commands=(Command("/echo", "Répète", "[mots]"),), shortcuts=(Shortcut("greet", "Saluer quelqu'un"),)
)
Json = dict[str, Any]


@dataclass
class Diary:
    """Behind the page: what is due, in order, and each instant that was gone through."""

    clock: TestClock
    zone: str = "Europe/Paris"
    due: list[datetime] = field(default_factory=list)
    visited: list[datetime] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    keeps: bool = False
    """What is due stays so."""

    def now(self) -> datetime:
        return self.clock.now

    async def next_event(self) -> datetime | None:
        return min(self.due, default=None)

    async def move_to(self, instant: datetime) -> None:
        self.clock.now = max(self.clock.now, instant)
        self.visited.append(instant)
        if not self.keeps:
            self.due = [one for one in self.due if one > instant]

    async def faults_found(self) -> list[str]:
        return self.found

    async def settle(self) -> None:
        return None


@dataclass
class Page:
    """A browser, without the browser."""

    http: aiohttp.ClientSession
    base: str

    async def get(self, path: str, **query: Any) -> Json:
        async with self.http.get(self.base + path, params=query) as answer:
            return dict(await answer.json())

    async def post(self, path: str, **body: Any) -> Json:
        async with self.http.post(self.base + path, json=body, headers={"X-Sandbox": "1"}) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def gesture(self, person: Person, kind: str, **more: Any) -> Json:
        return await self.post("/gesture", person=person.id, kind=kind, **more)

    async def state(self, person: Person, place: str = "dm") -> Json:
        return await self.get("/state", person=person.id, place=place)


@pytest.fixture
def diary(clock: TestClock) -> Diary:
    return Diary(clock)


@pytest.fixture
async def slack(clock: TestClock, diary: Diary) -> AsyncIterator[Sandbox]:
    def routes(slack: Sandbox) -> Any:
        return page_routes(slack, diary, locale="fr", offers=OFFERS, journal=Journal(slack))

    async with Sandbox.serve(clock=clock, routes=routes) as practice:
        yield practice


@pytest.fixture
def omar(slack: Sandbox) -> Person:
    return slack.add_person("Omar", "Diallo", title="menuiserie")


@pytest.fixture
def news(slack: Sandbox, lea: Person, omar: Person) -> Channel:
    return slack.add_channel("annonces", members=[lea, omar], with_bot=True)


@pytest.fixture
async def page(slack: Sandbox, lea: Person) -> AsyncIterator[Page]:
    async with aiohttp.ClientSession() as http:
        yield Page(http, slack.base_url)


@pytest.fixture
async def app_at_work(connected_app: AsyncApp) -> AsyncApp:
    """Acknowledges everything it is told."""

    async def acknowledge(ack: Any) -> None:
        await ack()

    for kind in ("message", "app_home_opened", "team_join", "user_change"):
        connected_app.event(kind)(acknowledge)
    return connected_app
