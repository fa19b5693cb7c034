"""The path of a departure, from the day Parcours is told to the last one: one flow a tone, each in its own words."""

from collections.abc import Callable
from datetime import time
from typing import Any

from flows.core.answers import Choice, Done, Email
from flows.core.calendar import Appointment, appointed_day, by, on, working_days_after
from flows.core.model import Ask, Conversation, Do, Flow, Say, Start, Step, days
from flows.leaving.parts import (
    ABOUT,
    ALWAYS,
    DEBRIEFER,
    LAST_DAY,
    LEAD,
    SUBJECT,
    SUPERVISOR,
    TOLD,
    UNTIL_THE_END,
    filled,
)

ANNOUNCE = "announce"
"""The step of a path that begins the announcement, once somebody wants one."""
CAST = {part: part for part in (SUBJECT, LEAD, SUPERVISOR, DEBRIEFER)}


def said(question: Ask[Any], *options: str) -> Callable[[Conversation], bool]:
    """Whether one of these was answered."""
    return lambda talk: talk.answer(question) in options


def task(name: str, to: str = LEAD, **more: Any) -> Ask[bool]:
    return Ask(name, Done(), to=to, remind_after=(days(3), days(7)), expires_after=days(30), **more)


def in_time(at: Appointment, to: str = SUBJECT) -> Callable[[Conversation], bool]:
    """Whether what is said then to `to`, a pause of theirs over, comes while the person is there: what prepares a departure,
    or ends it, means nothing once they have left."""

    def is_there(talk: Conversation) -> bool:
        who = talk.plays(to)
        said_on = appointed_day(at, talk.anchors[at.anchor], who.rhythm if who is not None else talk.house)
        return said_on <= talk.anchors[LAST_DAY]

    return is_there


# ---------------------------------------------------------------------------------------- what is asked, whatever the tone

SOON, NEXT, A_WEEK_ON = (working_days_after(TOLD, count) for count in (1, 2, 5))
EVENING = time(18)
THE_END, THE_EVE = by(LAST_DAY), by(LAST_DAY, working_days_before=1)

confidentiality = Ask(
    "confidentiality",
    Choice("agreed", "talk"),
    at=SOON,
    useful_for=UNTIL_THE_END,
    only_if=in_time(SOON),
    remind_after=(days(2),),
    expires_after=days(14),
    offers=("my_departure",),
)
support_wanted = Ask(
    "support_wanted",
    Choice("yes", "later", "no"),
    at=working_days_after(TOLD, 6),
    useful_for=UNTIL_THE_END,
    snooze={"later": days(7)},
    expires_after=days(45),
)
announcement_wanted = Ask(
    "announcement_wanted",
    Choice("write", "later", "no_announcement"),
    at=by(LAST_DAY, working_days_before=25),
    not_before=working_days_after(TOLD, 3),
    useful_for=days(45),
    snooze={"later": days(4)},
    remind_after=(days(3), days(10)),
    expires_after=days(30),
)
debrief_choice = Ask(
    "debrief_choice",
    Choice("talk", "somebody_else", "write", "no"),
    at=by(LAST_DAY, working_days_before=12),
    not_before=working_days_after(TOLD, 4),
    useful_for=days(30),
    remind_after=(days(3),),
    expires_after=days(20),
)
NO_LETTERS = {"letters": "none"}
"""The detail of a departure from a house that has no mail server."""


def letters_can_leave(talk: Conversation) -> bool:
    return talk.details.get("letters") != "none"


stay_in_touch = Ask(
    "stay_in_touch",
    Choice("yes", "less", "no"),
    at=by(LAST_DAY, working_days_before=3),
    not_before=NEXT,
    useful_for=days(10),
    only_if=letters_can_leave,
    remind_after=(days(1),),
    expires_after=days(10),
)
personal_email = Ask(
    "personal_email",
    Email(),
    only_if=said(stay_in_touch, "yes", "less"),
    skippable=True,
    remind_after=(days(1),),
    expires_after=days(10),
)


def keeps_in_touch(talk: Conversation) -> bool:
    return talk.answer(personal_email) is not None


