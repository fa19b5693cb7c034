"""Whose turn it is in the outbox: what can be claimed at an instant, each recipient in order, several workers at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import tables


def held_back(row: Any) -> sa.ColumnElement[bool]:
    """An earlier row for the same recipient is being said, or waits for another try."""
    earlier = tables.outbox.alias("earlier")
    return sa.exists().where(
        earlier.c.workspace_id == row.workspace_id,
        earlier.c.recipient == row.recipient,
        earlier.c.id < row.id,
        earlier.c.ready_at > sa.bindparam("now"),
        sa.or_(earlier.c.state == "sending", earlier.c.attempts > 0),
    )


def claimable(columns: Sequence[str]) -> sa.Select[Any]:
    """These columns of what can be claimed at `now`, `limit` rows at most.

    First whose turn it is: recipients whose earliest due row is free (locked, it keeps other workers away from them); then
    all that is due to those, so that a backlog comes in one piece and in order.
    """
    head, before, row = tables.outbox.alias("head"), tables.outbox.alias("before"), tables.outbox.alias("candidate")
    now: sa.BindParameter[datetime] = sa.bindparam("now")
    limit: sa.BindParameter[int] = sa.bindparam("limit")
    not_first = sa.exists().where(
        before.c.workspace_id == head.c.workspace_id,
        before.c.recipient == head.c.recipient,
        before.c.id < head.c.id,
        before.c.ready_at.is_not(None),
        sa.or_(before.c.ready_at <= now, before.c.state == "sending", before.c.attempts > 0),
    )
    turns = (
        sa.select(head.c.workspace_id, head.c.recipient)
        .where(head.c.ready_at <= now, ~not_first)
        .order_by(head.c.ready_at, head.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("turns")
    )
    return (
        sa.select(*(row.c[name] for name in columns))
        .join_from(
            turns, row, sa.and_(row.c.workspace_id == turns.c.workspace_id, row.c.recipient == turns.c.recipient)
        )
        .where(row.c.ready_at <= now, ~held_back(row.c))
        .order_by(row.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=row)
    )
