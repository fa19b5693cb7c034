"""The personalised support of a departure (APD): one talk, and a plan on one page (domain.md, section 7.7); and missions
handed over, each to somebody who accepts it."""

from collections.abc import Callable

from flows.core.answers import Choice, Form, Text
from flows.core.model import SUBJECT, Ask, Conversation, Do, Flow, Say, days
from flows.leaving.departure import task
from flows.leaving.parts import ABOUT, LEAD, TAKER, filled

project = Ask(
    "project",
    Form(project=Text(), skills=Text(), needs=Text()),
    skippable=True,
    remind_after=(days(5), days(12)),
    expires_after=days(45),
)
offer = Ask(
    "offer",
    Form(time_and_training=Text(), contacts=Text(), financial=Text(), development=Text(), limits=Text()),
    to=LEAD,
    skippable=True,
    remind_after=(days(5), days(12)),
    expires_after=days(45),
)
"""What the cooperative can do: hours, coaching, contacts, a loan or a first order, a diversification or a spin-off; and its
limits."""


def has_a_plan(talk: Conversation) -> bool:
    return talk.answer(offer) is not None


departure_support = Flow(
    name="departure_support",
    cast=(SUBJECT, LEAD),
    details=ABOUT,
    fills=filled(SUBJECT, LEAD),
    told_when_missed=LEAD,
    briefed=(LEAD,),
    private=True,
    steps=(
        Say("support_guide", to=LEAD),
        project,
        task("support_talk"),
        offer,
        Say("plan_ready", to=(SUBJECT, LEAD), only_if=has_a_plan, offers=("read_plan",)),
        task("plan_reviewed", only_if=has_a_plan, after=days(30)),
    ),
)

take_it = Ask(
    "take_it",
    Choice("accept", "talk", "decline"),
    to=TAKER,
    remind_after=(days(2), days(5)),
    expires_after=days(14),
)


def _answered(answer: str) -> Callable[[Conversation], bool]:
    """Nothing is said to whoever has died."""
    return lambda talk: talk.answer(take_it) == answer and talk.details.get("tone") != "bereaved"


mission_handover = Flow(
    name="mission_handover",
    cast=(SUBJECT, TAKER),
    details=(*ABOUT, "mission"),
    fills={SUBJECT: "goes_on", TAKER: "mission_free_again"},
    private=True,
    steps=(
        take_it,
        Do("note", deed="note_mission"),
        Say("taken_over", to=SUBJECT, only_if=_answered("accept"), offers=("my_departure",)),
        Say("talk_first", to=SUBJECT, only_if=_answered("talk"), offers=("my_departure",)),
    ),
)
"""One mission, proposed to one person. Nothing of it comes before the person who leaves
has let their departure be known to whoever is asked."""
