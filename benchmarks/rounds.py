"""Sides run in turn, round after round, in the same run; and what is kept of it: medians, spread, ratios."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a run is: the full one, whose figures are kept, or a quick one, which shows that everything works."""

    quick: bool = False

    def of(self, full: int, quick: int) -> int:
        return quick if self.quick else full


class Spread(NamedTuple):
    """The median of several rounds, and how far they lie apart."""

    middle: float
    low: float
    high: float

    def __format__(self, spec: str) -> str:
        return f"{self.middle:{spec}} ({self.low:{spec}}–{self.high:{spec}})"


def in_turn(sides: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """What each side gave, round by round. Each round begins with another side, so that none is always first."""
    names = list(sides)
    found: dict[str, list[T]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(sides[name]())
    return found


def spread(values: Sequence[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Of each round by itself: what disturbs the machine for a while disturbs both sides of it."""
    return spread([mine / other for mine, other in zip(ours, theirs, strict=True)])


def figures(results: Sequence[Any], name: str) -> list[float]:
    return [float(getattr(result, name)) for result in results]
