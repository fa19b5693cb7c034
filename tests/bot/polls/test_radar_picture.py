"""The picture of results: what it draws, what it leaves open, and that nothing is in it that is not shown."""

import re
from typing import Literal
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given

from bot.polls.beside import NOW, QUIET
from bot.polls.radar_picture import BEFORE, alt_text, radar_svg
from flows.core.poll import Poll
from flows.core.report import Report
from flows.living.barometer import barometer
from flows.living.radar import radar
from tests.bot.polls.drawn import SVG, drawn, words
from tests.bot.polls.reported import CLOSED, COOP, NEARLY_THE_SAME, OTHERS, poll_of, report_of, reports, wording_of

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def marks(picture: Element) -> list[str]:
    """What fills the mark of each axis that has one."""
    return [one.attrib["fill"] for one in picture.iter(f"{SVG}circle") if one.attrib["r"] == "13"]


def lines(picture: Element, ink: str) -> list[Element]:
    return [one for one in picture.iter(f"{SVG}path") if one.attrib.get("stroke") == ink]


def is_closed(line: Element) -> bool:
    return line.attrib["d"].endswith("Z")


# ------------------------------------------------------------------------------------------------------- what is drawn


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(("poll", "axes"), [(barometer, 6), (radar, 8)], ids=["barometer", "radar"])
def test_every_axis_is_named_with_its_figure_in_words(poll: Poll, axes: int, locale: Literal["fr", "en"]) -> None:
    picture = drawn(poll, report_of(poll), locale=locale)
    said = " ".join(words(picture))
    for dimension in poll.dimensions:
        assert wording_of(poll, locale).short(dimension.name) in said
    assert said.count({"fr": "3,3 sur 5", "en": "3.3 out of 5"}[locale]) == axes
    assert marks(picture) == [NOW] * axes
    assert [is_closed(line) for line in lines(picture, NOW)] == [True]


def test_the_title_whose_it_is_the_day_and_how_many_answered_are_on_the_sheet() -> None:
    said = words(drawn(barometer, report_of(barometer)))
    assert said[0] == "Baromètre QVCT"
    assert said[1] == "Les Lucioles, vendredi 13 novembre 2026"
    assert said[2] == "12 réponses sur 12. Pour parler du travail, pas pour se classer."


@pytest.mark.parametrize("emoji", ["🐝", "❤️", "👩‍🌾", "👍🏽", ":bee:"])
def test_a_cooperative_named_with_an_emoji_has_no_empty_box_in_its_picture(emoji: str) -> None:
    """The letters of the picture have none; the words beside it in the message keep theirs."""
    picture = drawn(barometer, report_of(barometer), coop=f"Les Abeilles {emoji} du Nord")
    assert words(picture)[1] == "Les Abeilles du Nord, vendredi 13 novembre 2026"


def test_the_rings_carry_the_numbers_of_the_scale() -> None:
    assert [one for one in words(drawn(barometer, report_of(barometer))) if one.isdigit()] == list("12345")
    assert [one for one in words(drawn(radar, report_of(radar))) if one.isdigit()] == list("012345")


def test_an_axis_that_is_not_shown_has_no_mark_and_the_outline_stops_beside_it() -> None:
    poll = poll_of(6)
    picture = drawn(poll, report_of(poll, {"i2_0": [1, 5, *[None] * 10]}))
    assert marks(picture) == [NOW] * 5
    sides = lines(picture, NOW)
    assert len(sides) == 4
    assert not any(map(is_closed, sides)), "no line goes through what is not shown"
    assert [line.attrib["stroke-dasharray"] for line in lines(picture, QUIET)] == ["4 10"]
    assert words(picture).count("pas montré") == 1


def test_a_picture_where_nothing_is_shown_draws_nothing() -> None:
    picture = drawn(barometer, report_of(barometer, {"bearable_load": [3] * 3}))
    assert marks(picture) == []
    assert lines(picture, NOW) == []
    assert words(picture).count("pas montré") == 6


def test_what_is_said_as_a_bound_has_a_hollow_mark_at_its_bound() -> None:
    poll = poll_of(4)
    picture = drawn(poll, report_of(poll, {"i0_0": [5] * 12, "i2_0": [1] * 12}))
    assert marks(picture) == ["#ffffff", NOW, "#ffffff", NOW]
    said = " ".join(words(picture))
    assert "au moins 4,5 sur 5" in said
    assert "2 ou moins sur 5, point à discuter" in said
    top = next(one for one in picture.iter(f"{SVG}circle"))
    assert float(top.attrib["cy"]) == pytest.approx(690 - 280 * (4.5 - 1) / 4, abs=0.1)


