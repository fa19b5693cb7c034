"""The astonishment report (rapport d'étonnement): what new eyes see, read by the two buddies, answered to the author."""

from datetime import timedelta
from typing import Any

from flows.core.answers import Answer, Choice, Form, Scale, Text
from flows.core.model import Ask, Conversation, Do, Flow, Say, days
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY, SUBJECT

REPLY_WITHIN = days(30)
"""How soon the author is told what is kept, what is not, and why (domain.md, section 3)."""


def goes_on(talk: Conversation) -> bool:
    """A question left unanswered to its end closes the report: the next one is not asked for its own sake."""
    return not any(state.state == "expired" for state in talk.steps.values())


def _question(name: str, answer: Answer[Any]) -> Ask[Any]:
    return Ask(
        name,
        answer,
        only_if=goes_on,
        skippable=True,
        remind_after=(days(4), days(12)),
        expires_after=days(30),
        offers=("put_off",),
    )


QUESTIONS: tuple[Ask[Any], ...] = (
    _question("first_weeks", Text()),
    _question("best_surprise", Text()),
    _question("oddity", Text()),
    _question("widest_gap", Text()),
    _question("still_missing", Text()),
    _question("getting_help", Text()),
    _question("the_cooperative", Form(clarity=Scale(0, 5), vision=Text())),
    _question("cooperator_posture", Text()),
    _question("one_change", Form(change=Text(), keep=Text())),
)
"""The nine questions of domain.md, section 10 (b), in its order."""

review = Ask(
    "review",
    Choice("send", "talk", "discard"),
    only_if=goes_on,
    remind_after=(days(3), days(10)),
    expires_after=days(30),
    offers=("edit",),
)


def is_sent(talk: Conversation) -> bool:
    return talk.answer(review) == "send"


def prefers_talking(talk: Conversation) -> bool:
    return talk.answer(review) == "talk"


def is_discarded(talk: Conversation) -> bool:
    return talk.answer(review) == "discard"


def is_not_to_be_read(talk: Conversation) -> bool:
    return not is_sent(talk)


reply = Ask(
    "reply",
    Form(kept=Text(), not_kept=Text()),
    to=COOP_BUDDY,
    only_if=is_sent,
    remind_after=(days(7), days(14), days(21), timedelta(days=28)),
    expires_after=days(60),
    offers=("read_report",),
)


def has_a_reply(talk: Conversation) -> bool:
    return talk.answer(reply) is not None


fresh_eyes_report = Flow(
    name="fresh_eyes_report",
    cast=(SUBJECT, COOP_BUDDY),
    optional=(JOB_BUDDY,),
    fills={COOP_BUDDY: "seek_in_parent"},
    revisable_until=review.name,
    closed_to_heirs=is_sent,
    steps=(
        Say("before_you_begin"),
        *QUESTIONS,
        review,
        Do("close", deed="close_answers"),
        Say("sent", only_if=is_sent),
        Say("kept_for_a_talk", only_if=prefers_talking),
        Say("discarded", only_if=is_discarded),
        Do("forget", deed="forget_answers", only_if=is_not_to_be_read),
        Ask("talk_it_over", Choice("talked"), to=COOP_BUDDY, only_if=prefers_talking, remind_after=(days(5), days(12))),
        Do("stamp_report", deed="stamp", details={"stamp": "fresh_eyes_report"}, only_if=is_sent),
        Say("to_read", to=(COOP_BUDDY, JOB_BUDDY), only_if=is_sent, offers=("read_report",)),
        reply,
        Say("reply_to_author", only_if=has_a_reply, offers=("read_reply",)),
    ),
)
