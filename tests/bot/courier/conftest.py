"""A newcomer is expected, and the courier has something to say."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from storage import members
from tests.bot.cooperative import WORKSPACE
from tests.bot.spoken import Spoken, spoken


@pytest.fixture
async def life(sqlite_url: str) -> AsyncIterator[Spoken]:
    """A newcomer is expected, two people are asked to be buddies: nothing is said yet."""
    async with spoken(sqlite_url) as life:
        assert not await life.coop.welcome()
        yield life


@pytest.fixture
async def quiet(life: Spoken) -> Spoken:
    """The same, once all that was to be said is said; a minute has passed."""
    await life.courier.deliver()
    life.practice.transcript.clear()
    life.coop.clock.advance(timedelta(minutes=1))
    return life


async def newcomer(life: Spoken) -> str:
    found = await life.coop.store.read(lambda tx: members.by_email(tx, "lila@exemple.coop"), WORKSPACE)
    assert found is not None
    return found.id
