"""The two pages on polls say the same, each in its language, and what they promise is what the core does."""

import re
import tomllib
from dataclasses import replace

import pytest
import sqlalchemy as sa

import bot.home  # noqa: F401  the windows of polls and the Home import each other: the Home comes first
from bot.polls.from_file import poll_from
from bot.polls.groups import BANDS, CUTS
from bot.polls.settings_window import DAYS_OPEN
from bot.polls.wording import Wording
from bot.retention import COMMENTS, FIGURES
from flows import ALL_POLLS
from flows.core.answers import Scale
from flows.core.disclosure import NOTABLE, ends
from flows.core.poll import MOST_ITEMS, SCALES, Cadence, Kind, Thresholds
from flows.core.recommending import ENOUGH_FOR_AN_INDEX
from flows.core.report import Figure
from flows.core.results import CONCLUSIVE, FEWEST_COMMENTS
from flows.core.rounds import USUAL_TURNOUT, can_be_anonymous
from flows.living.barometer import barometer
from flows.living.radar import radar
from messages import Messages, Voice
from storage import poll_tables
from storage.ballots import MIXED
from storage.polls import DAYS_OPEN as USUAL_DAYS
from tests.test_documents import READMES, code, section_of, text_of

PAGES = {"fr": "docs/barometre.md", "en": "docs/barometer.md"}
every_page = pytest.mark.parametrize("locale", PAGES)


def cells(text: str) -> list[list[str]]:
    """The rows of the tables, their titles left out."""
    rows = re.findall(r"^\| (.+) \|$", re.sub(r"^\|.*\n\|[-| ]+\|$", "", text, flags=re.MULTILINE), re.MULTILINE)
    return [row.split(" | ") for row in rows]


def numbers(row: list[str]) -> list[float]:
    return [float(cell.replace(",", ".")) for cell in row]


def tables_of_numbers(locale: str) -> list[list[list[float]]]:
    """The tables that hold nothing but numbers, one after the other."""
    blocks = re.split(r"\n\n", text_of(PAGES[locale]))
    found = [cells(block) for block in blocks]
    counted = [rows for rows in found if rows and all(re.fullmatch(r"[\d.,]+", cell) for row in rows for cell in row)]
    return [[numbers(row) for row in rows] for rows in counted]


def shape(text: str) -> list[tuple[str, int]]:
    """What a page is made of, in order: titles, rows, points, fences."""
    kinds = re.findall(r"^(#+ |\||- |\d\. |```)(.*)$", text, re.MULTILINE)
    return [(mark, rest.count(" | ") if mark == "|" else 0) for mark, rest in kinds]


# ---------------------------------------------------------------------------------------------------------- both languages


def test_both_pages_have_the_same_parts() -> None:
    assert shape(text_of(PAGES["fr"])) == shape(text_of(PAGES["en"]))


def test_the_numbers_are_the_same_in_both() -> None:
    assert tables_of_numbers("fr") == tables_of_numbers("en")


@every_page
def test_the_poll_of_the_page_is_one(locale: str) -> None:
    [example] = code(PAGES[locale], "toml")
    made = poll_from(example, None)
    assert {item.kind for item in made.items} == set(Kind)
    assert (made.discussed, made.cadence, made.thresholds) == (2, Cadence.TWICE_A_YEAR, Thresholds())
    assert poll_from(example, made) == replace(made, version=2), "taken again, every trend goes on"


def test_the_poll_is_the_same_in_both() -> None:
    [french], [english] = (code(PAGES[locale], "toml") for locale in PAGES)
    assert tomllib.loads(french) == tomllib.loads(english)


@every_page
def test_every_cadence_and_kind_is_in_the_example(locale: str) -> None:
    [example] = code(PAGES[locale], "toml")
    assert [word for word in (*Cadence, *Kind) if not re.search(rf"\b{word.value}\b", example)] == []


# ------------------------------------------------------------------------------------------------------ what is promised


