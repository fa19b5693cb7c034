"""The picture of results, as it is read: what stands in its place, what people write in it, that nothing runs out of it."""

import io
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from bot.polls.beside import NOW, WIDTH
from bot.polls.lettering import balanced, drawable, width
from bot.polls.radar_picture import (
    BEFORE,
    FONTS,
    GRID,
    OTHER_FONTS,
    PIXELS,
    WEIGHTS,
    alt_text,
    inline_svg,
    png,
    radar_svg,
)
from flows.core.poll import Dimension, Item, Poll
from flows.core.report import Report
from flows.living.barometer import barometer
from flows.living.radar import radar
from tests.bot.polls.drawn import SVG, drawn, words
from tests.bot.polls.reported import CLOSED, COOP, NEARLY_THE_SAME, OTHERS, poll_of, report_of, wording_of

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
    assert png(svg).startswith(b"\x89PNG")
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
    first, second = (png(radar_svg(report_of(poll), poll, wording_of(poll), COOP, CLOSED)) for _ in range(2))
    assert first == second
    with Image.open(io.BytesIO(first)) as image:
        assert image.size == (PIXELS, PIXELS * 9 // 8)


def picture_of(words_: str, weight: str = "normal") -> bytes:
    return png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40" font-family="Lato">'
        f'<text y="30" font-size="30" font-weight="{weight}">{words_}</text></svg>'
    )


def test_letters_are_ours_on_any_machine() -> None:
    assert picture_of("") != picture_of("Été")


def test_every_letter_of_europe_is_drawn() -> None:
    for weight in ("normal", "bold"):
        drawn_ = [picture_of(word, weight) for word in ("Işık", "Dvořák", "Ștefan", "Nguyễn", "Ελλάς", "Київ")]
        assert picture_of("…", weight) not in drawn_
        assert len(set(drawn_)) == 6


def test_what_no_letter_of_ours_can_write_is_said_to_be_left_out_rather_than_boxed() -> None:
    assert picture_of("Les 中文") == picture_of("Les …")
    assert picture_of("مرحبا") == picture_of("…")
    assert picture_of("porte\u2011clés") == picture_of("porte-clés")


def test_what_is_taken_for_drawn_is_in_a_font() -> None:
    fonts = [
        ImageFont.truetype(str(folder / f"{name}-{weight}.ttf"), 40)
        for folder, name in ((FONTS, "Lato"), (OTHER_FONTS, "SourceSansPro"))
        for weight in WEIGHTS
    ]
    boxes_ = [bytes(font.getmask("\ue000")) for font in fonts]
    kept = [chr(code) for code in range(0x20, 0x2_0000) if drawable(chr(code)) == chr(code)]
    assert len(kept) > 600
    for letter in kept:
        masks = [bytes(font.getmask(letter)) != box for font, box in zip(fonts, boxes_, strict=True)]
        assert masks[0] or masks[2], hex(ord(letter))
        assert masks[1] or masks[3], hex(ord(letter))


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
