"""Tests of working for long."""

import gc
from collections.abc import Iterator

import pytest

from bot.running import leave_alone_what_stays


@pytest.fixture
def thawed() -> Iterator[None]:
    """The tests that follow are none of what stays."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_what_is_there_when_work_begins_is_not_looked_at_by_the_collector_again() -> None:
    before: list[object] = []
    leave_alone_what_stays()
    after: list[object] = []
    looked_at = {id(one) for one in gc.get_objects()}
    assert (id(before) in looked_at, id(after) in looked_at) == (False, True)
