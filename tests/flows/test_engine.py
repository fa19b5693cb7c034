"""The engine, one rule a test: chapters, and what time does to them."""

from collections.abc import Callable
from datetime import date

import pytest

from flows.core.answers import Text
from flows.core.calendar import working_days_before
from flows.core.model import Ask, Conversation, Do, Say, Start, days
from flows.core.moves import Begin, Ended, Finished, Reanchored, Recast, Woken
from tests.flows.script import FIRST_DAY, NOWHERE, nine, paris, play, somebody
from tests.flows.trial import POSTPONED, D, after_day, day, flow, question

# ------------------------------------------------------------------------------------------------------------ chapters


def test_an_unanswered_question_at_day_1_does_not_silence_day_7() -> None:
    talk = play(flow(question("mood", at=day(1)), Say("week", at=day(7))))
    talk.at(after_day(1)).hears("mood").at(after_day(7)).hears("reminder", "week")
    assert talk.state("mood") == "asked"


def test_an_unanswered_question_holds_the_next_one_of_its_chapter() -> None:
    talk = play(flow(question("mood"), question("why"), Say("thanks")))
    talk.hears("mood").at("2026-04-03 12:00").hears()
    talk.says("yes").hears("why").says("no").hears("thanks")
    assert talk.talk.status == "finished"


def test_chapters_never_wait_for_each_other() -> None:
    one = (question("mood", at=day(1)), Say("thanks_mood"))
    other = (question("tools", at=day(2)), Say("thanks_tools"))
    talk = play(flow(*one, *other)).at(after_day(2)).hears("mood", "tools")
    talk.says("yes", "tools").hears("thanks_tools").says("yes", "mood").hears("thanks_mood")


def test_what_is_written_under_an_appointment_waits_for_it() -> None:
    talk = play(flow(Say("welcome", at=day(0)), Say("and_also")))
    talk.at(after_day(0, "08:59")).hears().at(after_day(0)).hears("welcome", "and_also")


@pytest.mark.parametrize(("waits_for", "comes"), [(-1, -1), (-8, -7), (3, 0)])
def test_a_step_waits_for_a_later_moment_but_not_past_its_anchor(waits_for: int, comes: int) -> None:
    talk = play(flow(Say("news", at=day(-7), not_before=day(waits_for))))
    talk.at(after_day(comes, "08:59")).hears().at(after_day(comes)).hears("news")


def test_a_step_not_wanted_holds_nobody() -> None:
    mood = question("mood")
    why = Ask("why", Text(), only_if=lambda talk: talk.answer(mood) == "no")
    assert play(flow(mood, why, Say("thanks"))).says("yes").hears("mood", "thanks").talk.status == "finished"


def test_what_a_later_step_opens_comes_at_once() -> None:
    def heard(step: str) -> Callable[[Conversation], bool]:
        return lambda talk: talk.is_over(step)

    earlier = (Say("last", only_if=heard("middle")), Say("middle", at=day(0), only_if=heard("first")))
    talk = play(flow(*earlier, Say("first", at=day(0)))).hears().at(after_day(0)).hears("first", "middle", "last")
    assert talk.talk.status == "finished"


def test_a_step_waits_a_while_after_those_it_follows() -> None:
    talk = play(flow(question("mood"), Say("later", after=days(7)))).at("2026-04-02 15:00").says("yes").hears("mood")
    assert talk.talk.wake_at == paris("2026-04-09 15:00")
    talk.at("2026-04-09 15:00").hears("later")


def test_nothing_to_wait_after_is_no_wait() -> None:
    talk = play(flow(Say("never", only_if=lambda _: False), Say("now", after=days(7))))
    assert talk.hears("now").talk.status == "finished"


def test_what_is_done_by_the_shell_comes_in_its_turn() -> None:
    talk = play(flow(question("mood"), Do("stamp_it", deed="stamp"), Say("thanks")))
    assert talk.deeds == []
    assert talk.says("yes").deeds == ["stamp_it"]


