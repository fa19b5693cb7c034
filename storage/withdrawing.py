"""Unsaying: what was queued is forgotten, and what was said is to be taken back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables
from storage.claiming import is_state
from storage.outbox import BY_EMAIL, SAID_ONCE, Delivery, Intention, delivery_of, enqueue
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`messages`: how many are to be taken back; `letters`: how many had gone by e-mail, which nobody can take back."""

    messages: int
    letters: int


_ROW = tables.outbox.c
_IN_WORKSPACE = _ROW.workspace_id == sa.bindparam("workspace")
_THEIRS = (_IN_WORKSPACE, _ROW.conversation.in_(sa.bindparam("talks", expanding=True)), _ROW.kind != "retract")
_ALL_OF_THEIRS = sa.select(tables.outbox).where(*_THEIRS).order_by(_ROW.id).with_for_update()
# What is being shown again at this instant is let to its end, so that it comes before what is taken back.
_FORGET_THEIRS = sa.delete(tables.outbox).where(*_THEIRS, sa.or_(~is_state("sending"), _ROW.kind.in_(SAID_ONCE)))


def withdraw(tx: Transaction, conversations: Collection[str], now: datetime) -> Withdrawn:
    """Unsay these conversations: what waits (or was given up) is never said, what was said is to be taken back, and no row
    of theirs is left. What is being said at this instant, or may have been, is looked for once its lease is over."""
    theirs = {"workspace": tx.workspace, "talks": list(conversations)}
    rows = tx.connection.execute(_ALL_OF_THEIRS, theirs).mappings().all()
    tx.connection.execute(_FORGET_THEIRS, theirs)
    said = {(row["channel"], row["ts"]): row for row in rows if row["ts"]}
    for (channel, ts), row in said.items():
        retract(tx, delivery_of(row), channel, ts, now)
    for row in rows:
        is_in_hand = row["state"] == "sending"
        if row["kind"] in SAID_ONCE and (is_in_hand or row["uncertain"]):
            _seek(tx, delivery_of(row), row["ready_at"] if is_in_hand else now, now)
    return Withdrawn(len(said), sum(row["channel"] == BY_EMAIL for row in rows))


def retract(tx: Transaction, said: Delivery, channel: str, ts: str, now: datetime) -> bool:
    """Have the message taken back in which `said` was, leaving what else was said in it."""
    place = {"channel": channel, "ts": ts}
    return enqueue(tx, _retraction(said, f"{channel} {ts}", now, now, place), now)


def _seek(tx: Transaction, doubtful: Delivery, at: datetime, now: datetime) -> None:
    since = min(doubtful.at, doubtful.planned)
    carried = {"delivery": str(doubtful.id)}
    enqueue(tx, _retraction(doubtful, f"delivery {doubtful.id}", at, since, carried), now)


def _retraction(
    said: Delivery, occurrence: str, at: datetime, planned: datetime, context: Mapping[str, Any]
) -> Intention:
    return Intention(
        said.conversation, "", "retract", said.recipient, occurrence, "retract", at, planned, True, None, context
    )
