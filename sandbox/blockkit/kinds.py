"""The kinds of values a payload is made of: each one knows what it accepts, and says what it refuses in Slack's words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sandbox.blockkit.faults import Fault, Place, Surface

EVERYWHERE: frozenset[Surface] = frozenset(("message", "modal", "home"))


class Kind(Protocol):
    """What a value must be."""

    def faults(self, value: Any, place: Place) -> Iterator[Fault]: ...


Rule = Callable[[Mapping[str, Any], Place], Iterator[Fault]]
"""What several fields must be together. Asked only once each of them is right by itself."""


@dataclass(frozen=True)
class Str:
    """A string of `least` to `most` characters, and of a form when one is given."""

    most: int | None = None
    least: int = 1
    form: Callable[[str], bool] | None = None
    said: str = "must match the expected format"

    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield place.broken("must be a string")
        elif len(value) < self.least:
            yield place.broken(f"must be more than {self.least - 1} characters")
        elif self.most is not None and len(value) > self.most:
            yield place.broken(f"must be less than {self.most + 1} characters")
        elif self.form and not self.form(value):
            yield place.broken(self.said)


@dataclass(frozen=True)
class Bool:
    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, bool):
            yield place.broken("must be a boolean")


@dataclass(frozen=True)
class Int:
    least: int
    most: int | None = None

    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield place.broken("must be an integer")
        elif value < self.least:
            yield place.broken(f"must be greater than or equal to {self.least}")
        elif self.most is not None and value > self.most:
            yield place.broken(f"must be less than or equal to {self.most}")


@dataclass(frozen=True)
class Number:
    positive: bool = False

    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield place.broken("must be a number")
        elif isinstance(value, float) and not math.isfinite(value):
            yield place.broken("must be a finite number")
        elif self.positive and value <= 0:
            yield place.broken("must be greater than 0")


@dataclass(frozen=True)
class Among:
    values: tuple[str | int, ...]

    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        known = isinstance(value, str | int) and not isinstance(value, bool) and value in self.values
        if not known:
            yield place.broken(f"must be one of: {', '.join(map(str, self.values))}")


@dataclass(frozen=True)
class Anything:
    def faults(self, value: Any, place: Place) -> Iterator[Fault]:  # noqa: ARG002 - a kind like the others
        yield from ()


@dataclass(frozen=True)
class AnyObject:
    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield place.broken("must be an object")


@dataclass(frozen=True)
class OrNull:
    kind: Kind

    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        if value is not None:
            yield from self.kind.faults(value, place)


@dataclass(frozen=True)
class ListOf:
    kind: Kind
    most: int | None = None
    least: int = 1
    distinct: bool = False

    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield place.broken("must be an array")
            return
        if len(value) < self.least:
            yield place.broken(f"must provide at least {self.least} items")
        if self.most is not None and len(value) > self.most:
            yield place.broken(f"no more than {self.most} items allowed")
        if self.distinct and any(item in value[:i] for i, item in enumerate(value[:100])):
            yield place.broken("must not have the same item twice")
        for i, item in enumerate(value):
            yield from self.kind.faults(item, place.into(i))


@dataclass(frozen=True)
class Field:
    kind: Kind
    required: bool


def need(kind: Kind) -> Field:
    return Field(kind, required=True)


def may(kind: Kind) -> Field:
    return Field(kind, required=False)


@dataclass(frozen=True)
class Shape:
    """An object: the fields it may have and no other, where it may be shown, the page that says so (else its holder's)."""

    doc: str
    fields: Mapping[str, Field]
    rules: tuple[Rule, ...] = ()
    surfaces: frozenset[Surface] = EVERYWHERE

    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        here = place.by(self.doc) if self.doc else place
        if not isinstance(value, Mapping):
            yield here.broken("must be an object")
            return
        found = [*self._unknown(value, here), *self._each(value, here)]
        yield from found
        if not found:
            for rule in self.rules:
                yield from rule(value, here)

    def _unknown(self, value: Mapping[str, Any], place: Place) -> Iterator[Fault]:
        for name in value:
            if name not in self.fields:
                yield place.broken(f"invalid additional property: {name}")

    def _each(self, value: Mapping[str, Any], place: Place) -> Iterator[Fault]:
        for name, wanted in self.fields.items():
            if name in value:
                yield from wanted.kind.faults(value[name], place.into(name))
            elif wanted.required:
                yield place.broken(f"missing required field: {name}")


@dataclass(frozen=True)
class ByType:
    """An object that says what it is in `type`: one of these shapes."""

    shapes: Mapping[str, Shape]

    def faults(self, value: Any, place: Place) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield place.broken("must be an object")
            return
        if "type" not in value:
            yield place.broken("missing required field: type")
            return
        kind = value["type"]
        shape = self.shapes.get(kind) if isinstance(kind, str) else None
        if shape is None or place.surface not in shape.surfaces:
            yield place.into("type").broken(f"unsupported type: {str(kind)[:80]}")
            return
        yield from shape.faults(value, place)


def typed(doc: str, *rules: Rule, **fields: Field) -> Shape:
    """A shape that `ByType` chooses by its `type`."""
    return Shape(doc, {"type": need(Anything()), **fields}, rules)


def shown(where: Mapping[str, tuple[Surface, ...]], shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """These shapes, each kept to its surfaces when `where` names it."""
    return {
        name: replace(shape, surfaces=frozenset(where[name])) if name in where else shape
        for name, shape in shapes.items()
    }
