"""What the tests of faults share."""

import io
import logging
from collections.abc import Iterator

import pytest

from bot import logs
from tests.chaos.apart import Apart


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    apart = Apart()
    yield apart
    apart.close()


@pytest.fixture(scope="module")
def written() -> Iterator[io.StringIO]:
    """All that goes to the log meanwhile."""
    root, before, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    log = io.StringIO()
    logs.set_up("DEBUG", "json", log)
    yield log
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    for name in (*logs.OURS, *logs.OTHERS):
        logging.getLogger(name).setLevel(logging.NOTSET)
