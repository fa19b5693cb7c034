"""Which conversations are to be looked at now, and in which order when they are many. In any workspace."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from storage import tables
from storage.compiled import Row
from storage.prepared import Prepared
from storage.transaction import Transaction


class Due(NamedTuple):
    """A conversation to look at, by its id."""

    workspace: str
    conversation: str


_ROW = tables.conversation.c
_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_OPEN = _ROW.status == sa.literal_column("'open'")
_IS_DUE = _ROW.wake_at <= _NOW
_DUE = Prepared(
    sa.select(_ROW.workspace_id, _ROW.id)
    .where(_IS_DUE)
    .order_by(_ROW.wake_at, _ROW.number)
    .limit(_LIMIT)
    .with_for_update(skip_locked=True)
)


def _in_turn() -> sa.Select[tuple[str, str]]:
    place = sa.func.row_number().over(partition_by=_ROW.workspace_id, order_by=(_ROW.wake_at, _ROW.number))
    found = sa.select(_ROW.workspace_id, _ROW.id, _ROW.wake_at, _ROW.number, place.label("place")).where(_IS_DUE)
    due = found.subquery("found").c
    return sa.select(due.workspace_id, due.id).order_by(due.place, due.wake_at, due.number).limit(_LIMIT)


_IN_TURN = Prepared(_in_turn())
_STILL_DUE = (
    sa.select(_ROW.workspace_id, _ROW.id)
    .where(_ROW.id.in_(sa.bindparam("wanted", expanding=True)), _IS_DUE)
    .with_for_update(skip_locked=True)
)

_NEXT_WAKE = sa.select(sa.func.min(_ROW.wake_at)).where(_ROW.wake_at.is_not(None))
_SHAPES = sa.select(_ROW.flow, _ROW.shape).where(_OPEN).distinct()


def due(tx: Transaction, now: datetime, limit: int) -> list[Due]:
    """The longest due first; held until this unit is written: another worker is given others."""
    return _as_due(_DUE.all(tx, {"now": now, "limit": limit}))


def in_turn(tx: Transaction, now: datetime, limit: int) -> list[Due]:
    """The first of each workspace, then the second of each, and so on: a backlog in one delays no other. Nothing is held.

    It reads all that is due, however much that is: ask for many.
    """
    return _as_due(_IN_TURN.all(tx, {"now": now, "limit": limit}))


def still_due(tx: Transaction, these: Sequence[Due], now: datetime) -> list[Due]:
    """Those of these that are still to be looked at, and that nobody else holds; held until this unit is written."""
    wanted = [one.conversation for one in these]
    found = set(_as_due(tx.connection.execute(_STILL_DUE, {"wanted": wanted, "now": now}).mappings().all()))
    return [one for one in these if one in found]


def next_wake(tx: Transaction) -> datetime | None:
    """When the next conversation of any workspace is due."""
    return tx.connection.execute(_NEXT_WAKE).scalar()


def wake_changed(tx: Transaction, shapes: Mapping[str, str], now: datetime) -> int:
    """Make due at once the open conversations of any workspace begun under another shape of their flow, and count them."""
    count = 0
    for flow, shape in tx.connection.execute(_SHAPES).all():
        if shapes.get(flow, shape) == shape:
            continue
        stale = sa.update(tables.conversation).where(_ROW.flow == flow, _ROW.shape == shape, _OPEN)
        count += tx.connection.execute(stale.values(wake_at=now, shape=shapes[flow])).rowcount
    return count


def wake_all(tx: Transaction, now: datetime) -> int:
    """Make due at once the open conversations of the workspace, and count them."""
    stale = sa.update(tables.conversation).where(_ROW.workspace_id == tx.workspace, _OPEN)
    return tx.connection.execute(stale.values(wake_at=now)).rowcount


def _as_due(rows: Sequence[Row]) -> list[Due]:
    return [Due(row["workspace_id"], row["id"]) for row in rows]
