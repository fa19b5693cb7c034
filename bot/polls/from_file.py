"""A poll written in a file: the union's own axes, a cooperative's own questions, kept under version control if they wish."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flows.core.amending import poll_of
from flows.core.answers import Refused
from flows.core.poll import AVERAGED, Cadence, Dimension, Item, Kind, Poll, Thresholds
from messages import Messages, Voice

LOCALES = ("fr", "en")
KEYS = ("name", "cadence", "discussed", "scores", "comments", "title", "dimensions", "items")
OF_DIMENSION = ("name", *LOCALES)
OF_ITEM = (*OF_DIMENSION, "dimension", "kind")


class PollFileError(ValueError):
    """The file does not say a poll: the message says where, and what was expected there."""


def poll_from(text: str, known: Poll | None) -> Poll:
    """The poll a TOML file says. `known` is the one it takes the place of: what has not changed keeps its trend, and
    thresholds may only rise. A part without texts takes those of our own messages. Raises PollFileError."""
    given = _read(text)
    _refuse_others(given, KEYS)
    _refuse_others(_table(given, "title"), LOCALES)
    dimensions = tuple(_dimension(part, known) for part in _tables(given, "dimensions"))
    version = known.version + 1 if known else 1
    items = tuple(_item(part, known, version) for part in _tables(given, "items"))
    made = poll_of(
        _text(given, "name"),
        tuple(replace(item, since=1) for item in items),
        dimensions,
        _one_of(Cadence, given, "cadence", known.cadence.value if known else Cadence.ONE_OFF.value),
        _thresholds(given, known),
        _texts(_table(given, "title")) or (known.texts if known else {}),
    )
    if isinstance(made, Refused):
        raise _told(made)
    discussed = _whole(given, "discussed", known.discussed if known else 1)
    if discussed < 1:
        raise PollFileError("discussed is to be 1 or more")
    return replace(made, items=items, version=version, discussed=discussed)


def name_in(text: str) -> str:
    """The name of the poll a file says. Raises PollFileError."""
    return _text(_read(text), "name")


def _read(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as mistake:
        raise PollFileError(f"this is not TOML: {mistake}") from None


def _item(part: Mapping[str, Any], known: Poll | None, version: int) -> Item:
    _refuse_others(part, OF_ITEM)
    kind = _one_of(Kind, part, "kind", Kind.AXIS.value)
    name = _text(part, "name")
    own = _text(part, "dimension") if kind in AVERAGED else None
    before = known.item(name) if known else None
    made = Item(name, kind, own, version, _worded(part, before))
    said_the_same = before is not None and (before.kind, dict(before.texts)) == (kind, dict(made.texts))
    return replace(made, since=before.since) if before is not None and said_the_same else made


def _dimension(part: Mapping[str, Any], known: Poll | None) -> Dimension:
    _refuse_others(part, OF_DIMENSION)
    name = _text(part, "name")
    before = next((one for one in known.dimensions if one.name == name), None) if known else None
    return Dimension(name, _worded(part, before))


def _worded(part: Mapping[str, Any], before: Item | Dimension | None) -> Mapping[str, str]:
    """Its own words; without any, those it had, which may be those of our messages."""
    texts = _texts(part)
    if not texts and before is None:
        raise PollFileError(f"{_text(part, 'name')!r} is new: say it in words (fr = …, en = …)")
    return texts or (before.texts if before else {})


def _thresholds(given: Mapping[str, Any], known: Poll | None) -> Thresholds:
    usual = known.thresholds if known else Thresholds()
    wanted = Thresholds.typed(_whole(given, "scores", usual.scores), _whole(given, "comments", usual.comments))
    if not isinstance(wanted, Refused):
        wanted = usual.raised_to(wanted)
    if isinstance(wanted, Refused):
        raise _told(wanted)
    return wanted


def _told(refused: Refused) -> PollFileError:
    """In the words of the windows, with what they are about."""
    words = Messages().plain(Voice("en"), "refusals", refused.reason, refused.details)
    about = refused.details.get("item") or refused.details.get("dimension")
    return PollFileError(f"{about}: {words}" if about else words)


def _refuse_others(given: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    """A slip in `scores` would leave the threshold lower than was written."""
    if others := [key for key in given if key not in keys]:
        raise PollFileError(f"{', '.join(map(repr, others))} means nothing here; what does: {', '.join(keys)}")


def _tables(given: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = given.get(name, [])
    if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
        raise PollFileError(f"[[{name}]] is to be a list of tables")
    return found


def _table(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name, {})
    if not isinstance(found, dict):
        raise PollFileError(f"[{name}] is to be a table")
    return found


def _whole(given: Mapping[str, Any], key: str, usual: int) -> int:
    value = given.get(key, usual)
    if not isinstance(value, int) or isinstance(value, bool):
        raise PollFileError(f"{key} is to be a whole number")
    return value


def _text(part: Mapping[str, Any], key: str) -> str:
    value = part.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PollFileError(f"{key!r} is wanted in {dict(part)}")
    return value.strip()


def _texts(part: Mapping[str, Any]) -> dict[str, str]:
    return {locale: str(part[locale]).strip() for locale in LOCALES if str(part.get(locale, "")).strip()}


def _one_of(choices: Any, part: Mapping[str, Any], key: str, otherwise: str) -> Any:
    try:
        return choices(part.get(key, otherwise))
    except ValueError:
        wanted = ", ".join(choice.value for choice in choices)
        raise PollFileError(f"{key} is to be one of: {wanted}; not {part[key]!r}") from None
