"""Every flow is walked through, whatever is answered: this file never needs a line for a new flow."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from bot.almanac import holidays_of
from flows import ALL_FLOWS
from flows.core.model import Ask, Conversation, Do, Flow, Start, StepState
from flows.core.moves import Answered, Finished, Post, Skipped
from tests.flows.script import FIRST_DAY, MOST_WAKES, Play, may_be_spoken_to, paris, play, somebody

SILENCE, SKIP = "(silence)", "(skip)"
MOST_WALKS = 60
MOST_SNOOZES = 2
APART = timedelta(days=90)

every_flow = pytest.mark.parametrize("flow", ALL_FLOWS, ids=lambda flow: flow.name)


def in_order(flow: Flow) -> dict[str, date]:
    """The days a flow is counted from, each well after the one before: what comes between them has the time to."""
    return {anchor: FIRST_DAY + number * APART for number, anchor in enumerate(flow.anchors)}


@dataclass
class Walker:
    """Goes through one flow again and again, each time by the ways least taken."""

    flow: Flow
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)

    def walk(self) -> Play:
        holidays = holidays_of("metropole")
        cast = {part: somebody(part, holidays=holidays) for part in self.flow.parts}
        talk = play(self.flow, cast=cast, anchors=in_order(self.flow))
        left_alone: set[str] = set()
        asleep: set[str] = set()
        snoozes: Counter[str] = Counter()
        for moves in count():
            assert moves < MOST_WAKES, f"{self.flow.name} goes on for ever"
            asked = [
                step for step in self.flow.steps if talk.state(step.name) == "asked" and step.name not in left_alone
            ]
            if asked and self._meet(talk, asked[0], snoozes):
                left_alone.add(asked[0].name)
                asleep |= {asked[0].name} if self._sleeps(talk, asked[0].name) else set()
            elif not asked and talk.talk.status == "open":
                assert talk.talk.wake_at is not None, f"{self.flow.name} is stuck: {talk.talk.steps}"
                talk.at(talk.talk.wake_at)
                asleep -= (awake := {name for name in asleep if not self._sleeps(talk, name)})
                left_alone -= awake
            elif talk.talk.status != "open":
                break
        self.ends.update((name, state.state) for name, state in talk.talk.steps.items())
        return talk

    def _meet(self, talk: Play, step: Any, snoozes: Counter[str]) -> bool:
        """Answer, pass or say nothing; whether it is then left alone."""
        if isinstance(step, Start | Do):
            talk.tell(Finished(step.name, "finished"))
            return False
        # Silence ends more than one story: once is enough for each question.
        open_ways = [way for way in ways(step) if way[0] != SILENCE or not self.taken[step.name, SILENCE]]
        way, raw = min(open_ways, key=lambda way: self.taken[step.name, way[0]])
        if way in step.snooze and snoozes[step.name] >= MOST_SNOOZES:
            way, raw = SILENCE, None
        self.taken[step.name, way] += 1
        if way == SILENCE:
            return True
        by = talk.talk.cast[step.to].id
        talk.tell(Skipped(step.name, by) if way == SKIP else Answered(step.name, raw, by))
        assert not talk.last.stale
        assert talk.last.refused is None
        snoozes[step.name] += way in step.snooze
        return way in step.snooze

    def _sleeps(self, talk: Play, name: str) -> bool:
        state = talk.talk.steps[name]
        return state.state == "asked" and state.snoozed_until is not None and state.snoozed_until > talk.now


def ways(step: Ask[Any]) -> list[tuple[str, Any]]:
    return [
        *((str(raw), raw) for raw in step.answer.samples()),
        (SILENCE, None),
        *([(SKIP, None)] if step.skippable else []),
    ]


@every_flow
def test_every_way_through_a_flow_ends_and_each_answer_leads_somewhere(flow: Flow) -> None:
    walker = Walker(flow)
    questions = [step for step in flow.steps if isinstance(step, Ask)]
    wanted = {(step.name, way) for step in questions for way, _ in ways(step)}
    for _ in range(MOST_WALKS):
        assert walker.walk().talk.status == "finished"
        if wanted <= set(walker.taken):
            break
    assert sorted(wanted - set(walker.taken)) == [], "no walk gets there: is a guard too narrow?"
    assert [step.name for step in questions if (step.name, "expired") not in walker.ends] == []
    done = [step.name for step in flow.steps if (step.name, "done") not in walker.ends]
    assert done == [], "no walk says this"


@every_flow
def test_nothing_of_a_flow_is_said_out_of_hours(flow: Flow) -> None:
    talk = Walker(flow).walk()
    for post in talk.posts:
        assert post.prompt or may_be_spoken_to(next(w for w in talk.talk.cast.values() if w.id == post.to), post.at)


@every_flow
def test_a_flow_left_without_an_answer_ends(flow: Flow) -> None:
    talk = play(flow)
    while talk.to_the_end().talk.status == "open":
        waiting = [step.name for step in flow.steps if isinstance(step, Start) and talk.state(step.name) == "asked"]
        assert waiting, f"{flow.name} is stuck: {talk.talk.steps}"
        talk.child_ends(waiting[0])
    assert "asked" not in {state.state for state in talk.talk.steps.values()}


@every_flow
def test_a_flow_where_every_part_is_empty_says_nothing_to_nobody(flow: Flow) -> None:
    talk = play(flow, empty=flow.parts).to_the_end()
    assert [effect for effect in talk.effects if isinstance(effect, Post)] == []
    assert set(flow.cast) <= set(talk.vacancies)


@every_flow
def test_guards_ask_nothing_of_questions_that_were_not_asked(flow: Flow) -> None:
    at = paris("2026-04-28 09:00")
    talks = [
        Conversation("c", flow.name, {part: somebody(part) for part in flow.parts}, in_order(flow)),
        Conversation("c", flow.name, {}, in_order(flow)),
    ]
    for name in (step.name for step in flow.steps):
        for state in ("asked", "done", "expired", "missed"):
            talks.append(Conversation("c", flow.name, {}, in_order(flow), steps={name: StepState(state, at)}))
    for step in flow.steps:
        if step.only_if is not None:
            assert {type(step.only_if(talk)) for talk in talks} == {bool}, step.name


def test_flows_are_named_once() -> None:
    names = [flow.name for flow in ALL_FLOWS]
    assert len(set(names)) == len(names)
