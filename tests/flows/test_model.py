"""What a flow cannot be, said when its module is imported; and what a flow knows of itself."""

import re
from datetime import timedelta
from typing import Any

import pytest

from flows.core.answers import Choice, Form, Person, Text
from flows.core.calendar import on
from flows.core.model import (
    Ask,
    Conversation,
    Do,
    Flow,
    FlowDefinitionError,
    Say,
    Start,
    Step,
    StepState,
    addressed,
    days,
)
from tests.flows.script import paris, somebody

MOOD = Ask("mood", Choice("yes", "no"))


@pytest.mark.parametrize(
    ("complaint", "steps", "more"),
    [
        ("there twice", (Say("hello"), Say("hello")), {}),
        ("snake_case", (Say("Hello"),), {}),
        ("snake_case", (Say("two__underscores"),), {}),
        ("name of a message that is no step", (Say("reminder"),), {}),
        ("not among its anchors", (Say("hello", at=on("first_day")),), {}),
        ("not among its anchors", (Say("hello", at=on("a"), not_before=on("b")),), {"anchors": ("a",)}),
        ("no appointment to wait for", (Say("hello", not_before=on("a")),), {"anchors": ("a",)}),
        ("cannot also wait", (Say("hello", at=on("a"), after=days(1)),), {"anchors": ("a",)}),
        ("there is none", (Say("hello", after=days(1)),), {}),
        ("over before it begins", (Say("hello", at=on("a"), useful_for=timedelta(0)),), {"anchors": ("a",)}),
        ("over before it begins", (MOOD, Say("hello", after=-days(1))), {}),
        ("for version 2", (Say("hello", since=2),), {}),
        ("done again without end", (Do("count", deed="count", again_after=timedelta(0)),), {}),
        ("speaks to nobody", (Say("hello", to=()),), {}),
        ("time to answer", (Ask("mood", Text(), expires_after=timedelta(0), remind_after=()),), {}),
        ("time to answer", (Ask("mood", Choice("later"), snooze={"later": timedelta(0)}),), {}),
        ("do not go forward", (Ask("mood", Text(), remind_after=(days(3), days(2))),), {}),
        ("after it has expired", (Ask("mood", Text(), remind_after=(days(5),), expires_after=days(5)),), {}),
        ("'Very well', of 'mood'", (Ask("mood", Choice("Very well", "no")),), {}),
        ("'how__much', of 'mood'", (Ask("mood", Form(how__much=Text())),), {}),
        ("'Very well', of 'mood'", (Ask("mood", Form(how=Choice("Very well", "no"))),), {}),
        ("'how', of 'mood', is a field and an option", (Ask("mood", Form(how=Choice("how", "why"))),), {}),
        ("'title', of 'mood', means something else", (Ask("mood", Choice("title", "none")),), {}),
        ("'skipped', of 'mood', means something else", (Ask("mood", Form(skipped=Text())),), {}),
        ("can only be put off", (Ask("mood", Choice("later"), snooze={"later": days(1)}),), {}),
        ("goes by letter", (Ask("mood", Person(), by_email=True),), {}),
        ("goes by letter", (Ask("mood", Form(who=Person()), by_email=True),), {}),
        ("options it does not have", (Ask("mood", Choice("yes"), snooze={"later": days(1)}),), {}),
        ("options it does not have", (Ask("mood", Text(), snooze={"later": days(1)}),), {}),
        ("revisable until 'end'", (MOOD,), {"revisable_until": "end"}),
        ("revisable until 'end'", (MOOD, Say("end")), {"revisable_until": "end"}),
        ("whom nobody would play: 'buddy', perhaps", (Say("hello", to="budy"),), {"cast": ("subject", "buddy")}),
        ("in `cast`, in `fills` or in `optional`", (Ask("mood", Text(), to="boss"),), {}),
        ("in `cast`, in `fills` or in `optional`", (MOOD,), {"cast": ("boss",)}),
        ("'The boss' is not a snake_case", (Say("hello", to="The boss"),), {"cast": ("The boss",)}),
        ("'day 1' is not a snake_case", (Say("hello", at=on("day 1")),), {"anchors": ("day 1",)}),
        ("name of a message that is no step", (Say("day_moved", at=on("day")),), {"anchors": ("day",)}),
        ("'Its tone' is not a snake_case", (MOOD,), {"details": ("Its tone",)}),
        (
            "'go' passes on 'ton', which is not among its `details`: 'tone', perhaps",
            (Start("go", flow="other", passing=("tone", "ton")),),
            {"details": ("tone",)},
        ),
        ("speaks to 'boss'", (MOOD,), {"told_when_missed": "boss"}),
        ("speaks to 'boss'", (MOOD,), {"told_when_moved": ("boss",)}),
        ("speaks to 'boss'", (MOOD,), {"briefed": ("boss",)}),
        ("speaks to 'boss'", (MOOD,), {"fills": {"boss": "seek"}}),
    ],
)
def test_a_flow_that_makes_no_sense_never_starts(complaint: str, steps: tuple[Step, ...], more: dict[str, Any]) -> None:
    with pytest.raises(FlowDefinitionError, match=complaint):
        Flow("trial", steps, **more)


