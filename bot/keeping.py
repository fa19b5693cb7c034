"""How long words are kept: what somebody wrote is blanked after its time, or when they ask; that they answered is kept."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.conductor import Conductor
from flows.core.answers import Form, Text
from flows.core.model import Ask, Conversation, Flow, Step
from flows.core.people import Member
from storage import conversations

KEPT_FOR = timedelta(days=365)
"""Twelve months, as the report says before its first question (domain.md, section 8.1)."""


def holds_words(talk: Conversation, flow: Flow) -> bool:
    """Whether anything somebody wrote is still there."""
    return any(_is_written(flow.step(name)) and state.value is not None for name, state in talk.steps.items())


def blank(conductor: Conductor, talk: Conversation, before: datetime | None = None) -> None:
    """Blank what was written in this conversation (`before` that instant, when one is given)."""
    flow = conductor.score.flows[talk.flow]
    steps = {
        name: replace(state, value=None)
        if _is_written(flow.step(name)) and state.state != "asked" and (before is None or state.at < before)
        else state
        for name, state in talk.steps.items()
    }
    if steps != talk.steps:
        conversations.save(conductor.tx, replace(talk, steps=steps), conductor.now)


def blank_what_is_old(conductor: Conductor) -> None:
    """Blank, in every conversation of the workspace, what was written longer ago than it is kept."""
    before = conductor.now - KEPT_FOR
    for flow in conductor.score.flows.values():
        if any(_is_written(step) for step in flow.steps):
            for talk in conductor.known(conversations.begun_before(conductor.tx, flow.name, before)):
                blank(conductor, talk, before)


def erase(conductor: Conductor, me: Member, conversation: str) -> None:
    """Blank what somebody wrote about themselves, at their word alone."""
    for talk in conductor.known([conversation]):
        if talk.cast["subject"].id == me.id:
            blank(conductor, talk)
            conductor.note("home/report_erased", me.id)
            conductor.refresh_homes([me.id])


def _is_written(step: Step | None) -> bool:
    kind: Any = step.answer if isinstance(step, Ask) else None
    return isinstance(kind, Text | Form)
