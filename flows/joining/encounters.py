"""Meeting the team, both hats: a newcomer's round of encounters, and one encounter of it."""

from flows.core.answers import Choice
from flows.core.calendar import on
from flows.core.model import Ask, Conversation, Do, Flow, Say, days
from flows.joining.parts import OTHER, SUBJECT

PROPOSED_ON = "proposed_on"
WEEK = days(7)

encounters = Flow(
    name="encounters",
    anchors=("first_day",),
    steps=(
        Say("how_it_goes"),
        Do("plan", deed="plan_encounters"),
        Say("how_far", at=on("first_day", days=90), useful_for=days(20)),
    ),
)

meet_other = Ask(
    "meet_other",
    Choice("yes", "later", "no_thanks"),
    at=on(PROPOSED_ON),
    useful_for=days(60),
    snooze={"later": WEEK},
    remind_after=(days(4),),
    expires_after=days(10),
)
meet_newcomer = Ask(
    "meet_newcomer",
    Choice("yes", "later", "no_thanks"),
    to=OTHER,
    only_if=lambda talk: talk.answer(meet_other) == "yes",
    snooze={"later": WEEK},
    remind_after=(days(4),),
    expires_after=days(10),
)


def both_agree(talk: Conversation) -> bool:
    return talk.answer(meet_newcomer) == "yes"


def other_declines(talk: Conversation) -> bool:
    return talk.is_over(meet_newcomer.name) and not both_agree(talk)


did_meet = Ask(
    "did_meet",
    Choice("met", "not_yet", "let_go"),
    after=WEEK,
    only_if=both_agree,
    snooze={"not_yet": WEEK},
    remind_after=(days(4),),
    expires_after=days(21),
)


def has_met(talk: Conversation) -> bool:
    return talk.answer(did_meet) == "met"


encounter = Flow(
    name="encounter",
    cast=(SUBJECT, OTHER),
    anchors=(PROPOSED_ON,),
    fills={OTHER: "let_encounter_go"},
    steps=(
        meet_other,
        meet_newcomer,
        Say("agreed", to=(SUBJECT, OTHER), only_if=both_agree),
        Say("another_time", only_if=other_declines),
        Do("plan_meanwhile", deed="plan_encounters"),
        did_meet,
        Do("record", deed="record_meeting", only_if=has_met),
        Do("plan_next", deed="plan_encounters"),
    ),
)
