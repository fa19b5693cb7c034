"""The words of the core, as data: steps, the conversations they make, and whom they speak to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, Literal, TypeVar

from flows.core.answers import Answer
from flows.core.calendar import Appointment, Rhythm
from flows.core.people import Pace

SUBJECT = "subject"
"""The part of whoever the conversation is about."""

MISSED, BRIEFING, REMINDER = "missed", "briefing", "reminder"
"""What is said beside the steps: that something came too late, what was done before, that a question is still open."""
NO_STEP = frozenset({MISSED, BRIEFING, REMINDER})
NO_TIME = timedelta(0)

T = TypeVar("T")


def days(count: float) -> timedelta:
    """So that a flow reads `remind_after=(days(2), days(4))`."""
    return timedelta(days=count)


# ---------------------------------------------------------------------------------------------------- who and where


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody (or a channel) a step may speak to, as the core needs to know them.

    `reach` says through what they can be spoken to now: `"slack"`, `"email"`, both or neither. A channel is an addressee
    that anybody in it may answer for (`is_channel`). `active` is false once the account is closed, unless letters reach them
    still: as often as their `pace` says.
    """

    id: str
    rhythm: Rhythm
    reach: frozenset[str] = frozenset({"slack"})
    active: bool = True
    is_channel: bool = False
    pace: Pace = "all"


@dataclass(frozen=True, slots=True)
class StepState:
    """What became of one step. `at` is when it was said or asked (UTC); `by` who answered; `reminders` how many were due."""

    state: Literal["asked", "done", "missed", "expired"]
    at: datetime
    value: Any = None
    by: str | None = None
    to: str | None = None
    reminders: int = 0
    snoozed_until: datetime | None = None
    times_asked: int = 1


@dataclass(frozen=True, slots=True)
class Conversation:
    """One run of one flow about one subject, with its cast and its anchors.

    A step absent from `steps` is pending. `cast` maps a part to whoever plays it; `details` are plain words given at the
    start (which part is sought, say). `wake_at` is when the engine must look again, `None` when only an event can move it.
    """

    id: str
    flow: str
    cast: Mapping[str, Addressee]
    anchors: Mapping[str, date] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, StepState] = field(default_factory=dict)
    status: Literal["open", "finished", "stopped"] = "open"
    wake_at: datetime | None = None
    version: int = 1
    vacant: frozenset[str] = frozenset()
    """The empty parts already noticed: `part` for the cast as a whole, `part/step` for a step that needed it."""
    house: Rhythm = field(default_factory=lambda: Rhythm(zone="Europe/Paris"))

    def answer(self, question: "Ask[T]") -> T | None:
        """What was answered to `question`; None when it was skipped, is not answered or was never asked."""
        given = self.steps.get(question.name)
        return given.value if given is not None and given.state == "done" else None

    def is_over(self, step: str) -> bool:
        """Whether it was reached and nothing more is awaited of it: done, skipped, missed or expired."""
        return step in self.steps and self.steps[step].state != "asked"

    def plays(self, part: str) -> Addressee | None:
        """Whoever plays `part` and still has an account."""
        somebody = self.cast.get(part)
        return somebody if somebody is not None and somebody.active else None


Guard = Callable[[Conversation], bool]


def hears_everything(talk: Conversation) -> bool:
    """A guard for what can be spared to whoever has left and wants to hear of what matters only."""
    subject = talk.cast.get(SUBJECT)
    return subject is None or subject.pace == "all"


# ------------------------------------------------------------------------------------------------------- the steps


@dataclass(frozen=True, kw_only=True)
class _Step:
    at: Appointment | None = None
    not_before: Appointment | None = None
    """The moment an appointed step waits for where its own is sooner, unless the day that it is counted from comes first."""
    only_if: Guard | None = None
    useful_for: timedelta = timedelta(days=5)
    """How long an appointed step is still worth saying after its moment; past it, it is missed."""
    after: timedelta = timedelta(0)
    """For a step without appointment: how long it waits once the steps it follows are over."""
    since: int = 1
    """The flow's version that brought this step: runs begun before do not get it."""


@dataclass(frozen=True)
class Say(_Step):
    """Something said to one or several parts. `links` name the cooperative's own pages, `offers` the gestures proposed."""

    name: str
    to: str | tuple[str, ...] = SUBJECT
    links: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    by_email: bool = False


@dataclass(frozen=True)
class Ask(_Step, Generic[T]):
    """Something asked of one part, reminded until answered or expired. A task is a question whose answer is `Done()`.

    `skippable` lets the person pass; `snooze` maps an option to how long the question then sleeps; `admits` names the rule
    that says who may answer (a volunteer must be free, say), checked by the shell before the engine is told.
    """

    name: str
    answer: Answer[T]
    to: str = SUBJECT
    remind_after: tuple[timedelta, ...] = (timedelta(days=3),)
    expires_after: timedelta = timedelta(days=21)
    skippable: bool = False
    snooze: Mapping[str, timedelta] = field(default_factory=dict)
    admits: str | None = None
    links: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    by_email: bool = False
    """Whoever has no account is asked by a letter, that leads to a page where it is answered."""


@dataclass(frozen=True)
class Start(_Step):
    """Another flow, begun with people of this cast (`casting`: their part there -> their part here); over when it is over.

    `details` are given to it, and those of this conversation that `passing` names.
    """

    name: str
    flow: str
    casting: Mapping[str, str] = field(default_factory=lambda: {SUBJECT: SUBJECT})
    details: Mapping[str, str] = field(default_factory=dict)
    passing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Do(_Step):
    """A deed of the shell, by name; it must be harmless when done twice. One that may have to wait for something outside is
    done again every `again_after`, until the shell says that it is finished."""

    name: str
    deed: str
    details: Mapping[str, str] = field(default_factory=dict)
    again_after: timedelta | None = None


Step = Say | Ask[Any] | Start | Do


def addressed(step: Step) -> tuple[str, ...]:
    """The parts `step` speaks to: none for what the shell does."""
    match step:
        case Say():
            return (step.to,) if isinstance(step.to, str) else step.to
        case Ask():
            return (step.to,)
        case _:
            return ()
