"""The engine, one rule a test: who plays which part, who can be reached, and at what hour."""

from datetime import date, time, timedelta

import pytest

from flows.core.answers import Done
from flows.core.calendar import Rhythm
from flows.core.engine import start
from flows.core.model import Ask, Conversation, Flow, Say, Step, addressed, days
from flows.core.moves import Reanchored, Recast
from tests.flows.script import FIRST_DAY, NOWHERE, PARIS, nine, paris, play, somebody
from tests.flows.trial import POSTPONED, D, after_day, day, flow, question

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


def test_an_empty_part_that_several_steps_need_at_once_is_sought_once() -> None:
    steps = tuple(Say(name, to="buddy", at=day(1)) for name in ("one", "two"))
    assert play(flow(*steps), empty=("buddy",)).at(after_day(1)).vacancies == ["buddy"]


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


def boss_may_lack(*steps: Step) -> Flow:
    return Flow("trial", steps, optional=("boss",), anchors=(D,), told_when_missed="subject")


def test_a_flow_goes_on_without_what_is_for_an_optional_part_alone() -> None:
    talk = play(boss_may_lack(Say("hello"), question("how_so", to="boss"), Say("bye")), empty=("boss",))
    assert (talk.told, talk.vacancies, talk.talk.status) == ([("hello", "subject"), ("bye", "subject")], [], "finished")


def test_what_is_for_an_optional_part_is_said_once_somebody_plays_it() -> None:
    talk = play(boss_may_lack(Say("heads_up", to="boss"), question("mood")), empty=("boss",))
    talk.tell(Recast("boss", somebody("bob"))).hears("heads_up", part="boss")


def test_what_an_optional_part_would_have_heard_is_not_told_as_missed() -> None:
    talk = play(boss_may_lack(Say("visit", to="boss", at=day(0)), Say("bye", at=day(30))), empty=("boss",))
    assert talk.to_the_end().told == [("bye", "subject")]


def test_a_flow_given_a_detail_that_is_none_of_its_own_does_not_begin() -> None:
    trial = flow(Say("welcome"), details=("tone",))
    given = Conversation("c", "trial", {"subject": somebody("zoe")}, details={"ton": "warm"}, house=Rhythm(PARIS))
    with pytest.raises(ValueError, match=r"\['ton'\], which are not among its `details`"):
        start(trial, given, paris("2026-04-01 10:00"))


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