def test_what_the_shell_cannot_do_yet_is_done_again_until_it_is_finished() -> None:
    talk = play(flow(Do("count", deed="count", again_after=days(2)), Say("thanks")), begins="2026-04-01 10:00")
    assert talk.hears().deeds == ["count"]
    assert talk.wakes().at("2026-04-03 09:59").hears().deeds == ["count"]
    assert talk.at("2026-04-05 10:00").hears().deeds == ["count"] * 3
    talk.tell(Finished("count", "done")).hears("thanks").at("2026-05-05 10:00")
    assert (talk.talk.status, talk.deeds) == ("finished", ["count"] * 3)


def test_however_long_the_bot_was_down_what_was_to_be_done_again_is_done_once() -> None:
    talk = play(flow(Do("count", deed="count", again_after=days(2)))).sleeps_until("2026-04-27 10:00").wakes()
    assert talk.deeds == ["count", "count"]
    assert talk.tell(Recast("subject", somebody("zoe"))).deeds == ["count", "count"]


def test_what_is_done_at_once_is_not_finished_twice() -> None:
    talk = play(flow(Do("stamp_it", deed="stamp"), question("mood"))).tell(Finished("stamp_it", "done"))
    assert talk.last.stale


def test_another_flow_holds_its_chapter_until_it_is_over() -> None:
    talk = play(flow(Start("report", flow="fresh_eyes_report"), Say("thanks")))
    assert talk.effects == [Begin("report")]
    talk.hears().child_ends("report", "stopped").hears("thanks")
    assert talk.talk.steps["report"].value == "stopped"


def test_the_end_of_another_flow_answers_no_question() -> None:
    talk = play(flow(question("mood"))).tell(Finished("mood", "finished"))
    assert talk.last.stale
    assert talk.state("mood") == "asked"


# ------------------------------------------------------------------------------------------------ reminders and expiry


def test_a_question_is_reminded_then_expires_and_lets_the_next_one_come() -> None:
    mood = question("mood", remind_after=(days(2), days(5)), expires_after=days(9))
    talk = play(flow(mood, Say("another_time")), begins="2026-04-01 10:00").hears("mood")
    talk.at("2026-04-03 10:00").hears("reminder").at("2026-04-06 10:00").hears("reminder")
    talk.at("2026-04-10 09:59").hears().at("2026-04-10 10:00").hears("another_time")
    assert (talk.state("mood"), talk.closed) == ("expired", ["mood"])
    assert talk.talk.answer(mood) is None


def test_five_days_down_give_one_reminder() -> None:
    mood = question("mood", remind_after=(days(1), days(2), days(3)), expires_after=days(21))
    talk = play(flow(mood)).hears("mood").sleeps_until("2026-04-07 10:00").wakes().hears("reminder")
    talk.at("2026-04-20 10:00").hears()


def test_a_reminder_keeps_to_working_hours() -> None:
    talk = play(flow(question("mood", remind_after=(days(3),))), begins="2026-04-03 16:00")  # a Friday
    talk.at("2026-04-20 10:00")
    assert talk.post("reminder").at == paris("2026-04-06 16:00")
    talk = play(flow(question("mood", remind_after=(days(1),))), begins="2026-04-03 16:00").at("2026-04-20 10:00")
    assert talk.post("reminder").at == paris("2026-04-06 09:00")


def test_reminders_that_a_weekend_brings_to_one_morning_make_one() -> None:
    mood = question("mood", remind_after=(days(1), days(3)), expires_after=days(9))
    talk = play(flow(mood), begins="2026-04-03 09:20").hears(
        "mood"
    )  # a Friday: the next two are a Saturday and a Monday
    talk.at("2026-04-06 09:00").hears("reminder").at("2026-04-11 09:00").hears()


def test_days_off_leave_time_to_answer_the_last_reminder() -> None:
    proposal = question("proposal", remind_after=(days(2),), expires_after=days(4))
    talk = play(flow(proposal), begins="2026-04-02 09:00").hears("proposal")  # a Thursday
    talk.at("2026-04-06 09:00").hears("reminder").at("2026-04-08 08:59")
    assert talk.state("proposal") == "asked"
    assert talk.at("2026-04-08 09:00").state("proposal") == "expired"


