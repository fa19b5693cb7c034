"""What may be shown of a sum of answers: the rules that keep a figure from giving anybody's answer away.

A figure is hidden by counting people, never by looking at values: a refusal that depends on values tells about them (Kenthapadi,
Mishra and Nissim, "Denials leak information: simulatable auditing", J. Comput. Syst. Sci. 79, 2013). Where a value is
itself the danger, the sums that are dangerous are said with one word for them all.
Three dangers, in the words of the handbook of the European statistical system (sdctools.github.io/HandbookSDC): few answers;
group disclosure, when a figure tells the same of everyone in it; differencing, when two figures subtract to a small group.
"""

from collections.abc import Iterable, Sequence

from flows.core.answers import Scale
from flows.core.report import Figure, Hidden, Level, Past, Spread, Trend
from flows.core.rounds import WHOLE, Kin, Kinship

TO_DISCUSS = 2
"""A mean up to it is said "2 or less: to discuss", unanimous or not (domain.md, section 1.4, unanimity)."""
NOTABLE = 3
"""Tenths between two means before an arrow is drawn (domain.md, section 1.3)."""
CHANGED_FOR_A_TREND = 3
"""People who came or left before a trend is drawn from means; under that, from levels (domain.md, section 1.4)."""

UNKNOWN = Kinship(apart=1, common=0)
TOO_FEW = Figure(hidden=Hidden.TOO_FEW_ANSWERS)

Interval = tuple[int, int]


def ends(scale: Scale, n: int, to_discuss: int | None = TO_DISCUSS) -> tuple[Interval, Interval]:
    """The sums near the bottom and near the top that are said in one word each.

    Each end is as wide as one answer can move a sum, and one more: even the person whose answer explains all the distance
    to the end cannot conclude that all the others answered the same.
    """
    slack = scale.high - scale.low + 1
    lowest, highest = n * scale.low, n * scale.high
    low_to = lowest + slack
    if to_discuss is not None:
        low_to = max(low_to, n * to_discuss)
    return (lowest, low_to), (highest - slack, highest)


def figure_of(
    scale: Scale, values: Sequence[int], k: int, near: Sequence[tuple[Past, Interval]] = (), key: str = ""
) -> Figure:
    """The figure of some answers, by the rules. `near` comes from `too_near`: it may be said as one of these, of
    this `key`, was."""
    n, total = len(values), sum(values)
    if n < k:
        return TOO_FEW
    bottom, top = ends(scale, n)
    held = [interval for _, interval in near]
    cell = _cell(total, [bottom, top, *held])
    if cell is None:
        tenths = _rounded(10 * total, n)
        spread = _spread(scale, values)
        return Figure(n, tenths / 10, level=level_of(scale, tenths / 10), spread=spread, between=_sums(tenths, n))
    if any(_meet(cell, interval) for interval in held):
        return _as_before(n, cell, near, key)
    if cell == bottom:
        return Figure(n, at_most=_up(bottom[1], n), level=Level.LOW, between=bottom)
    return Figure(n, at_least=_down(top[0], n), level=Level.HIGH, between=top)


