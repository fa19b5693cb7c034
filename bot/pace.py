"""How fast we speak: a message a second in one place, short bursts allowed, and not at all while Slack asks for silence."""

from datetime import datetime, timedelta

PER_SECOND = 1.0
BURST = 4
"""docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, "short bursts" allowed; how short is not said."""
PLACES = 4096


class Pace:
    """Never sleeps: says how long to wait."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, datetime]] = {}
        self._silence: dict[str, datetime] = {}

    def wait(self, place: str, now: datetime) -> float:
        """Seconds to wait before speaking in this place; 0 when one may, and then it is counted as done."""
        left, since = self._left.get(place, (float(BURST), now))
        left = min(BURST, left + max((now - since).total_seconds(), 0) * PER_SECOND)
        if left < 1:
            return (1 - left) / PER_SECOND
        if len(self._left) >= PLACES:
            self._left.clear()  # a burst too many now and then: Slack says so, and it is obeyed
        self._left[place] = (left - 1, now)
        return 0.0

    def hold(self, workspace: str, now: datetime, seconds: float) -> datetime:
        """Say nothing in this workspace for so long; until when."""
        until = now + timedelta(seconds=seconds)
        self._silence[workspace] = max(until, self._silence.get(workspace, until))
        return self._silence[workspace]

    def held_until(self, workspace: str, now: datetime) -> datetime | None:
        until = self._silence.get(workspace)
        if until is None or until <= now:
            self._silence.pop(workspace, None)
            return None
        return until
