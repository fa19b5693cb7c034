"""A browser for each module, and what it is shown: a stage of ours, or the whole bot in its practice workspace."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.page.stage import Stage, staged
from tests.page.surf import Surf, surfing
from tests.page.whole import Whole, whole


@pytest.fixture(scope="module")
def chromium() -> Iterator[Surf]:
    # Not for the whole session: Playwright keeps an event loop running, and other modules' tests run their own.
    with surfing() as surf:
        yield surf


@pytest.fixture
def surf(chromium: Surf) -> Iterator[Surf]:
    """The browser; no page opened in it may have complained."""
    chromium.complaints.clear()
    yield chromium
    assert chromium.complaints == []


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Whole]:
    """A cooperative that is set up."""
    with whole(tmp_path / "practice.db") as practice:
        yield practice


@pytest.fixture
def empty_practice(tmp_path: Path) -> Iterator[Whole]:
    """People, and a bot that knows nothing yet."""
    with whole(tmp_path / "practice.db", empty=True) as practice:
        yield practice
