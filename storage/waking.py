"""Which conversations are looked at first, when there are more than can be woken at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables
from storage.prepared import Prepared
from storage.statements import leaps
from storage.transaction import Transaction

_ROW = tables.conversation.c
_DUE = (
    sa.select(_ROW.workspace_id, _ROW.id)
    .where(_ROW.wake_at <= sa.bindparam("now"))
    .order_by(_ROW.wake_at, _ROW.number)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_DUE_ANYWHERE = Prepared(_DUE)
_DUE_THERE = Prepared(_DUE.where(_ROW.workspace_id == sa.bindparam("workspace")))


def _workspaces() -> sa.Select[tuple[str]]:
    """Those with something due, the longest due first."""
    leap, there = leaps(tables.conversation, "wake_at"), tables.conversation.alias("there").c
    longest = sa.select(there.wake_at).where(there.workspace_id == leap.c.workspace_id, there.wake_at.is_not(None))
    since = longest.order_by(there.wake_at).limit(1).scalar_subquery().label("since")
    found = sa.select(leap.c.workspace_id, since).where(leap.c.workspace_id.is_not(None)).subquery("found")
    return (
        sa.select(found.c.workspace_id)
        .where(found.c.since <= sa.bindparam("now"))
        .order_by(found.c.since, found.c.workspace_id)
        .limit(sa.bindparam("limit"))
    )


_WORKSPACES = _workspaces()


def due(tx: Transaction, now: datetime, limit: int) -> list[tuple[str, str]]:
    """As `conversations.due` says. Shares are looked for only once a batch is full: the ordinary tick is one question."""
    found = _found(tx, _DUE_ANYWHERE, {"now": now, "limit": limit})
    if limit == 1 or len(found) < limit:
        return found
    places = list(tx.connection.execute(_WORKSPACES, {"now": now, "limit": limit}).scalars())
    if len(places) == 1:
        return found
    shares = {"now": now, "limit": limit // len(places)}
    return [one for place in places for one in _found(tx, _DUE_THERE, {**shares, "workspace": place})]


def _found(tx: Transaction, statement: Prepared, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(row["workspace_id"], row["id"]) for row in statement.all(tx, values)]
