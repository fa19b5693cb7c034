"""A newcomer's first year, from 28 April 2026, played through by the engine alone among French public holidays."""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.almanac import holidays_of
from flows.core.calendar import Rhythm
from flows.core.model import SUBJECT, Addressee, Ask, Say
from flows.core.moves import Post, Reanchored, Recast
from flows.joining.encounters import encounters
from flows.joining.onboarding import onboarding
from flows.joining.parts import ANNOUNCEMENTS, BUDDIES, COOP_BUDDY, JOB_BUDDY, SUPERVISOR
from tests.flows.script import FIRST_DAY, NOWHERE, PARIS, Play, channel, may_be_spoken_to, paris, play, somebody

HOLIDAYS = holidays_of("metropole")
PEOPLE = (SUBJECT, JOB_BUDDY, COOP_BUDDY, SUPERVISOR)
SILENT_DAYS = [date(2026, 5, day) for day in (1, 8, 14, 25)]


def someone(name: str, **more: Any) -> Addressee:
    return somebody(name, holidays=HOLIDAYS, **more)


def first_year(begins: str = "2026-04-07 10:00", empty: tuple[str, ...] = (), **cast: Addressee) -> Play:
    people = {part: someone(part) for part in PEOPLE if part not in empty} | cast
    house = Rhythm(PARIS, holidays=HOLIDAYS)
    return play(onboarding, cast=people, empty=(*empty, ANNOUNCEMENTS), begins=begins, house=house)


def day_of(post: Post) -> date:
    return post.at.astimezone(ZoneInfo(PARIS)).date()


def lived_by_everybody(talk: Play) -> Play:
    """Each question is answered the next morning, with the first answer it offers."""
    while talk.talk.status == "open":
        for step in onboarding.steps:
            if isinstance(step, Ask) and talk.state(step.name) == "asked":
                talk.says(step.answer.samples()[0], step.name, step.to)
            elif talk.state(step.name) == "asked":
                talk.child_ends(step.name)
        talk.at(min(talk.now + timedelta(days=1), talk.talk.wake_at or talk.now))
    return talk


def left_in_silence(talk: Play) -> Play:
    return talk.to_the_end()


@pytest.fixture(params=[lived_by_everybody, left_in_silence])
def year(request: pytest.FixtureRequest) -> Play:
    lived: Play = request.param(first_year())
    return lived


def test_nobody_is_spoken_to_on_a_holiday_a_weekend_or_out_of_hours(year: Play) -> None:
    assert year.talk.status == "finished"
    assert len(year.posts) > 30
    unprompted = [post for post in year.posts if not post.prompt]
    assert [post for post in unprompted if not may_be_spoken_to(year.talk.cast[post.to], post.at)] == []
    assert set(map(day_of, year.posts)).isdisjoint(SILENT_DAYS)
    assert {day_of(post).weekday() for post in unprompted} <= set(range(5))


def test_each_part_hears_what_the_founding_document_says(year: Play) -> None:
    said = Counter(post.to for post in year.posts if post.message == post.step)
    assert all(said[part] >= 4 for part in PEOPLE)
    once = [key for key, number in Counter((post.message, post.to) for post in year.posts).items() if number > 1]
    assert {message for message, _ in once} <= {"reminder"}


def test_what_falls_on_a_day_off_comes_on_the_next_working_day() -> None:
    talk = first_year().to_the_end()
    assert day_of(talk.post("week_before")) == date(2026, 4, 21)
    assert day_of(talk.post("welcome")) == FIRST_DAY
    assert day_of(talk.post("met_buddies")) == date(2026, 5, 4)  # the 2nd is a Saturday
    assert talk.post("report_invitation").at == paris("2026-05-28 09:00")  # a month after, a working day
    assert day_of(talk.post("suggest_training")) == date(2026, 10, 28)


