"""The native chart says what is exact, and nothing of the rest."""

from typing import Any, Literal

import pytest
from hypothesis import given

from bot.polls.charts import chart
from flows.core.poll import Poll
from flows.core.report import Report
from flows.living.barometer import barometer
from flows.living.radar import radar
from sandbox.blockkit import check_message
from tests.bot.polls.reported import NEARLY_THE_SAME, OTHERS, poll_of, report_of, reports, wording_of


def series_of(block: Any) -> dict[str, dict[str, float]]:
    return {one["name"]: {point["label"]: point["value"] for point in one["data"]} for one in block["chart"]["series"]}


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("poll", [barometer, radar, poll_of(18)], ids=["barometer", "radar", "eighteen"])
def test_slack_takes_the_chart(poll: Poll, locale: Literal["fr", "en"]) -> None:
    first = report_of(poll)
    block = chart(report_of(poll, before=first, kin=OTHERS), wording_of(poll, locale), first)
    assert block is not None
    assert check_message({"channel": "C1", "text": "Résultats", "blocks": [block]}) == []
    assert len(series_of(block)) == 2


def test_each_dimension_whose_mean_is_shown_has_its_bar() -> None:
    block = chart(report_of(barometer), wording_of(barometer))
    now = series_of(block)["Cette fois"]
    assert list(now) == ["Organisation", "Santé", "Compétences", "Égalité", "Projet", "Dialogue"]
    assert set(now.values()) == {3.3}


def test_what_is_hidden_or_said_as_a_bound_has_no_bar() -> None:
    poll = poll_of(4)
    report = report_of(poll, {"i0_0": [3, 4, 3, None, *[None] * 8], "i1_0": [5] * 12})
    assert list(series_of(chart(report, wording_of(poll)))["Cette fois"]) == ["Thème 2", "Thème 3"]


def test_a_chart_that_lacks_a_bar_says_how_many_it_has() -> None:
    poll = poll_of(4)
    some = chart(report_of(poll, {"i1_0": [5] * 12}), wording_of(poll))
    assert some is not None
    assert some["title"] == "Essai (3 thèmes sur 4)"
    whole = chart(report_of(poll), wording_of(poll))
    assert whole is not None
    assert whole["title"] == "Essai"


def test_what_is_said_as_the_time_before_has_no_bar() -> None:
    poll = poll_of(3)
    first = report_of(poll)
    assert all(one.figure.as_in for one in report_of(poll, before=first, kin=NEARLY_THE_SAME).dimensions)
    assert chart(report_of(poll, before=first, kin=NEARLY_THE_SAME), wording_of(poll), first) is None


def test_there_is_no_chart_of_one_bar_nor_of_nothing() -> None:
    assert chart(report_of(poll_of(1)), wording_of(poll_of(1))) is None
    assert chart(report_of(poll_of(3), {"i0_0": [3] * 2}), wording_of(poll_of(3))) is None


def test_the_round_before_is_drawn_when_each_bar_has_its_own() -> None:
    poll = poll_of(3)
    whole, lacking = report_of(poll), report_of(poll, {"i1_0": [5] * 12})
    now = report_of(poll, {"i0_0": [2, 4, 2] * 4}, before=whole, kin=OTHERS)
    drawn = series_of(chart(now, wording_of(poll), whole))
    assert drawn == {
        "Cette fois": {"Thème 0": 2.7, "Thème 1": 3.3, "Thème 2": 3.3},
        "La fois d'avant": {"Thème 0": 3.3, "Thème 1": 3.3, "Thème 2": 3.3},
    }
    assert list(series_of(chart(now, wording_of(poll), lacking))) == ["Cette fois"]


def test_questions_that_changed_are_not_drawn_beside_those_of_before() -> None:
    poll, other = poll_of(3), poll_of(3, each=2)
    drawn = series_of(chart(report_of(poll), wording_of(poll), report_of(other)))
    assert list(drawn) == ["Cette fois"]


def test_a_long_title_is_cut() -> None:
    poll = Poll("trial", poll_of(3).items, poll_of(3).dimensions, texts={"fr": "Un titre interminable " * 9})
    block = chart(report_of(poll), wording_of(poll))
    assert block is not None
    assert check_message({"channel": "C1", "text": "x", "blocks": [block]}) == []


@given(reports())
def test_no_bar_is_drawn_that_the_report_does_not_show(found: tuple[Poll, Report, Report | None]) -> None:
    poll, report, before = found
    wording = wording_of(poll)
    block = chart(report, wording, before)
    shown = {wording.short(one.name): one.figure.mean for one in report.dimensions if one.figure.is_exact}
    if block is None:
        assert len(shown) < 2
    else:
        assert series_of(block)["Cette fois"] == shown
