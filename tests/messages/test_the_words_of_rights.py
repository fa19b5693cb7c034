"""The page of people's rights over their data: each of its words reads well in each voice, and fits where Slack shows it."""

from datetime import date
from typing import Any

import pytest

from flows import ALL_FLOWS
from flows.core.people import Member
from messages import Messages, Voice
from tests.flows.test_every_flow_has_its_words import faults
from tests.messages.contexts import VOICES
from tests.messages.pages import repeated_in_vous, too_long

FULL: dict[str, Any] = {
    "me": Member(id="m_1", first_name="Zoé", slack_id="U0ZOE"),
    "coop": "Les Voisins",
    "today": date(2026, 4, 28),
    "day": date(2026, 4, 28),
    "name": "Zoé Petit",
    "span": "6 mois",
    "n": 2,
    "contacts": ["Awa", "Malik"],
    "lead": "Awa Diop",
}
SITUATIONS: dict[str, dict[str, Any]] = {"full": FULL, "bare": {**FULL, "coop": "", "contacts": [], "n": 1}}
LONGEST = {"button__": 30, "label__": 75, "part__": 75, "flow__": 75, "status__": 75, "heading__": 75}
TITLES = ("my_data__title", "export_my_data__title", "erase_my_data__title")
SUBMITS = ("export_my_data__submit", "erase_my_data__submit")
every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")


@every_voice
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_word_of_rights_reads_well(voice: Voice, situation: str) -> None:
    messages = Messages()
    for name in messages.names("fr", "rights"):
        text = messages.say(voice, "rights", name, SITUATIONS[situation])
        assert faults(text, voice) == [], f"{name}: {text}"


def test_vous_is_written_only_where_it_differs() -> None:
    assert repeated_in_vous(Messages(), "rights", FULL) == []


@every_voice
def test_what_is_pressed_and_what_heads_a_window_is_short(voice: Voice) -> None:
    assert too_long(Messages(), voice, "rights", FULL, (*TITLES, *SUBMITS), LONGEST) == {}


@every_voice
def test_no_span_is_written_in_words(voice: Voice) -> None:
    """A number in a sentence would be a second truth beside the table of spans."""
    messages = Messages()
    told = {**FULL, "span": "", "n": ""}
    for name in (name for name in messages.names("fr", "rights") if name.startswith("rule__")):
        text = messages.plain(voice, "rights", name, told)
        assert not any(character.isdigit() for character in text), f"{name}: {text}"
        assert not {"mois", "ans", "months", "years", "days"} & set(text.replace(".", "").split()), f"{name}: {text}"


@every_voice
def test_every_day_a_conversation_is_counted_from_has_a_name_that_people_know(voice: Voice) -> None:
    messages = Messages()
    days = {name for flow in ALL_FLOWS for name in flow.anchors}
    assert {name for name in days if not messages.has(voice, "rights", f"label__{name}")} == set()


@every_voice
def test_every_flow_has_a_name_that_people_know(voice: Voice) -> None:
    messages = Messages()
    lacking = [flow.name for flow in ALL_FLOWS if not messages.has(voice, "rights", f"flow__{flow.name}")]
    assert lacking == [], (
        f"write flow__… in messages/{voice.locale}/rights.j2 for {lacking}: what they are called in an export"
    )
