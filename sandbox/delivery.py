"""Payloads to the app: one attempt, its acknowledgement, and the redelivery of events that were not acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.workspace import Workspace

Kind = Literal["events_api", "interactive", "slash_commands"]

RETRY_AFTER_SECONDS = (60, 300)
"""After an immediate one. Source: docs.slack.dev/apis/events-api, "Error handling"."""


@dataclass(frozen=True)
class Retry:
    number: int
    reason: str


@dataclass(frozen=True)
class Attempt:
    """What came of sending once. `reason` is Slack's word for a failure; `body` what the app answered with."""

    acknowledged: bool
    status: int | None = None
    body: Any = None
    seconds: float = 0.0
    reason: str = ""
    no_retry: bool = False


@dataclass(frozen=True)
class Ack:
    """How the app received a gesture. Not acknowledged: the person was told that it did not work."""

    acknowledged: bool
    status: int | None = None
    body: Any = None
    seconds: float = 0.0
    attempts: int = 1
    problem: str = ""

    @property
    def errors(self) -> dict[str, str]:
        """The errors under the fields of a modal, by block id."""
        body = self.body if isinstance(self.body, dict) else {}
        return dict(body.get("errors") or {})


NOTHING_SENT = Ack(acknowledged=True, attempts=0)
NOT_INSTALLED = "app_not_installed"


@dataclass(eq=False)
class Delivery:
    """One payload and all the attempts to deliver it."""

    kind: Kind
    payload: Json
    at: datetime
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def acknowledged(self) -> bool:
        return any(attempt.acknowledged for attempt in self.attempts)

    def ack(self) -> Ack:
        last = self.attempts[-1]
        return Ack(last.acknowledged, last.status, last.body, last.seconds, len(self.attempts), last.reason)


class Transport(Protocol):
    async def carry(self, kind: Kind, payload: Json, retry: Retry | None) -> Attempt:
        """Send once and wait for the acknowledgement, as long as Slack waits."""
        ...


class Reach(Protocol):
    """What has the transport of the moment."""

    transport: Transport


class PostOffice:
    """Sends through the transport of the moment, and writes everything down, unless `keeps_deliveries` is off.

    Where the app is not installed (`open` is off), it hears of nothing.
    """

    def __init__(self, workspace: Workspace, line: Reach) -> None:
        self.workspace = workspace
        self.line = line
        self.open = True
        self.keeps_deliveries = True
        self.deliveries: list[Delivery] = []
        self.listeners: list[Callable[[Delivery], None]] = []
        """Told of each attempt, once it is over."""
        self.refusal_listeners: list[Callable[[Json, Refusal], None]] = []
        """Told of what Slack refuses in the app's answer to a gesture."""
        self._due: list[tuple[float, int, Delivery]] = []

    async def interaction(self, kind: Kind, payload: Json) -> Ack:
        """A gesture, a command: tried once, since Slack never redelivers these."""
        if not self.open:
            return Ack(acknowledged=False, attempts=0, problem=NOT_INSTALLED)
        delivery = self._new(kind, payload)
        await self._attempt(delivery, None)
        return delivery.ack()

    async def event(self, payload: Json, *, parting: bool = False) -> Ack:
        """An event: tried again at once when it is not acknowledged, later by `retries_due`.

        `parting`: one that tells the app that it is removed, and goes out all the same.
        """
        if not (self.open or parting):
            return NOTHING_SENT
        delivery = self._new("events_api", payload)
        await self._attempt(delivery, None)
        if self._failed(delivery):
            await self._retry(delivery, 1)
        return delivery.ack()

    async def redeliver(self, delivery: Delivery) -> Ack:
        """Deliver an event once more though it was acknowledged: Slack does so when the acknowledgement gets lost."""
        number = len(delivery.attempts)
        await self._attempt(delivery, Retry(number, "timeout"))
        return delivery.ack()

    def answer_refused(self, answer: Json, refusal: Refusal) -> None:
        for listener in tuple(self.refusal_listeners):
            listener(answer, refusal)

    async def retries_due(self, *, early: bool = False) -> list[Ack]:
        """Make the retries whose minute has come by the workspace's clock; `early`: all that are planned."""
        now = self.workspace.seconds()
        due = [planned for planned in self._due if early or planned[0] <= now]
        self._due = [planned for planned in self._due if planned not in due]
        for _, number, delivery in sorted(due, key=lambda planned: planned[:2]):
            await self._retry(delivery, number)
        return [delivery.ack() for _, _, delivery in due]

    def _new(self, kind: Kind, payload: Json) -> Delivery:
        delivery = Delivery(kind, payload, self.workspace.clock())
        if self.keeps_deliveries:
            self.deliveries.append(delivery)
        return delivery

    async def _attempt(self, delivery: Delivery, retry: Retry | None) -> None:
        delivery.attempts.append(await self.line.transport.carry(delivery.kind, delivery.payload, retry))
        for listener in tuple(self.listeners):
            listener(delivery)

    def _failed(self, delivery: Delivery) -> bool:
        last = delivery.attempts[-1]
        return not last.acknowledged and not last.no_retry

    async def _retry(self, delivery: Delivery, number: int) -> None:
        await self._attempt(delivery, Retry(number, delivery.attempts[-1].reason))
        if self._failed(delivery) and number <= len(RETRY_AFTER_SECONDS):
            due = self.workspace.seconds() + RETRY_AFTER_SECONDS[number - 1]
            self._due.append((due, number + 1, delivery))
