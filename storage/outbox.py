"""What is to be said, and what came of it: intentions are queued in the unit that decided them, claimed, then settled."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from storage import tables, turns
from storage.claiming import Claim
from storage.claiming import is_state as _is
from storage.compiled import Row
from storage.prepared import Prepared
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction

Kind = Literal["post", "refresh", "notice", "home", "retract"]
State = Literal["pending", "sending", "sent", "given_up"]
SAID_ONCE: tuple[Kind, ...] = ("post", "notice")
"""The kinds that leave a message behind them."""
BY_EMAIL = "email"
"""The `channel` of what was said in a letter."""


@dataclass(frozen=True, slots=True)
class Intention:
    """Something to say to `recipient` (a member's id or a channel's), not before `at`. What it belongs to, its `recipient`,
    `occurrence` and `kind` name it: it is queued once. `context` is JSON-native."""

    conversation: str | None
    step: str
    message: str
    recipient: str
    occurrence: str
    kind: Kind
    at: datetime
    planned: datetime
    prompt: bool = False
    useful_until: datetime | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Intention):
    """An intention on its way. `uncertain`: it may have been said already. `ready_at`: since when it could be claimed.
    `channel` and `ts`: where it was said."""

    id: int
    workspace: str
    attempts: int
    uncertain: bool
    state: State
    ready_at: datetime | None = None
    reason: str | None = None
    channel: str | None = None
    ts: str | None = None


_ROW = tables.outbox.c
_AS_THEY_ARE = tuple(column.name for column in fields(Delivery) if column.name not in ("conversation", "workspace"))
_READ = (*_AS_THEY_ARE, "conversation", "workspace_id")
_ENQUEUE = InsertUnlessThere(tables.outbox)
_CLAIM = Claim(_READ)
_RELEASE = sa.update(tables.outbox).where(_is("sending")).values(ready_at=sa.bindparam("now"))
_WAITING = _ROW.ready_at.is_not(None)
_THIS = sa.and_(_ROW.id == sa.bindparam("wanted"), _ROW.workspace_id == sa.bindparam("workspace"))
_IN_WORKSPACE = _ROW.workspace_id == sa.bindparam("workspace")
_LET_GO = (
    sa.update(tables.outbox)
    # "|| ''": by their ids, which are few; SQLite would rather read all that was ever said in the workspace.
    .where(_ROW.id.in_(sa.bindparam("wanted", expanding=True)), _ROW.workspace_id + "" == sa.bindparam("workspace"))
    .where(_is("sending"))
    .values(state="pending", ready_at=sa.bindparam("since"))
)
_SETTLE_SENT = Prepared(
    sa.update(tables.outbox)
    .where(_THIS)
    .values(
        state="sent",
        ready_at=None,
        uncertain=False,
        reason=None,
        channel=sa.bindparam("said_in"),
        ts=sa.bindparam("said_at"),
        settled_at=sa.bindparam("now", type_=_ROW.settled_at.type),
    )
)
_SETTLE_LATER = Prepared(
    sa.update(tables.outbox)
    .where(_THIS, _WAITING)
    .values(
        state="pending",
        ready_at=sa.bindparam("again_at", type_=_ROW.ready_at.type),
        attempts=_ROW.attempts + sa.bindparam("counted"),
        uncertain=sa.bindparam("doubt"),
        reason=sa.bindparam("why"),
    )
)
_GIVE_UP = Prepared(
    sa.update(tables.outbox)
    .where(_THIS, _WAITING)
    .values(
        state="given_up",
        ready_at=None,
        uncertain=sa.or_(_ROW.uncertain, sa.bindparam("doubt")),
        reason=sa.bindparam("why"),
        settled_at=sa.bindparam("now", type_=_ROW.settled_at.type),
    )
)
_RETRY_ALL = (
    sa.update(tables.outbox)
    .where(_IN_WORKSPACE, _is("given_up"))
    .values(state="pending", ready_at=sa.bindparam("now"), attempts=0, settled_at=None)
)
_RETRY = _RETRY_ALL.where(_ROW.id == sa.bindparam("wanted"))
_GIVEN_UP = (
    sa.select(tables.outbox).where(_IN_WORKSPACE, _is("given_up")).order_by(_ROW.id.desc()).limit(sa.bindparam("limit"))
)
_SAID = (_IN_WORKSPACE, _is("sent"), _ROW.ts.is_not(None))
_CARRIERS = (
    sa.select(tables.outbox)
    .where(*_SAID, _ROW.conversation == sa.bindparam("talk"), _ROW.step == sa.bindparam("wanted"), _ROW.kind == "post")
    .order_by(_ROW.id)
)
_RIDERS = (
    sa.select(tables.outbox)
    .where(*_SAID, _ROW.channel == sa.bindparam("said_in"), _ROW.ts == sa.bindparam("said_at"), _ROW.kind != "refresh")
    .order_by(_ROW.id)
)
_FORGET = sa.delete(tables.outbox).where(_THIS)
_STILL_THERE = sa.select(_ROW.id).where(_IN_WORKSPACE, _ROW.id.in_(sa.bindparam("wanted", expanding=True)))
_WAITING_COUNT = sa.select(sa.func.count()).select_from(tables.outbox).where(_WAITING)
_FOR_LATER = (_IN_WORKSPACE, _ROW.recipient == sa.bindparam("to"), _is("pending"), _ROW.attempts == 0)
_BRING_FORWARD = (
    sa.update(tables.outbox)
    .where(*_FOR_LATER, _ROW.ready_at > sa.bindparam("now"), _ROW.kind == "post")
    .values(ready_at=sa.case((_ROW.planned > sa.bindparam("now"), _ROW.planned), else_=sa.bindparam("now")))
)
_SAY_NOW = (
    sa.update(tables.outbox)
    .where(
        *_FOR_LATER, _ROW.conversation == sa.bindparam("talk"), _ROW.step == sa.bindparam("wanted"), _ROW.kind == "post"
    )
    .values(ready_at=sa.bindparam("now"), prompt=True)
)
_SAY_UNTIL = sa.update(tables.outbox).where(_IN_WORKSPACE, _WAITING, _ROW.conversation == sa.bindparam("talk"))
_PRUNE = (
    sa.update(tables.outbox)
    .where(_is("sent"), _ROW.settled_at < sa.bindparam("before"), sa.cast(_ROW.context, sa.Text) != "{}")
    .values(context={})
)


def enqueue(tx: Transaction, intention: Intention, now: datetime) -> bool:
    """Whether it is new: what was queued once, sent or not, is not queued again."""
    return _ENQUEUE(tx, _queued(tx, intention, now))


def enqueue_all(tx: Transaction, intentions: Sequence[Intention], now: datetime) -> None:
    """The same for each of these, in their order, at once."""
    _ENQUEUE.all(tx, [_queued(tx, intention, now) for intention in intentions])


def bring_forward(tx: Transaction, recipient: str, now: datetime) -> int:
    """Look again now at what waits for the recipient's own hour, or for the end of their pause, which may have changed; how many
    rows that is. Whoever says them puts back what is still too early."""
    return tx.connection.execute(_BRING_FORWARD, {"workspace": tx.workspace, "to": recipient, "now": now}).rowcount


def say_now(tx: Transaction, conversation: str, step: str, recipient: str, now: datetime) -> bool:
    """Say at once, as an answer to a gesture, what waits to be said of this step. False when nothing does."""
    values = {"workspace": tx.workspace, "to": recipient, "talk": conversation, "wanted": step, "now": now}
    return tx.connection.execute(_SAY_NOW, values).rowcount > 0


def say_until(tx: Transaction, conversation: str, until: datetime) -> bool:
    """Say nothing after `until` of what waits in this conversation. False when nothing does."""
    values = {"workspace": tx.workspace, "talk": conversation}
    return tx.connection.execute(_SAY_UNTIL.values(useful_until=until), values).rowcount > 0


def claim(tx: Transaction, now: datetime, limit: int, lease: timedelta) -> list[Delivery]:
    """Take what is to be said now in this workspace, in the order it was queued; it is ours until `now + lease`. For whoever
    has the turn there: leases of rows and of the turn end together.

    What somebody claimed and never settled comes back `uncertain`. Order holds for each recipient: while an earlier row is
    being said or waits for another try, those after it wait; a row that merely waits for its hour holds back nothing.
    """
    rows = _CLAIM(tx, now, limit, lease)
    return [delivery_of(row, state="sending", uncertain=row["uncertain"] or row["state"] == "sending") for row in rows]


def let_go(tx: Transaction, claimed: Collection[Delivery]) -> None:
    """What was claimed and not tried: it waits as it did before."""
    for since in {one.ready_at for one in claimed}:
        wanted = [one.id for one in claimed if one.ready_at == since]
        tx.connection.execute(_LET_GO, {"wanted": wanted, "workspace": tx.workspace, "since": since})


def release(tx: Transaction, now: datetime) -> int:
    """Let what a dead process was saying be claimed at once, in any workspace; it comes back uncertain. Only for whoever is
    alone on the database: another worker's lease is not to be broken."""
    turns.free_all(tx)
    return tx.connection.execute(_RELEASE, {"now": now}).rowcount


