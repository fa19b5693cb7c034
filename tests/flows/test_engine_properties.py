"""The engine by properties: small flows of any shape, lived through in any order of events."""

from copy import deepcopy
from datetime import datetime, timedelta

from hypothesis import given, settings

from flows.core.engine import advance
from flows.core.model import Addressee, Flow, Start
from flows.core.moves import Answered, Event, Post, Recast, Stopped, Vacant, Woken
from flows.core.reading import Reading
from tests.flows.lives import (
    BEGINNINGS,
    CASTS,
    FULL_CASTS,
    MOST_STEPS,
    PARTS,
    PUNCTUAL_CASTS,
    STORIES,
    answer_of_somebody,
    begun,
    flows,
    lived,
    only_live,
)
from tests.flows.script import MOST_WAKES, Play, may_be_spoken_to


@settings(max_examples=50)
@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_whatever_happens_it_never_raises_nor_turns_in_circles_nor_says_a_thing_twice(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    lived(begun(flow, cast, begins), story, only_live)


@settings(max_examples=50)
@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_the_same_event_again_at_the_same_instant_changes_nothing(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    def look(talk: Play, event: Event) -> None:
        turned_down = talk.last.stale or talk.last.refused
        for again in (event,) if turned_down else (event, Woken()):
            move = advance(flow, talk.talk, again, talk.now)
            assert (move.effects, move.conversation) == ((), talk.talk)
        if isinstance(event, Answered) and not talk.last.refused and flow.revisable_until is None:
            assert advance(flow, talk.talk, event, talk.now).stale

    lived(begun(flow, cast, begins), story, look)


@settings(max_examples=50)
@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_a_move_leaves_the_conversation_it_was_given_as_it_was(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    talk = begun(flow, cast, begins)
    for hours, told in story:
        talk.now += timedelta(hours=hours)
        given, as_it_was = talk.talk, deepcopy(talk.talk)
        talk.tell(told or answer_of_somebody(talk))
        assert given == as_it_was
        assert (talk.talk is given) == bool(talk.last.stale or talk.last.refused)


@settings(max_examples=50)
@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_nobody_is_spoken_to_who_is_not_there_nor_out_of_their_hours(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    def look(talk: Play, event: Event) -> None:
        for effect in talk.last.effects:
            if isinstance(effect, Post):
                holders = [
                    who for part in PARTS if (who := talk.talk.plays(part)) and who.id == effect.to and who.reach
                ]
                assert effect.prompt or any(may_be_spoken_to(who, effect.at) for who in holders), effect
                assert holders, effect
                assert not effect.prompt or effect.to == getattr(event, "by", None)

    lived(begun(flow, cast, begins), story, look)


@settings(max_examples=50)
@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_an_open_conversation_with_nothing_to_wait_for_waits_for_somebody(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    def look(talk: Play, event: Event) -> None:
        if talk.talk.status == "open" and talk.talk.wake_at is None:
            reading = Reading(flow, talk.talk, talk.now)
            assert any(
                reading.is_asked(step.name) or (step.name not in talk.talk.steps and not reading.listeners(step))
                for step in flow.steps
            )

    lived(begun(flow, cast, begins), story, look)


@settings(max_examples=50)
@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_an_empty_part_is_noticed_when_a_step_needs_it(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    def look(talk: Play, event: Event) -> None:
        for part in PARTS:
            emptied = isinstance(event, Recast) and event == Recast(part, None)
            if talk.talk.plays(part) is None and talk.talk.status == "open" and emptied:
                assert part in talk.vacancies
        assert all(talk.last.effects.count(effect) == 1 for effect in talk.last.effects if isinstance(effect, Vacant))

    lived(begun(flow, cast, begins), story, look)


@settings(max_examples=50)
@given(flows(), FULL_CASTS, BEGINNINGS)
def test_everything_ends_when_nobody_answers(flow: Flow, cast: dict[str, Addressee | None], begins: datetime) -> None:
    talk = begun(flow, cast, begins)
    for _ in range(2 * MOST_STEPS):
        talk.to_the_end()
        for step in flow.steps:
            if isinstance(step, Start) and talk.state(step.name) == "asked":
                talk.child_ends(step.name)
    assert talk.talk.status == "finished", talk.talk.steps


@settings(max_examples=20)
@given(flows(least_use=15), PUNCTUAL_CASTS, BEGINNINGS)
def test_waking_every_hour_says_the_same_as_waking_when_asked(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime
) -> None:
    # What the shell does at the beginning is done then by both: when it ends is no matter of waking.
    exact, hourly = begun(flow, cast, begins).deeds_end(), begun(flow, cast, begins).deeds_end()
    exact.to_the_end()
    for _ in range(MOST_WAKES):
        if hourly.talk.status != "open" or hourly.talk.wake_at is None:
            break
        hourly.now += timedelta(hours=1)
        hourly.wakes().deeds_end()
    assert exact.posts == hourly.posts
    assert exact.talk == hourly.talk


@settings(max_examples=50)
@given(flows(), flows(), CASTS, BEGINNINGS, STORIES, STORIES)
def test_any_release_may_come_under_an_open_conversation(
    flow: Flow,
    release: Flow,
    cast: dict[str, Addressee | None],
    begins: datetime,
    before: list[tuple[int, Event | None]],
    after: list[tuple[int, Event | None]],
) -> None:
    talk = begun(flow, cast, begins)
    lived(talk, before, only_live)
    talk.flow = release
    talk.effects.clear()  # a step that changes its kind under one name is another step
    lived(talk, [(0, Woken()), *after], only_live)


@settings(max_examples=50)
@given(flows(), CASTS, BEGINNINGS, STORIES)
def test_what_is_stopped_stays_stopped(
    flow: Flow, cast: dict[str, Addressee | None], begins: datetime, story: list[tuple[int, Event | None]]
) -> None:
    talk = begun(flow, cast, begins).tell(Stopped())
    stopped = talk.talk
    lived(talk, story, only_live)
    assert (talk.talk, talk.talk.wake_at) == (stopped, None)
    assert "asked" not in {state.state for state in talk.talk.steps.values()}