def test_nobody_is_reminded_while_they_cannot_be_reached() -> None:
    talk = play(flow(question("mood", remind_after=(days(2),))))
    talk.tell(Recast("subject", somebody("subject", reach=NOWHERE))).at("2026-04-06 10:00").hears("mood")
    talk.tell(Recast("subject", somebody("subject"))).hears("reminder")


def test_a_question_left_to_its_end_is_told_when_it_closes() -> None:
    talk = play(flow(question("mood", expires_after=days(5)))).to_the_end()
    assert talk.talk.status == "finished"
    assert talk.effects[-1] == Ended()


# ------------------------------------------------------------------------------------------------------------ lateness


def test_what_comes_too_late_is_missed_and_told_once_in_one_message() -> None:
    steps = (
        Say("welcome", at=day(0), useful_for=days(2)),
        Say("tools", at=day(1), useful_for=days(2)),
        Say("week", at=day(7)),
    )
    talk = play(flow(*steps, cast=("subject", "buddy"), told_when_missed="buddy"))
    talk.sleeps_until(after_day(7)).wakes().hears("week")
    assert (talk.state("welcome"), talk.state("tools")) == ("missed", "missed")
    assert talk.post("missed").to == "buddy"
    assert talk.post("missed").context == {"steps": ["welcome", "tools"]}
    assert talk.wakes().told.count(("missed", "buddy")) == 1


def test_what_is_late_but_useful_is_said() -> None:
    talk = play(flow(Say("welcome", at=day(0), useful_for=days(3)))).sleeps_until(after_day(2)).wakes()
    talk.hears("welcome")
    assert talk.post("welcome").planned == nine(FIRST_DAY)
    assert talk.post("welcome").useful_until == nine(FIRST_DAY) + days(3)


def test_the_chapter_under_what_was_missed_is_missed_too() -> None:
    steps = (
        question("mood", at=day(0), useful_for=days(2)),
        Say("thanks", after=days(30)),
        Do("stamp_it", deed="stamp"),
    )
    talk = play(flow(*steps)).sleeps_until(after_day(7)).wakes().hears()
    assert [talk.state(step.name) for step in steps] == ["missed"] * 3
    assert (talk.deeds, talk.talk.status) == ([], "finished")


def test_what_was_not_wanted_is_missed_by_nobody() -> None:
    steps = (Say("welcome", at=day(0), only_if=lambda _: False, useful_for=days(2)), Say("and_also"))
    talk = play(flow(*steps, cast=("subject", "buddy"), told_when_missed="buddy")).to_the_end()
    assert (talk.told, talk.talk.status, talk.state("and_also")) == ([], "finished", "missed")


def test_what_becomes_wanted_in_time_is_said() -> None:
    mood = question("mood", at=day(0))
    talk = play(
        flow(mood, Say("cheer_up", at=day(0), only_if=lambda talk: talk.answer(mood) == "no", useful_for=days(3)))
    )
    talk.at(after_day(1)).hears("mood").says("no").hears("cheer_up")


def test_what_could_only_be_said_after_its_use_is_missed() -> None:
    welcome = Say("welcome", at=day(0), useful_for=days(1))
    talk = play(flow(welcome, cast=("subject", "buddy"), told_when_missed="buddy"))
    talk.sleeps_until(after_day(0, "20:00")).wakes().hears()
    assert talk.state("welcome") == "missed"
    assert talk.post("missed").at == nine(date(2026, 4, 29))


# ------------------------------------------------------------------------------------------------------- a moved anchor


def test_a_moved_day_moves_what_is_not_done() -> None:
    talk = play(flow(Say("before", at=day(-7)), Say("welcome", at=day(0)), told_when_moved=("subject",)))
    talk.at("2026-04-22 10:00").hears("before").tell(Reanchored(D, POSTPONED)).hears("first_day_moved")
    assert talk.talk.wake_at == nine(POSTPONED)
    talk.at("2026-05-18 09:00").hears("welcome")


def test_what_was_missed_for_the_former_day_comes_again_with_its_chapter() -> None:
    steps = (question("mood", at=day(0), useful_for=days(2)), Say("thanks"), Say("week", at=day(30)))
    talk = play(flow(*steps)).sleeps_until("2026-05-04 09:00").wakes().hears().tell(Reanchored(D, POSTPONED))
    talk.at("2026-05-18 09:00").hears("mood").says("yes").hears("thanks")


