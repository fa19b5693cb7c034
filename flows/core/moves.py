"""What happens to a conversation (events) and what follows from it (effects, in a move)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flows.core.answers import Refused
from flows.core.model import Addressee, Conversation


@dataclass(frozen=True, slots=True)
class Answered:
    """`by` answered `step` with `raw`."""

    step: str
    raw: Any
    by: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """`by` passed on `step`."""

    step: str
    by: str


@dataclass(frozen=True, slots=True)
class Woken:
    """Time has passed, or something outside has changed."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody ended the conversation before its end."""

    by: str | None = None


@dataclass(frozen=True, slots=True)
class Recast:
    """`part` is now played by `addressee`, or by nobody."""

    part: str
    addressee: Addressee | None


@dataclass(frozen=True, slots=True)
class Reanchored:
    """The day `anchor` is now `day`."""

    anchor: str
    day: date
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The conversation begun by the `Start` step is over, and `outcome` is its status; or the deed of a `Do` step is done."""

    step: str
    outcome: str


Event = Answered | Skipped | Woken | Stopped | Recast | Reanchored | Finished


@dataclass(frozen=True, slots=True)
class Post:
    """Say `message` to `to`. `occurrence` makes the row unique; `at` is the earliest moment (UTC), `planned` the appointed
    one; `prompt` means the person has just acted, so quiet hours do not hold it back."""

    step: str
    message: str
    to: str
    occurrence: str
    at: datetime
    planned: datetime
    prompt: bool = False
    useful_until: datetime | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Close:
    """Show, in the messages that carry `step`, what became of it."""

    step: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin the flow of this `Start` step."""

    step: str


@dataclass(frozen=True, slots=True)
class Perform:
    """Do the deed of this `Do` step."""

    step: str


@dataclass(frozen=True, slots=True)
class Vacant:
    """Nobody plays `part`, and a step needs it: ask the one who can fill it."""

    part: str


@dataclass(frozen=True, slots=True)
class Untold:
    """Nobody who plays a part can hear `message`: whoever leads is told instead."""

    message: str
    occurrence: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ended:
    """The conversation is over: whoever began it is to be told."""


Effect = Post | Close | Begin | Perform | Vacant | Untold | Ended


@dataclass(frozen=True, slots=True)
class Move:
    """A new state and the effects that follow. `refused` says why an answer was not taken; `stale` that the event came for
    a step no longer open: nothing changed, and the person is told where things stand."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    refused: Refused | None = None
    stale: bool = False
