"""Back to employee, no longer cooperator: membership ends, the job goes on (domain.md, sections 7.5 and 10 t)."""

from typing import Any

from flows.core.answers import Choice
from flows.core.calendar import by, on, working_days_after
from flows.core.model import Ask, Conversation, Do, Flow, Say, Start, days
from flows.leaving.departure import ANNOUNCE, CAST, NO_LETTERS, announcement_wanted, said, task
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

go_on = Ask(
    "go_on",
    Choice("go_on", "talk", "stop"),
    at=on(TOLD),
    useful_for=UNTIL_THE_END,
    links=("bylaws",),
    remind_after=(days(4), days(10)),
    expires_after=days(45),
)
decided = Ask(
    "decided",
    Choice("go_on", "later", "stop"),
    at=working_days_after(TOLD, 10),
    useful_for=UNTIL_THE_END,
    links=("bylaws",),
    only_if=said(go_on, "talk"),
    snooze={"later": days(14)},
    remind_after=(days(4), days(10)),
    expires_after=days(45),
)
"""Once they have talked: a wish to talk is not yet a choice."""

goes_on = said(go_on, "go_on", "talk")


def has_chosen(talk: Conversation) -> bool:
    """To leave membership: nothing of it takes place without that word."""
    return "go_on" in (talk.answer(go_on), talk.answer(decided))


def stops_here(talk: Conversation) -> bool:
    return "stop" in (talk.answer(go_on), talk.answer(decided))


def is_unanswered(talk: Conversation) -> bool:
    return any(name in talk.steps and talk.steps[name].state == "expired" for name in (go_on.name, decided.name))


def _check_in(months: int) -> Ask[Any]:
    return Ask(
        f"month_{months}",
        Choice("well", "talk"),
        at=on(LAST_DAY, months=months),
        useful_for=days(30),
        only_if=has_chosen,
        skippable=True,
    )


month_1, month_3 = _check_in(1), _check_in(3)

stepping_back = Flow(
    name="stepping_back",
    cast=(SUBJECT, LEAD),
    optional=(SUPERVISOR, DEBRIEFER),
    anchors=(TOLD, LAST_DAY),
    details=ABOUT,
    optional_details=tuple(NO_LETTERS),
    fills=filled(SUBJECT, LEAD),
    told_when_missed=LEAD,
    told_when_moved=(SUBJECT, LEAD),
    briefed=(LEAD,),
    private=True,
    steps=(
        go_on,
        Say("stopped_here", only_if=stops_here),
        Do("call_it_off", deed="call_departure_off", only_if=stops_here),
        Say("no_answer", to=LEAD, only_if=is_unanswered),
        Do("let_it_be", deed="call_departure_off", details={"is_told": "already"}, only_if=is_unanswered),
        Say("what_you_lead", to=LEAD, only_if=goes_on, offers=("departure",)),
        Do("begin_checklist", deed="begin_checklist", only_if=goes_on),
        task("bylaws_checked", to=LEAD, only_if=goes_on, links=("bylaws",)),
        task("hear_the_reasons", to=LEAD, only_if=goes_on),
        Say("what_changes", only_if=goes_on, at=working_days_after(TOLD, 5), useful_for=UNTIL_THE_END),
        decided,
        Ask(
            "announcement_wanted",
            Choice("write", "later", "no_announcement"),
            at=by(LAST_DAY, working_days_before=10),
            useful_for=days(30),
            only_if=has_chosen,
            snooze={"later": days(4)},
            remind_after=(days(3),),
            expires_after=days(20),
        ),
        Start(
            ANNOUNCE,
            flow="departure_announcement",
            casting=CAST,
            passing=ABOUT,
            only_if=said(announcement_wanted, "write"),
        ),
        Do("step_back", deed="step_back", at=on(LAST_DAY), useful_for=ALWAYS, only_if=has_chosen),
        month_1,
        task("hear_month_1", to=LEAD, only_if=said(month_1, "talk")),
        month_3,
        task("hear_month_3", to=LEAD, only_if=said(month_3, "talk")),
        Say("apply_again", at=on(LAST_DAY, months=12), useful_for=days(60), only_if=has_chosen, links=("bylaws",)),
    ),
)
"""Back to employee, no longer cooperator. The last day is that of membership, not of the job."""