def test_what_is_missed_for_both_days_is_told_once() -> None:
    steps = (Say("welcome", at=day(0), useful_for=days(2)), Say("month", at=day(60)))
    talk = play(flow(*steps, cast=("subject", "buddy"), told_when_missed="buddy"))
    talk.sleeps_until("2026-05-12 09:00").wakes().tell(Reanchored(D, date(2026, 4, 30)))
    assert talk.told == [("missed", "buddy")]


def test_a_question_asked_for_the_former_day_sleeps_until_its_new_moment() -> None:
    ready = question("ready", to="buddy", at=working_days_before(D, 4), expires_after=days(14))
    talk = play(flow(ready)).at("2026-04-22 10:00").hears("ready", part="buddy").tell(Reanchored(D, POSTPONED))
    assert (talk.state("ready"), talk.closed) == ("asked", ["ready"])
    talk.at("2026-05-11 09:00").hears(part="buddy").at("2026-05-12 09:00").hears("reminder", part="buddy")
    assert talk.says("yes", part="buddy").talk.status == "finished"


def test_a_question_that_sleeps_for_a_later_day_wakes_when_the_day_comes_back() -> None:
    ready = question("ready", at=working_days_before(D, 4))
    talk = play(flow(ready)).at("2026-04-22 10:00").tell(Reanchored(D, POSTPONED)).hears("ready")
    talk.at("2026-04-23 10:00").tell(Reanchored(D, FIRST_DAY)).hears("reminder")


@pytest.mark.parametrize("leaves_first", [True, False])
def test_a_question_that_sleeps_for_a_later_day_waits_for_it_with_whoever_takes_the_part(leaves_first: bool) -> None:
    ready = question("ready", to="buddy", at=working_days_before(D, 4), expires_after=days(14))
    talk = play(flow(ready, cast=("subject", "buddy"))).at("2026-04-22 10:00").hears("ready", part="buddy")
    talk.tell(Reanchored(D, date(2026, 9, 1))).at("2026-05-04 10:00")
    if leaves_first:
        talk.tell(Recast("buddy", None))
    talk.tell(Recast("buddy", somebody("lou"))).tell(Woken())
    assert talk.at("2026-08-25 09:00").told == [("ready", "buddy")]
    assert talk.at("2026-08-26 09:00").told == [("ready", "buddy"), ("ready", "lou")]
    assert talk.says("yes", part="buddy").talk.status == "finished"


def test_somebody_who_plays_several_parts_is_told_once_of_a_moved_day() -> None:
    both = {"buddy": somebody("ada"), "supervisor": somebody("ada")}
    trial = flow(Say("welcome", at=day(0)), cast=("subject", *both), told_when_moved=("buddy", "supervisor"))
    assert play(trial, cast=both).tell(Reanchored(D, POSTPONED)).told == [("first_day_moved", "ada")]


def test_a_day_moved_there_and_back_and_there_again_is_told_each_time() -> None:
    talk = play(flow(Say("welcome", at=day(0)), told_when_moved=("subject",)))
    for number, moved in enumerate((POSTPONED, FIRST_DAY, POSTPONED)):
        talk.at(f"2026-04-02 1{number}:00").tell(Reanchored(D, moved)).hears("first_day_moved")


def test_whoever_moves_the_day_is_answered_at_once() -> None:
    talk = play(flow(Say("welcome", at=day(0)), cast=("subject", "buddy"), told_when_moved=("subject", "buddy")))
    talk.at("2026-04-02 22:00").tell(Reanchored(D, POSTPONED, by="buddy"))
    assert (talk.post("first_day_moved", "buddy").at, talk.post("first_day_moved", "buddy").prompt) == (talk.now, True)
    assert talk.post("first_day_moved", "subject").at == paris("2026-04-03 09:00")


def test_the_same_day_again_moves_nothing() -> None:
    talk = play(flow(Say("welcome", at=day(0)), told_when_moved=("subject",))).tell(Reanchored(D, FIRST_DAY))
    assert (talk.told, talk.last.effects) == ([], ())
