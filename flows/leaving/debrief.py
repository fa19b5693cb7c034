"""The debrief (bilan de départ): offered to everybody, never forced, led by somebody the person trusts, or written.

Named, not anonymous, and said so before the first question. What may be shared of it is said without a name, in words the
person has read (domain.md, sections 7.3, 8.1 and 10 e).
"""

from flows.core.answers import Choice, Day, Form, Person, Text
from flows.core.calendar import on, working_days_after
from flows.core.model import SUBJECT, Ask, Conversation, Do, Flow, Say, Step, days
from flows.leaving.departure import said
from flows.leaving.parts import ABOUT, DEBRIEFER, LAST_DAY, filled

MET = "met"

# ------------------------------------------------------------------------------------------------------- aloud


debriefer_named = Ask(
    "debriefer_named",
    Person(),
    admits="may_debrief",
    remind_after=(days(2), days(5)),
    expires_after=days(14),
)
debrief_day = Ask("debrief_day", Day(), to=DEBRIEFER, remind_after=(days(2), days(5)), expires_after=days(21))
digest = Ask(
    "digest",
    Form(kept=Text(), to_change=Text()),
    to=DEBRIEFER,
    skippable=True,
    remind_after=(days(4), days(10)),
    expires_after=days(30),
)
share_digest = Ask(
    "share_digest",
    Choice("share", "keep"),
    only_if=lambda talk: talk.answer(digest) is not None,
    offers=("read_digest",),
    remind_after=(days(3),),
    expires_after=days(14),
    by_email=True,
)
"""Without a yes, nothing of it goes any further."""
SHARING: tuple[Step, ...] = (
    share_digest,
    Do("share", deed="share_digest", only_if=said(share_digest, "share")),
)


def is_set(talk: Conversation) -> bool:
    return talk.answer(debrief_day) is not None


debrief_talk = Flow(
    name="debrief_talk",
    cast=(SUBJECT, DEBRIEFER),
    anchors=(LAST_DAY,),
    details=ABOUT,
    fills=filled(SUBJECT, DEBRIEFER),
    told_when_missed=DEBRIEFER,
    briefed=(DEBRIEFER,),
    private=True,
    steps=(
        Say("guide", to=DEBRIEFER),
        debrief_day,
        Do("meet", deed="set_debrief_day", only_if=is_set),
        Say("day_set", only_if=is_set),
    ),
)
debrief_with = Flow(
    name="debrief_with",
    anchors=(LAST_DAY,),
    details=ABOUT,
    fills=filled(SUBJECT),
    private=True,
    steps=(
        debriefer_named,
        Do("talk_with_them", deed="talk_with_named", only_if=lambda talk: talk.answer(debriefer_named) is not None),
    ),
)
"""With somebody the person names: the talk begins once they have."""

debrief_meeting = Flow(
    name="debrief_meeting",
    cast=(SUBJECT, DEBRIEFER),
    anchors=(MET,),
    details=ABOUT,
    fills=filled(SUBJECT, DEBRIEFER),
    told_when_missed=DEBRIEFER,
    briefed=(DEBRIEFER,),
    private=True,
    steps=(
        Say("today", to=(SUBJECT, DEBRIEFER), at=on(MET), useful_for=days(1)),
        Ask(
            digest.name,
            digest.answer,
            to=DEBRIEFER,
            at=working_days_after(MET, 1),
            useful_for=days(60),
            skippable=True,
            remind_after=digest.remind_after,
            expires_after=digest.expires_after,
        ),
        *SHARING,
    ),
)

# ---------------------------------------------------------------------------------------------------- in writing


def goes_on(talk: Conversation) -> bool:
    """A question left unanswered to its end closes the debrief: the next one is not asked for its own sake."""
    return not any(state.state == "expired" for state in talk.steps.values())


def _question(name: str) -> Ask[str]:
    return Ask(
        name,
        Text(),
        only_if=goes_on,
        skippable=True,
        remind_after=(days(4), days(10)),
        expires_after=days(21),
        offers=("put_off",),
    )


how_are_you = _question("how_are_you")
not_to_lose = _question("not_to_lose")
your_needs = _question("your_needs")
keeping_the_link = _question("keeping_the_link")
QUESTIONS: tuple[Ask[str], ...] = (
    how_are_you,
    _question("what_makes_you_leave"),
    _question("done_otherwise"),
    _question("energy"),
    _question("working_conditions"),
    _question("cooperative_life"),
    _question("equality_and_respect"),
    not_to_lose,
    your_needs,
    keeping_the_link,
)
"""The ten questions of domain.md, section 10 (e), in its order."""
GENTLE_QUESTIONS = (how_are_you, not_to_lose, your_needs, keeping_the_link)
"""After a dismissal, a conflict or a health issue: 1, 8, 9 and 10 (same section)."""

review = Ask(
    "review",
    Choice("send", "discard"),
    only_if=goes_on,
    remind_after=(days(3), days(8)),
    expires_after=days(21),
    offers=("edit",),
)


def is_sent(talk: Conversation) -> bool:
    return talk.answer(review) == "send"


def is_not_sent(talk: Conversation) -> bool:
    return not is_sent(talk)


def _written(name: str, *questions: Step) -> Flow:
    return Flow(
        name=name,
        cast=(SUBJECT, DEBRIEFER),
        details=ABOUT,
        fills=filled(SUBJECT, DEBRIEFER),
        told_when_missed=DEBRIEFER,
        revisable_until=review.name,
        private=True,
        steps=(
            Say("before_you_begin"),
            *questions,
            review,
            Do("close", deed="close_answers"),
            Say("sent", only_if=is_sent),
            Say("discarded", only_if=said(review, "discard")),
            Do("forget", deed="forget_answers", only_if=is_not_sent),
            Say("to_read", to=DEBRIEFER, only_if=is_sent, offers=("read_debrief",)),
            Ask(
                digest.name,
                digest.answer,
                to=DEBRIEFER,
                only_if=is_sent,
                skippable=True,
                remind_after=digest.remind_after,
                expires_after=digest.expires_after,
            ),
            *SHARING,
        ),
    )


HELP = Say("help_contacts", only_if=goes_on)
"""Whom to turn to, shown before the question on equality and respect (domain.md, section 8.2)."""
_AT = QUESTIONS.index(next(question for question in QUESTIONS if question.name == "equality_and_respect"))

debrief = _written("debrief", *QUESTIONS[:_AT], HELP, *QUESTIONS[_AT:])
gentle_debrief = _written("gentle_debrief", *GENTLE_QUESTIONS)
WRITTEN_DEBRIEFS = (debrief, gentle_debrief)
