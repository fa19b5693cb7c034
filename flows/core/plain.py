"""Values of the core as JSON and back: polls typed in Slack, rounds while they are open, reports once they are closed."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

type_of_value = TypeVar("type_of_value")


def to_plain(value: object) -> Any:
    """Dicts, lists, texts, numbers and None: nothing that JSON does not know."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [to_plain(inner) for inner in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def from_plain(kind: type[type_of_value], plain: Any) -> type_of_value:
    """The value of `kind` that `to_plain` gave `plain` for. A field it does not have takes its default."""
    of_a_type: Any = kind
    value: type_of_value = _reader(of_a_type)(plain)
    return value


Reader = Callable[[Any], Any]
"""Makes a value of one type out of what `to_plain` gave for it."""


@cache
def _reader(kind: Any) -> Reader:
    """Found once for each type: a report holds thousands of values, and is read each time it is told."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _reader_of_fields(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _reader_of_union(inner)
    if origin is tuple:
        return _reader_of_tuple(inner)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        read_value = _reader(inner[1])
        return lambda plain: {key: read_value(value) for key, value in plain.items()}
    return _reader_of_simple(kind)


def _reader_of_fields(kind: type) -> Reader:
    readers: dict[str, Reader] = {}

    def read(plain: Any) -> Any:
        # Filled at first use: a type may hold itself.
        if not readers:
            hints = get_type_hints(kind)
            readers.update({field.name: _reader(hints[field.name]) for field in fields(kind)})
        return kind(**{name: readers[name](inner) for name, inner in plain.items() if name in readers})

    return read


def _reader_of_union(kinds: tuple[Any, ...]) -> Reader:
    rich = [kind for kind in kinds if kind not in (NoneType, int, str, float)]
    if not rich:
        return _as_it_is
    read = _reader(rich[0])
    return lambda plain: None if plain is None else read(plain)


def _reader_of_tuple(kinds: tuple[Any, ...]) -> Reader:
    if kinds[-1] is Ellipsis:
        read = _reader(kinds[0])
        return lambda plain: tuple([read(value) for value in plain])
    readers = [_reader(kind) for kind in kinds]
    return lambda plain: tuple([read(value) for read, value in zip(readers, plain, strict=True)])


def _reader_of_simple(kind: Any) -> Reader:
    if not isinstance(kind, type):
        return _as_it_is
    if issubclass(kind, date):
        return kind.fromisoformat
    if issubclass(kind, tuple):
        return lambda plain: kind(*plain)
    return kind if issubclass(kind, StrEnum | float) else _as_it_is


def _as_it_is(plain: Any) -> Any:
    return plain
