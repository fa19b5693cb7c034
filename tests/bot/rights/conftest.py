"""The year lived once, and copied for each test that looks at it."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.desk import Desk
from bot.score import Score
from messages import Messages
from storage import Store
from tests.bot.cooperative import VAULT, Cooperative
from tests.bot.rights.lived import a_year


@pytest.fixture(scope="session")
def lived_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime, Score]:
    """A database in which Lila has lived her year, the instant it ends, and the keys it was lived with."""
    file = tmp_path_factory.mktemp("year") / "parcours.db"

    async def live() -> tuple[datetime, Score]:
        async with a_year(f"sqlite:///{file}") as coop:
            return coop.clock(), coop.score

    return file, *asyncio.run(live())


@pytest.fixture
async def year(lived_once: tuple[Path, datetime, Score], tmp_path: Path) -> AsyncIterator[Cooperative]:
    file, now, score = lived_once
    url = f"sqlite:///{shutil.copy(file, tmp_path / 'parcours.db')}"
    clock = MovableClock(now)
    async with Store.open(url, vault=VAULT) as store:
        yield Cooperative(store, Desk(store, score, Messages(), clock, lambda: None), clock, score)
