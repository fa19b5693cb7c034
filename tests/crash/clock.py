"""A clock that several processes read, and one moves: the hour is in a file."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import MovableClock


class ClockFile(MovableClock):
    """Stands still until it is moved, for whoever reads the same `file`. Unlike other clocks, it can be put back."""

    def __init__(self, file: Path, start: datetime | None = None) -> None:
        self.file = file
        if start is not None:
            self.stand_at(start)

    def __call__(self) -> datetime:
        return datetime.fromisoformat(self.file.read_text())

    def move_to(self, instant: datetime) -> None:
        self.stand_at(max(self(), instant))

    def advance(self, lapse: timedelta) -> None:
        self.move_to(self() + lapse)

    def stand_at(self, instant: datetime) -> None:
        """Stand at `instant`, were it past."""
        written = self.file.with_suffix(".new")
        written.write_text(instant.astimezone(UTC).isoformat())
        os.replace(written, self.file)  # whoever reads sees one hour or the other
