"""How a poll is held, chosen by its leads: kept, shown again, and never a promise that becomes weaker."""

from pathlib import Path
from typing import Any

import pytest

from flows.core.poll import Cadence, Thresholds
from tests.bot.polls.led import led


def chosen(view: Any) -> dict[str, Any]:
    """What a window shows as chosen, by field."""
    found: dict[str, Any] = {}
    for control in view.controls():
        element = control.element
        options = element.get("initial_options") or [element.get("initial_option")]
        values = [option["value"] for option in options if option]
        found[control.block_id.partition("|")[2]] = element.get("initial_date") or values
    return found


async def test_what_is_chosen_is_kept_and_shown_again(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("poll_settings", "barometer")
        assert chosen(home.lead.modal) == {
            "cadence": ["quarterly"],
            "next_opening": [],
            "days_open": ["10"],
            "scores": ["5"],
            "comments": ["8"],
            "cuts": [],
            "lists_participation": [],
        }
        wanted: dict[str, Any] = {
            "cadence": "yearly",
            "next_opening": "2026-06-16",
            "days_open": "7",
            "scores": "6",
            "comments": "10",
            "cuts": ["seniority", "team"],
            "lists_participation": ["yes"],
        }
        assert await home.send(**wanted) is None
        decided = await home.decided()
        assert decided.poll.cadence is Cadence.YEARLY
        assert decided.poll.thresholds == Thresholds(6, 10)
        assert (decided.days_open, decided.cuts, decided.lists_participation) == (7, ("team", "seniority"), True)
        assert decided.poll.version == 1
        words = (await home.home_of(home.lead)).words().replace("\N{NO-BREAK SPACE}", " ")
        assert "prochaine ouverture le mardi 16 juin" in words
        await home.press("poll_settings", "barometer")
        assert chosen(home.lead.modal) == {
            "cadence": ["yearly"],
            "next_opening": "2026-06-16",
            "days_open": ["7"],
            "scores": ["6"],
            "comments": ["10"],
            "cuts": ["team", "seniority"],
            "lists_participation": ["yes"],
        }
        scores = next(it for it in home.lead.modal.controls() if it.block_id == "f1|scores")
        assert scores.choices[0] == "6"


async def test_settings_sent_as_they_are_change_nothing(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        before = await home.whole()
        await home.press("poll_settings", "radar")
        await home.send()
        assert await home.whole() == before
        assert "rien de prévu" in (await home.home_of(home.lead)).words()


async def test_an_opening_taken_away_or_moved_is(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        for day, said in (("2026-06-16", "mardi 16 juin"), ("2026-06-18", "jeudi 18 juin"), (None, "rien de prévu")):
            await home.press("poll_settings", "barometer")
            await home.send(next_opening=day)
            assert said in (await home.home_of(home.lead)).words().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("day", "said"), [("2026-03-31", "déjà passé"), ("2028-01-01", "bien lointain")])
async def test_an_opening_that_cannot_be_is_said_under_it(tmp_path: Path, day: str, said: str) -> None:
    async with led(tmp_path) as home:
        await home.press("poll_settings", "barometer")
        window = await home.send(next_opening=day, cadence="yearly")
        assert said in window.errors["f1|next_opening"]
        assert (await home.poll()).cadence is Cadence.QUARTERLY


@pytest.mark.parametrize(("locale", "said"), [("fr", "ne peut que monter"), ("en", "only go up")])
async def test_a_threshold_lowered_by_an_old_window_is_refused(tmp_path: Path, locale: str, said: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        await home.press("poll_settings", "barometer")
        old = home.lead.modal.given
        await home.send(scores="7", comments="12")
        for field, given in (("scores", {"comments": "12"}), ("comments", {"scores": "7"})):
            window = await home.send_as(home.lead, old, **given)
            assert said in window.errors[f"f1|{field}"]
        assert (await home.poll()).thresholds == Thresholds(7, 12)


async def test_comments_are_never_easier_to_show_than_figures(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("poll_settings", "barometer")
        window = await home.send(scores="10", comments="9")
        assert "ne peut pas être sous celui des notes" in window.errors["f1|comments"]
        assert (await home.poll()).thresholds == Thresholds()


async def test_settings_of_an_open_poll_hold_for_the_next_round_alone(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        opened = await home.open_round()
        await home.press("poll_settings", "barometer")
        assert "garde ce qui a été promis" in home.lead.modal.words()
        assert "next_opening" not in chosen(home.lead.modal)
        await home.send(scores="6", lists_participation=["yes"], cadence="yearly")
        (record,) = await home.rounds()
        assert record == opened
        assert (await home.poll()).thresholds.scores == 6
        await home.let_days_pass(14)
        words = (await home.home_of(home.lead)).words().replace("\N{NO-BREAK SPACE}", " ")
        assert "prochaine ouverture le mercredi 31 mars 2027" in words


async def test_settings_without_a_name_are_those_of_the_poll_that_opens_next(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("poll_settings", "radar")
        await home.send(next_opening="2026-06-16")
        await home.forge(home.lead, "poll_settings")
        assert home.lead.modal.private_metadata == "radar"


async def test_what_no_window_offers_is_refused_in_words(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("poll_settings", "barometer")
        before, given = await home.whole(), home.lead.modal.given
        for field, value in (("cadence", "hourly"), ("cuts", "salary"), ("days_open", "0"), ("scores", "x")):
            forged = {**given, "blocks": [with_option(block, field, value) for block in given["blocks"]]}
            several = [value] if field == "cuts" else value
            window = await home.send_as(home.lead, forged, **{field: several})
            assert window.errors[f"f1|{field}"]
        assert await home.whole() == before


def with_option(block: dict[str, Any], field: str, value: str) -> dict[str, Any]:
    if block.get("block_id") != f"f1|{field}":
        return block
    more = {"text": {"type": "plain_text", "text": "…"}, "value": value}
    element = block["element"]
    return {**block, "element": {**element, "options": [*element["options"], more]}}
