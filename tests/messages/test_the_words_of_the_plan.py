"""The page of the improvement plan: each of its words reads well in each voice, and fits where Slack shows it."""

from datetime import date
from typing import Any

import pytest

from flows.core.people import Member
from messages import Messages, Voice
from storage.improvements import Improvement
from tests.flows.test_every_flow_has_its_words import faults
from tests.messages.contexts import VOICES
from tests.messages.pages import repeated_in_vous, too_long

ZOE = Member(id="m_1", first_name="Zoé", slack_id="U0ZOE")
DONE = Improvement(
    id="i_1",
    source="round",
    finding="La charge déborde",
    action="Un jour sans réunion",
    due_on=date(2026, 6, 1),
    opened_on=date(2026, 4, 1),
    state="done",
    outcome="Deux soirs libres",
)
FULL: dict[str, Any] = {
    "me": ZOE,
    "coop": "Les Voisins",
    "form": "Scop",
    "today": date(2026, 4, 28),
    "finding": DONE.finding,
    "action": DONE.action,
    "sign": "deux soirs libres",
    "owner": ZOE,
    "due_on": date(2026, 6, 1),
    "is_late": False,
    "closed": [DONE, DONE],
    "found": ["Zoé", "zoe@exemple.coop"],
    "details": {"action": DONE.action, "finding": DONE.finding, "improvement": "i_1"},
    "days": {"due": date(2026, 6, 1)},
}
SITUATIONS: dict[str, dict[str, Any]] = {
    "full": FULL,
    "late": {**FULL, "is_late": True, "due_on": date(2026, 4, 1)},
    "bare": {**FULL, "sign": "", "owner": None, "closed": [DONE], "found": ["Zoé"]},
}
WINDOWS = ("add_improvement", "settle_improvement")
LONGEST = {"button__": 30, "source__": 75, "state__": 75, "field__": 48}
every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")


@every_voice
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_word_of_the_plan_reads_well(voice: Voice, situation: str) -> None:
    messages = Messages()
    for name in messages.names("fr", "plan"):
        text = messages.say(voice, "plan", name, SITUATIONS[situation])
        assert faults(text, voice) == [], f"{name}: {text}"


def test_vous_is_written_only_where_it_differs() -> None:
    assert repeated_in_vous(Messages(), "plan", FULL) == []


@every_voice
def test_what_is_pressed_and_what_heads_a_window_is_short(voice: Voice) -> None:
    assert too_long(Messages(), voice, "plan", FULL, (f"{name}__title" for name in WINDOWS), LONGEST) == {}