@every_page
def test_an_end_of_the_scale_begins_where_the_page_says(locale: str) -> None:
    table = tables_of_numbers(locale)[0]
    assert len(table) > 3
    for n, bottom, top in table:
        (_, low_to), (high_from, _) = ends(SCALES[Kind.AGREEMENT], int(n))
        assert [bottom, top] == [-(-10 * low_to // n) / 10, 10 * high_from // n / 10], n


@every_page
def test_as_many_people_are_wanted_as_the_page_says(locale: str) -> None:
    table = tables_of_numbers(locale)[1]
    assert len(table) > 3
    for k, people in table:
        thresholds = Thresholds(int(k), max(int(k), Thresholds().comments))
        assert can_be_anonymous(int(people), thresholds)
        assert not can_be_anonymous(int(people) - 1, thresholds)


@every_page
def test_the_meeting_lasts_as_long_as_its_title_says(locale: str) -> None:
    [minutes] = re.findall(r"^## .* (\d+) minutes$", text_of(PAGES[locale]), re.MULTILINE)
    assert sum(row[0] for row in (numbers(row[:1]) for row in rows_of_the_meeting(locale))) == int(minutes)


def rows_of_the_meeting(locale: str) -> list[list[str]]:
    title = {"fr": "En parler : 45 minutes", "en": "Talking about it: 45 minutes"}[locale]
    return cells(section_of(PAGES[locale], title))


@every_page
def test_figures_are_explained_in_the_words_they_are_told_in(locale: str) -> None:
    wording = Wording(Messages(), Voice("fr" if locale == "fr" else "en", "tu"), barometer, {"coop": "Lucioles"})
    low, high = Figure(7, at_most=2.0), Figure(7, at_least=4.5)
    between, before = Figure(7, at_least=2.5, at_most=3.4), Figure(7, mean=3.4, as_in="r_0")
    explained = {row[0] for row in cells(text_of(PAGES[locale]))}
    told = [wording.figure(one, Scale(1, 5)) for one in (Figure(7, mean=3.4), low, high, between, before)]
    assert [words for words in told if words not in explained] == []


def test_the_pages_are_read_again_when_a_rule_changes() -> None:
    """What both pages say in words: whoever changes one of these has two pages to mend."""
    assert (Thresholds().scores, Thresholds().comments, FEWEST_COMMENTS) == (5, 8, 3)
    assert (USUAL_TURNOUT, CONCLUSIVE, ENOUGH_FOR_AN_INDEX, NOTABLE) == (60, 50, 10, 3)
    assert (USUAL_DAYS, DAYS_OPEN.low, DAYS_OPEN.high, MOST_ITEMS) == (10, 3, 30, 20)
    assert (COMMENTS.span, FIGURES.span) == (("months", 6), ("years", 5))
    assert (tuple(CUTS), [years for years, _ in BANDS]) == (("team", "membership", "seniority"), [1, 5])
    assert (barometer.cadence, barometer.discussed, len(barometer.averaged)) == (Cadence.QUARTERLY, 1, 12)
    assert (radar.cadence, radar.discussed, len(radar.averaged)) == (Cadence.TWICE_A_YEAR, 2, 8)


# ------------------------------------------------------------------------------------------------------------- anonymity


def test_every_table_of_polls_is_said_to_keep_what_it_keeps() -> None:
    ours = {one.name for one in vars(poll_tables).values() if isinstance(one, sa.Table)}
    named = {name for row in cells(text_of("docs/privacy.md")) for name in re.findall(r"^`(\w+)`$", row[1])}
    assert len(ours) == 8
    assert ours <= named


def test_where_anonymity_ends_is_said_in_both_languages() -> None:
    english = section_of("docs/privacy.md", "Anonymous polls, and where anonymity ends")
    french = text_of("docs/vie-privee.md").partition("**Les sondages anonymes")[2].partition("\n**Après")[0]
    limits = [re.findall(r"^(\d+)\. \*\*", page, re.MULTILINE) for page in (english, french)]
    assert limits[0] == limits[1]
    assert len(limits[0]) == 9
    assert MIXED == 16, "both pages say so in words"


# --------------------------------------------------------------------------------------------------------- elsewhere


@pytest.mark.parametrize("name", [*READMES, "docs/operating.md"])
def test_every_poll_is_named(name: str) -> None:
    assert [poll.name for poll in ALL_POLLS if not re.search(rf"`[^`]*\b{poll.name}\b[^`]*`", text_of(name))] == []


def test_every_block_of_polls_that_is_named_is_there() -> None:
    told = section_of("docs/textes.md", "Les sondages")
    rows = [re.findall(r"`([\w…]+)`", row[1]) for row in cells(told)]
    ours = {name for path in ("barometer", "radar", "polls", "plan") for name in Messages().names("fr", path)}
    named = [name for row in rows for name in row]
    assert len(named) > 10
    begun = [name.removesuffix("…") for name in named]
    assert [name for name in begun if not any(one == name or one.startswith(name) for one in ours)] == []
