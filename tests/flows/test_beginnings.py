"""What a flow owes those it begins, and which circles of flows would never end: told as the bot starts, and by `check`."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core.answers import Choice, Done
from flows.core.beginnings import complaints
from flows.core.calendar import on
from flows.core.engine import advance, start
from flows.core.model import Ask, Conversation, Flow, Say, Start, Step, days
from flows.core.moves import Begin, Ended, Event, Finished, Move, Woken
from tests.flows.script import FIRST_DAY, paris, somebody

DAY = "first_day"
HELLO = Say("hello")
AGAIN = Ask("again", Choice("yes", "no"))


ROUND = "round"


def flow(name: str, *steps: Step, **more: object) -> Flow:
    return Flow(name, steps, anchors=(DAY,), **more)  # type: ignore[arg-type]


def in_rounds(name: str, *steps: Step) -> Flow:
    """One that may be given the detail `round`."""
    return flow(name, *steps, optional_details=(ROUND,))


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


TALKED_OF = flow("other", HELLO, details=("topic",), optional_details=("tone",))
TONE = {"tone": "warm"}


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        (
            "'go' begins 'other', and gives it 'topik', which is not among the `details` there: 'topic', perhaps",
            (Start("go", flow="other", details={"topik": "tools", "topic": "tools", **TONE}),),
        ),
        (
            "'go' begins 'other', and gives it 'subject_of_it', which is not among the `details` there",
            (Start("go", flow="other", passing=("subject_of_it",), details={"topic": "tools"}),),
        ),
        (
            "'go' begins 'other', which is about ['topic']: name them in `passing`, or give them in `details`",
            (Start("go", flow="other", details=TONE),),
        ),
    ],
)
def test_a_slip_in_what_is_passed_on_is_told(said: str, steps: tuple[Step, ...]) -> None:
    assert told(flow("trial", *steps, details=("subject_of_it", "tone")), TALKED_OF) == f"flow 'trial': {said}"


def test_a_slip_in_what_is_passed_on_in_a_circle_is_told() -> None:
    assert "gives it 'rond'" in told(in_rounds("trial", Start("once_more", flow="trial", details={"rond": "2"})))


def test_a_detail_that_may_lack_need_not_be_given() -> None:
    by_either = Start("go", flow="other", details={"topic": "tools"}), Start("again", flow="other", passing=("topic",))
    assert told(flow("trial", *by_either, details=("topic",)), TALKED_OF) == ""


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
    complaint = told(in_rounds("trial", *steps), flow("short", HELLO))
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
    assert "without end" not in told(in_rounds("trial", *steps), flow("asking", AGAIN))


def test_a_circle_of_several_is_told_once_with_its_way() -> None:
    there, back = flow("there", HELLO, Start("go", flow="back")), flow("back", Start("go", flow="there"))
    complaint = told(flow("into_it", Start("go", flow="there")), there, back)
    assert complaint.count("without end") == 1
    assert "(there > back > there)" in complaint


def test_a_circle_that_turns_once_what_is_in_it_is_over_is_told() -> None:
    dated = flow("dated", Say("hello", at=on(DAY, days=9)))
    assert "without end" in told(flow("trial", Start("first", flow="dated"), ITSELF), dated)


def test_a_circle_that_turns_with_what_another_flow_gives_is_told() -> None:
    asked = flow("asked", AGAIN, Start("go", flow="trial", details={"round": "all"}))
    guarded = Start("once_more", flow="trial", passing=("round",), only_if=knows("round", "all"))
    assert "without end" in told(asked, in_rounds("trial", guarded))


@pytest.mark.parametrize(("useful_for", "ends"), [(days(20), True), (days(31), False)])
def test_a_circle_ends_where_what_it_comes_back_to_is_too_late(useful_for: object, ends: bool) -> None:
    first = Start("go", flow="later", at=on(DAY), useful_for=useful_for)  # type: ignore[arg-type]
    later = Start("go", flow="first", at=on(DAY, days=30))
    assert (told(flow("first", first), flow("later", later)) == "") == ends


# ------------------------------------------------------------------------------------------------- whatever the circles


NAMES = ("one", "two", "three")
LONGEST_WAY = 2 * len(NAMES)
"""Flows that begin one another at one instant without coming back to the same: each with either detail."""
MOST_TALKS = 300


@st.composite
def circles(draw: st.DrawFn) -> list[Flow]:
    return [in_rounds(name, *[draw(a_step(number)) for number in range(draw(st.integers(1, 3)))]) for name in NAMES]


@st.composite
def a_step(draw: st.DrawFn, number: int) -> Step:
    name, kind = f"step_{number}", draw(st.sampled_from(["say", "ask", "start", "start", "start"]))
    at = draw(st.none() | st.builds(lambda count: on(DAY, days=count), st.integers(-2, 8)))
    common: dict[str, Any] = {"at": at, "useful_for": days(draw(st.integers(1, 9)))}
    if kind == "say":
        return Say(name, **common)
    if kind == "ask":
        return Ask(name, Done(), remind_after=(), expires_after=days(2), **common)
    waits = days(draw(st.sampled_from([0, 0, 1]))) if at is None and number else days(0)
    only_if = draw(st.none() | st.builds(knows, st.just("round"), st.sampled_from([None, "2"])))
    more: dict[str, Any] = draw(st.sampled_from([{}, {"details": {"round": "2"}}, {"passing": ("round",)}]))
    return Start(name, flow=draw(st.sampled_from(NAMES)), after=waits, only_if=only_if, **common, **more)


class House:
    """Conversations that live together, each begun by another."""

    def __init__(self, flows: list[Flow], now: datetime) -> None:
        self.flows, self.now = {one.name: one for one in flows}, now
        self.talks: list[Conversation] = []
        self.parents: list[tuple[int, str] | None] = []
        self.ways: list[int] = []
        """How many flows began one another to come to each, at the instant it was begun."""
        self.is_wild = False

    def begin(self, name: str, details: Mapping[str, str], parent: tuple[int, str] | None = None) -> None:
        way = self.ways[parent[0]] + 1 if parent is not None else 1
        self.is_wild = self.is_wild or way > LONGEST_WAY
        if self.is_wild or len(self.talks) > MOST_TALKS:
            return
        given = Conversation("c", name, {"subject": somebody("ada")}, {DAY: FIRST_DAY}, details)
        self.talks.append(given)
        self.parents.append(parent)
        self.ways.append(way)
        self._take(len(self.talks) - 1, start(self.flows[name], given, self.now))

    def tell(self, number: int, event: Event) -> None:
        talk = self.talks[number]
        self._take(number, advance(self.flows[talk.flow], talk, event, self.now))

    def a_day_later(self) -> None:
        self.now += timedelta(days=1)
        self.ways = [0] * len(self.talks)
        for number in [number for number, talk in enumerate(self.talks) if talk.status == "open"]:
            self.tell(number, Woken())

    def _take(self, number: int, move: Move) -> None:
        self.talks[number] = talk = move.conversation
        for effect in move.effects:
            if isinstance(effect, Begin):
                step = self.flows[talk.flow].step(effect.step)
                assert isinstance(step, Start)
                passed = {name: talk.details[name] for name in step.passing if name in talk.details}
                self.begin(step.flow, {**passed, **step.details}, (number, step.name))
            elif isinstance(effect, Ended) and (parent := self.parents[number]) is not None:
                self.tell(parent[0], Finished(parent[1], "finished"))


def goes_wild(flows: list[Flow], first: str, begun_on: int) -> bool:
    """Whether conversations, looked at each day from that one on, begin one another without end at one instant."""
    house = House(flows, paris(f"{FIRST_DAY + timedelta(begun_on)} 12:00"))
    house.begin(first, {})
    for _ in range(20):
        if not house.is_wild:
            house.a_day_later()
    return house.is_wild


@given(circles(), st.sampled_from(NAMES), st.integers(-3, 9))
def test_what_is_not_told_of_never_goes_wild(flows: list[Flow], first: str, begun_on: int) -> None:
    if goes_wild(flows, first, begun_on):
        assert "without end" in told(*flows)
