"""What the tests of faults share."""

from collections.abc import Iterator

import pytest

from tests.chaos.apart import Apart


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    apart = Apart()
    yield apart
    apart.close()
