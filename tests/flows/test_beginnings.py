"""What a flow owes those it begins, and which circles of flows would never end: told as the bot starts, and by `check`."""

from collections.abc import Callable

import pytest

from flows.core.answers import Choice, Done
from flows.core.beginnings import complaints
from flows.core.calendar import on
from flows.core.model import Ask, Conversation, Flow, Say, Start, Step, days

DAY = "first_day"
HELLO = Say("hello")
AGAIN = Ask("again", Choice("yes", "no"))


def flow(name: str, *steps: Step, **more: object) -> Flow:
    return Flow(name, steps, anchors=(DAY,), **more)  # type: ignore[arg-type]


def told(*flows: Flow) -> str:
    return "\n".join(complaints({one.name: one for one in flows}))


def knows(name: str, value: str | None) -> Callable[[Conversation], bool]:
    return lambda talk: talk.details.get(name) == value


# ------------------------------------------------------------------------------------------------------ what is owed


TALK = flow("talk", HELLO, Ask("tell", Done(), to="boss"), cast=("subject", "boss"))


@pytest.mark.parametrize(
    ("said", "step", "begun"),
    [
        ("with ['subjct'], who play nothing here", Start("go", flow="other", casting={"subject": "subjct"}), HELLO),
        ("where nobody plays ['sbject']", Start("go", flow="other", casting={"sbject": "subject"}), HELLO),
        ("which needs ['boss']", Start("go", flow="talk"), HELLO),
        ("which needs ['subject']", Start("go", flow="talk", casting={"boss": "subject"}), HELLO),
    ],
)
def test_a_flow_is_begun_with_people_for_all_it_needs(said: str, step: Start, begun: Step) -> None:
    complaint = told(flow("trial", step), flow("other", begun), TALK)
    assert complaint.startswith(f"flow 'trial': 'go' begins {step.flow!r}, ")
    assert said in complaint


def test_whom_a_flow_can_seek_by_itself_need_not_be_given() -> None:
    seeking = flow("talk", *TALK.steps, cast=TALK.cast, fills={"boss": "seek"})
    assert told(flow("trial", Start("go", flow="talk")), seeking) == ""


def test_people_are_passed_on_through_a_flow_that_does_not_speak_to_them() -> None:
    everybody = {"subject": "subject", "boss": "boss"}
    through = flow("through", HELLO, Start("on", flow="talk", casting=everybody), optional=("boss",))
    assert told(flow("trial", Start("go", flow="through", casting=everybody), cast=TALK.cast), through, TALK) == ""


def test_what_is_private_begins_nothing_that_is_not() -> None:
    assert "'other', which is not private" in told(
        flow("trial", Start("go", flow="other"), private=True), flow("other", HELLO)
    )


# -------------------------------------------------------------------------------------------------------- without end


ITSELF = Start("once_more", flow="trial")


@pytest.mark.parametrize(
    "steps",
    [
        (ITSELF,),
        (HELLO, ITSELF),
        (Start("once_more", flow="trial", at=on(DAY)),),
        (HELLO, Start("once_more", flow="trial", at=on(DAY, months=12))),
        (Say("hello", at=on(DAY)), ITSELF),
        (AGAIN, Start("once_more", flow="trial", at=on(DAY, days=3))),
        (Start("turn", flow="trial", details={"round": "next"}, only_if=knows("round", None)), ITSELF),
        (Start("once_more", flow="trial", passing=("round",), only_if=knows("round", None)),),
        (Start("first", flow="short"), ITSELF),
    ],
)
def test_a_flow_that_would_begin_itself_without_end_is_told(steps: tuple[Step, ...]) -> None:
    complaint = told(flow("trial", *steps), flow("short", HELLO))
    assert "flow 'trial' would begin itself without end, at one instant (trial > trial" in complaint
    assert "a wait (`after`)" in complaint


@pytest.mark.parametrize(
    "steps",
    [
        (HELLO, Start("once_more", flow="trial", after=days(365))),
        (AGAIN, Start("once_more", flow="trial", only_if=lambda talk: talk.answer(AGAIN) == "yes")),
        (Start("once_more", flow="trial", details={"round": "last"}, only_if=knows("round", None)),),
        (Start("ask_first", flow="asking"), ITSELF),
    ],
)
def test_a_round_that_waits_or_asks_before_the_next_may_go_on(steps: tuple[Step, ...]) -> None:
    assert told(flow("trial", *steps), flow("asking", AGAIN)) == ""


def test_a_circle_of_several_is_told_once_with_its_way() -> None:
    there, back = flow("there", HELLO, Start("go", flow="back")), flow("back", Start("go", flow="there"))
    complaint = told(flow("into_it", Start("go", flow="there")), there, back)
    assert complaint.count("without end") == 1
    assert "(there > back > there)" in complaint


@pytest.mark.parametrize(("useful_for", "ends"), [(days(30), True), (days(31), False)])
def test_a_circle_ends_where_what_it_comes_back_to_is_too_late(useful_for: object, ends: bool) -> None:
    first = Start("go", flow="later", at=on(DAY), useful_for=useful_for)  # type: ignore[arg-type]
    later = Start("go", flow="first", at=on(DAY, days=30))
    assert (told(flow("first", first), flow("later", later)) == "") == ends
