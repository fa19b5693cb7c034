"""A flow: what is said and asked, as data; and what a flow cannot be."""

import hashlib
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import Any

from flows.core.answers import Choice, Form, Text
from flows.core.steps import (
    BRIEFING,
    MISSED,
    NO_STEP,
    REMINDER,
    SUBJECT,
    Addressee,
    Ask,
    Conversation,
    Do,
    Guard,
    Say,
    Start,
    Step,
    StepState,
    addressed,
    days,
    hears_everything,
)

__all__ = [
    "BRIEFING",
    "MISSED",
    "NO_STEP",
    "REMINDER",
    "SUBJECT",
    "Addressee",
    "Ask",
    "Conversation",
    "Do",
    "Flow",
    "FlowDefinitionError",
    "Guard",
    "Say",
    "Start",
    "Step",
    "StepState",
    "addressed",
    "days",
    "hears_everything",
]

REMEMBERED = 1_000
"""Pairs of days and rhythms whose moments a flow remembers."""
NO_TIME = timedelta(0)
WORDS_OF_A_QUESTION = frozenset(
    ("title", "subject", "page", "reading", "reminder", "placeholder", "answered", "skipped", "snoozed", "expired")
)
"""What a question may have in the messages beside its options or its fields: none of them has such a name."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A flow as the runs begun at one version have it: what follows from its steps alone, found once."""

    steps: tuple[Step, ...]
    chapters: tuple[tuple[Step, ...], ...]
    guarded: tuple[tuple[Step, ...], ...]
    """The chapters with a guard. Nothing else looks ahead: only there may a step be opened by one written after it."""
    before: Mapping[str, tuple[Step, ...]]
    """The steps of its chapter that each step follows, by its name."""
    heads: Mapping[str, Step]
    """The appointed step that opens the chapter, for each step that follows one."""
    timed: tuple[Step, ...]
    """The steps that time alone may open: appointed, or waiting a while after those before them."""
    named: Mapping[str, Step]


class FlowDefinitionError(ValueError):
    """A flow cannot be what it says. Raised when its module is imported, so a release with it never starts."""


