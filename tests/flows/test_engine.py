"""The engine, one rule a test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from flows.core.answers import Choice, Done, Form, Scale, Text
from flows.core.calendar import Appointment, Rhythm, on, working_days_before
from flows.core.engine import advance, start
from flows.core.model import Ask, Conversation, Do, Flow, Say, Start, Step, StepState, addressed, days
from flows.core.moves import Answered, Begin, Ended, Finished, Reanchored, Recast, Skipped, Stopped, Woken
from tests.flows.script import FIRST_DAY, NOWHERE, PARIS, channel, nine, paris, play, somebody

D = "first_day"


def day(count: int) -> Appointment:
    return on(D, days=count)


def flow(*steps: Step, **more: object) -> Flow:
    anchors = (D,) if any(step.at for step in steps) else ()
    return Flow("trial", steps, anchors=anchors, **more)  # type: ignore[arg-type]


def question(name: str, to: str = "subject", **more: object) -> Ask[str]:
    return Ask(name, Choice("yes", "no"), to=to, **more)  # type: ignore[arg-type]


def after_day(count: int, hour: str = "09:00") -> str:
    return f"{date.fromordinal(FIRST_DAY.toordinal() + count)} {hour}"


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

POSTPONED = date(2026, 5, 18)


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


# ----------------------------------------------------------------------------------------------------- a replaced buddy

TASK = question("tour", to="buddy", at=day(1))
SHOWN_AROUND = flow(
    Say("briefing_of_buddy", to="buddy", at=day(-7)), TASK, cast=("subject", "buddy"), briefed=("buddy",)
)


def test_a_replaced_buddy_gets_the_open_question_and_the_briefing() -> None:
    talk = play(SHOWN_AROUND).at(after_day(1)).tell(Recast("buddy", somebody("lou")))
    assert talk.told == [("briefing_of_buddy", "buddy"), ("tour", "buddy"), ("briefing", "lou"), ("tour", "lou")]
    assert talk.closed == ["tour"]
    assert talk.posts[-1].occurrence == "asked-2"
    assert talk.answers("tour", "yes", by="buddy").last.refused is not None
    assert talk.says("yes", part="buddy").talk.status == "finished"


def test_whoever_replaces_nobody_before_anything_was_said_needs_no_briefing() -> None:
    talk = play(SHOWN_AROUND, empty=("buddy",)).tell(Recast("buddy", somebody("lou"))).at("2026-04-21 09:00")
    assert talk.told == [("briefing_of_buddy", "lou")]


def test_the_same_person_again_hears_nothing_again() -> None:
    talk = play(SHOWN_AROUND).at(after_day(1)).tell(Recast("buddy", somebody("buddy")))
    assert talk.last.effects == ()


def test_a_part_left_closes_its_question_and_asks_for_somebody() -> None:
    talk = play(SHOWN_AROUND).at(after_day(1)).tell(Recast("buddy", None))
    assert (talk.closed, talk.vacancies) == (["tour"], ["buddy"])
    assert talk.answers("tour", "yes", by="buddy").last.stale
    talk.tell(Recast("buddy", None))
    assert talk.last.effects == ()


def test_whoever_left_and_comes_back_is_asked_again() -> None:
    talk = play(SHOWN_AROUND).at(after_day(1)).hears("briefing_of_buddy", "tour", part="buddy")
    talk.tell(Recast("buddy", None)).tell(Recast("buddy", somebody("buddy"))).hears("briefing", "tour", part="buddy")


def test_a_part_that_goes_there_and_back_is_asked_each_time() -> None:
    talk = play(SHOWN_AROUND).at(after_day(1)).hears("briefing_of_buddy", "tour", part="buddy")
    for name in ("lou", "buddy", "lou"):
        talk.at(talk.now + timedelta(hours=1)).tell(Recast("buddy", somebody(name))).hears(
            "briefing", "tour", part="buddy"
        )


def test_an_open_question_waits_for_a_new_holder_who_cannot_be_reached_yet() -> None:
    talk = play(SHOWN_AROUND).at(after_day(1)).hears("briefing_of_buddy", "tour", part="buddy")
    talk.tell(Recast("buddy", somebody("lou", reach=NOWHERE))).hears(part="buddy")
    talk.tell(Recast("buddy", somebody("lou"))).hears("tour", part="buddy")


def test_a_new_buddy_is_spoken_to_in_their_own_hours() -> None:
    talk = (
        play(SHOWN_AROUND)
        .at(after_day(1, "20:00"))
        .tell(Recast("buddy", somebody("lou", opens=time(10), slot=time(10))))
    )
    assert [post.at for post in talk.posts if post.to == "lou"] == [paris("2026-04-30 10:00")] * 2


def test_what_is_still_to_come_keeps_to_the_hours_of_whoever_takes_the_part() -> None:
    talk = play(SHOWN_AROUND).tell(Recast("buddy", somebody("lou", slot=time(14))))
    assert talk.talk.wake_at == paris("2026-04-21 14:00")


# --------------------------------------------------------------------------------------------------------- an empty part


def test_an_empty_part_is_noticed_at_the_start_and_once_before_each_step_that_needs_it() -> None:
    steps = tuple(Say(name, to="buddy", at=day(count)) for name, count in (("one", 1), ("two", 7), ("three", 14)))
    talk = play(flow(*steps, cast=("subject", "buddy")), empty=("buddy",))
    assert talk.vacancies == ["buddy"]
    assert talk.at(after_day(1)).vacancies == ["buddy"] * 2
    assert talk.wakes().wakes().vacancies == ["buddy"] * 2
    assert talk.to_the_end().vacancies == ["buddy"] * 4
    assert (talk.told, talk.talk.status) == ([], "finished")


def test_a_step_that_nobody_could_hear_comes_when_somebody_takes_the_part() -> None:
    steps = (Say("one", to="buddy", at=day(1), useful_for=days(5)), Say("hello", at=day(0)))
    talk = play(flow(*steps), empty=("buddy",)).at(after_day(2)).hears("hello")
    talk.tell(Recast("buddy", somebody("buddy"))).hears("one", part="buddy")


def test_an_empty_part_in_a_questionnaire_holds_it_open_with_nothing_to_wait_for() -> None:
    talk = play(flow(question("read_it", to="buddy"), Say("thanks")), empty=("buddy",))
    assert (talk.talk.status, talk.talk.wake_at, talk.vacancies) == ("open", None, ["buddy"])
    talk.tell(Recast("buddy", somebody("buddy"))).says("yes", part="buddy").hears("thanks")


def test_a_closed_account_is_nobody() -> None:
    talk = play(flow(Say("one", to="buddy")), cast={"buddy": somebody("buddy", active=False)})
    assert (talk.told, talk.vacancies) == ([], ["buddy"])


def test_whoever_is_absent_and_named_again_is_missed_once() -> None:
    absent = somebody("buddy", active=False)
    talk = play(flow(question("read_it", to="buddy"), cast=("subject", "buddy")), cast={"buddy": absent})
    noticed = talk.vacancies
    assert talk.tell(Recast("buddy", absent)).vacancies == noticed
    assert set(noticed) == {"buddy"}


def test_what_is_for_several_is_said_to_whoever_is_there() -> None:
    talk = play(flow(Say("report", to=("buddy", "supervisor"))), empty=("buddy",))
    assert (talk.told, talk.vacancies) == ([("report", "supervisor")], ["buddy"])


def test_what_is_for_several_is_said_to_each() -> None:
    talk = play(flow(Say("report", to=("buddy", "supervisor"))))
    assert talk.told == [("report", "buddy"), ("report", "supervisor")]


def test_somebody_who_plays_several_parts_hears_it_once() -> None:
    both = {"buddy": somebody("ada"), "supervisor": somebody("ada")}
    talk = play(flow(Say("report", to=("buddy", "supervisor"))), cast=both)
    assert talk.told == [("report", "ada")]


# ------------------------------------------------------------------------------------------------------------- reaching


def test_somebody_without_an_account_is_spoken_to_once_they_have_one() -> None:
    trial = flow(Say("before", at=day(-7), useful_for=days(6)), Say("welcome", at=day(0)))
    talk = play(trial, cast={"subject": somebody("zoe", reach=NOWHERE)}).at("2026-04-24 15:00").hears()
    talk.tell(Recast("subject", somebody("zoe"))).hears("before")


def test_past_its_use_what_nobody_could_receive_is_missed() -> None:
    trial = flow(Say("before", at=day(-7), useful_for=days(6)), cast=("subject", "buddy"), told_when_missed="buddy")
    talk = play(trial, cast={"subject": somebody("zoe", reach=NOWHERE)}).to_the_end()
    assert (talk.told, talk.talk.status) == ([("missed", "buddy")], "finished")


def test_only_what_may_go_by_email_does() -> None:
    by_email = {"subject": somebody("zoe", reach=frozenset({"email"}))}
    talk = play(flow(Say("before", by_email=True), Say("welcome"), question("mood")), cast=by_email)
    talk.hears("before")
    assert (talk.talk.status, talk.talk.wake_at) == ("open", None)


def test_who_has_only_an_email_is_not_told_of_what_is_no_step() -> None:
    by_email = {"subject": somebody("zoe", reach=frozenset({"email"}))}
    talk = play(flow(Say("welcome", at=day(0)), told_when_moved=("subject",)), cast=by_email)
    assert talk.tell(Reanchored(D, POSTPONED)).told == []


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


# ----------------------------------------------------------------------------------------------------- hours and pauses


def test_whoever_acts_is_answered_at_once_and_the_others_in_their_hours() -> None:
    talk = play(flow(question("mood"), Say("thanks"), Say("told", to="buddy"))).at("2026-04-03 23:00").says("yes")
    assert (talk.post("thanks").at, talk.post("thanks").prompt) == (talk.now, True)
    assert (talk.post("told").at, talk.post("told").prompt) == (paris("2026-04-06 09:00"), False)


def test_whoever_starts_a_conversation_is_answered_at_once() -> None:
    talk = play(flow(Say("hello")), begins="2026-04-04 23:00", by="subject")
    assert talk.post("hello").at == talk.now


def test_reminders_are_counted_from_when_the_question_was_really_asked() -> None:
    talk = play(flow(question("mood", remind_after=(days(2),))), begins="2026-04-03 20:00")  # asked on Monday
    assert talk.talk.wake_at == paris("2026-04-08 09:00")


def test_a_pause_holds_everything_then_lets_one_wave_go() -> None:
    trial = flow(*(Say(f"day_{count}", at=day(count), useful_for=days(2)) for count in (0, 3, 6)))
    talk = play(trial, cast={"subject": somebody("subject", paused_until=date(2026, 5, 11))})
    talk.at("2026-05-11 08:59").hears().at("2026-05-11 09:00").hears("day_0", "day_3", "day_6")


def test_a_question_outlives_a_pause() -> None:
    talk = play(flow(question("mood", expires_after=days(10)))).hears("mood")
    talk.tell(Recast("subject", somebody("subject", paused_until=date(2026, 5, 4))))
    talk.at("2026-05-04 09:00").hears("reminder").at("2026-05-07 08:59")
    assert talk.state("mood") == "asked"
    assert talk.at("2026-05-07 09:00").state("mood") == "expired"


def test_each_hears_at_the_hour_of_their_own_wall() -> None:
    far = {"subject": somebody("subject", zone="Indian/Reunion", slot=time(14))}
    talk = play(flow(Say("welcome", at=day(0))), cast=far).at(after_day(1))
    assert talk.post("welcome").at == paris("2026-04-28 12:00")


def test_holidays_that_cannot_be_remembered_by_are_observed_all_the_same() -> None:
    mutable = {"subject": somebody("subject", holidays={FIRST_DAY})}
    assert play(flow(Say("welcome", at=day(0))), cast=mutable).at(after_day(1)).hears("welcome").posts[0].at == nine(
        date(2026, 4, 29)
    )


# --------------------------------------------------------------------------------------------------------- the beginning


def test_a_flow_without_its_days_does_not_begin() -> None:
    trial = flow(Say("welcome", at=day(0)))
    with pytest.raises(ValueError, match="first_day"):
        start(
            trial,
            Conversation("c", "trial", {"subject": somebody("zoe")}, house=Rhythm(PARIS)),
            paris("2026-04-01 10:00"),
        )


def test_a_task_is_a_question_ticked_off() -> None:
    ready = Ask("equipment_ready", Done(), to="supervisor")
    assert addressed(ready) == ("supervisor",)
    assert play(flow(ready)).says("done", part="supervisor").talk.answer(ready) is True
