"""A store on a database that has our tables, and the people and conversations that tests put in it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from flows.core.calendar import Rhythm
from flows.core.model import Addressee, Conversation
from storage import Intention, Store

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


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with Store.open(database_url) as opened:
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