def _first_days(*, exchange: bool) -> tuple[Step, ...]:
    is_there = in_time(SOON)
    talk_it_over = said(confidentiality, "talk")
    first: tuple[Step, ...] = (
        Do("begin_checklist", deed="begin_checklist", at=on(TOLD), useful_for=ALWAYS),
        Say("what_you_lead", to=LEAD, at=on(TOLD), useful_for=days(10), offers=("departure",)),
        Say("taking_care", at=SOON, useful_for=UNTIL_THE_END, only_if=is_there),
        confidentiality,
        task("talk_confidentiality", only_if=talk_it_over),
        Say(
            "what_to_prepare",
            to=SUPERVISOR,
            at=SOON,
            useful_for=UNTIL_THE_END,
            only_if=in_time(SOON, SUPERVISOR),
            offers=("departure",),
        ),
    )
    prepared = (Say("prepare_exchange", at=NEXT, useful_for=days(30), only_if=in_time(NEXT)),)
    return first + (prepared if exchange else ())


SUPPORT: tuple[Step, ...] = (
    support_wanted,
    Start("support", flow="departure_support", casting=CAST, passing=ABOUT, only_if=said(support_wanted, "yes")),
)
HANDOVER: tuple[Step, ...] = (
    Say(
        "handover",
        to=(SUBJECT, SUPERVISOR),
        at=A_WEEK_ON,
        useful_for=UNTIL_THE_END,
        only_if=in_time(A_WEEK_ON),
        offers=("handover",),
    ),
)
ANNOUNCING: tuple[Step, ...] = (
    announcement_wanted,
    Start(
        ANNOUNCE,
        flow="departure_announcement",
        casting=CAST,
        passing=ABOUT,
        only_if=said(announcement_wanted, "write"),
    ),
    task("tell_without_announcement", only_if=said(announcement_wanted, "no_announcement")),
)


def _debriefing(flow: str) -> tuple[Step, ...]:
    return (
        debrief_choice,
        Start("debrief_talk", flow="debrief_talk", casting=CAST, passing=ABOUT, only_if=said(debrief_choice, "talk")),
        Start(
            "debrief_with",
            flow="debrief_with",
            casting=CAST,
            passing=ABOUT,
            only_if=said(debrief_choice, "somebody_else"),
        ),
        Start("debrief_written", flow=flow, casting=CAST, passing=ABOUT, only_if=said(debrief_choice, "write")),
        Say("no_debrief", only_if=said(debrief_choice, "no")),
    )


IN_TOUCH: tuple[Step, ...] = (
    stay_in_touch,
    personal_email,
    Do("keep_contact", deed="keep_contact", only_if=keeps_in_touch),
    Say("contact_kept", only_if=keeps_in_touch),
)
LAST_DAYS: tuple[Step, ...] = (
    Say("last_day", at=THE_END, useful_for=days(1), only_if=in_time(THE_END), offers=("my_data",)),
    Say("what_is_left", to=LEAD, at=THE_EVE, useful_for=days(3), only_if=in_time(THE_EVE, LEAD), offers=("departure",)),
    Do("end_welcome", deed="end_welcome", at=by(LAST_DAY, at=EVENING), useful_for=ALWAYS),
    Do("leave", deed="leave", at=on(LAST_DAY, days=1), useful_for=ALWAYS),
)


def _path(name: str, *steps: Step) -> Flow:
    return Flow(
        name=name,
        cast=(SUBJECT, LEAD),
        optional=(DEBRIEFER,),
        anchors=(TOLD, LAST_DAY),
        details=ABOUT,
        optional_details=tuple(NO_LETTERS),
        fills=filled(SUBJECT, LEAD, SUPERVISOR),
        told_when_missed=LEAD,
        told_when_moved=(SUBJECT, LEAD, SUPERVISOR),
        briefed=(LEAD, SUPERVISOR),
        private=True,
        steps=steps,
    )


departure = _path(
    "departure",
    *_first_days(exchange=True),
    *HANDOVER,
    *SUPPORT,
    *ANNOUNCING,
    *_debriefing("debrief"),
    *IN_TOUCH,
    *LAST_DAYS,
)
"""Said warmly."""

quiet_departure = _path(
    "quiet_departure",
    *_first_days(exchange=True),
    *HANDOVER,
    *SUPPORT,
    *ANNOUNCING,
    *_debriefing("gentle_debrief"),
    *IN_TOUCH,
    *LAST_DAYS,
)
"""The same path where there is nothing to celebrate: a dismissal, a conflict, a matter of health."""
