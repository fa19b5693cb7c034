"""The kinds of answer a question may ask for: what is accepted, what is refused, and examples of both for the tests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
"""What no text keeps: PostgreSQL has no NUL (postgresql.org/docs/current/datatype-character.html), and half of a pair of
surrogates is no character (RFC 3629, section 3)."""

type_of_value = TypeVar("type_of_value", covariant=True)

LONGEST_TEXT = 3_000
"""Characters of one free text: what one Slack input holds (docs.slack.dev, plain-text input element, `max_length`)."""
LONGEST_EMAIL = 254
"""RFC 5321, 4.5.3.1.3, the angle brackets left out."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A person's mistake, as a value: `reason` is the name of a message that says kindly what would do."""

    reason: str
    details: Mapping[str, Any] = field(default_factory=dict)


class Answer(Protocol[type_of_value]):
    """A kind of answer. `parse` takes what a person gave (JSON-native) and gives a JSON-native value, or why not."""

    def parse(self, raw: object) -> type_of_value | Refused: ...

    def samples(self) -> tuple[Any, ...]:
        """Raw answers that cover the ways a conversation can go on; all are accepted."""
        ...


@dataclass(frozen=True, slots=True, init=False)
class Choice:
    """One option among a few, shown as buttons."""

    options: tuple[str, ...]

    def __init__(self, *options: str) -> None:
        if not options or not all(isinstance(one, str) for one in options) or len(set(options)) < len(options):
            raise ValueError(f'a choice needs options, each a name, each named once (`Choice("yes", "no")`): {options}')
        object.__setattr__(self, "options", options)

    def parse(self, raw: object) -> str | Refused:
        return raw if isinstance(raw, str) and raw in self.options else Refused("not_an_option")

    def samples(self) -> tuple[str, ...]:
        return self.options


@dataclass(frozen=True, slots=True)
class Done:
    """A task, ticked off by one button."""

    def parse(self, raw: object) -> bool | Refused:
        return True if raw in (True, "done") else Refused("not_an_option")

    def samples(self) -> tuple[str, ...]:
        return ("done",)


@dataclass(frozen=True, slots=True)
class Scale:
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError(f"a scale goes up: {self.low} to {self.high}")

    def parse(self, raw: object) -> int | Refused:
        number = raw if isinstance(raw, int) and not isinstance(raw, bool) else None
        if isinstance(raw, str) and re.fullmatch(r"-?\d{1,4}", raw.strip()):
            number = int(raw)
        if number is None or not self.low <= number <= self.high:
            return Refused("not_on_the_scale", {"low": self.low, "high": self.high})
        return number

    def samples(self) -> tuple[int, ...]:
        return (self.low, self.high)


@dataclass(frozen=True, slots=True)
class Text:
    """A person's own words, kept as written but for the blanks around."""

    longest: int = LONGEST_TEXT

    def parse(self, raw: object) -> str | Refused:
        words = _UNWRITABLE.sub("", raw).strip() if isinstance(raw, str) else ""
        if not words:
            return Refused("empty_text")
        if len(words) > self.longest:
            return Refused("text_too_long", {"longest": self.longest, "length": len(words)})
        return words

    def samples(self) -> tuple[str, ...]:
        return ("Une chose vue, & <racontée> *simplement*."[: self.longest].strip(),)


@dataclass(frozen=True, slots=True)
class Person:
    """Another member, by the id the workspace's messaging gives them."""

    def parse(self, raw: object) -> str | Refused:
        return raw if isinstance(raw, str) and re.fullmatch(r"[A-Z][A-Z0-9]{2,20}", raw) else Refused("not_a_person")

    def samples(self) -> tuple[str, ...]:
        return ("U0SAMPLE",)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, written `2026-12-01` (ISO 8601)."""

    def parse(self, raw: object) -> str | Refused:
        try:
            return date.fromisoformat(raw.strip()).isoformat() if isinstance(raw, str) else Refused("not_a_day")
        except ValueError:
            return Refused("not_a_day")

    def samples(self) -> tuple[str, ...]:
        return ("2026-12-01",)


_ATOMS = r"[^\s@<>,;:\\\"()\[\].\x00]+"
_EMAIL = re.compile(rf"{_ATOMS}(\.{_ATOMS})*@{_ATOMS}(\.{_ATOMS})+")
"""A dot-atom on each side (RFC 5322, 3.2.3); quoted names, which nobody has, are left out."""


@dataclass(frozen=True, slots=True)
class Email:
    """An address a letter can be sent to. Whether anybody reads it, only a letter tells."""

    def parse(self, raw: object) -> str | Refused:
        address = raw.strip() if isinstance(raw, str) else ""
        # An accent before the "@" is a slip of the hand: few servers could be told it (RFC 6531), and nearly nobody has one.
        is_one = len(address) <= LONGEST_EMAIL and _EMAIL.fullmatch(address) and address.partition("@")[0].isascii()
        return address if is_one else Refused("not_an_email")

    def samples(self) -> tuple[str, ...]:
        return ("lila@exemple.coop",)


@dataclass(frozen=True, slots=True, init=False)
class Form:
    """Several answers given together in one window; each may be left out, not all."""

    fields: Mapping[str, Answer[Any]]

    def __init__(self, **fields: Answer[Any]) -> None:
        if not fields:
            raise ValueError("a form has at least one field")
        if classes := [name for name, kind in fields.items() if isinstance(kind, type)]:
            raise ValueError(f"a form has an answer in each field (`Text()`, not `Text`): {classes}")
        object.__setattr__(self, "fields", MappingProxyType(fields))

    @property
    def typed_field(self) -> str | None:
        """The field that takes words typed in the conversation instead of the window: the first free text."""
        return next((name for name, kind in self.fields.items() if isinstance(kind, Text)), None)

    def parse(self, raw: object) -> dict[str, Any] | Refused:
        if isinstance(raw, str) and self.typed_field:
            raw = {self.typed_field: raw}
        given = (
            {name: raw[name] for name in self.fields if _is_given(raw.get(name))} if isinstance(raw, Mapping) else {}
        )
        if not given:
            return Refused("empty_form")
        parsed = {name: self.fields[name].parse(value) for name, value in given.items()}
        for name, value in parsed.items():
            if isinstance(value, Refused):
                return Refused(value.reason, {**value.details, "field": name})
        return parsed

    def samples(self) -> tuple[dict[str, Any], ...]:
        full = {name: kind.samples()[0] for name, kind in self.fields.items()}
        return (full, dict([next(iter(full.items()))]))


def _is_given(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())
