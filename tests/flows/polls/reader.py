"""A reader of reports who wants to know what people answered, and can count."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

from flows.core.report import Figure, Report
from flows.core.rounds import WHOLE

Answers = tuple[tuple[int, ...], ...]
"""The answers of each group of people that nothing tells apart, in any order within a group."""
Taken = tuple[int, ...]
"""How many people of each group."""


@dataclass(frozen=True)
class Sum:
    """The answers of the people of these groups add up to between the two."""

    groups: frozenset[int]
    low: int
    high: int


@dataclass(frozen=True)
class Equation:
    """For a reader: the sum of the answers to `item` over the `n` people of `path` lies `between` the two."""

    item: str
    path: str
    n: int
    between: tuple[int, int]


def published_equations(report: Report) -> Iterator[Equation]:
    """All that can be written down about the answers from what is shown: means as intervals of sums, everywhere.

    Dimensions, strong points and levels are drawn from these figures alone, so they add no equation.
    """
    of_items = {item.key: item.figure for item in report.items}
    for past in report.history:
        if past.round == report.round and past.key in of_items:
            yield from _equation(past.key, past.path, past.figure)
    for key, figure in of_items.items():
        if figure.as_in is not None:
            yield from _equation(key, WHOLE, figure)


def _equation(key: str, path: str, figure: Figure) -> Iterator[Equation]:
    if figure.n is not None and figure.between is not None:
        yield Equation(key, path, figure.n, figure.between)


def given_away(worlds: Iterable[Answers], shown: Callable[[Answers], Hashable], k: int) -> list[tuple[Taken, Answers]]:
    """By trying every world there could be: the sets of fewer than `k` people whose sum is always the same behind what is shown.

    This is all that can be known from a report, reasons for silence included: no deduction does better than trying everything.
    """
    behind: dict[Hashable, list[Answers]] = defaultdict(list)
    for world in worlds:
        behind[shown(world)].append(world)
    return [
        (taken, alike[0])
        for alike in behind.values()
        for taken in _small_sets([len(group) for group in alike[0]], k)
        if _always_the_same(alike, taken)
    ]


def known_to_one_of_them(worlds: Iterable[Answers], shown: Callable[[Answers], Hashable]) -> list[tuple[int, Answers]]:
    """The answers with which somebody of the first group, knowing their own, learns what each of the others said."""
    behind: dict[tuple[Hashable, int], list[Answers]] = defaultdict(list)
    for world in worlds:
        for own in set(world[0]):
            behind[shown(world), own].append(world)
    return [
        (own, alike[0])
        for (_, own), alike in behind.items()
        if len({other for world in alike for other in _without(world[0], own)}) == 1
    ]


def bounded(sizes: Sequence[int], sums: Sequence[Sum], low: int, high: int, k: int) -> list[Taken]:
    """The sets of fewer than `k` people whose sum is bounded to one value by what is known of whole groups."""
    open_questions: dict[Taken, int | None] = dict.fromkeys(_small_sets(sizes, k))
    for totals in _possible(sizes, sums, low, high):
        for taken in list(open_questions):
            least, most = _range(taken, totals, sizes, low, high)
            if least < most or open_questions[taken] not in (None, least):
                del open_questions[taken]
            else:
                open_questions[taken] = least
        if not open_questions:
            break
    return list(open_questions)


def solved(sizes: Sequence[int], sums: Sequence[Sum], k: int) -> list[frozenset[int]]:
    """The unions of groups, of fewer than `k` people, whose sum the linear system gives, were every sum shown exact."""
    system = [[Fraction(group in one.groups) for group in range(len(sizes))] for one in sums]
    rank = _rank(system)
    unions = (
        frozenset(chosen) for count in range(1, len(sizes) + 1) for chosen in combinations(range(len(sizes)), count)
    )
    return [
        union
        for union in unions
        if 0 < sum(sizes[group] for group in union) < k
        and _rank([*system, [Fraction(group in union) for group in range(len(sizes))]]) == rank
    ]


def _small_sets(sizes: Sequence[int], k: int) -> list[Taken]:
    return [taken for taken in product(*(range(size + 1) for size in sizes)) if 0 < sum(taken) < k]


def _always_the_same(alike: Sequence[Answers], taken: Taken) -> bool:
    found: set[int] = set()
    for world in alike:
        parts = [{sum(some) for some in combinations(group, count)} for group, count in zip(world, taken, strict=True)]
        found |= {sum(part) for part in product(*parts)}
        if len(found) > 1:
            return False
    return True


def _without(group: tuple[int, ...], own: int) -> list[int]:
    others = list(group)
    others.remove(own)
    return others


def _possible(sizes: Sequence[int], sums: Sequence[Sum], low: int, high: int) -> Iterator[tuple[int, ...]]:
    """The totals of each group that agree with all the sums."""

    def longer(totals: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        place = len(totals)
        if place == len(sizes):
            yield totals
            return
        for total in range(sizes[place] * low, sizes[place] * high + 1):
            if all(_can_hold(one, (*totals, total)) for one in sums):
                yield from longer((*totals, total))

    def _can_hold(one: Sum, totals: tuple[int, ...]) -> bool:
        so_far = sum(total for group, total in enumerate(totals) if group in one.groups)
        to_come = sum(sizes[group] for group in one.groups if group >= len(totals))
        return so_far + to_come * low <= one.high and so_far + to_come * high >= one.low

    return longer(())


def _range(taken: Taken, totals: Sequence[int], sizes: Sequence[int], low: int, high: int) -> tuple[int, int]:
    least = most = 0
    for some, total, size in zip(taken, totals, sizes, strict=True):
        others = size - some
        least += max(some * low, total - others * high)
        most += min(some * high, total - others * low)
    return least, most


def _rank(rows: Sequence[Sequence[Fraction]]) -> int:
    left = [list(row) for row in rows]
    rank = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[rank:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(rank, pivot)
        for row in left[rank + 1 :]:
            factor = row[column] / pivot[column]
            row[:] = [value - factor * lead for value, lead in zip(row, pivot, strict=True)]
        rank += 1
    return rank
