"""What is written to the log while a test goes on."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot import logs


@contextmanager
def written_down() -> Iterator[io.StringIO]:
    """What goes to the log meanwhile, at the most talkative level."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    stream = io.StringIO()
    logs.set_up("DEBUG", "json", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    for name in (*logs.OURS, *logs.OTHERS):
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    with written_down() as stream:
        yield stream