def test_what_is_said_between_two_bounds_has_no_mark_of_its_own() -> None:
    poll = poll_of(3, each=2)
    picture = drawn(poll, report_of(poll, {"i0_0": [5] * 12}))
    assert "entre 3,9" in " ".join(words(picture))
    assert marks(picture) == [NOW, NOW]
    assert any(line.attrib["stroke"] == "#ffffff" for line in picture.iter(f"{SVG}path") if "stroke" in line.attrib)


def test_what_is_said_as_the_time_before_has_a_hollow_mark_and_says_so() -> None:
    poll = poll_of(3)
    first = report_of(poll)
    picture = drawn(poll, report_of(poll, {"i0_0": [4, 4, 3] * 4}, before=first, kin=NEARLY_THE_SAME), first)
    assert "#ffffff" in marks(picture)
    assert "fois d'avant" in " ".join(words(picture))


def test_the_round_before_is_a_dashed_outline_with_a_legend() -> None:
    first = report_of(radar)
    now = report_of(radar, {axis.name: [4, 5, 2] * 4 for axis in radar.items}, before=first, kin=OTHERS)
    picture = drawn(radar, now, first)
    outline, legend = lines(picture, BEFORE)
    assert is_closed(outline)
    assert outline.attrib["stroke-dasharray"] == legend.attrib["stroke-dasharray"], "told by more than its colour"
    assert {"Cette fois", "La fois d'avant"} <= set(words(picture))
    assert lines(drawn(radar, now), BEFORE) == []


def test_where_the_round_before_showed_nothing_its_outline_stops() -> None:
    poll = poll_of(5)
    first = report_of(poll, {"i1_0": [None] * 12})
    now = report_of(poll, {"i2_0": [5, 4, 2] * 4}, before=first, kin=OTHERS)
    *sides, _legend = lines(drawn(poll, now, first), BEFORE)
    assert len(sides) == 3
    assert not any(map(is_closed, sides))


@pytest.mark.parametrize("count", [0, 1, 2, 13, 18])
def test_too_few_axes_for_a_radar_or_too_many_are_drawn_as_bars(count: int) -> None:
    poll = poll_of(count)
    picture = drawn(poll, report_of(poll))
    bars = [one for one in picture.iter(f"{SVG}rect") if one.attrib["fill"] == NOW]
    assert len(bars) == count
    assert marks(picture) == []


def test_a_bar_that_is_not_shown_is_empty_and_one_at_a_bound_is_hollow() -> None:
    poll = poll_of(2)
    picture = drawn(poll, report_of(poll, {"i0_0": [5] * 12, "i1_0": [3, *[None] * 11]}))
    assert [one for one in picture.iter(f"{SVG}rect") if one.attrib["fill"] == NOW] == []
    assert {"au moins 4,5 sur 5", "pas montré"} <= set(words(picture))


# ---------------------------------------------------------------------------------------------- what is in nobody's picture


@given(reports())
def test_no_number_is_in_the_picture_that_is_not_in_the_words_of_what_is_shown(
    found: tuple[Poll, Report, Report | None],
) -> None:
    poll, report, before = found
    wording = wording_of(poll)
    shown = [one for one in report.dimensions if one.figure.n is not None]
    told = [wording.figure(one.figure, poll.scale_of(one.name)) for one in shown]
    around = ["1", "2", "3", "4", "5", "13", "2026", str(report.participation.answered), "12"]
    allowed = {*NUMBER.findall(" ".join([*told, *(wording.short(one.name) for one in report.dimensions)])), *around}
    picture = drawn(poll, report, before)
    # A label is drawn on its lines: what is read is read whole.
    assert set(NUMBER.findall(" ".join(words(picture)))) <= allowed
    assert set(NUMBER.findall(alt_text(report, poll, wording, COOP, CLOSED))) <= allowed
    if len(report.dimensions) > 2:
        spans = sum(one.figure.at_least is not None and one.figure.at_most is not None for one in shown)
        assert len(marks(picture)) == len(shown) - spans


def test_axes_are_drawn_alike_whatever_is_hidden_of_them() -> None:
    poll = poll_of(6)
    pictures = {
        radar_svg(report_of(poll, {"i3_0": [*values, *[None] * 8]}), poll, wording_of(poll), COOP, CLOSED)
        for values in ([1, 1, 1, 1], [5, 5, 5, 5], [1, 2, 4, 5])
    }
    assert len(pictures) == 1
