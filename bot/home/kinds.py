"""What a window is, and what becomes of one that is submitted."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.desk import Desk
from bot.home.inputs import View
from bot.home.sight import Sight
from flows.core.answers import Refused

Window = Callable[[Sight, str], View]
"""Made for somebody, about something: a small id, or nothing."""
AtOnce = Callable[[Desk, str, str, str], Awaitable[None]]
"""What a button does without a window: the desk, the workspace, the person, a small id."""


class Faults(dict[str, Refused]):
    """By field, why what was given will not do."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What a window becomes: read (pure; `Faults` when it will not do), then told to the desk. `thanks`: the window shown in
    its place once it is taken, made from its `private_metadata`."""

    read: Callable[[View, date], Any]
    tell: Callable[[Desk, str, str, Any], Awaitable[Mapping[str, str] | Faults]]
    thanks: Window | None = None
