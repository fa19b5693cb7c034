"""A poll: the items asked anonymously, their scales and dimensions, as data; and what a poll cannot be."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from flows.core.answers import Refused, Scale, Text

FLOOR = 3
"""No threshold goes under it: with two answers, each of the two persons knows the other's."""
MOST_ITEMS = 20
"""A poll is answered in three minutes (domain.md, section 1.3: 5 to 15 questions)."""
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class PollDefinitionError(ValueError):
    """A poll cannot be what it says. Raised when its module is imported, so a release with it never starts."""


class Kind(StrEnum):
    AGREEMENT = "agreement"
    AXIS = "axis"
    RECOMMENDATION = "recommendation"
    OPEN = "open"


SCALES: Mapping[Kind, Scale] = MappingProxyType(
    {Kind.AGREEMENT: Scale(1, 5), Kind.AXIS: Scale(0, 5), Kind.RECOMMENDATION: Scale(0, 10)}
)
"""Each of them may also be left without an answer: "je préfère ne pas répondre"."""
AVERAGED = (Kind.AGREEMENT, Kind.AXIS)


class Cadence(StrEnum):
    QUARTERLY = "quarterly"
    TWICE_A_YEAR = "twice_a_year"
    YEARLY = "yearly"
    ONE_OFF = "one_off"

    def next_after(self, day: date) -> date | None:
        """The day the next round is due when one opened on `day`; a day the month lacks becomes its last."""
        if self is Cadence.ONE_OFF:
            return None
        months = day.month - 1 + MONTHS_BETWEEN[self]
        year, month = day.year + months // 12, months % 12 + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))


MONTHS_BETWEEN = MappingProxyType({Cadence.QUARTERLY: 3, Cadence.TWICE_A_YEAR: 6, Cadence.YEARLY: 12})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many answers a figure is shown (`scores`), and from how many ballots comments are (`comments`)."""

    scores: int = 5
    comments: int = 8

    def __post_init__(self) -> None:
        if wrong := _threshold_complaint(self.scores, self.comments):
            raise ValueError(f"{wrong.reason} {dict(wrong.details)}")

    @classmethod
    def typed(cls, scores: int, comments: int) -> "Thresholds | Refused":
        """The thresholds somebody wants, or why they cannot be."""
        return _threshold_complaint(scores, comments) or cls(scores, comments)

    def raised_to(self, new: "Thresholds") -> "Thresholds | Refused":
        """`new`, unless it lowers one of the two: what was promised may only become stricter."""
        if new.scores < self.scores or new.comments < self.comments:
            return Refused("threshold_lowered", {"scores": self.scores, "comments": self.comments})
        return new


def _threshold_complaint(scores: int, comments: int) -> Refused | None:
    if min(scores, comments) < FLOOR:
        return Refused("threshold_under_floor", {"floor": FLOOR})
    if comments < scores:
        return Refused("comments_under_scores", {"scores": scores, "comments": comments})
    return None


@dataclass(frozen=True)
class Item:
    """One thing asked. `since` is the version of the poll that gave it its present meaning: a trend never crosses it."""

    name: str
    kind: Kind = Kind.AGREEMENT
    dimension: str | None = None
    since: int = 1
    texts: Mapping[str, str] = field(default_factory=dict)
    """Its wording by locale when the cooperative typed it; an item of ours has its words in the messages."""

    @cached_property
    def key(self) -> str:
        """What is compared from round to round: the same key means the same question."""
        return f"{self.name}@{self.since}"

    def was_asked_as(self, key: str) -> bool:
        """Whether it is what this key was given to, be it in other words: about the same people, it may be answered alike."""
        return key.rpartition("@")[0] == self.name

    @cached_property
    def scale(self) -> Scale:
        """What it is answered on. Raises KeyError for an open question, which has none."""
        return SCALES[self.kind]

    def parse(self, raw: object) -> int | str | Refused | None:
        """An answer, or None for "I prefer not to answer": nothing is required."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        return Text().parse(raw) if self.kind is Kind.OPEN else self.scale.parse(raw)