def too_near(scale: Scale, path: str, n: int, k: int, pasts: Iterable[Past], kin: Kin) -> list[tuple[Past, Interval]]:
    """The earlier figures that fewer than `k` people separate from one of `n` answers for `path`, latest first.

    With each, the sums that these few people alone could explain, if nobody else changed their mind.
    """
    found = []
    for past in pasts:
        if (few := few_between(past, path, n, k, kin)) and past.figure.n and past.figure.between:
            more = n - past.figure.n
            came, left = max(0, (few + more + 1) // 2), max(0, (few - more + 1) // 2)
            low, high = past.figure.between
            reach = (low + came * scale.low - left * scale.high, high + came * scale.high - left * scale.low)
            reached = (max(reach[0], n * scale.low), min(reach[1], n * scale.high))
            # Else it was answered on another scale, from which nothing subtracts to this one.
            if reached[0] <= reached[1]:
                found.append((past, reached))
    return found[::-1]


def few_between(past: Past, path: str, n: int, k: int, kin: Kin) -> int:
    """How many people separate an earlier figure from one of `n` answers for `path`, when they may be few; else 0.

    Either fewer than `k` people came or left; or the answers may be those of the same people but for fewer than `k`, going by
    their number and by how many people were there both times. Where nothing is known, the worst is thought of the same group.
    """
    met = kin.get(past.round, {}).get(past.path, {}).get(path)
    then = past.figure.n or 0
    if met is None:
        return k - 1 if past.path == path else 0
    answers = max(abs(n - then), n + then - 2 * met.common)
    return max((few for few in (met.apart, answers) if few < k), default=0)


def trend(figure: Figure, past: Past | None, kin: Kin) -> tuple[Trend | None, Hidden | None]:
    """The arrow from an earlier figure to this one, or why there is none."""
    if figure.n is None or past is None or past.figure.n is None:
        return None, Hidden.NOTHING_TO_COMPARE
    met = kin.get(past.round, {}).get(past.path, {}).get(past.path, UNKNOWN)
    changed = max(met.apart, abs(figure.n - past.figure.n))
    if figure.as_in is not None:
        return None, Hidden.FEW_PEOPLE_CHANGED
    few = 0 < changed < CHANGED_FOR_A_TREND
    if figure.mean is None or past.figure.mean is None or few:
        moved = _rank(figure.level) - _rank(past.figure.level)
        if not moved and few:
            return None, Hidden.FEW_PEOPLE_CHANGED
    else:
        tenths = round(10 * (figure.mean - past.figure.mean))
        moved = tenths if abs(tenths) >= NOTABLE else 0
    return (Trend.UP if moved > 0 else Trend.DOWN if moved < 0 else Trend.STEADY), None


def level_of(scale: Scale, value: float) -> Level:
    """The third of the scale a shown value is in."""
    third = 3 * (value - scale.low) / (scale.high - scale.low)
    return Level.LOW if third < 1 else Level.MIDDLE if third <= 2 else Level.HIGH


def latest(pasts: Sequence[Past]) -> Past | None:
    """What was shown last of everybody together."""
    return next((past for past in reversed(pasts) if past.path == WHOLE), None)


def _as_before(n: int, cell: Interval, near: Sequence[tuple[Past, Interval]], key: str) -> Figure:
    """The latest figure of the same question and group that this one cannot be told from."""
    for past, interval in near:
        before = past.figure
        if past.path == WHOLE and past.key == key and _meet(cell, interval):
            return Figure(
                n, before.mean, before.at_least, before.at_most, level=before.level, as_in=past.round, between=cell
            )
    return Figure(hidden=Hidden.TOO_CLOSE_TO_EARLIER)


def _cell(total: int, intervals: Sequence[Interval]) -> Interval | None:
    """The interval `total` is in, grown by all those it meets: no remainder of one is left to be told apart."""
    cell = next((interval for interval in intervals if interval[0] <= total <= interval[1]), None)
    while cell is not None:
        met = [interval for interval in intervals if _meet(cell, interval)]
        grown = (min(low for low, _ in met), max(high for _, high in met))
        if grown == cell:
            break
        cell = grown
    return cell


def _meet(one: Interval, other: Interval) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _spread(scale: Scale, values: Sequence[int]) -> Spread:
    """A word, no standard deviation: next to the mean, that would be a second equation on the same answers."""
    ordered = sorted(values)
    at_both = ordered[1] <= scale.low + 1 and ordered[-2] >= scale.high - 1
    return Spread.DIVIDED if at_both else Spread.NOT_DIVIDED


def _sums(tenths: int, n: int) -> Interval:
    """The whole sums of `n` answers whose mean rounds to so many tenths: one alone when n is 10 or less."""
    return -(-n * (2 * tenths - 1) // 20), -(-n * (2 * tenths + 1) // 20) - 1


def _rounded(numerator: int, denominator: int) -> int:
    """To the nearest whole, half upwards."""
    return (2 * numerator + denominator) // (2 * denominator)


def _down(total: int, n: int) -> float:
    return 10 * total // n / 10


def _up(total: int, n: int) -> float:
    return -(-10 * total // n) / 10


def _rank(level: Level | None) -> int:
    return list(Level).index(level) if level else 0
