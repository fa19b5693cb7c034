"""What is not of the kind it says, in a flow or a step: a tuple without its comma, a number for a while."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from flows.core.answers import Answer
from flows.core.calendar import Appointment

LONGEST_SHOWN = 80
REMEDIES: Mapping[object, str] = {
    tuple: "write a tuple, with its comma (`(…,)`)",
    Mapping: "write a mapping (`{…: …}`)",
    timedelta: "write `days(…)`",
    Appointment: "write `on(DAY)`, or another appointment",
    Callable: "write a function of the conversation",
    Answer: "write an answer (`Done()`)",
    str: "write one name",
}


def complaints(thing: Any) -> Iterator[str]:
    """One sentence for each field of this flow or step that is not of its kind."""
    kinds = _kinds(thing.__class__)
    for one in fields(thing):
        value = getattr(thing, one.name)
        if not _fits(value, kinds[one.name]):
            remedy = ", or ".join(_remedies(value, kinds[one.name]))
            shown = repr(value) if len(repr(value)) <= LONGEST_SHOWN else f"a {type(value).__name__}"
            yield f"`{one.name}` is {shown}" + (f": {remedy}" if remedy else "")


@cache
def _kinds(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _fits(value: Any, kind: Any) -> bool:
    whole, parts = get_origin(kind) or kind, get_args(kind)
    if whole in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if whole is tuple:
        return isinstance(value, tuple) and all(_fits(one, parts[0]) for one in value)
    if whole is Mapping:
        return isinstance(value, Mapping) and all(_fits(one, parts[1]) for one in value.values())
    if whole is Callable:
        return callable(value)
    if whole is Answer:
        return not isinstance(value, type) and hasattr(value, "parse")
    return not isinstance(whole, type) or isinstance(value, whole)


def _remedies(value: Any, kind: Any) -> Iterator[str]:
    """What to write instead: in place of the whole, or of what is in it."""
    whole, parts = get_origin(kind) or kind, get_args(kind)
    if whole in (Union, UnionType):
        for part in parts:
            yield from _remedies(value, part)
    elif whole is tuple and isinstance(value, tuple):
        yield from _remedies(None, parts[0])
    elif whole is Mapping and isinstance(value, Mapping):
        yield from _remedies(None, parts[1])
    elif whole in REMEDIES:
        yield REMEDIES[whole]