@pytest.mark.parametrize("accepted", ["2026-04-10 15:00", "2026-04-24 10:00", "2026-04-24 17:59"])
def test_buddies_are_briefed_before_the_first_day_however_late_they_accept(accepted: str) -> None:
    talk = first_year(empty=BUDDIES).at(accepted)
    assert {JOB_BUDDY, COOP_BUDDY} <= set(talk.vacancies)
    for part in BUDDIES:
        talk.tell(Recast(part, someone(part)))
    talk.at("2026-04-27 18:00")
    for part in BUDDIES:
        assert day_of(talk.post(f"{part}_briefing", part)) < FIRST_DAY
    assert day_of(talk.post("workplace_ready")) < FIRST_DAY
    assert talk.at("2026-04-28 12:00").post("welcome").at == paris("2026-04-28 09:00")


def test_buddies_who_accept_the_day_before_are_briefed_at_once() -> None:
    talk = first_year(empty=BUDDIES).at("2026-04-27 16:30")
    talk.tell(Recast(JOB_BUDDY, someone(JOB_BUDDY)))
    assert talk.post("job_buddy_briefing").at == talk.now


def test_nobody_is_asked_whether_they_have_met_buddies_who_were_not_found_yet() -> None:
    talk = first_year(empty=BUDDIES).at("2026-05-11 12:00")
    talk.tell(Recast(JOB_BUDDY, someone(JOB_BUDDY))).at("2026-05-12 12:00")
    assert talk.state("met_buddies") == "pending"
    talk.tell(Recast(COOP_BUDDY, someone(COOP_BUDDY))).at("2026-05-13 12:00")
    assert talk.state("met_buddies") == "asked"


def test_a_year_ends_were_no_buddy_ever_found() -> None:
    assert first_year(empty=BUDDIES).to_the_end().talk.status == "finished"


def test_the_first_days_read_like_a_conversation() -> None:
    talk = first_year().at("2026-04-28 09:00").hears("week_before", "welcome")
    talk.at("2026-04-29 09:00").hears("first_day_went")
    talk.at("2026-04-29 11:00").says("something_missing").hears("what_is_missing")
    talk.says("un badge").hears("missing_item", part=JOB_BUDDY)
    talk.at("2026-04-30 10:00").says("done", "missing_item", JOB_BUDDY).hears("missing_passed_on")
    talk.at("2026-05-04 09:00").says("not_yet", "met_buddies").hears("met_buddies")
    talk.at("2026-05-11 12:00").hears("meet_the_team", "reminder", "reminder").says("yes", "met_buddies")
    assert talk.deeds == ["look_for_account", "stamp_met_buddies", "record_buddies"]
    talk.says("two_a_week", "meet_the_team").child_ends("meet_everybody")


def test_the_report_is_begun_by_whoever_wants_it_and_heard_from_whoever_prefers_to_talk() -> None:
    talk = first_year().at("2026-05-28 10:00").says("begin", "report_invitation").child_ends("write_report")
    assert talk.state("hear_the_report") == "pending"
    other = first_year().at("2026-05-28 10:00").says("talk", "report_invitation")
    assert other.state("hear_the_report") == "asked"


def test_a_newcomer_without_an_account_gets_an_email_then_the_rest_once_they_have_one() -> None:
    without = someone(SUBJECT, reach=frozenset({"email"}))
    talk = first_year(subject=without).at("2026-04-29 12:00").hears("week_before")
    talk.tell(Recast(SUBJECT, someone(SUBJECT))).hears("welcome", "first_day_went")


def test_a_newcomer_nobody_can_reach_misses_the_first_week_and_the_coop_buddy_knows() -> None:
    talk = first_year(subject=someone(SUBJECT, reach=NOWHERE)).at("2026-05-06 12:00")
    assert [post for post in talk.posts if post.to == SUBJECT] == []
    missed = [post.context["steps"] for post in talk.posts if post.message == "missed"]
    assert missed[0] == ["week_before"]
    assert all(post.to == COOP_BUDDY for post in talk.posts if post.message == "missed")


def test_a_postponed_first_day_moves_the_year() -> None:
    talk = (
        first_year()
        .at("2026-04-23 10:00")
        .tell(Reanchored("first_day", date(2026, 6, 1)))
        .hears("week_before", "first_day_moved")
    )
    talk.at("2026-05-31 12:00").hears().at("2026-06-01 09:00").hears("welcome")
    assert day_of(talk.at("2026-07-02 12:00").post("report_invitation")) == date(2026, 7, 1)


