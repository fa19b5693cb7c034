"""Values of the core as JSON and back: polls typed in Slack, rounds while they are open, reports once they are closed."""

from collections.abc import Mapping
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
    value: type_of_value = _read(kind, plain)
    return value


def _read(kind: Any, plain: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], inner) for name, inner in plain.items() if name in hints})
    origin, inner = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _read_union(inner, plain)
    if origin is tuple:
        kinds = [inner[0]] * len(plain) if inner[-1] is Ellipsis else inner
        return tuple(_read(one, value) for one, value in zip(kinds, plain, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _read(inner[1], value) for key, value in plain.items()}
    return _read_simple(kind, plain)


def _read_union(kinds: tuple[Any, ...], plain: Any) -> Any:
    rich = [kind for kind in kinds if kind not in (NoneType, int, str, float)]
    return plain if plain is None or not rich else _read(rich[0], plain)


def _read_simple(kind: Any, plain: Any) -> Any:
    if not isinstance(kind, type):
        return plain
    if issubclass(kind, date):
        return kind.fromisoformat(plain)
    if issubclass(kind, tuple):
        return kind(*plain)
    return kind(plain) if issubclass(kind, StrEnum | float) else plain


@cache
def _hints(kind: type) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}
