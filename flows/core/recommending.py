"""The recommendation, 0 to 10: an index from ten answers, a median under that, and what neither may tell."""

from collections.abc import Iterable, Sequence
from statistics import median, median_low

from flows.core.answers import Scale
from flows.core.disclosure import ends, few_between
from flows.core.report import Hidden, Level, Past, Recommendation
from flows.core.rounds import WHOLE, Kin

ENOUGH_FOR_AN_INDEX = 10
"""Answers (domain.md, section 10 c)."""
FOR, AGAINST = 9, 6
SIGNS = Scale(-1, 1)
"""Each answer counts for (9-10), against (0-6), or neither."""


def recommendation(
    name: str, key: str, values: Sequence[int], k: int, pasts: Iterable[Past], kin: Kin
) -> Recommendation:
    """What may be shown of some answers. Once few people separate it from an earlier one, its level alone."""
    if len(values) < k:
        return Recommendation(name, key, hidden=Hidden.TOO_FEW_ANSWERS)
    if any(few_between(past, WHOLE, len(values), k, kin) for past in pasts):
        # The lower median is one answer, not the mean of two: that one more answer moves its level tells of no single value.
        level = _level_of_median(median_low(values))
        return Recommendation(name, key, len(values), level=level, hidden=Hidden.FEW_PEOPLE_CHANGED)
    return _index(name, key, values) if len(values) >= ENOUGH_FOR_AN_INDEX else _median(name, key, values)


def _index(name: str, key: str, values: Sequence[int]) -> Recommendation:
    n = len(values)
    total = sum((value >= FOR) - (value <= AGAINST) for value in values)
    bottom, top = ends(SIGNS, n, to_discuss=None)
    level = Level.LOW if 3 * total < -n else Level.MIDDLE if 3 * total <= n else Level.HIGH
    if total <= bottom[1]:
        return Recommendation(name, key, n, at_most=-(-100 * bottom[1] // n), level=level)
    if total >= top[0]:
        return Recommendation(name, key, n, at_least=100 * top[0] // n, level=level)
    return Recommendation(name, key, n, index=(200 * total + n) // (2 * n), level=level)


def _median(name: str, key: str, values: Sequence[int]) -> Recommendation:
    n, middle = len(values), float(median(values))
    level = _level_of_median(middle)
    # At an end of the scale a median is the answer of half the people at once: it is said with its neighbour.
    if middle <= 1:
        return Recommendation(name, key, n, at_most=1, level=level)
    if middle >= FOR:
        return Recommendation(name, key, n, at_least=FOR, level=level)
    return Recommendation(name, key, n, median=middle, level=level)


def _level_of_median(middle: float) -> Level:
    return Level.LOW if middle <= AGAINST else Level.MIDDLE if middle < FOR else Level.HIGH
