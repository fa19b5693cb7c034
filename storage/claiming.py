"""What can be claimed in the outbox at an instant: each recipient in order, a workspace at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import tables
from storage.transaction import Transaction

_ROW = tables.outbox.c
_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_LIMIT: sa.BindParameter[int] = sa.bindparam("limit")
LATEST_SHARE = 4
"""One row in so many is for what became ready last, once there is more than can be claimed: an answer to a gesture does not
wait until a whole round is said."""


def is_state(state: str) -> sa.ColumnElement[bool]:
    # Written out, not bound: SQLite uses a partial index only where it can read the condition.
    return _ROW.state == sa.literal_column(f"'{state}'")


def held_back(row: Any) -> sa.ColumnElement[bool]:
    """An earlier row for the same recipient is being said, or waits for another try."""
    earlier = tables.outbox.alias("earlier")
    return sa.exists().where(
        earlier.c.workspace_id == row.workspace_id,
        earlier.c.recipient == row.recipient,
        earlier.c.id < row.id,
        earlier.c.ready_at > _NOW,
        sa.or_(earlier.c.state == "sending", earlier.c.attempts > 0),
    )


class Claim:
    """Takes these columns of what can be claimed at an instant in the transaction's workspace."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._oldest = _claimable(columns, lambda moment: moment.asc())
        self._latest = _claimable(columns, lambda moment: moment.desc())

    def __call__(self, tx: Transaction, now: datetime, limit: int, lease: timedelta) -> list[sa.RowMapping]:
        """The rows as they were, in the order they were queued."""
        first = limit - limit // LATEST_SHARE
        rows = self._take(tx, self._oldest, now, first, lease)
        if len(rows) == first < limit:
            rows += self._take(tx, self._latest, now, limit - first, lease)
        return sorted(rows, key=lambda row: int(row["id"]))

    def _take(
        self, tx: Transaction, statement: sa.Select[Any], now: datetime, limit: int, lease: timedelta
    ) -> list[sa.RowMapping]:
        values = {"workspace": tx.workspace, "now": now, "limit": limit}
        rows = list(tx.connection.execute(statement, values).mappings())
        if rows:
            wanted = [row["id"] for row in rows]
            tx.connection.execute(_TAKEN, {"wanted": wanted, "workspace": tx.workspace, "lease_end": now + lease})
        return rows


_TAKEN = (
    sa.update(tables.outbox)
    .where(_ROW.id.in_(sa.bindparam("wanted", expanding=True)), _ROW.workspace_id == sa.bindparam("workspace"))
    .values(state="sending", ready_at=sa.bindparam("lease_end"), uncertain=sa.or_(_ROW.uncertain, is_state("sending")))
)


def _claimable(columns: Sequence[str], order: Any) -> sa.Select[Any]:
    """First whose turn it is: recipients whose earliest due row is free; then all that is due to those, so that a backlog
    comes in one piece and in order. Rows are locked against whoever withdraws them."""
    head, before, row = tables.outbox.alias("head"), tables.outbox.alias("before"), tables.outbox.alias("candidate")
    here: sa.BindParameter[str] = sa.bindparam("workspace")
    not_first = sa.exists().where(
        before.c.workspace_id == head.c.workspace_id,
        before.c.recipient == head.c.recipient,
        before.c.id < head.c.id,
        before.c.ready_at.is_not(None),
        sa.or_(before.c.ready_at <= _NOW, before.c.state == "sending", before.c.attempts > 0),
    )
    recipients = (
        sa.select(head.c.recipient)
        .where(head.c.workspace_id == here, head.c.ready_at <= _NOW, ~not_first)
        .order_by(order(head.c.ready_at), order(head.c.id))
        .limit(_LIMIT)
        .with_for_update(skip_locked=True)
        .cte("recipients")
    )
    return (
        sa.select(*(row.c[name] for name in columns))
        .join_from(recipients, row, sa.and_(row.c.workspace_id == here, row.c.recipient == recipients.c.recipient))
        .where(row.c.ready_at <= _NOW, ~held_back(row.c))
        .order_by(row.c.id)
        .limit(_LIMIT)
        .with_for_update(skip_locked=True, of=row)
    )


def earliest(row: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """When the first of these rows can be, or could have been, claimed."""
    return sa.select(row.ready_at).where(*conditions, ~held_back(row)).order_by(row.ready_at).limit(1)