@dataclass(frozen=True)
class Flow:
    """What is said and asked, as data.

    A step with an appointment opens a *chapter*: the steps without appointment written under it follow it in order, and
    chapters never wait for each other. A flow without appointments is one chapter: a questionnaire.
    """

    name: str
    steps: tuple[Step, ...]
    cast: tuple[str, ...] = (SUBJECT,)
    """The parts without which it makes no sense to begin."""
    optional: tuple[str, ...] = ()
    """The parts that nobody may ever play: it goes on without what is for them alone."""
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
    closed_to_heirs: Guard | None = None
    """Once it holds, what was said stays with those it was said to: whoever takes a part of theirs over where this was begun
    takes none here, unless nobody plays it any more."""
    private: bool = False
    """Nothing of it is said, listed or logged beyond those who play in it: not even to whoever leads the cooperative."""

    def __post_init__(self) -> None:
        for complaint in _complaints(self):
            raise FlowDefinitionError(f"flow {self.name!r}: {complaint}")

    def step(self, name: str) -> Step | None:
        return self._by_name.get(name)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Every part there is, each once: those required, then those a step speaks to, then the others."""
        spoken_to = (part for parts in self.speaks_to.values() for part in parts)
        return tuple(dict.fromkeys((*self.cast, *spoken_to, *self.optional)))

    @cached_property
    def speaks_to(self) -> Mapping[str, tuple[str, ...]]:
        """The parts each step speaks to, by its name."""
        return {step.name: addressed(step) for step in self.steps}

    @cached_property
    def shape(self) -> str:
        """A short fingerprint of the steps: conversations begun under another are looked at again when the bot starts."""
        described = "|".join(_shape_of(step) for step in self.steps)
        return hashlib.sha256(described.encode()).hexdigest()[:12]

    def before(self, step: Step, version: int | None = None) -> tuple[Step, ...]:
        """The steps of its chapter that `step` follows in a run of `version`, in order: none for an appointed one."""
        return self.edition(self.version if version is None else version).before[step.name]

    def edition(self, version: int) -> Edition:
        """The flow as the runs begun at `version` have it: steps brought since are not for them."""
        version = min(version, self.version)
        if version not in self._editions:
            older = tuple(step for step in self.steps if step.since <= version)
            self._editions[version] = _edition(older if version < self.version else self.steps)
        return self._editions[version]

    @cached_property
    def _by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    def moments_for(self, days_and_rhythms: tuple[Hashable, ...]) -> dict[str, datetime]:
        """What was found of the moments of appointed steps, by name, for these days and rhythms: to be read and completed."""
        if len(self._moments) >= REMEMBERED:
            self._moments.clear()
        return self._moments.setdefault(days_and_rhythms, {})

    @cached_property
    def _editions(self) -> dict[int, Edition]:
        return {}

    @cached_property
    def _moments(self) -> dict[tuple[Hashable, ...], dict[str, datetime]]:
        return {}


def _edition(steps: tuple[Step, ...]) -> Edition:
    opening = [number for number, step in enumerate(steps) if number == 0 or step.at is not None]
    chapters = tuple(steps[start:end] for start, end in pairwise((*opening, len(steps))))
    before = {step.name: chapter[:number] for chapter in chapters for number, step in enumerate(chapter)}
    return Edition(
        steps,
        chapters,
        guarded=tuple(chapter for chapter in chapters if any(step.only_if is not None for step in chapter)),
        before=before,
        heads={name: earlier[0] for name, earlier in before.items() if earlier and earlier[0].at is not None},
        timed=tuple(step for step in steps if step.at is not None or step.after),
        named={step.name: step for step in steps},
    )


def _shape_of(step: Step) -> str:
    """All that says when to look at a step, but its guard: a function has no shape."""
    asked = (step.remind_after, step.expires_after) if isinstance(step, Ask) else ()
    again = step.again_after if isinstance(step, Do) and step.again_after else ""
    at = f"{step.at}>{step.not_before}" if step.not_before else step.at
    looked_at = f"{at}:{step.useful_for}:{step.after}:{step.since}:{asked}{again}"
    return f"{type(step).__name__}:{step.name}:{addressed(step)}:{looked_at}"


def _complaints(flow: Flow) -> list[str]:
    names = [step.name for step in flow.steps]
    found = [f"step {name!r} is there twice" for name in names if names.count(name) > 1]
    named = (flow.name, *names, *flow.parts, *flow.anchors)
    found += [f"{name!r} is not a snake_case identifier" for name in dict.fromkeys(named) if not _is_name(name)]
    no_step = NO_STEP | {f"{anchor}_moved" for anchor in flow.anchors}
    found += [f"{name!r} is the name of a message that is no step" for name in names if name in no_step]
    if flow.revisable_until is not None and not isinstance(flow.step(flow.revisable_until), Ask):
        found.append(f"it is revisable until {flow.revisable_until!r}, which is no question of it")
    told = (flow.told_when_missed,) if flow.told_when_missed else ()
    for part in dict.fromkeys((*flow.fills, *told, *flow.told_when_moved, *flow.briefed)):
        if part not in flow.parts:
            found.append(f"no step speaks to {part!r}, and its cast does not have it")
    filled = (*flow.cast, *flow.fills, *flow.optional)
    for step in flow.steps:
        found += [_complaint_about_part(step, part, filled) for part in addressed(step) if part not in filled]
        found += _complaints_about_step(flow, step)
    return found


def _complaint_about_part(step: Step, part: str, filled: Sequence[str]) -> str:
    remedy = or_else(part, filled) or ": name it in `cast`, in `fills` or in `optional`"
    return f"{step.name!r} speaks to {part!r}, whom nobody would play{remedy}"


def or_else(name: str, there: Iterable[str]) -> str:
    """Of a name that is not among those there are, the one that was likely meant, for the end of a complaint; else nothing."""
    likely = get_close_matches(name, list(there), n=1)
    return f": {likely[0]!r}, perhaps" if likely else ""


def _complaints_about_step(flow: Flow, step: Step) -> list[str]:
    found = []
    if step.at is not None and step.after:
        found.append(f"{step.name!r} has an appointment: it cannot also wait for the steps before it")
    if step.after and not flow.before(step):
        found.append(f"{step.name!r} waits for the steps before it, and there is none")
    for appointment in (step.at, step.not_before):
        if appointment is not None and appointment.anchor not in flow.anchors:
            found.append(f"{step.name!r} is appointed from {appointment.anchor!r}, which is not among its anchors")
    if step.not_before is not None and step.at is None:
        found.append(f"{step.name!r} has no appointment to wait for")
    if step.useful_for <= NO_TIME or step.after < NO_TIME:
        found.append(f"{step.name!r} would be over before it begins")
    if step.since > flow.version:
        found.append(f"{step.name!r} is for version {step.since}, the flow is at {flow.version}")
    if isinstance(step, Do) and step.again_after is not None and step.again_after <= NO_TIME:
        found.append(f"{step.name!r} would be done again without end")
    if isinstance(step, Say) and not addressed(step):
        found.append(f"{step.name!r} speaks to nobody")
    return found + (_complaints_about_question(step) if isinstance(step, Ask) else [])


def _complaints_about_question(question: Ask[Any]) -> list[str]:
    found = []
    delays = (*question.remind_after, question.expires_after, *question.snooze.values())
    if min(delays) <= NO_TIME:
        found.append(f"{question.name!r} does not leave time to answer")
    if list(question.remind_after) != sorted(set(question.remind_after)):
        found.append(f"the reminders of {question.name!r} do not go forward")
    if question.remind_after and question.remind_after[-1] >= question.expires_after:
        found.append(
            f"{question.name!r} is reminded after it has expired: `remind_after` is sooner than `expires_after`"
        )
    return found + _complaints_about_answer(question)


def _complaints_about_answer(question: Ask[Any]) -> list[str]:
    options = question.answer.options if isinstance(question.answer, Choice) else ()
    fields = question.answer.fields if isinstance(question.answer, Form) else {}
    named, name = (*options, *fields), question.name
    found = [f"{word!r}, of {name!r}, is not a snake_case identifier" for word in named if not _is_name(word)]
    taken = [word for word in named if word in WORDS_OF_A_QUESTION]
    found += [f"{word!r}, of {name!r}, means something else in its words: give it another name" for word in taken]
    if unknown := set(question.snooze) - set(options):
        found.append(f"{name!r} sleeps on options it does not have: {sorted(unknown)}")
    if options and set(options) <= set(question.snooze):
        found.append(f"{name!r} can only be put off: leave an option that is no `snooze`")
    if question.by_email and not all(isinstance(kind, Text | Choice) for kind in fields.values() or [question.answer]):
        found.append(f"{name!r} goes by letter: its answer is a Text, a Choice, or a Form of these")
    return found


def _is_name(text: str) -> bool:
    # Two underscores separate a step's name from an option's in the messages, so a name has none.
    return re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", text) is not None
