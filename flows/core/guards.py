"""What guards look for that their flow does not have: a slip in a name there never holds, and nobody is told; and those that
would fail under an answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from flows.core.answers import Choice
from flows.core.calendar import Rhythm
from flows.core.model import Addressee, Ask, Conversation, Flow, Guard, StepState
from flows.core.slips import or_else

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

    def __getitem__(self, name: str) -> Any:
        self.sought.add(name)
        return super().__getitem__(name)

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
    guarded = {f"the guard of {step.name!r}": step.only_if for step in flow.steps}
    for which, guard in {**guarded, "`closed_to_heirs`": flow.closed_to_heirs}.items():
        if guard is not None:
            yield from (f"flow {flow.name!r}: {which} {complaint}" for complaint in _Trial(flow).complaints(guard))


@dataclass
class _Trial:
    """What one guard looks for in its flow."""

    flow: Flow
    sought: dict[str, set[str]] = field(default_factory=lambda: {"steps": set(), "anchors": set(), "details": set()})

    def __post_init__(self) -> None:
        self.questions = {step.name: step for step in self.flow.steps if isinstance(step, Ask)}
        kinds = ((name, step.answer) for name, step in self.questions.items())
        self.options = {name: kind.options for name, kind in kinds if isinstance(kind, Choice)}
        self.compared: dict[str, set[str]] = {name: set() for name in self.options}

    def complaints(self, guard: Guard) -> Iterator[str]:
        failed = self._try(guard)
        found = [*self._looked_for_in_vain(), *self._compared_in_vain()]
        yield from found or failed

    def _try(self, guard: Guard) -> list[str]:
        for answers in self._answered():
            try:
                guard(self._talk(answers))
            except Exception as mistake:  # whatever it may be, it would stop the conversation
                when = "before anything is answered" if not answers else f"where the answers are {answers}"
                return [f"fails {when} ({type(mistake).__name__}: {mistake}): it must bear what is not there"]
        return []

    def _looked_for_in_vain(self) -> Iterator[str]:
        flow = self.flow
        steps_and_parts = (*(step.name for step in flow.steps), *flow.parts)
        for kind, there, why in (
            ("steps", steps_and_parts, "which is no step nor part of it"),
            ("anchors", flow.anchors, "which is not among its anchors"),
            ("details", flow.all_details, "which is not among its `details`"),
        ):
            for name in sorted(self.sought[kind] - set(there)):
                yield f"looks for {name!r}, {why}{or_else(name, there)}"

    def _compared_in_vain(self) -> Iterator[str]:
        for name, options in self.options.items():
            if unknown := self.compared[name] - set(options):
                yield f"waits for {sorted(unknown)} as an answer to {name!r}: its options are {list(options)}"

    def _answered(self) -> Iterator[dict[str, Any]]:
        first = {name: step.answer.parse(step.answer.samples()[0]) for name, step in self.questions.items()}
        yield {}
        for name in first:
            for sample in self.options.get(name, (first[name],)):
                yield {name: sample}
                yield {**first, name: sample}

    def _talk(self, answers: Mapping[str, Any]) -> Conversation:
        flow, sought = self.flow, self.sought
        steps = {name: StepState("done", NOW, self._given(name, value)) for name, value in answers.items()}
        cast = {part: Addressee(part, HOUSE) for part in flow.parts}
        return Conversation(
            "",
            flow.name,
            _Seen(cast, sought["steps"]),
            _Seen(dict.fromkeys(flow.anchors, date(2026, 4, 28)), sought["anchors"]),
            _Seen({}, sought["details"]),
            _Seen(steps, sought["steps"]),
            house=HOUSE,
        )

    def _given(self, name: str, value: Any) -> Any:
        if name not in self.compared:
            return value
        given = _Answer(value)
        given.compared = self.compared[name]
        return given
