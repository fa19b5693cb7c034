"""The words of the core, as data: flows and their steps, conversations and whom they speak to."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from flows.core.answers import Answer, Choice
from flows.core.calendar import Appointment, Rhythm

SUBJECT = "subject"
"""The part of whoever the conversation is about."""

T = TypeVar("T")


def days(count: float) -> timedelta:
    """So that a flow reads `remind_after=(days(2), days(4))`."""
    return timedelta(days=count)


class FlowDefinitionError(ValueError):
    """A flow cannot be what it says. Raised when its module is imported, so a release with it never starts."""


# ---------------------------------------------------------------------------------------------------- who and where


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody (or a channel) a step may speak to, as the core needs to know them.

    `reach` says through what they can be spoken to now: `"slack"`, `"email"`, both or neither. A channel is an addressee
    that anybody in it may answer for (`is_channel`). `active` is false once the account is closed.
    """

    id: str
    rhythm: Rhythm
    reach: frozenset[str] = frozenset({"slack"})
    active: bool = True
    is_channel: bool = False


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
    house: Rhythm = field(default_factory=lambda: Rhythm(zone="Europe/Paris"))

    def answer(self, question: "Ask[T]") -> T | None:
        """What was answered to `question`; None when it was skipped, is not answered or was never asked."""
        given = self.steps.get(question.name)
        return given.value if given is not None and given.state == "done" else None

    def is_over(self, step: str) -> bool:
        return step in self.steps and self.steps[step].state != "asked"

    def plays(self, part: str) -> Addressee | None:
        """Whoever plays `part` and still has an account."""
        somebody = self.cast.get(part)
        return somebody if somebody is not None and somebody.active else None


Guard = Callable[[Conversation], bool]


# ------------------------------------------------------------------------------------------------------- the steps


@dataclass(frozen=True, kw_only=True)
class _Step:
    at: Appointment | None = None
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


@dataclass(frozen=True)
class Start(_Step):
    """Another flow, begun with people of this cast (`casting`: their part there -> their part here); over when it is over."""

    name: str
    flow: str
    casting: Mapping[str, str] = field(default_factory=lambda: {SUBJECT: SUBJECT})
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Do(_Step):
    """A deed of the shell, by name; it must be harmless when done twice."""

    name: str
    deed: str
    details: Mapping[str, str] = field(default_factory=dict)


Step = Say | Ask[Any] | Start | Do


@dataclass(frozen=True)
class Flow:
    """What is said and asked, as data.

    A step with an appointment opens a *chapter*: the steps without appointment written under it follow it in order, and
    chapters never wait for each other. A flow without appointments is one chapter: a questionnaire.
    """

    name: str
    steps: tuple[Step, ...]
    cast: tuple[str, ...] = (SUBJECT,)
    """The parts without which it makes no sense to begin; each other part met in a step may be filled later."""
    anchors: tuple[str, ...] = ()
    version: int = 1
    fills: Mapping[str, str] = field(default_factory=dict)
    """For a part that nobody plays, the deed that asks whoever can fill it."""
    revisable_until: str | None = None
    """An answer may be changed until this step is answered."""
    told_when_missed: str | None = None
    told_when_moved: tuple[str, ...] = ()
    briefed: tuple[str, ...] = ()
    """The parts whose new holder receives the message `briefing`, saying what was done before."""

    def __post_init__(self) -> None:
        for complaint in _complaints(self):
            raise FlowDefinitionError(f"flow {self.name!r}: {complaint}")

    def step(self, name: str) -> Step | None:
        return self._by_name.get(name)

    @property
    def parts(self) -> tuple[str, ...]:
        """Every part a step speaks to, and those required, each once."""
        spoken_to = (part for step in self.steps for part in addressed(step))
        return tuple(dict.fromkeys((*self.cast, *spoken_to)))

    @cached_property
    def shape(self) -> str:
        """A short fingerprint of the steps: conversations begun under another are looked at again when the bot starts."""
        described = "|".join(
            f"{type(step).__name__}:{step.name}:{step.at}:{step.after}:{step.since}" for step in self.steps
        )
        return hashlib.sha256(described.encode()).hexdigest()[:12]

    def before(self, step: Step) -> tuple[Step, ...]:
        """The steps of its chapter that `step` follows, in order: none for an appointed one."""
        return self._before[step.name]

    @cached_property
    def _by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    @cached_property
    def _before(self) -> dict[str, tuple[Step, ...]]:
        chapter: tuple[Step, ...] = ()
        found: dict[str, tuple[Step, ...]] = {}
        for step in self.steps:
            chapter = () if step.at is not None else chapter
            found[step.name] = chapter
            chapter = (*chapter, step)
        return found


def addressed(step: Step) -> tuple[str, ...]:
    """The parts `step` speaks to: none for what the shell does."""
    match step:
        case Say():
            return (step.to,) if isinstance(step.to, str) else step.to
        case Ask():
            return (step.to,)
        case _:
            return ()


def _complaints(flow: Flow) -> list[str]:
    names = [step.name for step in flow.steps]
    found = [f"step {name!r} is there twice" for name in names if names.count(name) > 1]
    found += [f"{name!r} is not a snake_case identifier" for name in (flow.name, *names) if not _is_name(name)]
    if flow.revisable_until is not None and flow.revisable_until not in names:
        found.append(f"it is revisable until {flow.revisable_until!r}, which is not a step")
    for step in flow.steps:
        if step.at is not None and step.after:
            found.append(f"{step.name!r} has an appointment: it cannot also wait for the steps before it")
        if step.at is not None and step.at.anchor not in flow.anchors:
            found.append(f"{step.name!r} is appointed from {step.at.anchor!r}, which is not among its anchors")
        if step.since > flow.version:
            found.append(f"{step.name!r} is for version {step.since}, the flow is at {flow.version}")
        if isinstance(step, Ask):
            found += _complaints_about_question(step)
    return found


def _complaints_about_question(question: Ask[Any]) -> list[str]:
    found = []
    if list(question.remind_after) != sorted(set(question.remind_after)):
        found.append(f"the reminders of {question.name!r} do not go forward")
    if question.remind_after and question.remind_after[-1] >= question.expires_after:
        found.append(f"{question.name!r} is reminded after it has expired")
    options = question.answer.options if isinstance(question.answer, Choice) else ()
    if unknown := set(question.snooze) - set(options):
        found.append(f"{question.name!r} sleeps on options it does not have: {sorted(unknown)}")
    return found


def _is_name(text: str) -> bool:
    # Two underscores separate a step's name from an option's in the messages, so a name has none.
    return re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", text) is not None
