"""The files of results: the same figures in all three, and nothing that is not shown."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given

from bot.polls.sheet import Sheet
from bot.polls.wording import Wording
from flows.core.poll import Poll
from flows.core.report import Figure, Hidden, Report
from flows.living.barometer import barometer
from flows.living.radar import radar
from tests.bot.polls.read_back import Page, Row, opened, rows_of_csv, rows_of_ods
from tests.bot.polls.reported import COMMENTS, OTHERS, improvement, poll_of, report_of, reports, sheet_of, wording_of

Found = tuple[Poll, Report, Report | None]
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def written_in(found: Found, locale: Literal["fr", "en"] = "fr") -> Sheet:
    poll, report, before = found
    return sheet_of(poll, report, locale, before=before)


def figures_of(poll: Poll, report: Report, wording: Wording) -> list[tuple[str, Figure]]:
    """Every figure of items and dimensions, with its words."""
    items = [(one.figure, poll.item(one.name).scale) for one in report.items]  # type: ignore[union-attr]
    dimensions = [(one.figure, poll.scale_of(one.name)) for one in report.dimensions]
    return [(wording.figure(figure, scale), figure) for figure, scale in (*items, *dimensions)]


def numbers_shown(poll: Poll, report: Report, wording: Wording) -> set[str]:
    """The numbers in what the report says of itself, in its titles and in its day, and of how it is counted."""
    said = [words for words, _ in figures_of(poll, report, wording)]
    said += [str(figure.n) for _, figure in figures_of(poll, report, wording) if figure.n is not None]
    if report.recommendation is not None:
        said.append(wording.recommendation(report.recommendation))
    said += [wording.item(item) for item in poll.items]
    said += [wording.dimension(one.name) + wording.short(one.name) for one in poll.dimensions]
    taken_part = report.participation
    said.append(f"{taken_part.answered} {taken_part.expected} {taken_part.percent} 13 24 2026")
    said.append(f"{poll.thresholds.scores} {poll.thresholds.comments}")
    return set(NUMBER.findall(" ".join(said)))


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_table_says_each_figure_in_words_with_a_number_to_compute_with(locale: Literal["fr", "en"]) -> None:
    poll = poll_of(2, each=2)
    report = report_of(poll, {"i1_0": [3, *[None] * 11], "recommendation": [9, 10, 9, 9, 9, 9, 8, 7, 9, 3, 7, 8]})
    table, _, _ = opened(sheet_of(poll, report, locale))
    rows = rows_of_csv(table, ";" if locale == "fr" else ",")
    in_french = [
        (
            "Participation",
            "Essai, Les Lucioles, vendredi 13 novembre 2026",
            "12",
            "12 réponses sur 12 (100 %)",
            "12",
            "",
        ),
        ("Thème", "Thème 0", "3,3", "3,3 sur 5", "12", ""),
        ("Question", "Une question 0.0", "3,3", "3,3 sur 5, avis plutôt proches", "12", ""),
        ("Question", "Une question 0.1", "3,3", "3,3 sur 5, avis plutôt proches", "12", ""),
        ("Thème", "Thème 1", "", "pas montré : une de ses questions ne peut pas l'être", "", ""),
        ("Question", "Une question 1.0", "", "trop peu de réponses pour le montrer", "", ""),
        ("Question", "Une question 1.1", "3,3", "3,3 sur 5, avis plutôt proches", "12", ""),
    ]
    if locale == "fr":
        plain = [Row(*(cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row)) for row in rows]
        assert plain[:7] == in_french
        assert plain[7][:3] == ("Question", "Indice de recommandation", "50")
        assert plain[7].words.startswith("'+50 (12 réponses")
        assert plain[8][3] == "pas de commentaire"
    else:
        assert [row.value for row in rows[:7]] == ["12", "3.3", "3.3", "3.3", "", "", "3.3"]
        assert rows[1].words == "3.3 out of 5"


@pytest.mark.parametrize("locale", ["fr", "en"])
@given(found=reports())
def test_no_number_is_in_a_file_that_the_words_of_the_report_do_not_show(
    found: Found, locale: Literal["fr", "en"]
) -> None:
    poll, report, _ = found
    table, spreadsheet, page = opened(written_in(found, locale))
    written = rows_of_csv(table, ";" if locale == "fr" else ",")
    sheets = [row for rows in rows_of_ods(spreadsheet, locale) for row in rows]
    texts = (*(" ".join(row) for row in (*written, *sheets)), Page(page).words)
    # The rings of the drawing carry the scale.
    shown = numbers_shown(poll, report, wording_of(poll, locale)) | set("12345")
    for text in texts:
        assert set(NUMBER.findall(text)) <= shown


@given(reports())
def test_a_number_to_compute_with_is_there_for_a_mean_of_this_very_round_alone(found: Found) -> None:
    poll, report, _ = found
    wording = wording_of(poll)
    table, _, _ = opened(written_in(found))
    written = {
        (row.words.partition(",")[0] if row.value else row.words, row.value, row.n) for row in rows_of_csv(table)
    }
    for words, figure in figures_of(poll, report, wording):
        if figure.is_exact:
            assert figure.mean is not None
            assert any(value == wording.number(figure.mean) and n == str(figure.n) for _, value, n in written)
        elif figure.n is None:
            assert (words, "", "") in written
        else:
            assert any(said.startswith(words) and value == "" for said, value, _ in written)


def test_what_is_hidden_is_written_the_same_whatever_it_hides() -> None:
    poll = poll_of(3)
    hidden = [
        opened(sheet_of(poll, report_of(poll, {"i1_0": [*values, *[None] * 8]})))
        for values in ([1, 1, 1, 1], [5, 5, 5, 5], [1, 2, 4, 5])
    ]
    assert hidden[0] == hidden[1] == hidden[2]


def on_paper(sheet: Sheet, rows: list[Row]) -> Iterator[list[str]]:
    """The lines of the page: a question alone is its dimension, on one line; how they moved, when one of them moved."""
    by_dimension: list[list[Row]] = []
    for row in rows:
        by_dimension += [[]] if row.kind == sheet.say("export__dimension") else []
        by_dimension[-1].append(row)
    moves = any(row.trend for row in rows)
    for whole, *asked in by_dimension:
        if len(asked) == 1:
            whole, asked = asked[0]._replace(name=f"{whole.name} {asked[0].name}"), []
        for row in (whole, *asked):
            yield [row.name, row.words, row.n, row.trend] if moves else [row.name, row.words, row.n]


@pytest.mark.parametrize("locale", ["fr", "en"])
@given(found=reports())
def test_the_three_files_say_the_same(found: Found, locale: Literal["fr", "en"]) -> None:
    sheet = written_in(found, locale)
    table, spreadsheet, page = opened(sheet)
    (results, comments, _), read = rows_of_ods(spreadsheet, locale), Page(page)
    rows = [
        row._replace(words=row.words.removeprefix("'")) for row in rows_of_csv(table, ";" if locale == "fr" else ",")
    ]
    assert [list(row) for row in rows] == [
        *results,
        *([sheet.say("export__comment"), one, "", text, "", ""] for one, text in comments),
    ]
    taken_part, *figures, recommended = rows[: len(results)]
    assert read.texts("h1") + read.texts("p")[:1] == [sheet.wording.title, f"{sheet_under(sheet)} · {taken_part.words}"]
    assert recommended.words in read.texts("dd")
    assert read.rows[1 : 1 + len(list(on_paper(sheet, figures)))] == list(on_paper(sheet, figures))
    assert read.texts("p")[1:] == [text for _, text in comments]


def sheet_under(sheet: Sheet) -> str:
    return {"fr": "Les Lucioles, vendredi 13 novembre 2026", "en": "Les Lucioles, Friday 13 November 2026"}[
        sheet.wording.voice.locale
    ]


@pytest.mark.parametrize("poll", [barometer, radar], ids=["barometer", "radar"])
def test_the_page_has_each_line_of_the_table_in_the_same_order_with_how_it_moved(poll: Poll) -> None:
    first = report_of(poll)
    answers = {item.name: [4, 5, 2] * 4 for item in poll.averaged[1:]}
    sheet = sheet_of(poll, report_of(poll, answers, before=first, kin=OTHERS), before=first)
    table, _, page = opened(sheet)
    figures = [
        row for row in rows_of_csv(table)[1:] if row.kind in (sheet.say("export__dimension"), sheet.say("export__item"))
    ]
    lines = list(on_paper(sheet, [row for row in figures if row.name != sheet.say("recommendation__title")]))
    assert [row for row in Page(page).rows if len(row) == 4][1:] == lines
    assert {line[3] for line in lines} >= {"en hausse", "stable"}


def test_comments_come_word_for_word_on_one_line_each_in_the_report_s_order() -> None:
    poll = poll_of(2)
    spoken = ["Deux\nlignes,\tet  des blancs", "Oui ; non", *COMMENTS[2:]]
    report = report_of(poll, comments=spoken)
    table, spreadsheet, page = opened(sheet_of(poll, report))
    expected = [" ".join(text.split()) for text in report.comments[0].texts]
    assert sorted(expected) == sorted(" ".join(text.split()) for text in spoken)
    assert [row.words for row in rows_of_csv(table) if row.kind == "Commentaire"] == expected
    assert [text for _, text in rows_of_ods(spreadsheet)[1]] == expected
    assert Page(page).texts("li") == expected


def test_emoji_are_seen_in_every_file() -> None:
    """Slack hands them over by their names."""
    poll = replace(poll_of(2), texts={"fr": "Essai :bee:"})
    report = report_of(poll, comments=["Merci :pray::skin-tone-2: à 12:30:45 :lucioles:", *COMMENTS])
    decided = replace(
        improvement("Un jour sans réunion :tada:", "La charge :cold_sweat:"), outcome="Dit dans <#C0ATELIER>"
    )
    table, spreadsheet, page = opened(sheet_of(poll, report, improvements=[(decided, "Awa")]))
    seen = "Merci 🙏🏻 à 12:30:45 :lucioles:"
    assert seen in [row.words for row in rows_of_csv(table)]
    assert seen in [text for _, text in rows_of_ods(spreadsheet)[1]]
    assert rows_of_ods(spreadsheet)[2][0][:2] == ["La charge 😰", "Un jour sans réunion 🎉"]
    assert rows_of_ods(spreadsheet)[2][0][-1] == "Dit dans un canal"
    assert seen in Page(page).texts("li")
    assert Page(page).texts("h1") == ["Essai 🐝"]


@pytest.mark.parametrize(("people", "why"), [(7, Hidden.TOO_FEW_COMMENTS), (12, Hidden.ERASED)])
def test_comments_that_may_not_be_shown_are_in_no_file(people: int, why: Hidden) -> None:
    poll = poll_of(2)
    report = report_of(poll, {"i0_0": [3] * people}, comments=COMMENTS)
    if why is Hidden.ERASED:
        erased = tuple(replace(one, texts=(), hidden=why) for one in report.comments)
        report = replace(report, comments=erased)
    assert report.comments[0].hidden is why
    sheet = sheet_of(poll, report)
    table, spreadsheet, page = opened(sheet)
    with zipfile.ZipFile(io.BytesIO(spreadsheet)) as archive:
        raw = b"".join(archive.read(name) for name in archive.namelist())
    assert not any("Un mot de plus" in content.decode() for content in (table, raw, page))
    words = sheet.wording.hidden(why)
    assert [row.words for row in rows_of_csv(table) if row.kind == "Commentaire"] == [words]
    assert [row[1] for row in rows_of_ods(spreadsheet)[1]] == [words]
    assert words in Page(page).texts("p")


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_round_that_nobody_answered_makes_three_files_that_say_so(locale: Literal["fr", "en"]) -> None:
    report = report_of(barometer, {item.name: [] for item in barometer.items})
    assert report.participation.answered == 0
    sheet = sheet_of(barometer, report, locale)
    table, spreadsheet, page = opened(sheet)
    rows = rows_of_csv(table, ";" if locale == "fr" else ",")
    said = {"fr": "0 réponse sur 12 (0 %)", "en": "0 answers out of 12 (0%)"}[locale]
    assert rows[0].words.replace("\N{NO-BREAK SPACE}", " ") == said
    assert [row for row in rows[1:] if row.value or row.n] == []
    assert [row for row in rows_of_ods(spreadsheet, locale)[0][1:] if row[2] or row[4]] == []
    assert sheet.wording.hidden(Hidden.TOO_FEW_TO_CONCLUDE) in Page(page).texts("dd")


def test_what_was_decided_since_is_in_the_spreadsheet_and_on_the_page() -> None:
    sheet = sheet_of(poll_of(2), report_of(poll_of(2)), improvements=[(improvement(), "Awa Leroux")])
    _, spreadsheet, page = opened(sheet)
    line = [
        "La charge déborde",
        "Un jour sans réunion",
        "Awa Leroux",
        "2026-12-01",
        "On finit à l'heure",
        "En cours",
        "",
    ]
    assert rows_of_ods(spreadsheet)[2] == [line]
    assert [
        "La charge déborde",
        "Un jour sans réunion",
        "Awa Leroux",
        "mardi 1er décembre 2026",
        "En cours",
        "",
    ] in Page(page).rows
