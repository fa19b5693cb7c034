"""What guards look for that their flow does not have: a slip in a name there never holds, and nobody is told."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from flows.core.answers import Choice
from flows.core.calendar import Rhythm
from flows.core.model import Addressee, Ask, Conversation, Flow, Guard, StepState

NOW = datetime(2026, 4, 28, 9, tzinfo=UTC)
HOUSE = Rhythm("UTC")


class _Seen(dict[str, Any]):
    """Remembers, in `sought`, the names that were looked for in it."""

    def __init__(self, there: Mapping[str, Any], sought: set[str]) -> None:
        super().__init__(there)
        self.sought = sought

    def get(self, name: str, default: Any = None) -> Any:
        self.sought.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.sought.add(str(name))
        return super().__contains__(name)


class _Answer(str):
    """An option chosen, that remembers in `compared` the words it was compared with."""

    compared: set[str]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            self.compared.add(other)
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def complaints(flow: Flow) -> Iterator[str]:
    """Tried with each answer to each question, alone and beside answers to all the others."""
    asked = [step for step in flow.steps if isinstance(step, Ask)]
    questions = {step.name: step.answer.options for step in asked if isinstance(step.answer, Choice)}
    for step in flow.steps:
        if step.only_if is not None:
            for complaint in _complaints_about(flow, step.only_if, questions):
                yield f"flow {flow.name!r}: the guard of {step.name!r} {complaint}"


def _complaints_about(flow: Flow, guard: Guard, questions: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    sought: set[str] = set()
    compared: dict[str, set[str]] = {name: set() for name in questions}
    for answers in _answered(questions):
        guard(_talk(flow, answers, sought, compared))
    if unknown := sought - {step.name for step in flow.steps} - set(flow.parts):
        yield f"looks for {sorted(unknown)}, which is no step nor part of it"
    for name, options in questions.items():
        if unknown := compared[name] - set(options):
            yield f"waits for {sorted(unknown)} as an answer to {name!r}: its options are {list(options)}"


def _answered(questions: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    first = {name: options[0] for name, options in questions.items()}
    yield {}
    for name, options in questions.items():
        for option in options:
            yield {name: option}
            yield {**first, name: option}


def _talk(flow: Flow, answers: Mapping[str, str], sought: set[str], compared: Mapping[str, set[str]]) -> Conversation:
    steps = {}
    for name, option in answers.items():
        given = _Answer(option)
        given.compared = compared[name]
        steps[name] = StepState("done", NOW, given)
    cast = {part: Addressee(part, HOUSE) for part in flow.parts}
    anchors = dict.fromkeys(flow.anchors, date(2026, 4, 28))
    return Conversation("", flow.name, _Seen(cast, sought), anchors, steps=_Seen(steps, sought), house=HOUSE)
