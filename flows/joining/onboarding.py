"""A newcomer's first year, from seven days before the first day to its anniversary, and what those around receive meanwhile."""

from typing import Any

from flows.core.answers import Choice, Done, Text
from flows.core.calendar import Appointment, on, working_days_before
from flows.core.model import Ask, Conversation, Do, Flow, Guard, Say, Start, days
from flows.joining.parts import ANNOUNCEMENTS, BUDDIES, COOP_BUDDY, JOB_BUDDY, SUBJECT, SUPERVISOR

FIRST_DAY = "first_day"
SAME_CAST = {part: part for part in (SUBJECT, JOB_BUDDY, COOP_BUDDY, SUPERVISOR)}


def day(count: int) -> Appointment:
    return on(FIRST_DAY, days=count)


def month(count: int) -> Appointment:
    return on(FIRST_DAY, months=count)


def task(name: str, to: str, at: Appointment | None = None, **more: Any) -> Ask[bool]:
    """Something to do, ticked off: reminded twice, then let go."""
    return Ask(
        name, Done(), to=to, at=at, remind_after=(days(3), days(7)), expires_after=days(14), useful_for=days(10), **more
    )


LAST = "buddies_thanked"


def within_the_year(wanted: Guard) -> Guard:
    """What nobody could be given to do by the end of the year is wanted no more: it would keep the year open for ever."""
    return lambda talk: wanted(talk) and not talk.is_over(LAST)


# ------------------------------------------------------------------------------------------- what is asked, and guards

first_day_went = Ask("first_day_went", Choice("all_good", "something_missing"), at=day(1), links=("booklet",))
what_is_missing = Ask(
    "what_is_missing", Text(), only_if=lambda talk: talk.answer(first_day_went) == "something_missing"
)


def misses_something(talk: Conversation) -> bool:
    return talk.answer(what_is_missing) is not None


def has_both_buddies(talk: Conversation) -> bool:
    return all(talk.plays(part) is not None for part in BUDDIES)


met_buddies = Ask(
    "met_buddies",
    Choice("yes", "not_yet"),
    at=day(4),
    useful_for=days(60),
    only_if=has_both_buddies,
    snooze={"not_yet": days(4)},
)

meet_the_team = Ask(
    "meet_the_team",
    Choice("two_a_week", "later"),
    at=day(7),
    useful_for=days(30),
    snooze={"later": days(7)},
    remind_after=(days(5),),
)

coop_sheet = Ask("coop_sheet", Choice("clear", "question"), at=day(14), links=("sheet",), offers=("read_sheet",))
coop_question = Ask("coop_question", Text(), only_if=lambda talk: talk.answer(coop_sheet) == "question")


def asks_about_the_coop(talk: Conversation) -> bool:
    return talk.answer(coop_question) is not None


def understands_the_coop(talk: Conversation) -> bool:
    answered = talk.steps.get("answer_the_question")
    return talk.answer(coop_sheet) == "clear" or (answered is not None and answered.state == "done")


report_invitation = Ask(
    "report_invitation",
    Choice("begin", "talk", "no_thanks"),
    at=day(30),
    useful_for=days(30),
    remind_after=(days(4), days(10)),
    expires_after=days(30),
)

open_time = Ask("open_time", Choice("coming", "not_this_time"), at=day(60), useful_for=days(14))


def comes_to_open_time(talk: Conversation) -> bool:
    return talk.answer(open_time) == "coming"


was_at_open_time = Ask(
    "was_at_open_time", Choice("attended", "could_not"), at=day(80), useful_for=days(30), only_if=comes_to_open_time
)
buddy_rhythm = Ask("buddy_rhythm", Choice("fine", "adjust"), at=day(62))

go_further = Ask(
    "go_further",
    Choice("training", "cell", "inter_coop", "not_now"),
    at=month(6),
    useful_for=days(21),
    links=("training",),
)


def wants_to_go_further(talk: Conversation) -> bool:
    return talk.answer(go_further) not in (None, "not_now")


one_year = Ask(
    "one_year",
    Choice("talk", "later"),
    at=month(12),
    useful_for=days(30),
    links=("bylaws", "simulation"),
    snooze={"later": days(30)},
    expires_after=days(60),
)

# ------------------------------------------------------------------------------------------------------- the year itself

BEFORE = (
    Say("supervisor_briefing", to=SUPERVISOR, at=working_days_before(FIRST_DAY, 10), useful_for=days(16)),
    Say(
        "job_buddy_briefing",
        to=JOB_BUDDY,
        at=working_days_before(FIRST_DAY, 6),
        useful_for=days(12),
        links=("booklet",),
    ),
    Say(
        "coop_buddy_briefing",
        to=COOP_BUDDY,
        at=working_days_before(FIRST_DAY, 6),
        useful_for=days(12),
        links=("booklet",),
    ),
    Say("week_before", at=day(-7), useful_for=days(6), links=("video",), by_email=True),
    task("equipment_ready", SUPERVISOR, working_days_before(FIRST_DAY, 4)),
    task("workplace_ready", JOB_BUDDY, working_days_before(FIRST_DAY, 2)),
)


