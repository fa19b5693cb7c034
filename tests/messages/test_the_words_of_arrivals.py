"""What is said around a newcomer holds on the day that it is said."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from flows import ALL_FLOWS
from flows.core.model import Say
from flows.joining.parts import SUPERVISOR
from messages import Messages, Voice
from tests.messages.contexts import VOICES, context

FIRST_DAY = date(2027, 4, 27)
FLOWS = {flow.name: flow for flow in ALL_FLOWS}
IS_TO_COME = ("rejoint Les Voisins", "qui arrive", "joins Les Voisins", "who arrives")

every_voice = pytest.mark.parametrize("voice", VOICES, ids=lambda voice: f"{voice.locale}-{voice.address}")


def said(voice: Voice, flow: str, message: str, days_after: int) -> str:
    """The message, so many days after the first one."""
    known = {**context(FLOWS[flow]), "days": {"first_day": FIRST_DAY}, "today": FIRST_DAY + timedelta(days_after)}
    return Messages().say(voice, flow, message, known)


def is_to_come(text: str) -> bool:
    return any(words in text.replace(" a rejoint", "") for words in IS_TO_COME)


@every_voice
@pytest.mark.parametrize(
    ("flow", "message"),
    [
        ("buddies", "proposal"),
        ("buddy_call", "who_volunteers"),
        ("onboarding", "supervisor_briefing"),
        ("onboarding", "job_buddy_briefing"),
        ("onboarding", "coop_buddy_briefing"),
    ],
)
def test_whoever_is_there_already_is_not_said_to_arrive(flow: str, message: str, voice: Voice) -> None:
    assert is_to_come(said(voice, flow, message, -5))
    assert is_to_come(said(voice, flow, message, 0))
    assert not is_to_come(said(voice, flow, message, 2))


@every_voice
@pytest.mark.parametrize(("flow", "message"), [("buddies", "proposal"), ("buddy_call", "who_volunteers")])
def test_a_buddy_sought_after_the_first_month_is_not_asked_for_the_time_it_took(
    flow: str, message: str, voice: Voice
) -> None:
    assert "premier mois" in (early := said(voice, flow, message, 10)) or "first month" in early
    assert "premier mois" not in (late := said(voice, flow, message, 200))
    assert "first month" not in late
    assert "une demi-heure par semaine" in late or "half an hour a week" in late


@every_voice
@pytest.mark.parametrize(("days", "words"), [(3, "très bientôt|very soon"), (7, "dans une semaine|in a week")])
def test_the_first_day_is_as_near_as_is_said(voice: Voice, days: int, words: str) -> None:
    assert re.search(words, said(voice, "onboarding", "week_before", -days))
    # Written before a long closing.
    assert not re.search("bientôt|semaine|soon|week", said(voice, "onboarding", "week_before", -17))


@every_voice
@pytest.mark.parametrize(("also", "other"), [("job_buddy", "coop_buddy"), ("coop_buddy", "job_buddy")])
def test_a_supervisor_who_is_a_buddy_is_not_told_of_themselves_by_name(voice: Voice, also: str, other: str) -> None:
    known = context(FLOWS["onboarding"], SUPERVISOR)
    text = Messages().say(voice, "onboarding", "supervisor_briefing", known | {also: known["me"]})
    assert f"<@{known['me'].slack_id}>" not in text
    assert f"<@{known[other].slack_id}>" in text


@every_voice
def test_the_thanks_of_the_year_hold_for_whoever_took_over_on_the_way(voice: Voice) -> None:
    text = Messages().say(voice, "onboarding", "buddies_thanked", context(FLOWS["onboarding"]))
    assert not re.search("accompagne|walked|passeport|passport", text)


def test_what_is_said_together_after_three_months_offers_the_same_thing_once() -> None:
    steps = FLOWS["onboarding"].step("three_months"), FLOWS["encounters"].step("how_far")
    offered = [offer for step in steps if isinstance(step, Say) for offer in step.offers]
    assert offered == ["home"]


@every_voice
@pytest.mark.parametrize(
    ("flow", "message"), [("onboarding", "report_invitation"), ("fresh_eyes_report", "before_you_begin")]
)
def test_who_will_read_a_report_holds_when_a_buddy_hands_over(voice: Voice, flow: str, message: str) -> None:
    known = context(FLOWS[flow])
    one, two = (
        Messages().say(voice, flow, message, known | {"readers": readers}) for readers in (["Zoé"], ["Zoé", "Malik"])
    )
    assert re.search("Zoé, (ou qui prendrait sa suite|or whoever takes over from them)", one)
    assert re.search("Malik, (ou qui prendrait leur suite|or whoever takes over from them)", two)


@every_voice
@pytest.mark.parametrize("lacks", [("job_buddy",), ("coop_buddy",), ("job_buddy", "coop_buddy")])
def test_no_buddy_who_was_not_found_is_said_to_come_at_three_months(lacks: tuple[str, ...], voice: Voice) -> None:
    known = {**context(FLOWS["onboarding"]), **dict.fromkeys(lacks)}
    text = Messages().say(voice, "onboarding", "three_months", known)
    assert not re.search("deux relais|ton relais|votre relais|two buddies|your job buddy", text)


@every_voice
def test_nobody_is_promised_to_meet_everybody(voice: Voice) -> None:
    """In a cooperative of 500, a year has room for a hundred."""
    for name in ("two_hats", "meet_the_team"):
        assert not re.search(
            r"chaque membre|toute l'équipe|every member|each member", Messages().say(voice, "onboarding", name, met(0))
        )
    assert not re.search(r"possible|out of", Messages().say(voice, "encounters", "how_far", met(24)))


@every_voice
def test_nobody_else_is_promised_once_there_is_nobody_else_to_meet(voice: Voice) -> None:
    others = re.compile("les autres|the others|quelqu'un d'autre|somebody else")
    assert others.search(Messages().say(voice, "encounter", "another_time", met(478)))
    assert not others.search(Messages().say(voice, "encounter", "another_time", met(479)))


def met(count: int) -> dict[str, Any]:
    return {**context(FLOWS["encounter"]), "met": count, "to_meet": 480}
