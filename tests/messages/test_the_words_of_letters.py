"""The letters to those who have left: from the house, by name, with a way to answer, and nothing a letter box should not show."""

import re

import pytest

from bot.letterbox.links import NOWHERE
from flows import ALL_FLOWS
from flows.core.model import Flow, Say
from flows.leaving.afterwards import afterwards, highlight_invitation, quiet_afterwards, still_in_touch
from messages import Voice
from tests.messages.leaving import told
from tests.messages.tones import MESSAGES, every_voice, flat

LETTERS = [
    (flow, step)
    for flow in (afterwards, quiet_afterwards, highlight_invitation, still_in_touch)
    for step in flow.steps
    if isinstance(step, Say) and step.by_email
]
LONGEST_SUBJECT = 60
"""Characters a mail program shows of a subject, on a telephone or nearly."""

every_letter = pytest.mark.parametrize(("flow", "step"), LETTERS, ids=lambda one: one.name)


def test_there_are_letters_to_hold() -> None:
    assert {step.name for _, step in LETTERS} == {"month_3", "one_year", "invitation", "ask_again"}


@every_voice
@every_letter
def test_a_letter_greets_by_name_and_is_signed_by_the_house(flow: Flow, step: Say, voice: Voice) -> None:
    text = flat(MESSAGES.plain(voice, flow.name, step.name, told(flow)))
    assert text.startswith("Bonjour Awa" if voice.locale == "fr" else "Hello Awa")
    assert text.lower().splitlines()[-1] in ("l'équipe des voisins", "the team of les voisins")


@every_voice
@every_letter
def test_a_letter_leaves_a_way_to_answer_whether_there_is_a_page_or_none(flow: Flow, step: Say, voice: Voice) -> None:
    page = told(flow)["letterbox"]
    for letterbox in (page, NOWHERE):
        text = MESSAGES.plain(voice, flow.name, step.name, told(flow, letterbox=letterbox))
        assert "voisins.example" in text or re.search("répond|reply", text, re.IGNORECASE), text
        assert page.stop not in text, "every letter ends with it already"


@every_voice
def test_nobody_is_asked_to_reply_to_a_message_in_slack_which_somebody_would_not_read(voice: Voice) -> None:
    spoken = [(flow, step) for flow in ALL_FLOWS for step in flow.steps if isinstance(step, Say) and step.by_email]
    assert "onboarding" in {flow.name for flow, _ in spoken}
    for flow, step in spoken:
        known = told(flow, letterbox=NOWHERE, by_letter=False)
        assert not re.search("ce message|this message", MESSAGES.say(voice, flow.name, step.name, known)), step.name


@every_voice
@pytest.mark.parametrize(
    ("flow", "step"),
    [(afterwards, "one_year"), (quiet_afterwards, "one_year"), (still_in_touch, "ask_again")],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_whoever_is_asked_whether_to_be_written_to_has_a_page_to_say_so(flow: Flow, step: str, voice: Voice) -> None:
    letter = flat(MESSAGES.plain(voice, flow.name, step, told(flow)))
    assert "https://voisins.example/touch" in letter
    for choice in ("all", "less", "erase"):
        assert flat(MESSAGES.plain(voice, "letterbox", f"touch__{choice}", told(flow))) in letter, (
            "as its button says it"
        )


@every_voice
@every_letter
def test_what_a_letter_box_shows_says_nothing_of_why_somebody_left(flow: Flow, step: Say, voice: Voice) -> None:
    subject = MESSAGES.plain(voice, flow.name, f"{step.name}__subject", told(flow))
    assert "démission" not in subject
    assert not re.search("départ|licenci|retraite|depart|dismiss|retire|resign", subject, re.IGNORECASE)
    assert len(subject) <= LONGEST_SUBJECT


@every_voice
@pytest.mark.parametrize("flow", [afterwards, quiet_afterwards], ids=lambda flow: flow.name)
def test_no_day_is_given_for_shares_but_somebody_to_ask(flow: Flow, voice: Voice) -> None:
    text = MESSAGES.plain(voice, flow.name, "month_3", told(flow))
    assert re.search(r"\bparts\b|shares", text)
    assert "Zoé" in text, "whoever leads"
    assert not re.search(r"\d", text)
    of_none = MESSAGES.plain(voice, flow.name, "month_3", told(flow, shares=None))
    assert not re.search(r"\bparts\b|shares", of_none)


@every_voice
@pytest.mark.parametrize(("when", "has_hour"), [("2027-06-12T18:30", True), ("2027-06-12", False)])
def test_an_invitation_says_what_and_when(when: str, has_hour: bool, voice: Voice) -> None:
    details = {"what": "l'assemblée d'été", "when": when}
    known = told(highlight_invitation, details=details)
    text = flat(MESSAGES.plain(voice, highlight_invitation.name, "invitation", known))
    assert "l'assemblée d'été" in text
    assert re.search("12 juin|12 June", text)
    assert bool(re.search("18 h 30|18:30", text)) == has_hour
