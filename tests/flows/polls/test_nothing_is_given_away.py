"""Whoever reads every report and tries every world there could be learns the sum of no group under the threshold."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement, product
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from flows.core.answers import Scale
from flows.core.disclosure import figure_of
from flows.core.poll import SCALES, Dimension, Item, Kind, Poll, Thresholds
from flows.core.recommending import recommendation
from flows.core.report import Figure, Past, Report
from flows.core.results import results
from flows.core.rounds import WHOLE, Ballot, Kin, Kinship, Round, kinship, path
from tests.flows.polls.reader import (
    Answers,
    Sum,
    bounded,
    given_away,
    known_to_one_of_them,
    published_equations,
    solved,
)
from tests.flows.polls.rounds_of import ITEM, kin_of, poll_of_one, report_of, round_of, two_groups

AGREEMENT = SCALES[Kind.AGREEMENT]
SIZES = [(k, n) for k in (3, 4, 5) for n in range(k, 8)]


def groups(scale: Scale, n: int) -> Iterator[tuple[int, ...]]:
    return combinations_with_replacement(range(scale.low, scale.high + 1), n)


def worlds(*sizes: int, scale: Scale = AGREEMENT) -> Iterator[Answers]:
    return product(*(groups(scale, size) for size in sizes))


def shown(report: Report) -> Report:
    """A report without what it remembers: that is drawn from the rest."""
    return replace(report, history=())


# ------------------------------------------------------------------------------------------------- everything, in small


@pytest.mark.parametrize(("k", "n"), SIZES)
@pytest.mark.parametrize("kind", [Kind.AGREEMENT, Kind.AXIS])
def test_a_figure_gives_nobody_away_to_a_reader_nor_to_one_of_them(kind: Kind, k: int, n: int) -> None:
    def said(world: Answers) -> Hashable:
        return figure_of(SCALES[kind], world[0], k)

    every = list(worlds(n, scale=SCALES[kind]))
    assert given_away(every, said, k) == []
    assert known_to_one_of_them(every, said) == []


@pytest.mark.parametrize(("k", "n"), [(3, 3), (3, 4), (4, 4), (5, 5), (3, 5)])
def test_a_median_gives_nobody_away_to_a_reader_nor_to_one_of_them(k: int, n: int) -> None:
    def said(world: Answers) -> Hashable:
        return recommendation("r", "r@1", world[0], k, (), {})

    every = list(worlds(n, scale=SCALES[Kind.RECOMMENDATION]))
    assert given_away(every, said, k) == []
    assert known_to_one_of_them(every, said) == []


def test_an_index_gives_nobody_away_to_a_reader_nor_to_one_of_them() -> None:
    def said(world: Answers) -> Hashable:
        return recommendation("r", "r@1", world[0], 5, (), {})

    # An answer counts for, against or neither: two answers of each kind stand for all.
    every = [(group,) for group in combinations_with_replacement((0, 6, 7, 8, 9, 10), 10)]
    assert given_away(every, said, 2) == []
    assert known_to_one_of_them(every, said) == []


@pytest.mark.parametrize(("k", "a", "b"), [(3, 3, 3), (3, 3, 4)])
def test_a_cut_gives_nobody_away(k: int, a: int, b: int) -> None:
    def said(world: Answers) -> Hashable:
        return shown(two_groups(world[0], world[1], k))

    assert given_away(worlds(a, b), said, k) == []


@pytest.mark.parametrize(("stay", "leave", "come"), [(4, 1, 0), (4, 0, 1), (4, 1, 1), (4, 0, 2), (4, 2, 0)])
def test_those_who_came_or_left_between_two_rounds_are_not_given_away(stay: int, leave: int, come: int) -> None:
    """Not even when nobody else changed their mind."""
    k = 4
    kin: Kin = {"r1": {WHOLE: {WHOLE: Kinship(apart=leave + come, common=stay)}}}

    def said(world: Answers) -> Hashable:
        stayed, left, came = world
        before = report_of((*stayed, *left), k=k, id="r1")
        after = report_of((*stayed, *came), k=k, id="r2", before=before, kin=kin)
        return shown(before), shown(after)

    assert given_away(worlds(stay, leave, come), said, k) == []


def test_three_rounds_that_each_gain_one_give_none_of_them_away() -> None:
    people = [f"p{number}" for number in range(6)]

    def said(world: Answers) -> Hashable:
        stayed, one, two = world
        first = report_of(stayed, k=4, id="r1")
        second = report_of((*stayed, *one), k=4, id="r2", before=first, kin=kin_of(people[:4], people[:5]))
        kin = {**kin_of(people[:4], people, "r1"), **kin_of(people[:5], people, "r2")}
        third = report_of((*stayed, *one, *two), k=4, id="r3", before=second, kin=kin)
        return shown(first), shown(second), shown(third)

    assert given_away(worlds(4, 1, 1), said, 4) == []


@pytest.mark.parametrize(("stay", "leave", "come"), [(4, 0, 1), (4, 1, 0), (5, 0, 1)])
def test_the_one_who_came_or_left_is_not_given_away_by_the_recommendation(stay: int, leave: int, come: int) -> None:
    kin: Kin = {"r1": {WHOLE: {WHOLE: Kinship(apart=leave + come, common=stay)}}}
    past = Past("r1", "r@1", WHOLE, Figure(stay + leave))

    def said(world: Answers) -> Hashable:
        stayed, left, came = world
        first = recommendation("r", "r@1", (*stayed, *left), 4, (), {})
        return first, recommendation("r", "r@1", (*stayed, *came), 4, [past], kin)

    assert given_away(worlds(stay, leave, come, scale=SCALES[Kind.RECOMMENDATION]), said, 2) == []


# ----------------------------------------------------------------------------------------- any ballots, any cuts, at random


@st.composite
def populations(draw: st.DrawFn) -> tuple[Round, list[Ballot]]:
    """Up to a dozen people in any groups, two cuts that may be nested; answers that like the ends of the scale."""
    k = draw(st.sampled_from([3, 3, 4]))
    people = draw(
        st.lists(
            st.fixed_dictionaries({"team": st.sampled_from("ab"), "member": st.sampled_from(["yes", "no"])}),
            min_size=k,
            max_size=14,
        )
    )
    items = (Item(ITEM, dimension="dialogue"), Item("what_became_of_it", dimension="dialogue"))
    poll = Poll("trial", items, (Dimension("dialogue"),), thresholds=Thresholds(k, 8))
    opened = round_of(poll, people, cuts=draw(st.permutations(["team", "member"])))
    answer = st.sampled_from([None, 1, 2, 3, 3, 4, 4, 5])
    ballots = []
    for person in people:
        if draw(st.integers(0, 9)):
            answers: dict[str, int | str | None] = {item.name: draw(answer) for item in items}
            ballots.append(Ballot(answers, tuple(person[cut.name] for cut in opened.cuts)))
    return opened, ballots


def read(report: Report, opened: Round, ballots: Sequence[Ballot], key: str) -> tuple[list[int], list[Sum]]:
    """For a reader who knows who is in which group, and who answered the item: the sizes and the sums of what is shown."""
    name = key.partition("@")[0]
    answered = [ballot for ballot in ballots if ballot.answers.get(name) is not None]
    cells = sorted({ballot.groups for ballot in answered})
    paths = {WHOLE: frozenset(range(len(cells)))}
    for place, cut in enumerate(opened.cuts):
        for group in cut.groups:
            inside = (number for number, cell in enumerate(cells) if cell[place] == group)
            paths[path(cut.name, group)] = frozenset(inside)
    sums = [Sum(paths[one.path], *one.between) for one in published_equations(report) if one.item == key]
    return [sum(ballot.groups == cell for ballot in answered) for cell in cells], sums


@settings(max_examples=150)
@given(populations())
def test_no_figures_recombine_into_a_group_under_the_threshold(population: tuple[Round, list[Ballot]]) -> None:
    opened, ballots = population
    k = opened.thresholds.scores
    report = results(opened, ballots, random=Random(0))
    for item in report.items:
        sizes, sums = read(report, opened, ballots, item.key)
        if sums:
            event(f"{len(sums)} sums shown for an item")
            assert solved(sizes, sums, k) == []
            assert bounded(sizes, sums, AGREEMENT.low, AGREEMENT.high, k) == []


@st.composite
def two_rounds(draw: st.DrawFn) -> tuple[int, list[tuple[str, int | None]], list[tuple[str, int | None]]]:
    """A threshold, and the same people twice with the same answers, but for those who came, left or said nothing."""
    k = draw(st.integers(3, 4))
    answer = st.sampled_from([1, 2, 3, 3, 4, 5])
    people = {f"p{number}": draw(answer) for number in range(draw(st.integers(k + 1, 9)))}
    parts = draw(st.lists(st.sampled_from("bbbbblrcsm"), min_size=len(people), max_size=len(people)))
    audiences: tuple[list[tuple[str, int | None]], list[tuple[str, int | None]]] = ([], [])
    for (name, value), part in zip(people.items(), parts, strict=True):
        if part != "c":
            audiences[0].append((name, None if part == "m" else value))
        if part not in "lr":
            audiences[1].append((name, None if part == "s" else value))
    return k, *audiences


@settings(max_examples=200)
@given(two_rounds())
def test_two_rounds_of_people_who_never_change_their_mind_say_nothing_of_the_few_in_between(
    rounds: tuple[int, list[tuple[str, int | None]], list[tuple[str, int | None]]],
) -> None:
    k, *audiences = rounds
    answered = [{name for name, value in audience if value is not None} for audience in audiences]
    if min(map(len, audiences)) < k or not 0 < len(answered[0] ^ answered[1]) < k:
        return
    kin: Kin = {"r1": kinship(*({name: {} for name, _ in audience} for audience in audiences))}
    poll = poll_of_one(k)
    first = results(round_of(poll, len(audiences[0])), _ballots(audiences[0]), random=Random(0))
    second = results(
        round_of(poll, len(audiences[1]), id="r2", kin=kin), _ballots(audiences[1]), first, random=Random(0)
    )
    if few_enough_to_notice(answered, audiences):
        cells = [answered[0] & answered[1], answered[0] - answered[1], answered[1] - answered[0]]
        sums = [
            Sum(frozenset((0, number + 1)), *one.between)
            for number, report in enumerate((first, second))
            for one in published_equations(report)
        ]
        event(f"{len(sums)} sums shown")
        assert bounded([len(cell) for cell in cells], sums, AGREEMENT.low, AGREEMENT.high, k) == []


def few_enough_to_notice(answered: Sequence[set[str]], audiences: Sequence[Sequence[tuple[str, int | None]]]) -> bool:
    """Somebody came or left, or the number of answers changed: a silence that takes another's place is not seen."""
    people = [{name for name, _ in audience} for audience in audiences]
    changed = len(answered[0] ^ answered[1])
    return changed <= max(len(people[0] ^ people[1]), abs(len(answered[0]) - len(answered[1])))


def _ballots(audience: Sequence[tuple[str, int | None]]) -> list[Ballot]:
    return [Ballot({ITEM: value}) for _, value in audience if value is not None]
