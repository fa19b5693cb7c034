"""What a round gives to everybody at once: the one value that Slack, charts and exports are made from."""

from dataclasses import dataclass
from enum import StrEnum


class Hidden(StrEnum):
    """Why something is not shown. None of them depends on who answered what, but for what a reader is told anyway."""

    TOO_FEW_ANSWERS = "too_few_answers"
    ITEM_HIDDEN = "item_hidden"
    """A dimension with an item hidden: its mean would give the item away."""
    GROUPS_HIDDEN = "groups_hidden"
    """A cut with a group too small, too close to its extreme, or too close to one shown before: not said which."""
    TOO_CLOSE_TO_EARLIER = "too_close_to_earlier"
    """Next to an earlier result, it would be the answer of the few people who came or left in between."""
    FEW_PEOPLE_CHANGED = "few_people_changed"
    NOTHING_TO_COMPARE = "nothing_to_compare"
    NOBODY_WROTE = "nobody_wrote"
    TOO_FEW_COMMENTS = "too_few_comments"
    NOT_COLLECTED = "not_collected"
    TOO_FEW_TO_CONCLUDE = "too_few_to_conclude"
    ERASED = "erased"
    """Kept for as long as was said, and no longer."""


class Level(StrEnum):
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Trend(StrEnum):
    UP = "up"
    STEADY = "steady"
    DOWN = "down"


class Spread(StrEnum):
    DIVIDED = "divided"
    """At least two answers at the bottom of the scale and at least two at its top."""
    NOT_DIVIDED = "not_divided"


@dataclass(frozen=True, slots=True)
class Figure:
    """One mean, or what is said in its place.

    One of: `mean`; `at_least` or `at_most` near an end of the scale; neither, and `hidden` says why. With `as_in` (the id
    of an earlier round) these are that round's: what has moved since is no more than the few who came or left could explain.
    `between` is all that a reader can deduce about the sum of the answers: both bounds included.
    """

    n: int | None = None
    mean: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    level: Level | None = None
    spread: Spread | None = None
    as_in: str | None = None
    hidden: Hidden | None = None
    between: tuple[int, int] | None = None

    @property
    def is_exact(self) -> bool:
        """A mean of this very round."""
        return self.mean is not None and self.as_in is None


@dataclass(frozen=True, slots=True)
class Participation:
    answered: int
    expected: int

    @property
    def percent(self) -> int:
        return 100 * self.answered // self.expected if self.expected else 0


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item, for everybody together. `key` changes with its meaning; `no_trend` says why there is no `trend`."""

    name: str
    key: str
    figure: Figure
    trend: Trend | None = None
    no_trend: Hidden | None = None


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """The mean of the means shown for its items, and nothing else: it tells nothing that they do not."""

    name: str
    key: str
    figure: Figure
    trend: Trend | None = None
    no_trend: Hidden | None = None


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group's figure for the item of its cut."""

    group: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class CutResult:
    """One item by group: all the groups of the cut, or none."""

    cut: str
    item: str
    groups: tuple[GroupResult, ...] = ()
    hidden: Hidden | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`index` is the percentage of 9-10 less that of 0-6, from 10 answers; under that, the `median`. Never both.

    `at_least` and `at_most` stand for whichever it is, near an end. When only a few people came or left, only `level`.
    """

    name: str
    key: str
    n: int | None = None
    index: int | None = None
    median: float | None = None
    at_least: int | None = None
    at_most: int | None = None
    level: Level | None = None
    hidden: Hidden | None = None


@dataclass(frozen=True, slots=True)
class Comments:
    """What was written to an open item, in no order that means anything; or why it is not shown."""

    item: str
    texts: tuple[str, ...] = ()
    hidden: Hidden | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What was once shown of `key` for a path: what later rounds must not be subtracted from."""

    round: str
    key: str
    path: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a round. What is not in it may not be shown; it is safe to keep and to hand to anybody."""

    round: str
    poll: str
    version: int
    participation: Participation
    items: tuple[ItemResult, ...]
    dimensions: tuple[DimensionResult, ...]
    cuts: tuple[CutResult, ...] = ()
    recommendation: Recommendation | None = None
    comments: tuple[Comments, ...] = ()
    strong: str | None = None
    """The dimension that stands highest."""
    to_discuss: tuple[str, ...] = ()
    """The dimensions that stand lowest, lowest first."""
    items_to_discuss: tuple[str, ...] = ()
    """The items at the bottom of their scale, then those on which opinions divide."""
    no_highlights: Hidden | None = None
    history: tuple[Past, ...] = ()
    """Everything shown so far of this poll, this round included."""
