"""The page of results in a browser: one sheet of A4, legible, and accessible."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from bot.polls.paper import page
from flows.core.poll import Poll
from flows.living.barometer import barometer
from flows.living.radar import radar
from tests.bot.polls.reported import OTHERS, improvement, report_of, sheet_of
from tests.page.surf import NARROW, WIDE, Surf
from tests.page.test_accessible import grave

COMMENTS = [f"Un commentaire ordinaire, le n° {number}, qui parle des délais et du café." for number in range(9)]
PAGES, SHEET = re.compile(rb"/Type /Pages\s*/Count (\d+)"), re.compile(rb"/MediaBox \[0 0 (\S+) (\S+)\]")
A4 = (595, 842)
"""In points."""
SMALLEST_PT = 5.5
"""Letters that are read on paper, held in the hands."""


def printed(folder: Path, poll: Poll, locale: Literal["fr", "en"]) -> str:
    """The address of a page with all that usually is on it: a round before, comments, an action."""
    first = report_of(poll)
    answers: list[list[int | None]] = [
        [4, 5, 2] * 4,
        [1] * 12,
        [5] * 12,
        [1, 5, 3] * 4,
        [3, *[None] * 11],
        [2, 2, 3] * 4,
    ]
    varied: dict[str, Sequence[int | None]] = {
        item.name: answers[at % len(answers)] for at, item in enumerate(poll.averaged)
    }
    report = report_of(poll, varied, comments=COMMENTS, before=first, kin=OTHERS)
    file = folder / "results.html"
    sheet = sheet_of(poll, report, locale, before=first, improvements=[(improvement(), "Awa Leroux")])
    file.write_text(page(sheet), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("poll", [barometer, radar], ids=["barometer", "radar"])
def test_the_results_of_a_round_hold_on_one_sheet(
    surf: Surf, tmp_path: Path, poll: Poll, locale: Literal["fr", "en"]
) -> None:
    with surf.at(printed(tmp_path, poll, locale), lang=locale, ready=False) as shown:
        pdf = shown.pdf(prefer_css_page_size=True)
        assert PAGES.findall(pdf) == [b"1"]
        ((wide, high),) = SHEET.findall(pdf)
        assert (round(float(wide)), round(float(high))) == A4


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_nothing_of_the_page_is_too_small_to_be_read_once_printed(
    surf: Surf, tmp_path: Path, locale: Literal["fr", "en"]
) -> None:
    with surf.at(printed(tmp_path, radar, locale), size=(703, 1062), lang=locale, ready=False) as shown:
        shown.emulate_media(media="print")
        sizes = shown.evaluate(
            """[...document.querySelectorAll('body *')].filter(it => it.firstChild?.nodeType === 3 && it.textContent.trim())
            .map(it => parseFloat(getComputedStyle(it).fontSize) * (it.getScreenCTM ? it.getScreenCTM().a : 1) * 0.75)"""
        )
        assert min(sizes) >= SMALLEST_PT


@pytest.mark.parametrize(("locale", "size"), [("fr", WIDE), ("en", NARROW)])
def test_the_page_is_accessible_and_nothing_runs_out_of_it(
    surf: Surf, tmp_path: Path, locale: Literal["fr", "en"], size: tuple[int, int]
) -> None:
    with surf.at(printed(tmp_path, barometer, locale), size=size, lang=locale, ready=False) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert grave(shown) == []


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_on_the_smallest_telephone_no_word_of_a_table_is_cut(
    surf: Surf, tmp_path: Path, locale: Literal["fr", "en"]
) -> None:
    """WCAG 2.2, 1.4.10: 320 pixels wide."""
    with surf.at(printed(tmp_path, barometer, locale), size=(320, 700), lang=locale, ready=False) as shown:
        cut = shown.evaluate(
            """[...document.querySelectorAll('th, td')].flatMap(cell => {
                const written = cell.firstChild
                const words = written?.nodeType === 3 ? [...written.data.matchAll(/\\S+/g)] : []
                const around = document.createRange()
                return words.filter(word => {
                    around.setStart(written, word.index)
                    around.setEnd(written, word.index + word[0].length)
                    return new Set([...around.getClientRects()].map(it => Math.round(it.top))).size > 1
                }).map(word => word[0])
            })"""
        )
        assert [word for word in cut if "-" not in word] == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= 320
