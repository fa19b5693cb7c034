"""What results say of a few at a time (comments, groups, one round to the next), what they keep to themselves, and why."""

import json
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core.plain import from_plain, to_plain
from flows.core.poll import Dimension, Item, Kind, Poll
from flows.core.report import Figure, Hidden, Report, Trend
from flows.core.results import results
from flows.core.rounds import Ballot, Kin, kinship
from flows.living.barometer import barometer
from tests.flows.polls.rounds_of import (
    ITEM,
    PEOPLE,
    answered,
    ballots_of,
    figure_of_one,
    kin_of,
    labels_of,
    poll_of_one,
    report_of,
    round_of,
    two_groups,
)

SAME: Kin = kin_of(PEOPLE, PEOPLE)


# ------------------------------------------------------------------------------------------------------------- comments


def comments(count: int, wrote: int, audience: int = 20) -> tuple[tuple[str, ...], Hidden | None]:
    texts = [f"mot {number}" for number in range(wrote)] + [None] * (count - wrote)
    found = answered(barometer, [3] * count, audience=audience, keep_and_improve=texts).comments[0]
    return found.texts, found.hidden


def test_comments_have_a_threshold_of_their_own() -> None:
    assert comments(7, 7) == ((), Hidden.TOO_FEW_COMMENTS)
    assert set(comments(8, 8)[0]) == {f"mot {number}" for number in range(8)}


def test_one_or_two_comments_are_not_shown_among_many_ballots() -> None:
    assert comments(12, 2) == ((), Hidden.TOO_FEW_COMMENTS)
    assert len(comments(12, 3)[0]) == 3


def test_no_comment_is_not_the_same_as_hidden_comments() -> None:
    assert comments(12, 0) == ((), Hidden.NOBODY_WROTE)
    assert comments(6, 0) == ((), Hidden.TOO_FEW_COMMENTS)
    assert comments(6, 0, audience=7) == ((), Hidden.NOT_COLLECTED)


@given(st.permutations(range(9)), st.integers())
def test_the_order_of_comments_owes_nothing_to_the_order_of_ballots(order: Sequence[int], seed: int) -> None:
    opened, ballots = round_of(barometer, 9), [Ballot({"keep_and_improve": f"mot {number}"}) for number in range(9)]
    straight = results(opened, ballots, random=Random(seed)).comments
    assert results(opened, [ballots[place] for place in order], random=Random(seed)).comments == straight


def test_comments_are_shuffled() -> None:
    opened, ballots = round_of(barometer, 9), [Ballot({"keep_and_improve": f"mot {number}"}) for number in range(9)]
    orders = {results(opened, ballots, random=Random(seed)).comments[0].texts for seed in range(20)}
    assert len(orders) == 20


# ------------------------------------------------------------------------------------------------------------- in groups


def test_a_cut_shows_all_its_groups_when_each_is_enough() -> None:
    cut = two_groups([3, 3, 3, 3, 3], [3, 3, 3, 3, 4]).cuts[0]
    assert [(group.group, group.figure.mean, group.figure.n) for group in cut.groups] == [("a", 3.0, 5), ("b", 3.2, 5)]
    assert [group.figure.spread for group in cut.groups] == [None, None]


@pytest.mark.parametrize(
    ("first", "second"),
    [([3] * 8, [3] * 4), ([3] * 8, []), ([3] * 6, [5] * 6), ([3] * 6, [2] * 6), ([5] * 6, [5] * 6)],
    ids=["four in the rest", "nobody in the rest", "one group at the top", "one at the bottom", "all at the top"],
)
def test_a_cut_with_one_group_that_cannot_be_shown_is_hidden_whole(first: list[int], second: list[int]) -> None:
    """Else the group would be the total less the others."""
    cut = two_groups(first, second).cuts[0]
    assert (cut.groups, cut.hidden) == ((), Hidden.GROUPS_HIDDEN)


