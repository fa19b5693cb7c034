"""A conversation's state as a row keeps it, and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from flows.core.calendar import Rhythm
from flows.core.model import SUBJECT, Addressee, Conversation, StepState
from storage import words
from storage.compiled import Row
from storage.transaction import Transaction

_DEFAULTS = {field.name: field.default for field in fields(StepState)}
_MOMENTS = ("at", "snoozed_until")
READ = ("id", "flow", "anchors", "details", "steps", "words", "status", "wake_at", "version", "vacant")
"""The columns that a conversation is read from."""
WORDED = (str, list, dict)
"""What an answer that can hold words is; true, false and numbers stay in the step."""


def columns_of(tx: Transaction, conversation: Conversation) -> dict[str, Any]:
    """The columns that moves change."""
    subject = conversation.cast.get(SUBJECT)
    return {
        "version": conversation.version,
        "subject": subject.id if subject else None,
        "status": conversation.status,
        "anchors": {name: day.isoformat() for name, day in conversation.anchors.items()},
        "details": dict(conversation.details),
        "vacant": sorted(conversation.vacant),
        **columns_of_steps(tx, conversation),
    }


def columns_of_steps(tx: Transaction, conversation: Conversation) -> dict[str, Any]:
    """Those of them that nearly every move changes. What is no longer open wakes up for nothing."""
    steps = {name: _written_step(state) for name, state in conversation.steps.items()}
    said = take_words(steps) if tx.vault is not None else {}
    return {
        "wake_at": conversation.wake_at if conversation.status == "open" else None,
        "steps": steps,
        "words": words.sealed(tx, said, conversation.id) if said else None,
    }


def conversation_of(tx: Transaction, row: Row, cast: Mapping[str, Addressee], house: Rhythm) -> Conversation:
    """Raises Unopenable."""
    said = words.opened(tx, row["words"], row["id"]) if row["words"] else {}
    return Conversation(
        id=row["id"],
        flow=row["flow"],
        cast=cast,
        anchors=read_anchors(row["anchors"]),
        details=row["details"],
        steps={name: _read_step(written, said.get(name)) for name, written in row["steps"].items()},
        status=row["status"],
        wake_at=row["wake_at"],
        version=row["version"],
        vacant=frozenset(row["vacant"]),
        house=house,
    )


def read_anchors(written: Mapping[str, str]) -> dict[str, date]:
    return {name: date.fromisoformat(day) for name, day in written.items()}


def take_words(steps: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Take out of steps, as they are written, the answers that can hold words, were they one option among a few: whether words
    are free is not asked here. The answers, by step."""
    return {name: step.pop("value") for name, step in steps.items() if isinstance(step.get("value"), WORDED)}


def _written_step(state: StepState) -> dict[str, Any]:
    """What differs from the defaults: most steps are three words. Moments are as they are: JSON writes them as ISO 8601."""
    written = {name: value for name, default in _DEFAULTS.items() if (value := getattr(state, name)) != default}
    for name in _MOMENTS:
        if name in written and written[name].tzinfo is None:
            raise ValueError(f"{written[name]} has no time zone: a naive datetime belongs to nobody.")
    return written


def _read_step(written: Mapping[str, Any], said: Any) -> StepState:
    """`said`: the answer, when it is kept apart. Rows written without a vault have it in the step."""
    read = dict(written)  # what was read ahead may be read again
    for name in _MOMENTS:
        if name in read:
            read[name] = datetime.fromisoformat(read[name])
    if said is not None:
        read["value"] = said
    return StepState(**read)
