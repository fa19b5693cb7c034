"""Slack's rate limits, as token buckets that fill by the workspace's clock.

Source: docs.slack.dev/apis/web-api/rate-limits (tiers a minute; one message a second and channel, short bursts allowed).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

MESSAGE_BURST = 5


@dataclass
class Bucket:
    per_second: float
    burst: int
    left: float
    filled_at: float

    def take(self, now: float) -> int:
        """0 when there is room, else the seconds to wait."""
        self.left = min(self.burst, self.left + max(0.0, now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.left >= 1:
            self.left -= 1
            return 0
        return max(1, ceil((1 - self.left) / self.per_second))


@dataclass
class Limits:
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def wait(self, key: str, per_minute: int, now: float) -> int:
        """Seconds the app must wait before it may call this again; 0 when it may. `per_minute` 0: one a second."""
        bucket = self.buckets.get(key)
        if bucket is None:
            rate, burst = (per_minute / 60, per_minute) if per_minute else (1.0, MESSAGE_BURST)
            bucket = self.buckets[key] = Bucket(rate, burst, burst, now)
        return bucket.take(now)
