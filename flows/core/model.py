"""A flow: what is said and asked, as data."""

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from flows.core.slips import complaints
from flows.core.steps import (
    BRIEFING,
    MISSED,
    NO_STEP,
    NO_TIME,
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
    "NO_TIME",
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
    details: tuple[str, ...] = ()
    """The names of the words it is given as it begins: any other would be looked for, or given, in vain."""
    optional_details: tuple[str, ...] = ()
    """Those that may lack."""
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
        for complaint in complaints(self):
            raise FlowDefinitionError(f"flow {self.name!r}: {complaint}")

    def step(self, name: str) -> Step | None:
        return self._by_name.get(name)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Every part there is, each once: those required, then those a step speaks to, then the others."""
        spoken_to = (part for parts in self.speaks_to.values() for part in parts)
        return tuple(dict.fromkeys((*self.cast, *spoken_to, *self.optional)))

    @cached_property
    def all_details(self) -> tuple[str, ...]:
        return (*self.details, *self.optional_details)

    @cached_property
    def speaks_to(self) -> Mapping[str, tuple[str, ...]]:
        """The parts each step speaks to, by its name."""
        return {step.name: addressed(step) for step in self.steps}

    @cached_property
    def for_optional_parts(self) -> frozenset[str]:
        """The steps that speak to optional parts alone, by name: nothing waits for somebody to play these."""
        may_lack = set(self.optional) - set(self.cast) - set(self.fills)
        return frozenset(name for name, parts in self.speaks_to.items() if parts and may_lack.issuperset(parts))

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
