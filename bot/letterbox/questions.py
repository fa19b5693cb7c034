"""The questions of a page: the one that a letter asked, and those that follow it, answered together. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.letters import is_asked_of
from flows.core.answers import Answer, Choice, Form, Refused
from flows.core.model import Ask, Conversation, Flow

CHOOSE, OVER, WRITTEN = Refused("letterbox/choose"), Refused("letterbox/over"), Refused("letterbox/written")


class NotTaken(Exception):
    """What was filled in cannot be taken, so none of it is: `refused` says why, `field` which field it is about ("": none)."""

    def __init__(self, refused: Refused, field: str = "") -> None:
        super().__init__(refused.reason)
        self.refused, self.field = refused, field


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in: `options`, each with its words; without any, free words."""

    name: str
    kind: Answer[Any]

    @property
    def options(self) -> tuple[str, ...]:
        return self.kind.options if isinstance(self.kind, Choice) else ()


def asked_together(flow: Flow, talk: Conversation, address: str) -> tuple[Ask[Any], ...]:
    """The first question that is open to `address` by letter, then those that may follow it in its chapter."""
    by_letter = [step for step in flow.steps if isinstance(step, Ask) and step.by_email]
    first = next((step for step in by_letter if is_asked_of(talk, step, address)), None)
    if first is None:
        return ()
    following = (step for step in by_letter if step.to == first.to and first in flow.before(step, talk.version))
    return (first, *(step for step in following if step.name not in talk.steps))


def fields_of(step: Ask[Any]) -> tuple[Field, ...]:
    if isinstance(step.answer, Form):
        return tuple(Field(f"{step.name}.{name}", kind) for name, kind in step.answer.fields.items())
    return (Field(step.name, step.answer),)


def raw_of(step: Ask[Any], given: Mapping[str, str]) -> Any:
    """What was filled in, as `Answer.parse` takes it."""
    filled = {field.name: given.get(field.name, "").replace("\r\n", "\n") for field in fields_of(step)}
    if isinstance(step.answer, Form):
        return {name.partition(".")[2]: value for name, value in filled.items()}
    return filled[step.name]


def is_in(step: Ask[Any], given: Mapping[str, str]) -> bool:
    """Whether what was filled in has anything to say of this question."""
    return any(field.name in given for field in fields_of(step))


def is_words(value: str) -> bool:
    """Whether losing it would cost somebody something: more than an answer's name, or a single word."""
    return len(value.split()) > 1


def written_in(asked: Iterable[Ask[Any]], given: Mapping[str, str]) -> str | None:
    """The first field that holds somebody's words."""
    fields = (field.name for step in asked for field in fields_of(step))
    return next((name for name in fields if is_words(given.get(name, ""))), None)


def not_taken(step: Ask[Any], refused: Refused, raw: Any) -> NotTaken:
    """Why, beside the field it is about: the first one when no other is told."""
    about = refused.details.get("field")
    name = f"{step.name}.{about}" if about else fields_of(step)[0].name
    return NotTaken(CHOOSE if isinstance(step.answer, Choice) and not raw else refused, name)
