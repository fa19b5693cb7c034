"""A store on a database that has our tables, and the people and conversations that tests put in it."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.core.calendar import Rhythm
from flows.core.model import Addressee, Conversation
from storage import Intention, Store, schema

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
HERE, ELSEWHERE = "T0HERE", "T0ELSEWHERE"
HOUSE = Rhythm(zone="Europe/Paris")


def somebody(address: str) -> Addressee:
    return Addressee(address, HOUSE)


def a_conversation(id: str = "c_1", subject: str = "m_ana", **changes: Any) -> Conversation:
    cast = {"subject": somebody(subject), "buddy": somebody("m_bob")}
    return replace(Conversation(id, "onboarding", cast, wake_at=NINE, house=HOUSE), **changes)


def an_intention(occurrence: str = "0", recipient: str = "m_ana", **changes: Any) -> Intention:
    usual = Intention("c_1", "welcome", "welcome", recipient, occurrence, "post", at=NINE, planned=NINE)
    return replace(usual, **changes)


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables, made once and copied: a migration costs more than most tests."""
    file = tmp_path_factory.mktemp("upgraded") / "parcours.db"
    schema.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def ready_sqlite_url(sqlite_url: str, upgraded_file: Path) -> str:
    shutil.copy(upgraded_file, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def ready_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with our tables in it, and nothing in them; a test that asks for it runs once on each kind."""
    url: str = request.getfixturevalue(f"ready_{request.param}_url")
    return url


@pytest.fixture
def ready_postgresql_url(postgresql_url: str) -> str:
    schema.upgrade(postgresql_url)
    return postgresql_url


@pytest.fixture
async def store(ready_url: str) -> AsyncIterator[Store]:
    async with Store.open(ready_url) as opened:
        yield opened


OpenStore = Callable[..., Store]


@pytest.fixture
async def open_store() -> AsyncIterator[OpenStore]:
    """Opens stores that are closed afterwards."""
    opened: list[Store] = []

    def open_one(url: str, **options: Any) -> Store:
        opened.append(Store.open(url, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        await one.close()
