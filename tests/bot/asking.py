"""Every question that takes somebody's own words, and a conversation that stands at it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from bot.conductor import Conductor
from bot.wire import Ref
from flows import ALL_FLOWS
from flows.core.answers import Form, Text
from flows.core.model import Ask, Conversation, Flow, StepState
from storage import Transaction, conversations
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative

RARE = "axolotl"
"""Nobody else says it."""


class Question(NamedTuple):
    flow: Flow
    step: Ask[Any]

    @property
    def words(self) -> str:
        return f"Un {RARE} ébouriffé, {self.flow.name}, {self.step.name}"

    @property
    def given(self) -> object:
        if isinstance(self.step.answer, Form):
            return {name: self.words for name, kind in self.step.answer.fields.items() if isinstance(kind, Text)}
        return self.words


def questions() -> Iterator[Question]:
    """Every question that takes somebody's own words."""
    for flow in ALL_FLOWS:
        for step in flow.steps:
            if isinstance(step, Ask) and isinstance(step.answer, Text | Form):
                yield Question(flow, step)


async def asked(coop: Cooperative, question: Question) -> Ref:
    """A conversation that stands at this question, asked of whoever leads."""
    lead, other = await coop.member_id(LEAD), await coop.member_id("U05")
    flow, step = question
    now = coop.clock()
    cast = dict.fromkeys(flow.parts, other) | {step.to: lead}

    def unit(tx: Transaction) -> str:
        conductor = Conductor(tx, coop.score, now)
        talk = Conversation(
            conversations.new_id(),
            flow.name,
            {part: conductor.addressee(address) for part, address in cast.items()},
            anchors=dict.fromkeys(flow.anchors, now.date() + timedelta(days=30)),
            steps={step.name: StepState("asked", now, to=lead)},
        )
        conversations.begin(tx, talk, shape=flow.shape, parent=None, by=None, now=now)
        return talk.id

    return Ref(await coop.store.run(unit, WORKSPACE), step.name)
