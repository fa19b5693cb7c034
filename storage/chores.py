"""Chores: what is done for a workspace at its hour, once, by whichever worker comes first."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from storage import serving_tables
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction


class Chore(NamedTuple):
    """`workspace` is empty for what is done for all of them."""

    workspace: str
    name: str


_TABLE = serving_tables.chore
_ROW = _TABLE.c
_PLAN = InsertUnlessThere(_TABLE)
_THIS = sa.and_(_ROW.workspace_id == sa.bindparam("workspace"), _ROW.name == sa.bindparam("wanted"))
_DUE = (
    sa.select(_ROW.workspace_id, _ROW.name)
    .where(
        _ROW.due_at <= sa.bindparam("now"),
        sa.or_(_ROW.taken_until.is_(None), _ROW.taken_until <= sa.bindparam("now")),
    )
    .order_by(_ROW.due_at, _ROW.workspace_id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_TAKE = sa.update(_TABLE).where(_THIS).values(taken_until=sa.bindparam("lease_end"))
_PUT_OFF = sa.update(_TABLE).where(_THIS).values(due_at=sa.bindparam("next_at"), taken_until=None)
_FORGET = sa.delete(_TABLE).where(_THIS)


def plan(tx: Transaction, name: str, at: datetime) -> bool:
    """Have this done at that moment, unless it is planned already; whether it is news."""
    return _PLAN(tx, {"workspace_id": tx.workspace, "name": name, "due_at": at})


def claim(tx: Transaction, now: datetime, lease: timedelta) -> Chore | None:
    """The chore that has been due the longest, in any workspace: ours until `now + lease`, when it is due again for others."""
    row = tx.connection.execute(_DUE, {"now": now}).first()
    if row is None:
        return None
    taken = {"workspace": row.workspace_id, "wanted": row.name, "lease_end": now + lease}
    tx.connection.execute(_TAKE, taken)
    return Chore(row.workspace_id, row.name)


def done(tx: Transaction, name: str, next_at: datetime | None) -> bool:
    """It is done: again at `next_at`, or never more. False when nobody planned it."""
    this = {"workspace": tx.workspace, "wanted": name}
    if next_at is None:
        return tx.connection.execute(_FORGET, this).rowcount == 1
    return tx.connection.execute(_PUT_OFF, {**this, "next_at": next_at}).rowcount == 1