def next_at(tx: Transaction, now: datetime) -> datetime | None:
    """The earliest moment something can be claimed, in any workspace; not after `now` when something can be already. Where
    no turn can begin, not before one can."""
    return turns.next_at(tx, now)


def settle_sent(tx: Transaction, id: int, channel: str | None, ts: str | None, now: datetime) -> bool:
    values = {"wanted": id, "workspace": tx.workspace, "said_in": channel, "said_at": ts, "now": now}
    return _SETTLE_SENT.count(tx, values) == 1


def settle_later(tx: Transaction, id: int, at: datetime, reason: str, *, counts: bool, uncertain: bool = False) -> bool:
    """Try again not before `at`. `counts`: it was an attempt, and those after it wait; else it merely waits for its hour."""
    values = {"wanted": id, "workspace": tx.workspace, "again_at": at, "why": reason}
    values |= {"counted": int(counts), "doubt": uncertain}
    return _SETTLE_LATER.count(tx, values) == 1


def settle_given_up(tx: Transaction, id: int, reason: str, now: datetime, *, uncertain: bool = False) -> bool:
    """`uncertain`: it may have been said all the same, and is looked for when it is tried again."""
    values = {"wanted": id, "workspace": tx.workspace, "why": reason, "doubt": uncertain, "now": now}
    return _GIVE_UP.count(tx, values) == 1