def test_a_buddy_replaced_in_the_middle_of_the_year_is_briefed_and_asked_what_is_open() -> None:
    talk = first_year().at("2026-05-12 10:00").tell(Recast(JOB_BUDDY, someone("lou")))
    assert next(post.message for post in talk.posts if post.to == "lou") == "briefing"
    assert {post.message for post in talk.posts if post.to == "lou"} == {"briefing", *talk.asked_of(JOB_BUDDY)}
    talk.at("2026-06-01 10:00")
    assert "know_how_to_learn" in [post.message for post in talk.posts if post.to == "lou"]
    assert [post for post in talk.posts if post.to == JOB_BUDDY and post.at > paris("2026-05-12 10:00")] == []


def test_somebody_who_holds_both_parts_is_thanked_once() -> None:
    ada = someone("ada")
    talk = first_year(job_buddy=ada, coop_buddy=ada).to_the_end()
    assert talk.told.count(("buddies_thanked", "ada")) == 1


def test_a_newcomer_welcomed_after_the_fact_gets_what_is_still_useful() -> None:
    talk = first_year(begins="2026-06-08 10:00")
    fresh = [message for message, to in talk.told if to == SUBJECT]
    assert "welcome" not in fresh
    assert "report_invitation" in fresh
    assert len([message for message, _ in talk.told if message == "missed"]) == 1


def test_an_arrival_prepared_while_the_cooperative_is_closed_loses_nothing_that_is_still_useful() -> None:
    """Three weeks closed before the first day: each briefing would have come before them."""
    closed = holidays_of("metropole", frozenset(date(2026, 4, day) for day in range(6, 28)))
    around = {part: somebody(part, holidays=closed) for part in PEOPLE}
    talk = first_year("2026-04-08 10:00", (), **around).at("2026-04-27 18:00").hears().at("2026-04-28 12:00")
    assert set(talk.told) >= {
        ("welcome", SUBJECT),
        ("supervisor_briefing", SUPERVISOR),
        ("equipment_ready", SUPERVISOR),
        ("job_buddy_briefing", JOB_BUDDY),
        ("coop_buddy_briefing", COOP_BUDDY),
    }
    assert "week_before" not in {message for message, _ in talk.told}
    assert {day_of(post) for post in talk.posts} == {date(2026, 4, 28)}


def test_the_arrival_is_told_to_all_where_there_is_a_channel_for_it() -> None:
    talk = first_year(announcements=channel("C_NEWS")).at("2026-04-28 12:00")
    assert ("arrival_told", "C_NEWS") in talk.told
    assert ANNOUNCEMENTS not in first_year().at("2026-04-28 12:00").vacancies


@pytest.mark.parametrize(
    ("part", "answers"),
    [
        (JOB_BUDDY, {"first_day_went": "something_missing", "what_is_missing": "un badge"}),
        (COOP_BUDDY, {"coop_sheet": "question", "coop_question": "Qui vote ?"}),
        (COOP_BUDDY, {"report_invitation": "talk"}),
        (COOP_BUDDY, {"buddy_rhythm": "adjust"}),
        (COOP_BUDDY, {"go_further": "training"}),
    ],
)
def test_what_nobody_is_there_to_do_does_not_keep_the_year_open(part: str, answers: dict[str, str]) -> None:
    talk = first_year(empty=(part,))
    for step, answer in answers.items():
        while talk.state(step) != "asked":
            talk.at(talk.now + timedelta(days=1))
        talk.says(answer, step)
    assert talk.at("2027-07-01 09:00").talk.status == "finished"


def test_no_two_things_said_to_the_newcomer_at_the_same_moment_offer_the_same_button() -> None:
    of_the_newcomer = [
        (step.at, offer)
        for flow in (onboarding, encounters)
        for step in flow.steps
        if isinstance(step, Say | Ask) and step.at is not None and step.to == SUBJECT
        for offer in step.offers
    ]
    assert len(of_the_newcomer) > 1
    assert [twice for twice, times in Counter(of_the_newcomer).items() if times > 1] == []
