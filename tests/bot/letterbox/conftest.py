"""Somebody who has left, and is written to."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.parted import Parted, parted

A_WEEK, A_MONTH, A_YEAR = timedelta(days=8), timedelta(days=30), timedelta(days=366)
WORDS = "Le café du lundi,\r\net <b>l'atelier</b> & ses machines."


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Parted]:
    """Lila has left, and agreed to be written to; her news are about to begin."""
    async with parted(tmp_path) as life:
        await life.begin()
        await life.consent()
        await life.close_account()
        yield life


@pytest.fixture
async def asked(life: Parted) -> Parted:
    """A month later: the questions are asked."""
    await life.live(A_MONTH)
    return life
