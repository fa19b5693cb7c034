"""What the tests of faults share."""

import io
from collections.abc import Iterator

import pytest

from tests.bot.conftest import written_down
from tests.chaos.apart import Apart


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    apart = Apart()
    yield apart
    apart.close()


@pytest.fixture(scope="module")
def written() -> Iterator[io.StringIO]:
    """All that goes to the log meanwhile."""
    with written_down() as stream:
        yield stream