def test_a_second_cut_whose_crossing_is_thin_among_those_who_answered_is_hidden() -> None:
    audience = [{"team": team, "member": member} for team in "ab" for member in ("yes", "no") for _ in range(5)]
    opened = round_of(poll_of_one(), audience, cuts=["team", "member"])
    ballots = [Ballot({ITEM: 3}, (person["team"], person["member"])) for person in audience[1:]]
    shown = {cut.cut: bool(cut.groups) for cut in results(opened, ballots, random=Random(0)).cuts}
    assert shown == {"team": True, "member": False}


def test_ballots_of_another_round_are_refused() -> None:
    opened = round_of(poll_of_one(), labels_of({"a": 5, "b": 5}), cuts=["team"])
    with pytest.raises(ValueError, match="0 groups for 1 cuts"):
        results(opened, ballots_of([3] * 10), random=Random(0))


# -------------------------------------------------------------------------------------------------------- round to round


def after(
    first: Sequence[int], second: Sequence[int], kin: Kin | None = SAME, audience: int = 20
) -> tuple[Report, Report]:
    before = report_of(first, audience=audience)
    return before, report_of(second, audience=audience, id="r2", before=before, kin=kin)


@pytest.mark.parametrize(
    ("second", "trend"),
    [([3] * 7 + [4] * 3, Trend.UP), ([3] * 8 + [4] * 2, Trend.STEADY), ([3] * 7 + [2] * 3, Trend.DOWN)],
)
def test_an_arrow_is_drawn_from_three_tenths(second: list[int], trend: Trend) -> None:
    _, report = after([3] * 10, second)
    assert report.items[0].trend is trend
    assert report.dimensions[0].trend is trend


def test_a_first_round_has_nothing_to_compare() -> None:
    assert report_of([3] * 10).items[0].no_trend is Hidden.NOTHING_TO_COMPARE


def test_no_arrow_crosses_a_change_of_meaning() -> None:
    before = report_of([3] * 10)
    poll = Poll("trial", (Item(ITEM, dimension="dialogue", since=2),), (Dimension("dialogue"),), version=2)
    report = results(round_of(poll, 10, id="r2", kin=SAME), ballots_of([4] * 9 + [3]), before, random=Random(0))
    assert report.items[0].no_trend is Hidden.NOTHING_TO_COMPARE


def test_no_arrow_comes_from_a_round_that_was_hidden() -> None:
    _, report = after([3] * 4, [3] * 10)
    assert report.items[0].no_trend is Hidden.NOTHING_TO_COMPARE


def test_what_one_newcomer_could_explain_is_shown_as_last_time() -> None:
    _, report = after([3] * 10, [3] * 10 + [5], kin_of(PEOPLE[:10], PEOPLE[:11]))
    figure = figure_of_one(report)
    assert (figure.mean, figure.n, figure.as_in, figure.between) == (3.0, 11, "r1", (31, 35))
    assert report.items[0].no_trend is Hidden.FEW_PEOPLE_CHANGED


def test_what_one_newcomer_could_not_explain_is_shown() -> None:
    _, report = after([3] * 10, [4] * 8 + [3] * 3, kin_of(PEOPLE[:10], PEOPLE[:11]))
    figure = figure_of_one(report)
    assert (figure.mean, figure.as_in) == (3.7, None)


def test_from_one_newcomer_to_the_next_the_comparison_stays_with_the_last_figure_of_its_own() -> None:
    _, second = after([3] * 10, [3] * 10 + [5], kin_of(PEOPLE[:10], PEOPLE[:11]))
    kin = {**kin_of(PEOPLE[:10], PEOPLE[:12], "r1"), **kin_of(PEOPLE[:11], PEOPLE[:12], "r2")}
    third = report_of([3] * 10 + [5, 5], id="r3", before=second, kin=kin)
    assert figure_of_one(third).as_in == "r1"


def test_one_silence_less_is_one_answer_to_protect_too() -> None:
    _, report = after([3] * 10, [3] * 10 + [5], SAME)
    assert figure_of_one(report).as_in == "r1"


@pytest.mark.parametrize("last", [1, 5])
def test_one_who_came_while_another_said_nothing_is_protected_like_both(last: int) -> None:
    _, report = after([3] * 10, [3] * 9 + [last], kin_of(PEOPLE[:10], PEOPLE[:11]))
    assert figure_of_one(report).between == (26, 34)


