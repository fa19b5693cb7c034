"""The engine, one rule a test: what people do with what they are asked, and what releases change under them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.core.answers import Choice, Form, Scale, Text
from flows.core.calendar import Rhythm
from flows.core.engine import advance
from flows.core.model import Ask, Conversation, Flow, Say, StepState, days
from flows.core.moves import Answered, Ended, Recast, Skipped, Stopped, Woken
from tests.flows.script import FIRST_DAY, channel, nine, paris, play, somebody
from tests.flows.trial import D, after_day, day, flow, question

# ----------------------------------------------------------------------------------------------- late and double clicks


def test_a_second_click_changes_nothing() -> None:
    talk = play(flow(question("mood"), question("why"))).says("yes")
    before = talk.talk
    talk.answers("mood", "no", by="subject")
    assert (talk.last.stale, talk.last.effects, talk.talk) == (True, (), before)


@pytest.mark.parametrize("step", ["mood", "never_written", "welcome"])
def test_a_click_on_what_is_not_asked_changes_nothing(step: str) -> None:
    talk = play(flow(Say("welcome"), question("mood", at=day(1)))).answers(step, "yes", by="subject")
    assert (talk.last.stale, talk.last.effects) == (True, ())


def test_a_late_click_changes_nothing() -> None:
    talk = play(flow(question("mood", expires_after=days(5)), question("why"))).at("2026-04-10 10:00")
    assert talk.answers("mood", "yes", by="subject").last.stale
    assert talk.state("mood") == "expired"


def test_somebody_else_s_click_changes_nothing() -> None:
    talk = play(flow(question("mood"))).answers("mood", "yes", by="lou")
    assert talk.last.refused is not None
    assert (talk.last.refused.reason, talk.last.effects, talk.state("mood")) == ("not_yours", (), "asked")


def test_anybody_answers_in_a_channel() -> None:
    talk = play(flow(question("who", to="volunteers")), cast={"volunteers": channel("C1")}).answers(
        "who", "yes", by="lou"
    )
    assert (talk.talk.status, talk.talk.steps["who"].by) == ("finished", "lou")


@pytest.mark.parametrize(
    "event",
    [Answered("mood", "yes", "subject"), Skipped("mood", "subject"), Woken(), Stopped(), Recast("subject", None)],
)
def test_nothing_happens_to_what_is_over(event: object) -> None:
    talk = play(flow(question("mood"))).tell(Stopped()).tell(event)  # type: ignore[arg-type]
    assert (talk.last.stale, talk.last.effects, talk.talk.status) == (True, (), "stopped")


def test_a_bad_answer_is_refused_and_the_question_stays() -> None:
    talk = play(flow(Ask("mood", Scale(1, 5)))).answers("mood", "9", by="subject")
    assert talk.last.refused is not None
    assert (talk.last.refused.reason, talk.state("mood")) == ("not_on_the_scale", "asked")


# ------------------------------------------------------------------------------------------------- skip, snooze, revise


def test_one_may_pass_where_it_is_offered() -> None:
    mood, why = question("mood", skippable=True), question("why")
    talk = play(flow(mood, why)).tell(Skipped("mood", "subject")).hears("mood", "why")
    assert (talk.talk.answer(mood), talk.state("mood")) == (None, "done")
    refused = talk.tell(Skipped("why", "subject")).last.refused
    assert refused is not None
    assert (refused.reason, talk.state("why")) == ("cannot_skip", "asked")


LATER = Ask("meet", Choice("yes", "later"), snooze={"later": days(7)}, remind_after=(days(3),), expires_after=days(10))


def test_a_question_sleeps_then_is_asked_again_as_often_as_wanted() -> None:
    talk = play(flow(LATER)).hears("meet").says("later")
    talk.at("2026-04-08 09:59").hears().at("2026-04-08 10:00").hears("reminder").at("2026-04-08 11:00").says("later")
    talk.at("2026-04-15 10:59").hears().at("2026-04-15 11:00").hears("reminder").at("2026-04-20 11:00").hears(
        "reminder"
    )
    talk.at("2026-04-25 11:00")
    assert (talk.state("meet"), talk.talk.answer(LATER)) == ("expired", None)


def test_a_question_that_sleeps_still_takes_another_answer() -> None:
    talk = play(flow(LATER)).says("later").at("2026-04-03 10:00").says("yes", "meet")
    assert (talk.talk.answer(LATER), talk.talk.status) == ("yes", "finished")


def test_a_second_click_on_later_changes_nothing() -> None:
    talk = play(flow(LATER)).says("later")
    before = talk.talk
    talk.now += timedelta(seconds=5)
    assert talk.answers("meet", "later", by="subject").last.stale
    assert talk.talk == before


NAME, AGE, SEND = Ask("name", Text()), Ask("age", Form(years=Scale(1, 99))), question("send")
REVISED = flow(NAME, AGE, SEND, Say("thanks"), revisable_until="send")


def test_an_answer_may_be_changed_until_the_review_is_over() -> None:
    talk = play(REVISED).says("Zoé").says({"years": 40}).says("Zoë", "name")
    assert talk.talk.answer(NAME) == "Zoë"
    assert talk.closed[-2:] == ["name", "send"]  # the review shows the answer as it is now
    talk.says("yes", "send")
    assert talk.answers("name", "Chloé", by="subject").last.stale
    assert talk.talk.answer(NAME) == "Zoë"


def test_the_same_answer_again_changes_nothing() -> None:
    talk = play(REVISED).says("Zoé")
    before = talk.talk
    assert talk.says("Zoé", "name").talk == before
    assert talk.last.effects == ()


def test_a_move_keeps_all_that_it_says_nothing_of() -> None:
    rhythm = Rhythm("Pacific/Noumea")
    cast, days_of_it = {"subject": somebody("zoe")}, {D: FIRST_DAY}
    details, vacant = {"sought": "buddy"}, frozenset({"buddy"})
    over = {"hello": StepState("done", nine(FIRST_DAY), "yes", "zoe", "zoe", 1, nine(FIRST_DAY), 2)}
    asked = flow(Say("hello"), question("mood", since=1), version=3)
    given = Conversation("c_7", "trial", cast, days_of_it, details, over, "open", None, 2, vacant, rhythm)
    move = advance(asked, given, Woken(), paris(after_day(3)))
    assert move.conversation.steps.keys() == {"hello", "mood"}
    assert replace(move.conversation, steps=over, wake_at=None) == given


def test_a_stopped_conversation_says_no_more() -> None:
    talk = play(flow(question("mood"), Say("week", at=day(7)))).tell(Stopped("subject"))
    assert (talk.talk.status, talk.talk.wake_at, talk.state("mood")) == ("stopped", None, "expired")
    assert talk.closed == ["mood"]
    assert talk.effects[-1] == Ended()


# ------------------------------------------------------------------------------------------------------------ releases


def test_a_step_added_under_an_open_conversation_is_said_in_its_place() -> None:
    talk = play(flow(Say("hello"), question("mood"), Say("thanks"))).hears("hello", "mood")
    talk.goes_on_with(flow(Say("hello"), Say("news"), question("mood"), Say("thanks"))).hears("news")
    talk.says("yes").hears("thanks")


def test_a_step_added_at_the_end_is_said_before_the_end() -> None:
    talk = play(flow(question("mood"))).hears("mood").goes_on_with(flow(question("mood"), question("why")))
    talk.says("yes").hears("why")


def test_a_step_removed_while_it_is_asked_holds_nobody() -> None:
    talk = play(flow(question("mood"), question("why"))).hears("mood")
    talk.goes_on_with(flow(question("why"))).hears("why")
    assert talk.answers("mood", "yes", by="subject").last.stale
    assert talk.says("no").talk.status == "finished"
    assert talk.closed == ["why", "mood"]


def test_what_follows_what_was_missed_is_missed_though_a_question_brought_under_it_is_open() -> None:
    hello = Say("hello", at=day(0), useful_for=days(2))
    mood = question("mood", expires_after=days(60))
    talk = play(flow(mood, hello)).hears("mood").sleeps_until(after_day(7)).wakes()
    talk.goes_on_with(flow(hello, mood, Say("thanks")))
    assert [talk.state(name) for name in ("hello", "mood", "thanks")] == ["missed", "asked", "missed"]


def test_a_conversation_with_nothing_left_ends() -> None:
    talk = play(flow(question("mood"))).goes_on_with(flow(Say("never", only_if=lambda _: False)))
    assert talk.talk.status == "finished"


def test_a_step_brought_by_a_version_is_not_for_the_runs_begun_before() -> None:
    first = flow(Say("hello", at=day(0)), Say("thanks"))
    second = flow(Say("hello", at=day(0)), Say("news", since=2), Say("thanks"), version=2)
    assert play(first).goes_on_with(second).at(after_day(0)).hears("hello", "thanks").talk.status == "finished"
    assert play(second).at(after_day(0)).hears("hello", "news", "thanks").talk.version == 2


def test_what_is_asked_still_sleeps_when_a_release_keeps_the_question_for_later_runs() -> None:
    def release(since: int) -> Flow:
        mood = Ask("mood", Choice("yes", "later"), snooze={"later": days(2)}, since=since)
        return flow(Say("hello"), mood, version=since)

    talk = play(release(1)).hears("hello", "mood")
    talk.flow = release(2)
    talk.says("later", "mood")
    assert talk.talk.steps["mood"].snoozed_until == talk.now + days(2)


def test_an_appointment_brought_by_a_version_takes_no_step_from_the_chapter_of_former_runs() -> None:
    first = flow(Say("hello", at=day(0)), Say("thanks"))
    second = flow(Say("hello", at=day(0)), Say("news", at=day(30), since=2), Say("thanks"), version=2)
    talk = play(first).goes_on_with(second).hears()
    talk.at(after_day(0)).hears("hello", "thanks")
    assert talk.talk.status == "finished"
