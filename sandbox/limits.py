"""Slack's rate limits, as token buckets that fill by the workspace's clock.

Source: docs.slack.dev/apis/web-api/rate-limits (tiers a minute; one message a second and channel, short bursts allowed) and
docs.slack.dev/reference/methods/chat.postMessage, "Rate limiting": above these, posting in a whole workspace is held to
"several hundred messages per minute", with generous bursts. Slack gives no number: 300 is the least that several hundreds can be.

An app that is distributed outside the Marketplace is held to less where it reads what was said: one call a minute, of 15 messages
(docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

HELD = frozenset({"conversations.history", "conversations.replies"})
HELD_A_MINUTE, HELD_PAGE = 1, 15
MESSAGE_BURST = 5
MESSAGES_A_MINUTE = 300


@dataclass(slots=True)
class Bucket:
    per_second: float
    burst: float
    left: float
    filled_at: float

    def wait(self, now: float) -> int:
        """0 when there is room, else the seconds to wait."""
        self.left = min(self.burst, self.left + max(0.0, now - self.filled_at) * self.per_second)
        self.filled_at = now
        return 0 if self.left >= 1 else max(1, ceil((1 - self.left) / self.per_second))

    def take(self) -> None:
        self.left -= 1


@dataclass
class Limits:
    """Of one app in one workspace. `messages_a_minute`: over all its channels; so many may come at once.

    Change it before the first message, to play a Slack of another size.
    """

    messages_a_minute: float = MESSAGES_A_MINUTE
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def wait(self, key: str, per_minute: int, now: float) -> int:
        """Seconds the app must wait before it may call this again; 0 when it may. `per_minute` 0: one a second,
        and as many in the whole workspace as it allows."""
        needed = [self._bucket(key, per_minute / 60 or 1.0, per_minute or MESSAGE_BURST, now)]
        if not per_minute:
            needed.append(self._bucket("", self.messages_a_minute / 60, self.messages_a_minute, now))
        longest = max(bucket.wait(now) for bucket in needed)
        if not longest:
            for bucket in needed:
                bucket.take()
        return longest

    def _bucket(self, key: str, per_second: float, burst: float, now: float) -> Bucket:
        bucket = self.buckets.get(key)
        if bucket is None:
            bucket = self.buckets[key] = Bucket(per_second, burst, burst, now)
        return bucket
