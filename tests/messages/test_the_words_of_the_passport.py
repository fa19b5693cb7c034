"""The page of the passport: each of its words reads well in each voice, and fits where Slack shows it."""

from datetime import date
from typing import Any

import pytest

from messages import Messages, Voice
from tests.flows.test_every_flow_has_its_words import faults
from tests.messages.contexts import VOICES
from tests.messages.pages import repeated_in_vous, too_long

TOLD: dict[str, Any] = {
    "coop": "Les Voisins",
    "form": "Scop",
    "today": date(2026, 4, 28),
    "total": 15,
    "stamp": "J'ai rencontré l'équipe, deux casquettes",
    "day": date(2026, 9, 30),
}
LONGEST = {"button__": 30, "take_off__": 75, "dated": 75, "field__": 48}
every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")


@every_voice
def test_every_word_of_the_passport_reads_well(voice: Voice) -> None:
    messages = Messages()
    for name in messages.names("fr", "passport"):
        text = messages.say(voice, "passport", name, TOLD)
        assert faults(text, voice) == [], f"{name}: {text}"


def test_vous_is_written_only_where_it_differs() -> None:
    assert repeated_in_vous(Messages(), "passport", TOLD) == []


@every_voice
def test_titles_buttons_and_choices_fit_where_slack_shows_them(voice: Voice) -> None:
    told = {**TOLD, "today": None}
    assert too_long(Messages(), voice, "passport", told, ("add_step__title", "correct_step__title"), LONGEST) == {}
