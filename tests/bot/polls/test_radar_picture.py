"""The picture of results: what it draws, what it leaves open, what it says, and that nothing runs out of it."""

import io
import re
from collections.abc import Iterator
from datetime import date
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from bot.polls.beside import NOW, QUIET, WIDTH
from bot.polls.lettering import balanced, width
from bot.polls.radar_picture import BEFORE, FONTS, GRID, alt_text, inline_svg, png, radar_svg
from flows.core.poll import Dimension, Item, Poll
from flows.core.report import Report
from flows.living.barometer import barometer
from flows.living.radar import radar
from tests.bot.polls.reported import CLOSED, COOP, NEARLY_THE_SAME, OTHERS, poll_of, report_of, reports, wording_of

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def drawn(
    poll: Poll, report: Report, before: Report | None = None, locale: Literal["fr", "en"] = "fr", coop: str = COOP
) -> Element:
    return ElementTree.fromstring(radar_svg(report, poll, wording_of(poll, locale, coop), coop, CLOSED, before))


def words(picture: Element) -> list[str]:
    return ["".join(one.itertext()) for one in picture.iter(f"{SVG}text")]


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


# -------------------------------------------------------------------------------------------------------------- the text


def test_the_alternative_text_says_every_figure_and_what_is_not_shown() -> None:
    poll = poll_of(4)
    report = report_of(poll, {"i0_0": [5] * 12, "i1_0": [3, *[None] * 11]})
    said = alt_text(report, poll, wording_of(poll, "en"), COOP, CLOSED)
    assert said == (
        "Essai, Les Lucioles, Friday 13 November 2026: Thème 0 at least 4.5 out of 5; Thème 1 not shown; "
        "Thème 2 3.3 out of 5; Thème 3 3.3 out of 5."
    )


def test_the_alternative_text_fits_slack_with_the_most_there_can_be() -> None:
    poll = poll_of(18, label="Un thème au nom bien trop long {}")
    said = alt_text(report_of(poll), poll, wording_of(poll, coop="é" * 3_000), "é" * 3_000, CLOSED)
    assert len(said) <= 2_000


NASTY = '</svg><script>alert("1")</script>&amp;\x00\x0b\N{RIGHT-TO-LEFT OVERRIDE}\ufffe' + "]]>'"


@pytest.mark.parametrize("draw", [radar_svg, inline_svg])
@given(st.text())
def test_whatever_people_write_the_picture_is_xml_and_can_be_drawn(draw: object, text: str) -> None:
    for written in (NASTY, text):
        labels = {"fr": written}
        items = tuple(Item(f"i{at}", dimension=f"d{at}", texts=labels) for at in range(3))
        poll = Poll("trial", items, tuple(Dimension(f"d{at}", labels) for at in range(3)), texts=labels)
        assert callable(draw)
        svg = draw(report_of(poll), poll, wording_of(poll, coop=written), written, CLOSED)
        root = ElementTree.fromstring(svg)
        assert {one.tag for one in root.iter()} <= {f"{SVG}{tag}" for tag in TAGS}


TAGS = ("svg", "title", "desc", "rect", "path", "text", "circle")


def test_a_nasty_name_is_drawn_as_it_is_written() -> None:
    poll = poll_of(3)
    svg = radar_svg(report_of(poll), poll, wording_of(poll), NASTY, CLOSED)
    assert png(svg, 200).startswith(b"\x89PNG")
    assert '</svg><script>alert("1")</script>&amp;' in " ".join(words(ElementTree.fromstring(svg)))


# ------------------------------------------------------------------------------------------------------ how it looks


def boxes(picture: Element) -> Iterator[tuple[str, float, float, float, float]]:
    """Around each piece of writing, as Lato is wide: left, top, right, bottom."""
    for one in picture.iter(f"{SVG}text"):
        size, x, y = (float(one.attrib[name]) for name in ("font-size", "x", "y"))
        weight = "Bold" if one.attrib.get("font-weight") == "bold" else "Regular"
        said = "".join(one.itertext())
        wide = ImageFont.truetype(str(FONTS / f"Lato-{weight}.ttf"), 1000).getlength(said) * size / 1000
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[one.attrib["text-anchor"]]
        yield said, left, y - size * 0.75, left + wide, y + size * 0.2


def overlapping(picture: Element) -> list[tuple[str, str]]:
    every = list(boxes(picture))
    return [
        (one[0], other[0])
        for at, one in enumerate(every)
        for other in every[at + 1 :]
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]


