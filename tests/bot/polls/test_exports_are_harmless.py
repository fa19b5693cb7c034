"""The files of results are whole files, and harm nobody who opens them."""

import csv
import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.polls.exports import exported, harmless
from bot.polls.exports import table as csv_of
from bot.polls.ods import ods
from bot.polls.sheet import Sheet
from flows.core.poll import Dimension, Item, Poll
from tests.bot.polls.read_back import Page, cells_of_ods, opened, rows_of_csv, rows_of_ods
from tests.bot.polls.reported import COMMENTS, NEARLY_THE_SAME, poll_of, report_of, sheet_of

A_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
FORMULA = re.compile(r"[\s\"]*[=+\-@＝＋－＠]")


# -------------------------------------------------------------------------------------------------- what harms nobody


INJECTED = (
    "=1+1",
    '=HYPERLINK("http://x")',
    "+33",
    "-2+3",
    "@SUM(A1)",
    " =1",
    "\N{NO-BREAK SPACE}=1",
    "＝1",
    "\t=1",
    "\r=1",
)


@pytest.mark.parametrize("text", [*INJECTED, "un;=1+1", "un,-1", 'un;"=1"'])
def test_a_comment_that_looks_like_a_formula_is_taken_for_words(text: str) -> None:
    poll = poll_of(2)
    report = report_of(poll, comments=[text, *COMMENTS[1:]])
    for locale, separators in (("fr", ";,"), ("en", ",;")):
        table, spreadsheet, _ = opened(sheet_of(poll, report, "fr" if locale == "fr" else "en"))
        for separator in separators:
            assert computed(table, separator) == []
        for cell in cells_of_ods(spreadsheet):
            assert cell.get_attribute("table:formula") is None
        texts = [row[1] for row in rows_of_ods(spreadsheet)[1]]
        assert " ".join(text.split()) in texts, (
            "in a spreadsheet of ours, words are told from formulas: they stay as written"
        )


def computed(table: bytes, separator: str) -> list[str]:
    """The cells that a spreadsheet would compute, if it took this separator."""
    read = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=separator)
    return [cell for row in read for cell in row if FORMULA.match(cell) and not A_NUMBER.fullmatch(cell)]


@given(st.lists(st.text("=+-@;,\"' \t1aé\n", min_size=1, max_size=12), min_size=3, max_size=3), st.sampled_from("ab"))
def test_nothing_that_people_write_is_computed_whatever_separates_the_cells(texts: list[str], name: str) -> None:
    labels = {"fr": texts[0] + name}
    poll = Poll("trial", (Item("i", dimension="d", texts=labels), poll_of(1).open_items[0]), (Dimension("d", labels),))
    for locale in ("fr", "en"):
        sheet = sheet_of(poll, report_of(poll, {"i": [3] * 9}, comments=texts * 3), locale, coop=texts[1])
        assert [computed(csv_of(sheet).encode(), separator) for separator in ";,"] == [[], []]


@given(st.text())
def test_words_made_harmless_are_the_same_words(text: str) -> None:
    assert harmless(text).replace("'", "") == text.replace("'", "")


def test_the_words_people_write_every_day_are_left_as_they_are() -> None:
    for text in ("Bien !", "10 - 2 = 8", "c'est dit, non ; oui", "« =1 »", "peut-être"):
        assert harmless(text) == text


# ---------------------------------------------------------------------------------------------------- files as files


def titled(title: str) -> Sheet:
    poll = Poll("own_3", poll_of(2).items, poll_of(2).dimensions, texts={"fr": title})
    return sheet_of(poll, report_of(poll))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Baromètre QVCT", "barometre-qvct"),
        ("../../etc/passwd", "etc-passwd"),
        ('C:\\CON <|>*?"\x00\n.exe', "c-con-exe"),
        ("Ελληνικά", "own-3"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}fdp.", "fdp"),
        ("Un titre bien long " * 20, "un-titre-bien-long-un-titre-bien-long-un-titre-bien-long-un"),
    ],
)
def test_the_names_of_the_files_suit_any_disk(title: str, name: str) -> None:
    names = [one.name for one in exported(titled(title))]
    assert names == [f"{name}-2026-11-13.{ending}" for ending in ("csv", "ods", "html")]


@given(st.text())
def test_whatever_the_title_a_name_is_short_plain_and_never_empty(title: str) -> None:
    for one in exported(titled(title)):
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-2026-11-13\.(csv|ods|html)", one.name)
        assert len(one.name) <= 80


def test_each_file_says_what_it_is() -> None:
    table, spreadsheet, page = exported(titled("Essai"))
    assert (table.mime, table.content[:3]) == ("text/csv", b"\xef\xbb\xbf")
    assert spreadsheet.mime == "application/vnd.oasis.opendocument.spreadsheet"
    assert (page.mime, page.content[:15]) == ("text/html", b"<!doctype html>")
    with zipfile.ZipFile(io.BytesIO(spreadsheet.content)) as archive:
        kind = archive.infolist()[0]
        assert (kind.filename, kind.compress_type, archive.read(kind)) == (
            "mimetype",
            zipfile.ZIP_STORED,
            spreadsheet.mime.encode(),
        )
        listed = archive.read("META-INF/manifest.xml").decode()
        assert all(
            f'"{name}"' in listed for name in archive.namelist() if name not in ("mimetype", "META-INF/manifest.xml")
        )


def test_the_spreadsheet_tells_nothing_of_who_made_it_when_and_on_what() -> None:
    sheet = titled("Essai")
    assert ods(sheet) == ods(sheet)
    with zipfile.ZipFile(io.BytesIO(ods(sheet))) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        meta = archive.read("meta.xml").decode()
    for told in ("creator", "creation-date", "dc:date", "editing"):
        assert told not in meta
    assert "Essai, Les Lucioles" in meta
    assert str(date(2026, 11, 13).year) not in meta


def test_what_no_file_can_hold_is_left_out_and_the_rest_stays() -> None:
    poll = poll_of(2)
    report = report_of(poll, comments=["un\x00\x0b\ud800deux\ufffe trois", *COMMENTS[1:]])
    table, spreadsheet, page = opened(sheet_of(poll, report))
    assert "un deuxtrois" not in table.decode()
    for words in (table.decode(), str(rows_of_ods(spreadsheet)[1]), Page(page).words):
        assert "un deux trois" in words


def test_what_is_said_as_the_time_before_has_no_number_to_compute_with() -> None:
    poll = poll_of(3, each=2)
    first = report_of(poll)
    sheet = sheet_of(poll, report_of(poll, before=first, kin=NEARLY_THE_SAME), before=first)
    table, _, _ = opened(sheet)
    figures = [row for row in rows_of_csv(table)[1:] if row.kind in ("Thème", "Question")][:9]
    assert len(figures) == 9
    assert [row.value for row in figures] == [""] * 9
    assert all("fois d'avant" in row.words for row in figures)
