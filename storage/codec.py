"""A conversation's state as a row keeps it, and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping

from flows.core.calendar import Rhythm
from flows.core.model import SUBJECT, Addressee, Conversation, StepState

_DEFAULTS = {field.name: field.default for field in fields(StepState)}
_MOMENTS = ("at", "snoozed_until")


def columns_of(conversation: Conversation) -> dict[str, Any]:
    """The columns that moves change. What is no longer open wakes up for nothing."""
    subject = conversation.cast.get(SUBJECT)
    return {
        "version": conversation.version,
        "subject": subject.id if subject else None,
        "status": conversation.status,
        "wake_at": conversation.wake_at if conversation.status == "open" else None,
        "anchors": {name: day.isoformat() for name, day in conversation.anchors.items()},
        "details": dict(conversation.details),
        "steps": {name: _written_step(state) for name, state in conversation.steps.items()},
        "vacant": sorted(conversation.vacant),
    }


def conversation_of(row: RowMapping, cast: Mapping[str, Addressee], house: Rhythm) -> Conversation:
    return Conversation(
        id=row["id"],
        flow=row["flow"],
        cast=cast,
        anchors=read_anchors(row["anchors"]),
        details=row["details"],
        steps={name: _read_step(written) for name, written in row["steps"].items()},
        status=row["status"],
        wake_at=row["wake_at"],
        version=row["version"],
        vacant=frozenset(row["vacant"]),
        house=house,
    )


def read_anchors(written: Mapping[str, str]) -> dict[str, date]:
    return {name: date.fromisoformat(day) for name, day in written.items()}


def _written_step(state: StepState) -> dict[str, Any]:
    """What differs from the defaults: most steps are three words."""
    written = {name: getattr(state, name) for name in _DEFAULTS if getattr(state, name) != _DEFAULTS[name]}
    for name in _MOMENTS:
        if name in written:
            written[name] = _written_moment(written[name])
    return written


def _read_step(written: Mapping[str, Any]) -> StepState:
    moments = {name: datetime.fromisoformat(written[name]) for name in _MOMENTS if name in written}
    return StepState(**{**written, **moments})


def _written_moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: a naive datetime belongs to nobody.")
    return moment.isoformat()
