"""A guard that looks for what its flow does not have is told by `check`: it would never hold, in silence."""

import pytest

from flows.core.answers import Choice
from flows.core.guards import complaints
from flows.core.model import Ask, Flow, Guard, Say

MOOD = Ask("mood", Choice("fine", "low"))
WHY = Ask("why", Choice("tired", "bored"))
ELSEWHERE = Ask("elsewhere", Choice("fine", "low"))


def told(guard: Guard) -> str:
    return "\n".join(complaints(Flow("trial", (MOOD, WHY, Say("chat", only_if=guard)), optional=("boss",))))


@pytest.mark.parametrize(
    ("said", "guard"),
    [
        (
            "waits for ['lo'] as an answer to 'mood': its options are ['fine', 'low']",
            lambda talk: talk.answer(MOOD) == "lo",
        ),
        ("waits for ['lo'] as an answer to 'mood'", lambda talk: talk.answer(MOOD) in ("fine", "lo")),
        ("waits for ['lo'] as an answer to 'mood'", lambda talk: talk.answer(MOOD) != "lo"),
        ("waits for ['bore']", lambda talk: talk.answer(MOOD) == "low" and talk.answer(WHY) == "bore"),
        ("looks for ['mod']", lambda talk: talk.is_over("mod")),
        ("looks for ['elsewhere']", lambda talk: talk.answer(ELSEWHERE) == "low"),
        ("looks for ['bos']", lambda talk: talk.plays("bos") is None),
    ],
)
def test_a_slip_in_a_guard_is_told_with_what_there_is(said: str, guard: Guard) -> None:
    assert told(guard).startswith("flow 'trial': the guard of 'chat' ")
    assert said in told(guard)


@pytest.mark.parametrize(
    "guard",
    [
        lambda talk: talk.answer(MOOD) == "low" and talk.answer(WHY) in ("tired", "bored"),
        lambda talk: talk.is_over("mood") and talk.plays("boss") is not None,
    ],
)
def test_a_guard_without_a_slip_is_left_alone(guard: Guard) -> None:
    assert told(guard) == ""
