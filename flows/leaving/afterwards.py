"""After the last day: news at one month, three months and a year, by letter; what is due, recalled to whoever leads."""

from collections.abc import Mapping
from typing import Any

from flows.core.answers import Choice, Form, Text
from flows.core.calendar import on
from flows.core.model import SUBJECT, Ask, Conversation, Do, Flow, Say, Start, Step, days
from flows.leaving.departure import said, task
from flows.leaving.parts import ABOUT, LAST_DAY, LEAD, filled

MEETINGS = ("agm_1", "agm_2", "agm_3", "agm_4", "agm_5")
"""The yearly general meetings within five years: shares are paid back by then (domain.md, section 7.2)."""
ONE_MONTH, THREE_MONTHS = on(LAST_DAY, days=30), on(LAST_DAY, days=90)

IN_TOUCH = "in_touch"
NOT_IN_TOUCH, MAYBE_BACK = {IN_TOUCH: "no"}, {IN_TOUCH: "maybe_back"}
"""The detail of whoever said that they would rather not keep in touch; of whoever has an account again."""


def may_be_spoken_to(talk: Conversation) -> bool:
    """Whoever said no, or may be back, hears nothing where they work; by letter, or once no account is open, all goes on: whoever
    leads then hears what cannot be said."""
    who = talk.plays(SUBJECT)
    return IN_TOUCH not in talk.details or who is None or "slack" not in who.reach


# ------------------------------------------------------------------------------------------------------------ the REX

feedback = Ask(
    "feedback",
    Form(brought=Text(), leaving_with=Text(), advice=Text()),
    by_email=True,
    only_if=may_be_spoken_to,
    skippable=True,
    remind_after=(days(21),),
    expires_after=days(60),
)
sharing = Ask(
    "sharing",
    Choice("named", "unnamed", "private"),
    by_email=True,
    only_if=lambda talk: talk.answer(feedback) is not None,
    remind_after=(days(7),),
    expires_after=days(30),
)


is_shared = said(sharing, "named", "unnamed")


def is_private(talk: Conversation) -> bool:
    return talk.answer(feedback) is not None and not is_shared(talk)


experience_feedback = Flow(
    name="experience_feedback",
    cast=(SUBJECT, LEAD),
    details=ABOUT,
    optional_details=(IN_TOUCH,),
    fills=filled(SUBJECT, LEAD),
    told_when_missed=LEAD,
    private=True,
    steps=(
        feedback,
        sharing,
        Do("share", deed="share_feedback", only_if=is_shared),
        Do("forget", deed="forget_answers", only_if=is_private),
        Say("thanks_for_feedback", by_email=True, only_if=lambda talk: talk.answer(feedback) is not None),
    ),
)
"""The REX: what I brought, what I leave with (domain.md, section 10 f). Told to nobody unless the person says so."""

# ------------------------------------------------------------------------------------------------------ shares, documents


def has_shares(talk: Conversation) -> bool:
    return talk.details.get("shares") not in ("kept", "none")


def _refunds() -> tuple[Ask[Any], ...]:
    """One reminder a general meeting, until it is done."""
    found: list[Ask[Any]] = []
    for number, anchor in enumerate(MEETINGS, 1):
        earlier = tuple(found)

        def still_due(talk: Conversation, earlier: tuple[Ask[Any], ...] = earlier) -> bool:
            return has_shares(talk) and not any(talk.answer(question) == "repaid" for question in earlier)

        found.append(
            Ask(
                f"refund_{number}",
                Choice("repaid", "not_yet"),
                to=LEAD,
                at=on(anchor, days=-30),
                useful_for=days(90),
                only_if=still_due,
                remind_after=(days(14),),
                expires_after=days(60),
            )
        )
    return tuple(found)


REFUNDS = _refunds()
_DOCUMENTS: tuple[Step, ...] = (task("documents_received", at=on(LAST_DAY, days=60), useful_for=days(60)),)


_LETTERS: tuple[Step, ...] = (
    Start(
        "rex",
        flow="experience_feedback",
        at=ONE_MONTH,
        useful_for=days(60),
        only_if=may_be_spoken_to,
        casting={SUBJECT: SUBJECT, LEAD: LEAD},
        passing=(*ABOUT, IN_TOUCH),
    ),
    Say("month_3", at=THREE_MONTHS, useful_for=days(60), only_if=may_be_spoken_to, by_email=True),
    Say("one_year", at=on(LAST_DAY, months=12), useful_for=days(60), only_if=may_be_spoken_to, by_email=True),
)


def _after(name: str, fills: Mapping[str, str], letters: tuple[Step, ...] = ()) -> Flow:
    return Flow(
        name=name,
        cast=(SUBJECT, LEAD),
        anchors=(LAST_DAY, *MEETINGS),
        details=(*ABOUT, "shares"),
        optional_details=(IN_TOUCH,),
        fills=fills,
        told_when_missed=LEAD,
        briefed=(LEAD,),
        private=True,
        steps=(*letters, *_DOCUMENTS, *REFUNDS),
    )


afterwards = _after("afterwards", filled(SUBJECT, LEAD), _LETTERS)
quiet_afterwards = _after("quiet_afterwards", filled(SUBJECT, LEAD), _LETTERS)
"""The same letters, without joy nor regret: documents, shares, a door."""
after_bereavement = _after("after_bereavement", {SUBJECT: "goes_on", **filled(LEAD)})
AFTER_TONE = {"warm": afterwards, "sober": quiet_afterwards, "bereaved": after_bereavement}
WRITING_TO_THEM = (afterwards.name, quiet_afterwards.name, experience_feedback.name)
"""The flows by which whoever has left is written to."""

# --------------------------------------------------------------------------------------------------------- in touch

highlight_invitation = Flow(
    name="highlight_invitation", details=("what", "when"), private=True, steps=(Say("invitation", by_email=True),)
)
"""A moment of the cooperative former members are invited to; `when` is in ISO 8601."""
still_in_touch = Flow(name="still_in_touch", private=True, steps=(Say("ask_again", by_email=True),))
"""Consent is asked again every three years (domain.md, section 8.1)."""
