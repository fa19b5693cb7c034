"""The announcement to the team: the person's own words, approved by them and by whoever leads, said on the day they chose.

Nothing is said without their consent (domain.md, sections 7.3 and 10 g). Each approval is of one wording: whatever changes
it, from the words to who takes a mission over, begins another approval.
"""

from flows.core.answers import Choice, Day, Form, Text
from flows.core.calendar import on
from flows.core.model import Ask, Conversation, Do, Flow, Say, days
from flows.leaving.departure import said, task
from flows.leaving.parts import ABOUT, ANNOUNCEMENTS, LEAD, SUBJECT, filled

PUBLISHED = "published"
LONGEST_WORD = 600

words = Ask(
    "words",
    Form(word=Text(LONGEST_WORD), thanks=Text(LONGEST_WORD), goodbye=Text(200), keeps_in_touch=Text(200)),
    remind_after=(days(3), days(7)),
    expires_after=days(30),
    skippable=True,
)
publish_on = Ask("publish_on", Day(), remind_after=(days(3), days(7)), expires_after=days(30), admits="announcing_day")
"""Asked of the person, whose day it is; of whoever leads when the person can no longer choose."""


def has_a_day(talk: Conversation) -> bool:
    return talk.answer(publish_on) is not None


departure_announcement = Flow(
    name="departure_announcement",
    cast=(SUBJECT, LEAD),
    details=ABOUT,
    fills=filled(SUBJECT, LEAD),
    told_when_missed=LEAD,
    private=True,
    steps=(
        words,
        publish_on,
        Do("ask_for_approval", deed="ask_for_approval", only_if=has_a_day),
    ),
)

leaver_approves = Ask(
    "leaver_approves",
    Choice("approve", "change", "give_up"),
    remind_after=(days(2), days(5)),
    expires_after=days(21),
)
lead_approves = Ask(
    "lead_approves",
    Choice("approve", "change"),
    to=LEAD,
    only_if=said(leaver_approves, "approve"),
    remind_after=(days(2), days(5)),
    expires_after=days(21),
)


def is_to_change(talk: Conversation) -> bool:
    return "change" in (talk.answer(leaver_approves), talk.answer(lead_approves))


def is_approved(talk: Conversation) -> bool:
    return (talk.answer(leaver_approves), talk.answer(lead_approves)) == ("approve", "approve")


announcement_approval = Flow(
    name="announcement_approval",
    cast=(SUBJECT, LEAD),
    anchors=(PUBLISHED,),
    details=(*ABOUT, "wording"),
    fills=filled(SUBJECT, LEAD),
    told_when_missed=LEAD,
    private=True,
    steps=(
        leaver_approves,
        lead_approves,
        Do("change", deed="write_announcement_again", only_if=is_to_change),
        Say("approved", to=(SUBJECT, LEAD), only_if=is_approved),
        task("tell_without_announcement", only_if=said(leaver_approves, "give_up")),
        Do("publish", deed="publish_announcement", at=on(PUBLISHED), useful_for=days(30), only_if=is_approved),
    ),
)
"""Its detail `wording` is the print of what is approved."""

# ------------------------------------------------------------------------------------------------------- after a death

family_words = Ask(
    "family_words",
    Form(word=Text(LONGEST_WORD), goodbye=Text(200)),
    to=LEAD,
    remind_after=(days(3), days(7)),
    expires_after=days(30),
    skippable=True,
)
family_day = Ask(
    "family_day", Day(), to=LEAD, remind_after=(days(2), days(5)), expires_after=days(21), admits="announcing_day"
)

bereavement_announcement = Flow(
    name="bereavement_announcement",
    cast=(SUBJECT, LEAD),
    details=ABOUT,
    fills={SUBJECT: "goes_on", **filled(LEAD)},
    told_when_missed=LEAD,
    private=True,
    steps=(
        family_words,
        family_day,
        Do("publish", deed="publish_when_agreed", only_if=lambda talk: talk.answer(family_day) is not None),
    ),
)
"""In whoever leads' words, agreed with the family."""

published_announcement = Flow(
    name="published_announcement",
    cast=(SUBJECT, ANNOUNCEMENTS),
    fills={SUBJECT: "goes_on"},
    anchors=(PUBLISHED,),
    details=ABOUT,
    private=True,
    steps=(Say("announcement", to=ANNOUNCEMENTS, at=on(PUBLISHED), useful_for=days(30)),),
)
"""What the channel reads; stopped, or taken back, when consent is."""