def test_of_an_audience_nothing_is_known_of_the_worst_is_thought() -> None:
    _, report = after([3] * 10, [3] * 10, None)
    assert figure_of_one(report).as_in == "r1"


def test_when_enough_people_changed_the_figure_is_shown_with_its_arrow() -> None:
    _, report = after([3] * 10, [3] * 10 + [4] * 5, kin_of(PEOPLE[:10], PEOPLE[:15]))
    assert (figure_of_one(report).mean, report.items[0].trend) == (3.3, Trend.UP)


def test_with_one_or_two_people_changed_an_arrow_is_drawn_from_levels_alone() -> None:
    kin = kin_of(PEOPLE[:10], PEOPLE[:11])
    _, same_level = after([3] * 10, [3] * 6 + [4] * 5, kin)
    _, higher = after([3] * 10, [4] * 9 + [3] * 2, kin)
    assert (figure_of_one(same_level).mean, same_level.items[0].trend) == (3.5, None)
    assert same_level.items[0].no_trend is Hidden.FEW_PEOPLE_CHANGED
    assert (figure_of_one(higher).mean, higher.items[0].trend) == (3.8, Trend.UP)


def reworded_after(first: Sequence[int], second: Sequence[int], kin: Kin) -> Report:
    """The results of the second round, whose question is worded otherwise, with another meaning."""
    before = report_of(first)
    poll = Poll("trial", (Item(ITEM, dimension="dialogue", since=2),), (Dimension("dialogue"),), version=2)
    return results(round_of(poll, len(second), id="r2", kin=kin), ballots_of(second), before, random=Random(0))


def test_another_wording_is_no_way_to_subtract_a_round_from_another() -> None:
    kin = kin_of(PEOPLE[:10], PEOPLE[:9])
    report = reworded_after([3] * 7 + [4, 4, 1], [3] * 7 + [4, 4], kin)
    assert figure_of_one(report) == Figure(hidden=Hidden.TOO_CLOSE_TO_EARLIER)
    assert report.dimensions[0].figure.n is None
    far = figure_of_one(reworded_after([3] * 10, [4] * 8 + [3], kin))
    assert (far.mean, far.as_in) == (3.9, None)


def test_another_wording_of_the_recommendation_shows_its_level_alone_too() -> None:
    kin, kind = kin_of(PEOPLE[:12], PEOPLE[:11]), Kind.RECOMMENDATION
    [before, now] = [Poll("trial", (Item("r", kind, since=version),), version=version) for version in (1, 2)]
    first = results(round_of(before, 12), ballots_of([8] * 12, "r"), random=Random(0))
    report = results(round_of(now, 11, id="r2", kin=kin), ballots_of([8] * 11, "r"), first, random=Random(0))
    assert report.recommendation is not None
    assert (report.recommendation.index, report.recommendation.hidden) == (None, Hidden.FEW_PEOPLE_CHANGED)


def test_a_group_that_gained_one_since_it_was_shown_hides_its_cut() -> None:
    first = two_groups([3] * 6, [3] * 6)
    assert first.cuts[0].groups
    audience = labels_of({"a": 7, "b": 6})
    then = {name: {"team": "a" if place < 6 else "b"} for place, name in enumerate(PEOPLE[:12])}
    now = then | {"new": {"team": "a"}}
    opened = round_of(poll_of_one(), audience, id="r2", cuts=["team"], kin={"r1": kinship(then, now)})
    ballots = [Ballot({ITEM: 4 if place % 2 else 3}, (person["team"],)) for place, person in enumerate(audience)]
    second = results(opened, ballots, first, random=Random(0))
    assert figure_of_one(second).is_exact
    assert second.cuts[0].hidden is Hidden.GROUPS_HIDDEN


def test_a_report_comes_back_whole_from_json() -> None:
    _, report = after([3] * 10, [4] * 9 + [3] * 2, kin_of(PEOPLE[:10], PEOPLE[:11]))
    whole = answered(barometer, [3] * 9, recommendation=[8] * 9, keep_and_improve=["mot"] * 9)
    for one in (report, whole, two_groups([3] * 5, [3] * 6)):
        assert from_plain(Report, json.loads(json.dumps(to_plain(one)))) == one
