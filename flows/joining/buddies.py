"""Finding a newcomer's buddies: a proposal to one person, a call to volunteers, a choice by whoever can name somebody."""

from flows.core.answers import Choice, Person
from flows.core.model import Ask, Conversation, Do, Flow, Say, days
from flows.joining.parts import CANDIDATE, CHOOSER, SUBJECT, VOLUNTEERS

FIRST_DAY = "first_day"

proposal = Ask(
    "proposal",
    Choice("accept", "decline"),
    to=CANDIDATE,
    admits="free_for_a_newcomer",
    remind_after=(days(2),),
    expires_after=days(4),
)


def is_accepted(talk: Conversation) -> bool:
    return talk.answer(proposal) == "accept"


def is_declined(talk: Conversation) -> bool:
    return talk.answer(proposal) == "decline"


def is_not_accepted(talk: Conversation) -> bool:
    return talk.is_over(proposal.name) and not is_accepted(talk)


buddies = Flow(
    name="buddies",
    cast=(SUBJECT, CANDIDATE),
    anchors=(FIRST_DAY,),
    details=("part",),
    fills={CANDIDATE: "seek_somebody_else"},
    steps=(
        proposal,
        Do("take_the_part", deed="appoint_buddy", only_if=is_accepted),
        Say("accepted", to=CANDIDATE, only_if=is_accepted),
        Say("declined", to=CANDIDATE, only_if=is_declined),
        Do("ask_somebody_else", deed="seek_buddy", only_if=is_not_accepted),
    ),
)

who_volunteers = Ask(
    "who_volunteers",
    Choice("me"),
    to=VOLUNTEERS,
    admits="free_for_a_newcomer",
    remind_after=(days(2),),
    expires_after=days(4),
)


def has_a_volunteer(talk: Conversation) -> bool:
    return talk.answer(who_volunteers) == "me"


def has_no_volunteer(talk: Conversation) -> bool:
    return talk.is_over(who_volunteers.name) and not has_a_volunteer(talk)


buddy_call = Flow(
    name="buddy_call",
    cast=(SUBJECT, VOLUNTEERS),
    anchors=(FIRST_DAY,),
    details=("part",),
    fills={CANDIDATE: "goes_on"},
    steps=(
        who_volunteers,
        Do("take_the_part", deed="appoint_buddy", only_if=has_a_volunteer),
        Say("thanks_volunteer", to=CANDIDATE, only_if=has_a_volunteer),
        Do("ask_somebody_else", deed="seek_buddy", only_if=has_no_volunteer),
    ),
)
"""Whoever volunteers becomes the candidate once they have the part: nobody is sought for it."""

who_should = Ask(
    "who_should",
    Person(),
    to=CHOOSER,
    admits="could_play",
    remind_after=(days(2), days(5), days(12), days(30)),
    expires_after=days(120),
)


def is_named(talk: Conversation) -> bool:
    return talk.answer(who_should) is not None


part_choice = Flow(
    name="part_choice",
    cast=(SUBJECT, CHOOSER),
    anchors=(FIRST_DAY,),
    details=("part",),
    fills={CHOOSER: "ask_another_leader"},
    steps=(
        who_should,
        Do("give_the_part", deed="give_part", only_if=is_named),
        Say("thanks_for_naming", to=CHOOSER, only_if=is_named),
    ),
)
