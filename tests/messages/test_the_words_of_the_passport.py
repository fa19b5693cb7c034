"""The page of the passport: each of its words reads well in each voice, and fits where Slack shows it."""

from datetime import date
from typing import Any

import pytest

from messages import Messages, Voice
from tests.flows.test_every_flow_has_its_words import faults
from tests.messages.contexts import VOICES

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


def test_both_languages_have_the_same_words() -> None:
    messages = Messages()
    assert messages.names("en", "passport") == messages.names("fr", "passport")
    assert messages.names("fr_vous", "passport") <= messages.names("fr", "passport")


def test_vous_is_written_only_where_it_differs() -> None:
    messages = Messages()
    for name in messages.names("fr_vous", "passport"):
        said = [messages.say(Voice("fr", address), "passport", name, TOLD) for address in ("tu", "vous")]
        assert said[0] != said[1], name


@every_voice
def test_titles_buttons_and_choices_fit_where_slack_shows_them(voice: Voice) -> None:
    messages = Messages()
    for name in ("add_step", "correct_step"):
        assert len(messages.plain(voice, "passport", f"{name}__title", TOLD)) <= 24
    for name in messages.names("fr", "passport"):
        text = messages.plain(voice, "passport", name, {**TOLD, "today": None})
        longest = next((most for begins, most in LONGEST.items() if name.startswith(begins)), None)
        assert longest is None or len(text) <= longest, f"{name}: {text}"