def carriers(tx: Transaction, conversation: str, step: str) -> list[Delivery]:
    """The messages said for that step, reminders too, each with the `channel` and `ts` it was said at."""
    values = {"workspace": tx.workspace, "talk": conversation, "wanted": step}
    return [delivery_of(row) for row in tx.connection.execute(_CARRIERS, values).mappings()]


def riders(tx: Transaction, channel: str, ts: str) -> list[Delivery]:
    """All that was said in that one message."""
    values = {"workspace": tx.workspace, "said_in": channel, "said_at": ts}
    return [delivery_of(row) for row in tx.connection.execute(_RIDERS, values).mappings()]


def given_up(tx: Transaction, limit: int, since: datetime | None = None) -> list[Delivery]:
    """What could not be said, the latest first, with the `reason`; `since`: of what was given up from then on."""
    found = _GIVEN_UP if since is None else _GIVEN_UP.where(_ROW.settled_at >= since)
    rows = tx.connection.execute(found, {"workspace": tx.workspace, "limit": limit}).mappings()
    return [delivery_of(row) for row in rows]


def retry(tx: Transaction, id: int, now: datetime) -> bool:
    """Try again what was given up; False when it was not, or is not here."""
    return tx.connection.execute(_RETRY, {"workspace": tx.workspace, "wanted": id, "now": now}).rowcount == 1


def retry_all(tx: Transaction, now: datetime) -> int:
    return tx.connection.execute(_RETRY_ALL, {"workspace": tx.workspace, "now": now}).rowcount


def forget(tx: Transaction, id: int) -> bool:
    """Leave nothing of this row."""
    return tx.connection.execute(_FORGET, {"wanted": id, "workspace": tx.workspace}).rowcount == 1


def still_there(tx: Transaction, ids: Collection[int]) -> frozenset[int]:
    """Those of these rows that were not withdrawn meanwhile."""
    values = {"workspace": tx.workspace, "wanted": list(ids)}
    return frozenset(tx.connection.execute(_STILL_THERE, values).scalars())


def waiting_count(tx: Transaction) -> int:
    """How many are not settled yet: in the transaction's workspace, in all of them when it has none."""
    if tx.workspace_or_none is None:
        return tx.connection.execute(_WAITING_COUNT).scalar_one()
    return tx.connection.execute(_WAITING_COUNT.where(_IN_WORKSPACE), {"workspace": tx.workspace}).scalar_one()


def prune(tx: Transaction, before: datetime) -> int:
    """Forget, in every workspace, the words of what was sent before; that it was sent, and where, is kept."""
    return tx.connection.execute(_PRUNE, {"before": before}).rowcount


def _queued(tx: Transaction, said: Intention, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": tx.workspace, "conversation": said.conversation or "", "step": said.step, "message": said.message,
        "recipient": said.recipient, "occurrence": said.occurrence, "kind": said.kind, "at": said.at, "planned": said.planned,
        "prompt": said.prompt, "useful_until": said.useful_until, "context": dict(said.context), "state": "pending",
        "ready_at": said.at, "attempts": 0, "uncertain": False, "queued_at": now,
    }  # fmt: skip


def delivery_of(row: Row, **changes: Any) -> Delivery:
    """The row as it is read, but for these changes."""
    values = {name: row[name] for name in _AS_THEY_ARE}
    values |= {"conversation": row["conversation"] or None, "workspace": row["workspace_id"]}
    return Delivery(**{**values, **changes})
