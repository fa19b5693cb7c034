"""Polls of the cooperative's own, made in one window by their leads."""

from pathlib import Path
from typing import Any

import pytest

from flows.core.poll import Cadence, Thresholds
from tests.bot.polls.answering import filled
from tests.bot.polls.led import composed, led, own_names


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_a_poll_of_their_own_is_made_opened_and_answered(tmp_path: Path, locale: str) -> None:
    async with led(tmp_path, locale=locale) as home:
        english = {"title_en": "Our premises", "items_en": "- The noise is fine\n\n• So is the light\n"}
        thanks = await composed(home, **english, open_question=["yes"])
        title = {"fr": "Locaux", "en": "Our premises"}[locale]
        assert title in thanks.words()
        assert "3 questions" in thanks.words()
        (name,) = await own_names(home)
        poll = await home.poll(name)
        assert poll.cadence is Cadence.ONE_OFF
        assert poll.items[1].texts == {"fr": "La lumière aussi", "en": "So is the light"}
        record = await home.open_round(name)
        lea = home.others[0]
        await home.press("vote", record.id, by=lea)
        assert lea.modal.title == title
        words = lea.modal.words()
        assert {"fr": "La lumière aussi", "en": "So is the light"}[locale] in words
        assert {"fr": "une chose à améliorer", "en": "one thing to improve"}[locale] in words
        await lea.submit(lea.modal, filled(lea))
        assert not lea.modal.errors


async def test_the_same_window_sent_twice_makes_one_poll(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("new_poll")
        old = home.lead.modal.given
        await home.send(title_fr="Locaux", items_fr="Le bruit")
        await home.send_as(home.lead, old, title_fr="Locaux", items_fr="Tout autre chose")
        (name,) = await own_names(home)
        assert (await home.poll(name)).items[0].texts == {"fr": "Le bruit"}


async def test_a_poll_of_their_own_never_takes_the_place_of_ours(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("new_poll")
        before = await home.whole()
        forged = {**home.lead.modal.given, "private_metadata": "barometer"}
        window = await home.send_as(home.lead, forged, title_fr="Locaux", items_fr="Le bruit")
        assert window.errors
        assert await home.whole() == before


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"items_en": "One\nTwo\nThree"}, "items_en", "2 en français, 3 en anglais"),
        ({"items_fr": "Le bruit\nle BRUIT"}, "items_fr", "le BRUIT"),
        ({"items_fr": " - \n\n"}, "items_fr", "au moins une question"),
        ({"items_fr": "\n".join(f"Question {number}" for number in range(21))}, "items_fr", "20 au plus"),
        ({"items_fr": "é" * 3_000}, "items_fr", "3000 caractères"),
        ({"title_fr": "  "}, "title_fr", "encore rien d'écrit"),
    ],
)
async def test_a_poll_that_cannot_be_says_why(tmp_path: Path, given: Any, field: str, said: str) -> None:
    async with led(tmp_path) as home:
        window = await composed(home, **given)
        assert said in window.errors[f"f1|{field}"].replace("\N{NO-BREAK SPACE}", " ")
        assert await own_names(home) == []


async def test_their_own_polls_promise_the_thresholds_of_the_barometer(tmp_path: Path) -> None:
    async with led(tmp_path) as home:
        await home.press("poll_settings", "barometer")
        await home.send(scores="6", comments="9")
        await composed(home)
        (name,) = await own_names(home)
        assert (await home.poll(name)).thresholds == Thresholds(6, 9)
