"""What results say of everybody at once, what they keep to themselves, and the reason they give."""

from collections.abc import Sequence
from random import Random

import pytest

from flows.core.poll import Item, Kind, Poll
from flows.core.report import Hidden, Level, Spread
from flows.core.results import results
from flows.living.barometer import barometer
from flows.living.radar import radar
from tests.flows.polls.rounds_of import ITEM, PEOPLE, answered, ballots_of, figure_of_one, kin_of, report_of, round_of

# -------------------------------------------------------------------------------------------------------------- figures


def test_a_mean_is_shown_to_one_decimal_with_how_many_answered() -> None:
    figure = figure_of_one(report_of([3, 3, 4, 4, 4, 2, None], audience=12))
    assert (figure.mean, figure.n, figure.level) == (3.3, 6, Level.MIDDLE)
    assert figure.between == (20, 20)


def test_half_a_tenth_is_rounded_up() -> None:
    assert figure_of_one(report_of([3] * 19 + [4])).mean == 3.1
    assert figure_of_one(report_of([3] * 19 + [4])).between == (61, 62)


def test_an_item_with_fewer_answers_than_the_threshold_says_only_that() -> None:
    figure = figure_of_one(report_of([3, 3, 4, 4, None], audience=12))
    assert (figure.n, figure.mean, figure.level, figure.hidden) == (None, None, None, Hidden.TOO_FEW_ANSWERS)


@pytest.mark.parametrize("values", [[1] * 5, [2] * 5, [2] * 12, [1, 1, 1, 1, 5], [1] * 11 + [5]])
def test_a_mean_of_two_or_less_is_only_to_discuss_unanimous_or_not(values: list[int]) -> None:
    report = report_of(values)
    figure = figure_of_one(report)
    assert (figure.mean, figure.at_most, figure.spread, figure.level) == (None, 2.0, None, Level.LOW)
    assert report.items_to_discuss == (ITEM,)


@pytest.mark.parametrize(
    ("values", "at_least"), [([5] * 5, 4.0), ([5, 5, 5, 5, 2], 4.0), ([5] * 12, 4.5), ([5] * 11 + [1], 4.5)]
)
def test_near_the_top_a_mean_is_said_at_least(values: list[int], at_least: float) -> None:
    figure = figure_of_one(report_of(values))
    assert (figure.mean, figure.at_least, figure.spread, figure.level) == (None, at_least, None, Level.HIGH)


def test_opinions_divide_when_two_are_low_and_two_are_high() -> None:
    assert figure_of_one(report_of([1, 2, 3, 4, 5])).spread is Spread.DIVIDED
    assert figure_of_one(report_of([1, 3, 3, 4, 5])).spread is Spread.NOT_DIVIDED
    assert report_of([1, 2, 3, 4, 5]).items_to_discuss == (ITEM,)


def test_a_round_with_nobody_says_so() -> None:
    report = report_of([], audience=12)
    assert (report.participation.answered, report.participation.percent) == (0, 0)
    assert figure_of_one(report).hidden is Hidden.TOO_FEW_ANSWERS
    assert report.no_highlights is Hidden.TOO_FEW_TO_CONCLUDE


# ----------------------------------------------------------------------------------------------------------- dimensions


def test_a_dimension_is_the_mean_of_what_is_shown_of_its_items() -> None:
    report = answered(barometer, [3] * 8, plain_speaking=[4, 4, 4, 4, 3, 3, 3, 3])
    dialogue = next(result for result in report.dimensions if result.name == "dialogue")
    assert (dialogue.figure.mean, dialogue.figure.n) == (3.3, 8)


def test_a_dimension_with_an_item_hidden_is_hidden_too() -> None:
    """Else the item would be twice the dimension less the other."""
    report = answered(barometer, [3] * 8, plain_speaking=[4, 4, 4, 4, None, None, None, None])
    by_name = {result.name: result.figure for result in report.dimensions}
    assert (by_name["dialogue"].mean, by_name["dialogue"].hidden) == (None, Hidden.ITEM_HIDDEN)
    assert by_name["equality"].mean == 3.0


