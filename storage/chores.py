"""Chores: what is done for a workspace at its hour, of nights say, by one worker, whichever."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from storage.serving_tables import chore
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction

FOR_ALL = ""
"""The workspace of what is done once for all of them."""

_ROW = chore.c
_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_THIS = sa.and_(_ROW.workspace_id == sa.bindparam("workspace"), _ROW.name == sa.bindparam("wanted"))
_PLAN = InsertUnlessThere(chore)
_DUE = (
    sa.select(_ROW.workspace_id, _ROW.name)
    .where(_ROW.due_at <= _NOW, sa.or_(_ROW.taken_until.is_(None), _ROW.taken_until <= _NOW))
    .order_by(_ROW.due_at, _ROW.workspace_id, _ROW.name)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_TAKE = sa.update(chore).where(_THIS).values(taken_until=sa.bindparam("until"))
_AGAIN = sa.update(chore).where(_THIS).values(taken_until=None, due_at=sa.bindparam("next_at"))
_OVER = sa.delete(chore).where(_THIS)


class Chore(NamedTuple):
    """`workspace` is empty for what is done once for all."""

    workspace: str
    name: str


def plan(tx: Transaction, name: str, at: datetime) -> bool:
    """Have it done at `at` for this workspace, or once for all in a unit that belongs to none; False when it is planned already,
    whenever that is."""
    return _PLAN(tx, {"workspace_id": _whose(tx), "name": name, "due_at": at})


def claim(tx: Transaction, now: datetime, lease: timedelta) -> Chore | None:
    """The chore due the longest, in any workspace: ours until `now + lease`; then whoever took it is taken for dead, and it
    comes back."""
    found = tx.connection.execute(_DUE, {"now": now}).first()
    if found is None:
        return None
    tx.connection.execute(_TAKE, {"workspace": found.workspace_id, "wanted": found.name, "until": now + lease})
    return Chore(found.workspace_id, found.name)


def done(tx: Transaction, name: str, next_at: datetime | None) -> bool:
    """It is done for this workspace, and comes back at `next_at`; None: never."""
    values = {"workspace": _whose(tx), "wanted": name}
    if next_at is None:
        return tx.connection.execute(_OVER, values).rowcount == 1
    return tx.connection.execute(_AGAIN, {**values, "next_at": next_at}).rowcount == 1


def _whose(tx: Transaction) -> str:
    return FOR_ALL if tx.workspace_or_none is None else tx.workspace