LONG = (
    "Bien-être au travail {}",
    "Anticonstitutionnel{}",
    "{} WWWWWWWWWWWWWWWWWW",
    "Égalité et accueil {}",
    "Santé {}",
)


SAID = ("means", "bounds", "before", "bounds before")


def of_this_kind(count: int, label: str, said: str) -> tuple[Poll, Report, Report]:
    poll = poll_of(count, label=label)
    low = {item.name: [1] * 12 for item in poll.averaged} if "bounds" in said else {}
    first = report_of(poll, low)
    return poll, report_of(poll, low, before=first, kin=NEARLY_THE_SAME) if "before" in said else first, first


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("label", LONG)
@pytest.mark.parametrize("count", [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 18])
def test_nothing_that_is_written_overlaps_or_runs_out(count: int, label: str, said: str) -> None:
    poll, report, first = of_this_kind(count, label, said)
    for draw in (radar_svg, inline_svg):
        picture = ElementTree.fromstring(draw(report, poll, wording_of(poll), COOP, CLOSED, first))
        _, over, _, high = map(float, picture.attrib["viewBox"].split())
        for words_, left, top, right, bottom in boxes(picture):
            assert left >= 0, words_
            assert right <= WIDTH, words_
            assert top >= over, words_
            assert bottom <= over + high, words_
        assert overlapping(picture) == []


@pytest.mark.parametrize("title", ["Un titre " * 3, "Un titre bien long " * 12, "W" * 300])
def test_a_long_title_and_a_long_name_stay_on_the_sheet(title: str) -> None:
    poll = Poll("trial", poll_of(3).items, poll_of(3).dimensions, texts={"fr": title})
    picture = drawn(poll, report_of(poll), coop=title)
    assert max(right for _, _, _, right, _ in boxes(picture)) <= WIDTH


def luminance(ink: str) -> float:
    parts = [int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_everything_that_is_read_stands_out_from_the_paper() -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11: 4.5 for text, 3 for what is drawn."""
    first = report_of(barometer)
    picture = drawn(
        barometer, report_of(barometer, {"bearable_load": [3, *[None] * 11]}, before=first, kin=OTHERS), first
    )
    inks = {one.attrib["fill"] for one in picture.iter(f"{SVG}text")} | {NOW, BEFORE}
    assert GRID not in inks
    for ink in inks:
        assert 1.05 / (luminance(ink) + 0.05) >= 4.5, ink


@pytest.mark.parametrize("poll", [barometer, radar, poll_of(2)], ids=["barometer", "radar", "bars"])
def test_the_same_results_give_the_same_bytes(poll: Poll) -> None:
    first, second = (png(radar_svg(report_of(poll), poll, wording_of(poll), COOP, CLOSED), 400) for _ in range(2))
    assert first == second
    with Image.open(io.BytesIO(first)) as image:
        assert image.size == (400, 450)


def test_letters_are_ours_on_any_machine() -> None:
    blank, written = (
        png(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><text y="30" font-size="30">{one}</text></svg>'
        )
        for one in ("", "Été")
    )
    assert blank != written


def test_the_drawing_in_a_page_has_neither_title_nor_foot() -> None:
    svg = inline_svg(report_of(radar), radar, wording_of(radar), COOP, date(2026, 11, 13))
    said = words(ElementTree.fromstring(svg))
    assert "Radar de la coopération" not in said
    assert not any("réponses" in one for one in said)
    assert 'aria-labelledby="picture-title picture-words"' in svg


@settings(max_examples=200)
@given(st.text(min_size=1, max_size=40), st.integers(5, 20))
def test_words_on_lines_are_the_same_words(said: str, longest: int) -> None:
    assert " ".join(balanced(said, longest)).split() == said.split()


def test_no_word_is_left_alone_under_a_full_line() -> None:
    assert balanced("au moins 4,5 sur 5", 17) == ["au moins", "4,5 sur 5"]


def test_letters_are_never_wider_than_they_are_thought_to_be() -> None:
    font = ImageFont.truetype(str(FONTS / "Lato-Bold.ttf"), 1000)
    written = [chr(code) for code in range(0x20, 0x180) if chr(code).isprintable()] + list("’“”–—…·€œŒ")
    assert [letter for letter in written if font.getlength(letter) / 1000 > width(letter)] == []
