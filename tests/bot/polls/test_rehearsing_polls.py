"""`parcours rehearse barometer`: a round of twelve people and its results; with four, a météo collective instead."""

from datetime import date

import pytest

from bot.rehearsal.holding import hold
from bot.rehearsal.rehearse import Rehearsal

MONDAY = date(2026, 5, 4)
LIVED = {
    "polls/invitation",
    "polls/reminder",
    "polls/last_reminder",
    "polls/results",
    "polls/results_in_channel",
    "polls/dimension",
    "polls/discussion_set",
    "polls/discussion_today",
    "choose_actions",
}


def said(lived: Rehearsal) -> dict[str, str]:
    """The first words of each message, by its name."""
    return {name: line.text for line in reversed(lived.lines) for name in line.name.split("+")}


@pytest.mark.parametrize("poll", ["barometer", "radar"])
async def test_a_round_of_twelve_is_opened_answered_closed_told_and_discussed(poll: str) -> None:
    lived = await hold(poll, MONDAY)
    assert lived.given_up == 0
    assert said(lived).keys() >= LIVED
    assert "réponses sur 12" in said(lived)["polls/results"]


async def test_four_people_talk_instead_and_no_round_is_opened() -> None:
    lived = await hold("barometer", MONDAY, people=4)
    assert lived.given_up == 0
    assert "polls/invitation" not in said(lived)
    assert "Météo collective" in said(lived)["polls/check_in"]
    assert "À 4, un sondage ne serait pas anonyme" in said(lived)["check_in_day"]


async def test_the_same_round_in_english() -> None:
    lived = await hold("radar", MONDAY, locale="en")
    assert lived.given_up == 0
    assert "answers out of 12" in said(lived)["polls/results"]
