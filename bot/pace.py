"""How fast we speak in one workspace: below Slack's limits, short bursts allowed. Pure: the moment is an argument."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

POST = "chat.postMessage"
A_MINUTE: Mapping[str, int] = MappingProxyType(
    {
        POST: 240,
        "chat.postEphemeral": 100,
        "chat.update": 50,
        "chat.delete": 50,
        "conversations.history": 50,
        "conversations.open": 50,
        "files.completeUploadExternal": 100,
        "files.getUploadURLExternal": 100,
        "views.publish": 100,
    }
)
"""Calls of each method in one workspace: limits are "per API method per workspace" (docs.slack.dev/apis/web-api/rate-limits).
Tier 3 is 50 and more a minute, tier 4 is 100 and more; each method's page says its tier. Posting is of a special tier,
"several hundred messages per minute" (docs.slack.dev/reference/methods/chat.postMessage, "Rate limiting"): the lowest that
can be meant, with what a burst adds to it."""
A_MINUTE_IN_ONE_PLACE = 60
"""docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, "short bursts" allowed."""
BURST_IN_ONE_PLACE = 4
"""How short is not said."""
WORTH = 12
"""A workspace that has spoken all it may is left alone until it may say so many again: a turn costs more than a message."""

_MINUTE, _EPOCH, _TICK = 60_000_000, datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def burst_of(key: str) -> int:
    """How many calls of a method, or messages in a place, may come at once."""
    return A_MINUTE[key] // 4 if key in A_MINUTE else BURST_IN_ONE_PLACE


def spacing_of(key: str) -> timedelta:
    """How long it takes for one more to be allowed."""
    return _spacing(key) * _TICK


class Pace:
    """A bucket for each method, and for each place where something was just said (by its recipient in the outbox). What a
    bucket lacks is one number: the microsecond at which it will be full again.

    `saved` is what another pace gave by `saved()`: then they are the same.
    """

    def __init__(self, saved: Mapping[str, int] | None = None) -> None:
        self._full_at = dict(saved or {})
        self._in_line: dict[str, int] = {}

    def wait(self, calls: Mapping[str, int], now: datetime) -> timedelta:
        """How long to wait before making these calls, by method or place; zero when one may, and then they are counted.

        Whoever has to wait in the same turn for the same method is told to come one after another, not all at once.
        """
        lacking = {key: lack for key, number in calls.items() if (lack := self._lack(key, number, now)) > 0}
        if not lacking:
            for key, number in calls.items():
                spent = min(self._spent(key, now) + number * _spacing(key), _deepest(key))
                self._full_at[key] = _micros(now) + spent
            return timedelta()
        waits = []
        for key, lack in lacking.items():
            before_us = self._in_line.get(key, 0)
            self._in_line[key] = before_us + 1
            waits.append(lack + before_us * _spacing(key))
        return max(waits) * _TICK

    def room(self, now: datetime) -> int:
        """How many messages may be posted at once in this workspace, in as many places."""
        return max(_whole(POST) - self._spent(POST, now), 0) // _spacing(POST)

    def worth_at(self, now: datetime) -> datetime:
        """When it is worth speaking here again."""
        return now + max(self._lack(POST, WORTH, now), 0) * _TICK

    def saved(self, now: datetime) -> dict[str, int]:
        """What is to be kept, JSON-native: the buckets that are not full."""
        return {key: full_at for key, full_at in self._full_at.items() if full_at > _micros(now)}

    def _spent(self, key: str, now: datetime) -> int:
        # A clock that was set back must not make us mute until it has caught up.
        return min(max(self._full_at.get(key, 0) - _micros(now), 0), _deepest(key))

    def _lack(self, key: str, number: int, now: datetime) -> int:
        """Microseconds until there is room for so many; for more than a burst, until there is room for one."""
        return self._spent(key, now) + min(number, burst_of(key)) * _spacing(key) - _whole(key)


def _spacing(key: str) -> int:
    return _MINUTE // A_MINUTE.get(key, A_MINUTE_IN_ONE_PLACE)


def _whole(key: str) -> int:
    return burst_of(key) * _spacing(key)


def _deepest(key: str) -> int:
    """What cannot be cut, a message shown again in many places say, is paid for afterwards, up to another burst."""
    return 2 * _whole(key)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _TICK
