"""The only reader of the clock. Everything else is handed one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""


def real_clock() -> datetime:
    return datetime.now(UTC)


class MovableClock:
    """A clock that stands still until it is moved, and never goes back: for rehearsals and tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Stand at `instant`, or stay when it is past already."""
        self._now = max(self._now, instant.astimezone(UTC))

    def advance(self, lapse: timedelta) -> None:
        self.move_to(self._now + lapse)
