"""A guard that looks for what its flow does not have, or that fails under an answer, is told by `check`: nobody would see it."""

import pytest

from flows.core.answers import Choice, Text
from flows.core.calendar import on
from flows.core.guards import complaints
from flows.core.model import Ask, Flow, Guard, Say, hears_everything

MOOD = Ask("mood", Choice("fine", "low"))
WHY = Ask("why", Choice("tired", "bored"))
WORDS = Ask("words", Text())
ELSEWHERE = Ask("elsewhere", Choice("fine", "low"))
DAY = "first_day"


def trial(guard: Guard, closed: Guard | None = None) -> Flow:
    steps = (MOOD, WHY, WORDS, Say("chat", only_if=guard), Say("bye", at=on(DAY)))
    return Flow("trial", steps, optional=("boss",), anchors=(DAY,), details=("tone",), closed_to_heirs=closed)


def told(guard: Guard) -> str:
    return "\n".join(complaints(trial(guard)))


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
        ("looks for 'mod', which is no step nor part of it: 'mood', perhaps", lambda talk: talk.is_over("mod")),
        ("looks for 'elsewhere', which is no step", lambda talk: talk.answer(ELSEWHERE) == "low"),
        ("looks for 'bos', which is no step nor part of it: 'boss', perhaps", lambda talk: talk.plays("bos") is None),
        ("looks for 'mod'", lambda talk: talk.steps["mod"].state == "done"),
        ("waits for ['lo']", lambda talk: talk.answer(WORDS) is not None and talk.answer(MOOD) == "lo"),
        (
            "looks for 'frst_day', which is not among its anchors: 'first_day', perhaps",
            lambda talk: talk.anchors["frst_day"].year > 2026,
        ),
        (
            "looks for 'ton', which is not among its `details`: 'tone', perhaps",
            lambda talk: talk.details.get("ton") == "warm",
        ),
        ("looks for 'ton'", lambda talk: "ton" in talk.details),
    ],
)
def test_a_slip_in_a_guard_is_told_with_what_there_is(said: str, guard: Guard) -> None:
    assert told(guard).startswith("flow 'trial': the guard of 'chat' ")
    assert said in told(guard)


@pytest.mark.parametrize(
    ("said", "guard"),
    [
        ("before anything is answered (TypeError: ", lambda talk: len(talk.answer(WORDS)) > 3),
        ("before anything is answered (KeyError: 'mood')", lambda talk: talk.steps["mood"].state == "done"),
        ("before anything is answered (KeyError: 'tone')", lambda talk: talk.details["tone"] == "warm"),
        (
            "where the answers are {'mood': 'low'} (AttributeError: ",
            lambda talk: talk.answer(MOOD) == "low" and talk.answer(WHY).startswith("t"),
        ),
    ],
)
def test_a_guard_that_fails_is_told_with_the_answers_that_it_fails_under(said: str, guard: Guard) -> None:
    [complaint] = complaints(trial(guard))
    assert complaint.startswith(f"flow 'trial': the guard of 'chat' fails {said}")
    assert complaint.endswith(": it must bear what is not there")


def test_a_slip_in_what_closes_a_flow_to_heirs_is_told() -> None:
    [complaint] = complaints(trial(hears_everything, closed=lambda talk: talk.answer(MOOD) == "lo"))
    assert complaint.startswith("flow 'trial': `closed_to_heirs` waits for ['lo']")


@pytest.mark.parametrize(
    "guard",
    [
        lambda talk: talk.answer(MOOD) == "low" and talk.answer(WHY) in ("tired", "bored"),
        lambda talk: talk.is_over("mood") and talk.plays("boss") is not None,
        lambda talk: talk.details.get("tone") == "warm" and talk.anchors[DAY].year > 2000,
    ],
)
def test_a_guard_without_a_slip_is_left_alone(guard: Guard) -> None:
    assert told(guard) == ""