A_TUPLE = "write a tuple, with its comma (`(…,)`)"


@pytest.mark.parametrize(
    ("complaint", "more"),
    [
        (f"`cast` is 'subject': {A_TUPLE}", {"cast": "subject"}),
        (f"`steps` is a list: {A_TUPLE}", {"steps": [MOOD]}),
        ("`fills` is ('subject', 'seek'): write a mapping (`{…: …}`)", {"fills": ("subject", "seek")}),
        ("`told_when_missed` is ('subject',): write one name", {"told_when_missed": ("subject",)}),
        (f"'a': `remind_after` is datetime.timedelta(days=2): {A_TUPLE}", {"remind_after": days(2)}),
        ("'a': `remind_after` is (2,): write `days(…)`", {"remind_after": (2,)}),
        ("'a': `useful_for` is 5: write `days(…)`", {"useful_for": 5}),
        ("'a': `snooze` is {'no': 2}: write `days(…)`", {"snooze": {"no": 2}}),
        ("'a': `at` is 'first_day': write `on(DAY)`, or another appointment", {"at": "first_day"}),
        ("'a': `only_if` is 'yes': write a function of the conversation", {"only_if": "yes"}),
        ("'a': `to` is ('subject',): write one name", {"to": ("subject",)}),
        ("'a': `answer` is <class 'flows.core.answers.Text'>: write an answer (`Done()`)", {"answer": Text}),
    ],
)
def test_what_is_of_another_kind_is_told_with_what_to_write(complaint: str, more: dict[str, Any]) -> None:
    of_a_flow = {name: more[name] for name in more if name in ("cast", "steps", "fills", "told_when_missed")}
    of_a_step = {"name": "a", "answer": Choice("yes", "no"), **more}
    with pytest.raises(FlowDefinitionError, match=f"^flow 'trial': {re.escape(complaint)}$"):
        Flow("trial", **({"steps": (MOOD,)} | of_a_flow if of_a_flow else {"steps": (Ask(**of_a_step),)}))


def test_a_flow_name_is_an_identifier() -> None:
    with pytest.raises(FlowDefinitionError, match="snake_case"):
        Flow("Mon parcours", (MOOD,))


def test_a_flow_knows_its_parts_each_once() -> None:
    flow = Flow(
        "trial",
        (Say("a", to=("buddy", "boss")), Ask("b", Text(), to="buddy"), Do("c", deed="d")),
        optional=("boss", "friend"),
        fills={"buddy": "seek"},
    )
    assert flow.parts == ("subject", "buddy", "boss", "friend")
    assert addressed(Start("report", flow="other")) == ()


def test_a_step_follows_those_of_its_chapter() -> None:
    flow = Flow(
        "trial", (Say("a"), Say("b"), Say("c", at=on("day")), Say("d"), Say("e", at=on("day"))), anchors=("day",)
    )
    followed = {step.name: [earlier.name for earlier in flow.before(step)] for step in flow.steps}
    assert followed == {"a": [], "b": ["a"], "c": [], "d": ["c"], "e": []}


def test_a_step_brought_later_heads_no_chapter_of_former_runs() -> None:
    news = Say("news", at=on("day"), since=2)
    thanks = Say("thanks")
    flow = Flow("trial", (Say("a", at=on("day")), news, thanks), anchors=("day",), version=2)
    assert [step.name for step in flow.before(thanks, version=1)] == ["a"]
    assert flow.before(thanks) == (news,)
    assert [step.name for step in flow.edition(1).steps] == ["a", "thanks"]


@pytest.mark.parametrize(
    "changed",
    [
        Ask("mood", Choice("yes", "no"), expires_after=days(9)),
        Ask("mood", Choice("yes", "no"), remind_after=(days(1),)),
        Ask("mood", Choice("yes", "no"), to="buddy"),
        Ask("mood", Choice("yes", "no"), at=on("day")),
        Ask("mood", Choice("yes", "no"), useful_for=days(9)),
        Ask("another", Choice("yes", "no")),
        Say("mood"),
    ],
    ids=repr,
)
def test_what_changes_when_to_look_at_a_step_changes_the_shape(changed: Step) -> None:
    def shape(step: Step) -> str:
        return Flow("trial", (step,), anchors=("day",), optional=("buddy",)).shape

    assert shape(changed) != shape(MOOD)
    assert shape(MOOD) == shape(Ask("mood", Choice("yes", "no")))


def test_an_answer_is_known_once_given_and_only_then() -> None:
    at = paris("2026-04-01 10:00")
    talk = Conversation("c", "trial", {"subject": somebody("zoe"), "buddy": somebody("lou", active=False)})
    assert talk.answer(MOOD) is None
    for state, known in (("asked", None), ("expired", None), ("missed", None), ("done", "yes")):
        given = Conversation("c", "trial", talk.cast, steps={"mood": StepState(state, at, "yes")})  # type: ignore[arg-type]
        assert given.answer(MOOD) == known
        assert given.is_over("mood") == (state != "asked")
    assert (talk.plays("subject"), talk.plays("buddy"), talk.plays("boss")) == (talk.cast["subject"], None, None)