def has_news_channel(talk: Conversation) -> bool:
    return talk.plays(ANNOUNCEMENTS) is not None


FIRST_WEEK = (
    Say("arrival_told", to=ANNOUNCEMENTS, at=day(0), useful_for=days(2), only_if=has_news_channel),
    Do("look_for_account", deed="look_for_account", at=day(0)),
    Say("welcome", at=day(0), useful_for=days(7), offers=("home", "pause")),
    first_day_went,
    what_is_missing,
    task("missing_item", JOB_BUDDY, only_if=within_the_year(misses_something)),
    Say("missing_passed_on", only_if=within_the_year(misses_something)),
    task("tour_of_tools", JOB_BUDDY, day(1)),
    task("who_decides_what", COOP_BUDDY, day(1)),
    met_buddies,
    Do(
        "stamp_met_buddies",
        deed="stamp",
        details={"stamp": "met_buddies"},
        only_if=lambda talk: talk.answer(met_buddies) == "yes",
    ),
    Do("record_buddies", deed="record_buddies", only_if=lambda talk: talk.answer(met_buddies) == "yes"),
    task("first_success", JOB_BUDDY, day(7)),
    Say("two_hats", to=COOP_BUDDY, at=day(7)),
    meet_the_team,
    Start("meet_everybody", flow="encounters", only_if=lambda talk: talk.answer(meet_the_team) == "two_a_week"),
)

FIRST_QUARTER = (
    task("what_blocks", JOB_BUDDY, day(14)),
    task("words_to_know", COOP_BUDDY, day(14), links=("sheet",)),
    coop_sheet,
    coop_question,
    Say("question_passed_on", only_if=asks_about_the_coop),
    task("answer_the_question", COOP_BUDDY, only_if=within_the_year(asks_about_the_coop)),
    Do("stamp_understood", deed="stamp", details={"stamp": "understood_coop"}, only_if=understands_the_coop),
    report_invitation,
    Start(
        "write_report",
        flow="fresh_eyes_report",
        casting=SAME_CAST,
        only_if=lambda talk: talk.answer(report_invitation) == "begin",
    ),
    task("hear_the_report", COOP_BUDDY, only_if=within_the_year(lambda talk: talk.answer(report_invitation) == "talk")),
    Say("supervisor_month_1", to=SUPERVISOR, at=day(30)),
    task("know_how_to_learn", JOB_BUDDY, day(30)),
    task("invite_to_open_time", COOP_BUDDY, day(55)),
    Say("supervisor_month_2", to=SUPERVISOR, at=day(60)),
    open_time,
    buddy_rhythm,
    task("adjust_the_rhythm", COOP_BUDDY, only_if=within_the_year(lambda talk: talk.answer(buddy_rhythm) == "adjust")),
    was_at_open_time,
    Do(
        "stamp_open_time",
        deed="stamp",
        details={"stamp": "open_time"},
        only_if=lambda talk: talk.answer(was_at_open_time) == "attended",
    ),
    Say("three_months", at=day(90), useful_for=days(14), offers=("home",)),
    task("three_way_talk", JOB_BUDDY, day(90)),
    task("what_became_of_the_report", COOP_BUDDY, day(90)),
    Say("supervisor_month_3", to=SUPERVISOR, at=day(90)),
)

REST_OF_THE_YEAR = (
    task("suggest_training", COOP_BUDDY, month(6), links=("training",)),
    go_further,
    task("open_the_way", COOP_BUDDY, only_if=within_the_year(wants_to_go_further)),
    task("bylaws_and_application", COOP_BUDDY, month(12), links=("bylaws",)),
    one_year,
    task("talk_membership_over", COOP_BUDDY, only_if=lambda talk: talk.answer(one_year) == "talk"),
    Do("stamp_accompanied", deed="stamp_buddies", details={"stamp": "accompanied_someone"}, at=month(12)),
    Say(LAST, to=(JOB_BUDDY, COOP_BUDDY), at=on(FIRST_DAY, months=12, days=14), useful_for=days(30)),
)

NAMED = tuple(f"named_{part}" for part in BUDDIES)
"""Whom the management has named as it welcomed."""
WAS = ("was_arrived_on", "was_trade", "was_team", "was_supervisor_id")
"""What was known before of whoever has an account, to be known again were the welcome cancelled."""

onboarding = Flow(
    name="onboarding",
    cast=(SUBJECT, SUPERVISOR, JOB_BUDDY, COOP_BUDDY),
    optional=(ANNOUNCEMENTS,),
    anchors=(FIRST_DAY,),
    optional_details=(*NAMED, *WAS),
    fills={JOB_BUDDY: "seek_buddy", COOP_BUDDY: "seek_buddy", SUPERVISOR: "ask_for_part"},
    told_when_missed=COOP_BUDDY,
    told_when_moved=(SUBJECT, JOB_BUDDY, COOP_BUDDY, SUPERVISOR),
    briefed=(JOB_BUDDY, COOP_BUDDY, SUPERVISOR),
    steps=(*BEFORE, *FIRST_WEEK, *FIRST_QUARTER, *REST_OF_THE_YEAR),
)