@dataclass(frozen=True, slots=True)
class Dimension:
    name: str
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Poll:
    """An anonymous questionnaire. A plain value: ours are written below `flows/living`, a cooperative's come from rows."""

    name: str
    items: tuple[Item, ...]
    dimensions: tuple[Dimension, ...] = ()
    version: int = 1
    cadence: Cadence = Cadence.QUARTERLY
    thresholds: Thresholds = field(default_factory=Thresholds)
    discussed: int = 1
    """How many of the lowest dimensions are put forward for discussion."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Its title by locale, when the cooperative made it."""

    def __post_init__(self) -> None:
        if wrong := complaint(self.name, self.items, self.dimensions, self.version):
            raise PollDefinitionError(f"poll {self.name!r}: {wrong.reason} {dict(wrong.details)}")

    @cached_property
    def averaged(self) -> tuple[Item, ...]:
        """The items that have a mean."""
        return tuple(item for item in self.items if item.kind in AVERAGED)

    @cached_property
    def recommendation(self) -> Item | None:
        return next((item for item in self.items if item.kind is Kind.RECOMMENDATION), None)

    @cached_property
    def open_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.kind is Kind.OPEN)

    def item(self, name: str) -> Item | None:
        return next((item for item in self.items if item.name == name), None)

    def items_of(self, dimension: str) -> tuple[Item, ...]:
        return self._by_dimension.get(dimension, ())

    def scale_of(self, dimension: str) -> Scale:
        """The scale its items share."""
        return self.items_of(dimension)[0].scale

    @cached_property
    def _by_dimension(self) -> dict[str, tuple[Item, ...]]:
        names = [dimension.name for dimension in self.dimensions]
        return {name: tuple(item for item in self.items if item.dimension == name) for name in names}

    def with_thresholds(self, new: Thresholds) -> "Poll | Refused":
        """For the rounds to come: upward only."""
        raised = self.thresholds.raised_to(new)
        return raised if isinstance(raised, Refused) else replace(self, thresholds=raised)


def complaint(name: str, items: tuple[Item, ...], dimensions: tuple[Dimension, ...], version: int) -> Refused | None:
    """The first reason why these cannot make a poll."""
    known = {dimension.name for dimension in dimensions}
    about_items = (found for item in items for found in _complaints_about_item(item, known, version))
    found = (*_complaints(name, items, dimensions), *about_items, *_complaints_about_dimensions(items, dimensions))
    return next(iter(found), None)


def _complaints(name: str, items: tuple[Item, ...], dimensions: tuple[Dimension, ...]) -> Iterator[Refused]:
    if not items:
        yield Refused("no_item")
    if len(items) > MOST_ITEMS:
        yield Refused("too_many_items", {"most": MOST_ITEMS, "items": len(items)})
    for names in ([item.name for item in items], [dimension.name for dimension in dimensions]):
        yield from (Refused("named_twice", {"name": one}) for one in names if names.count(one) > 1)
        yield from (Refused("not_a_name", {"name": one}) for one in (name, *names) if not NAME.fullmatch(one))
    if sum(item.kind is Kind.RECOMMENDATION for item in items) > 1:
        yield Refused("two_recommendations")


def _complaints_about_item(item: Item, dimensions: set[str], version: int) -> Iterator[Refused]:
    details: dict[str, Any] = {"item": item.name}
    if item.kind in AVERAGED and item.dimension not in dimensions:
        yield Refused("item_without_dimension", details)
    if item.kind not in AVERAGED and item.dimension is not None:
        yield Refused("item_outside_dimensions", details)
    if not 1 <= item.since <= version:
        yield Refused("wording_from_the_future", {**details, "since": item.since, "version": version})


def _complaints_about_dimensions(items: tuple[Item, ...], dimensions: tuple[Dimension, ...]) -> Iterator[Refused]:
    for dimension in dimensions:
        kinds = {item.kind for item in items if item.dimension == dimension.name}
        if len(kinds) != 1:
            reason = "mixed_scales" if kinds else "dimension_without_item"
            yield Refused(reason, {"dimension": dimension.name})


def missing_texts(poll: Poll, locales: tuple[str, ...]) -> tuple[Refused, ...]:
    """What the cooperative typed in one locale and not in another: a round does not open with a hole in it."""
    written: tuple[Item | Dimension | Poll, ...] = (poll, *poll.items, *poll.dimensions)
    return tuple(
        Refused("text_missing", {"name": part.name, "locale": locale})
        for part in written
        if part.texts
        for locale in locales
        if not part.texts.get(locale, "").strip()
    )