def test_a_dimension_with_an_item_near_an_end_is_said_between_two_bounds() -> None:
    report = answered(barometer, [3] * 8, plain_speaking=[5] * 8)
    figure = next(result.figure for result in report.dimensions if result.name == "dialogue")
    assert (figure.mean, figure.at_least, figure.at_most) == (None, 3.7, 4.0)


def test_the_strong_point_and_the_point_to_discuss_are_the_two_ends() -> None:
    report = answered(barometer, [3] * 10, plain_speaking=[4] * 10, what_became_of_it=[4] * 10, ways_forward=[2, 3] * 5)
    assert (report.strong, report.to_discuss) == ("dialogue", ("skills_career",))


def test_the_radar_puts_its_two_lowest_axes_forward() -> None:
    report = answered(radar, [3] * 10, openness=[2, 3] * 5, learning=[1, 3, 3, 3, 2] * 2)
    assert report.to_discuss == ("learning", "openness")


def test_nothing_stands_out_when_all_stand_alike() -> None:
    report = answered(barometer, [3] * 10)
    assert (report.strong, report.to_discuss) == (None, ())


def test_two_that_stand_as_high_are_no_strong_point_and_two_as_low_are_both_to_discuss() -> None:
    high, low = [4] * 10, [2, 3] * 5
    both = answered(
        barometer,
        [3] * 10,
        plain_speaking=high,
        what_became_of_it=high,
        fair_treatment=high,
        every_voice_counts=high,
        ways_forward=low,
        bearable_load=low,
    )
    assert both.strong is None
    assert both.to_discuss == ("work_organisation", "skills_career")


def test_what_stands_as_high_as_any_is_not_to_discuss() -> None:
    assert answered(radar, [4] * 10, openness=[2, 3] * 5).to_discuss == ("openness",)


def test_under_half_the_audience_nothing_is_concluded() -> None:
    report = answered(barometer, [3] * 8, audience=17, plain_speaking=[4] * 8)
    assert (report.strong, report.to_discuss, report.no_highlights) == (None, (), Hidden.TOO_FEW_TO_CONCLUDE)
    assert report.items[0].figure.mean == 3.0


# ------------------------------------------------------------------------------------------------------- recommendation


def recommended(values: Sequence[int]) -> tuple[int | None, float | None]:
    report = answered(barometer, [3] * len(values), recommendation=values)
    assert report.recommendation is not None
    return report.recommendation.index, report.recommendation.median


def test_the_recommendation_is_an_index_from_ten_answers() -> None:
    assert recommended([9, 10, 9, 9, 8, 7, 7, 8, 6, 0]) == (20, None)


def test_the_recommendation_is_a_median_under_ten_answers() -> None:
    assert recommended([9, 10, 8, 8, 8, 7, 7, 6, 0]) == (None, 8.0)


@pytest.mark.parametrize(
    ("values", "at_least", "at_most"), [([10] * 6, 9, None), ([0] * 6, None, 1), ([10] * 12, 75, None)]
)
def test_a_unanimous_recommendation_is_not_told_to_the_point(
    values: list[int], at_least: int | None, at_most: int | None
) -> None:
    found = answered(barometer, [3] * len(values), recommendation=values).recommendation
    assert found is not None
    assert (found.index, found.median, found.at_least, found.at_most) == (None, None, at_least, at_most)


def test_a_recommendation_of_too_few_is_hidden() -> None:
    found = answered(barometer, [3] * 8, recommendation=[8] * 4 + [None] * 4).recommendation
    assert found is not None
    assert (found.n, found.hidden) == (None, Hidden.TOO_FEW_ANSWERS)


def test_when_one_person_came_the_recommendation_is_a_level() -> None:
    poll = Poll("trial", (Item("r", Kind.RECOMMENDATION),))
    first = results(round_of(poll, 6), ballots_of([8] * 6, "r"), random=Random(0))
    kin = kin_of(PEOPLE[:6], PEOPLE[:7])
    second = results(round_of(poll, 7, id="r2", kin=kin), ballots_of([8] * 7, "r"), first, random=Random(0))
    assert second.recommendation is not None
    assert (second.recommendation.median, second.recommendation.level) == (None, Level.MIDDLE)
    assert second.recommendation.hidden is Hidden.FEW_PEOPLE_CHANGED
