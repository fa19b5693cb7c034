"""The page to print: whole by itself, legible to whoever does not see it, and full of words that do nothing."""

import re
from collections.abc import Sequence
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.polls.paper import page
from bot.polls.radar_picture import alt_text
from flows.core.poll import Dimension, Item, Kind, Poll
from flows.living.barometer import barometer
from flows.living.radar import radar
from tests.bot.polls.read_back import Page
from tests.bot.polls.reported import CLOSED, COOP, improvement, poll_of, report_by_team, report_of, sheet_of, wording_of

NASTY = "</td></table><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\"'\x00\N{RIGHT-TO-LEFT OVERRIDE}"
LOOSE = re.compile(r"(?:href|src|action|formaction|poster|data|on\w+)$")
COMMENTS = [f"Un mot, le n° {number}" for number in range(9)]


def read(poll: Poll, locale: Literal["fr", "en"] = "fr", comments: Sequence[str] = ()) -> Page:
    return Page(page(sheet_of(poll, report_of(poll, comments=comments), locale)).encode())


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("poll", [barometer, radar, poll_of(1), poll_of(18)], ids=["barometer", "radar", "one", "many"])
def test_the_page_is_well_made_and_says_its_language_and_its_title(poll: Poll, locale: Literal["fr", "en"]) -> None:
    found = read(poll, locale)
    assert found.faults == []
    attributes = dict(reversed(found.tags))
    title = wording_of(poll, locale).title
    assert attributes["html"]["lang"] == locale
    assert attributes["meta"]["charset"] == "utf-8"
    assert found.texts("title")[0].startswith(f"{title}, Les Lucioles")
    assert found.texts("h1") == [title]
    ids = [given["id"] for _, given in found.tags if "id" in given]
    assert len(set(ids)) == len(ids)


def test_its_parts_have_headings_and_its_tables_say_what_their_cells_are() -> None:
    found = read(barometer, comments=COMMENTS)
    assert found.texts("caption") == ["Résultats"]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in found.texts("h2")] == [
        "Une chose à garder, une chose à améliorer ?",
        "Ce que nous décidons (une à trois actions : quoi, qui, pour quand)",
    ]


def test_each_line_of_a_table_is_headed_by_what_it_is_about_a_group_too() -> None:
    found = Page(page(sheet_of(barometer, report_by_team(barometer))).encode())
    assert "(a)" in found.words
    scopes = [given.get("scope") for tag, given in found.tags if tag == "th"]
    assert set(scopes) == {"col", "row"}
    assert scopes.count("row") == len(found.rows) - 1


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_drawing_is_told_to_whoever_does_not_see_it(locale: Literal["fr", "en"]) -> None:
    found = read(radar, locale)
    (drawing,) = [given for tag, given in found.tags if tag == "svg"]
    assert drawing["role"] == "img"
    named = {given["id"]: tag for tag, given in found.tags if "id" in given}
    assert [named[id] for id in drawing["aria-labelledby"].split()] == ["title", "desc"]
    assert found.texts("desc") == [alt_text(report_of(radar), radar, wording_of(radar, locale), COOP, CLOSED)]


def test_a_page_without_anything_to_draw_has_no_drawing() -> None:
    poll = Poll("own_1", (Item("q", Kind.RECOMMENDATION, texts={"fr": "Recommander ?"}),))
    found = read(poll)
    assert found.faults == []
    assert not [tag for tag, _ in found.tags if tag == "svg"]


def test_the_page_asks_for_nothing_from_anywhere() -> None:
    found = read(barometer, comments=COMMENTS)
    assert [(tag, name) for tag, given in found.tags for name in given if LOOSE.match(name)] == []
    policy = [given for tag, given in found.tags if tag == "meta" and "http-equiv" in given]
    assert policy == [
        {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"}
    ]
    style = "".join(found.texts("style"))
    assert "url(" not in style
    assert "@import" not in style
    assert {tag for tag, _ in found.tags}.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form"})


@given(st.text())
def test_whatever_people_write_is_words_on_the_page(text: str) -> None:
    usual = {tag for tag, _ in read_written("mot", "mot").tags}
    for written in (NASTY, text):
        found = read_written(f"a{written}", written)
        assert found.faults == []
        assert {tag for tag, _ in found.tags} == usual
        assert not [name for _, given in found.tags for name in given if LOOSE.match(name)]


def read_written(title: str, text: str) -> Page:
    """A page where everything that people may write is this text."""
    labels = {"fr": title}
    items = (*(Item(f"i{at}", dimension=f"d{at}", texts=labels) for at in range(3)), Item("o", Kind.OPEN, texts=labels))
    poll = Poll("trial", items, tuple(Dimension(f"d{at}", labels) for at in range(3)), texts=labels)
    report = report_of(poll, comments=[text or "mot"] * 9)
    decided = [(improvement(action=title, finding=text), text)]
    return Page(page(sheet_of(poll, report, coop=title, improvements=decided)).encode())


def test_a_comment_is_read_as_it_was_written() -> None:
    comments = [*COMMENTS[:8], "<b>5 < 6 & « oui »</b> <!channel>"]
    assert "<b>5 < 6 & « oui »</b> <!channel>" in read(barometer, comments=comments).texts("li")


def test_the_page_leaves_three_lines_to_write_on_and_says_how_it_is_counted() -> None:
    markup = page(sheet_of(barometer, report_of(barometer)))
    assert markup.count("<p></p>") == 3
    assert "rien n&#39;est montré sous 5 réponses, aucun commentaire sous 8" in markup
