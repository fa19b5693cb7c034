"""What the page asks of the program that put the practice workspace and an app together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Backstage(Protocol):
    """The clock and the app behind it. All that the page may know of the app comes through here."""

    zone: str
    """The time zone of the wall clock that is shown, such as `Europe/Paris`."""

    def now(self) -> datetime: ...

    async def next_event(self) -> datetime | None:
        """When something is due next for the app."""

    async def move_to(self, instant: datetime) -> None:
        """Set the clock there and let the app do what is due; returns when it has nothing more to do then."""

    async def faults_found(self) -> list[str]:
        """What the app's own check finds wrong, a sentence each."""

    async def settle(self) -> None:
        """Let the app do what follows from a gesture."""


@dataclass(frozen=True)
class Command:
    """A slash command, as the app's manifest declares it."""

    command: str
    description: str
    usage: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A global shortcut, as the app's manifest declares it."""

    callback_id: str
    name: str


@dataclass(frozen=True)
class Offers:
    """What the app declares to Slack: its name, and what people may call it by."""

    app_name: str
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
