"""Slack's bad moods from the page's drawer, and whether anything was lost or doubled by the last one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.faults import Fault, NoAnswer, RateLimited, ServerError, TimeoutAfterSuccess
from sandbox.page.desk import PATIENCE_SECONDS, Desk, Wrong
from sandbox.surface import Json
from sandbox.webapi import METHODS

PLANNED: dict[str, Fault] = {
    "rate_limit": RateLimited(seconds=5),
    "server_error": ServerError(500),
    "timeout_after_success": TimeoutAfterSuccess(),
    "no_answer": NoAnswer(),
}
AT_ONCE = ("disconnect", "redelivery", "clock_change")
MOST_TIMES = 100
ASLEEP = timedelta(hours=12)
"""How far a jump of the clock goes: a machine that slept."""


@dataclass(frozen=True)
class Asked:
    """A fault that was asked for: `calls` were counted before it, and `ts` is the newest message there was."""

    kind: str
    method: str
    times: int
    at: str
    calls: int
    ts: str


class Mishaps:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.last: Asked | None = None

    async def cause(self, asked: Json) -> Json:
        """Raises Wrong."""
        kind, method = str(asked.get("kind")), str(asked.get("method") or "chat.postMessage")
        times = asked.get("times") or 1
        if kind not in (*PLANNED, *AT_ONCE):
            raise Wrong("unknown_fault", f"there is no fault {kind}")
        if method != "*" and method not in METHODS:
            raise Wrong("unknown_method", f"the app cannot call {method}")
        if not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
            raise Wrong("unreadable", f"times: a number from 1 to {MOST_TIMES}")
        slack, now = self.desk.slack, self.desk.backstage.now()
        before = self.desk.journal.exchanges.last
        said = Asked(kind, method, times, now.isoformat(), before, slack.workspace.new_ts())
        if kind in PLANNED:
            slack.faults.next(method, PLANNED[kind], times)
        else:
            await self._at_once(kind)
            await self.desk.follow()
        self.last = said
        return self.waiting()

    def waiting(self) -> Json:
        """The faults nobody met yet, and what came of the last that was asked for."""
        planned = [
            {"kind": kind, "method": one.method, "times": one.times}
            for one in self.desk.slack.faults.planned
            for kind, fault in PLANNED.items()
            if fault == one.fault
        ]
        return {"waiting": planned, "last": self._outcome(self.last) if self.last else None}

    async def _at_once(self, kind: str) -> None:
        slack = self.desk.slack
        if kind == "disconnect":
            await slack.disconnect()
            with suppress(TimeoutError):  # an app that does not come back is seen at the next gesture
                await slack.connected(seconds=PATIENCE_SECONDS)
        elif kind == "clock_change":
            await self.desk.backstage.move_to(self.desk.backstage.now() + ASLEEP)
        else:
            events = [one for one in slack.deliveries if one.kind == "events_api" and one.acknowledged]
            if not events:
                raise Wrong("nothing_to_redeliver", "no event was delivered yet: write to the app first")
            await slack.redeliver(events[-1])

    def _outcome(self, last: Asked) -> Json:
        """What was said since, said more than once, or tried and not said."""
        tried, there, gone = self._tried(last.calls), self._there(last.ts), self._taken_back()
        return {
            "kind": last.kind,
            "method": last.method,
            "times": last.times,
            "at": last.at,
            "said": len(there),
            "doubled": sum(count - 1 for count in there.values()),
            "lost": len(tried - set(there) - gone),
        }

    def _tried(self, calls: int) -> set[str]:
        """What the app tried to say since, by the ids in its metadata."""
        lines = self.desk.journal.exchanges.lines_since(calls)
        posts = (line["payload"] for line in lines if line["name"] == "chat.postMessage")
        return {one for payload in posts for one in ids_of(payload.get("metadata"))}

    def _there(self, ts: str) -> Counter[str]:
        """What people can read of it, and how many times."""
        found: Counter[str] = Counter()
        for channel in self.desk.slack.workspace.channels.values():
            for message in channel.between(ts, "", inclusive=False):
                found.update(ids_of(message.metadata))
        return found

    def _taken_back(self) -> set[str]:
        """What was said and then deleted: not lost."""
        channels = self.desk.slack.workspace.channels.values()
        return {one for channel in channels for message in channel.taken_back for one in ids_of(message.metadata)}


def ids_of(metadata: Any) -> Iterator[str]:
    """The words in a message's metadata: each is the id of something that is said once."""
    payload = (metadata or {}).get("event_payload") or {}
    for value in payload.values():
        yield from str(value).split()
