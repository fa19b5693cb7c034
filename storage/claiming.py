"""What can be claimed in the outbox at an instant: each recipient in order, a workspace at a time."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import tables
from storage.transaction import Transaction

log = logging.getLogger(__name__)

UNREADABLE = "unreadable"
"""Why a row is given up that says nothing anybody could understand."""
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
    earlier = tables.outbox.alias("earlier").c
    return _is_there(
        sa.select(sa.true()).where(
            earlier.workspace_id == row.workspace_id,
            earlier.recipient == row.recipient,
            earlier.id < row.id,
            *_by_recipient(earlier.ready_at, earlier.ready_at > _NOW),
            sa.or_(earlier.state == "sending", earlier.attempts > 0),
        )
    )


def _by_recipient(
    moment: sa.ColumnElement[Any], condition: sa.ColumnElement[bool] | None = None
) -> tuple[sa.ColumnElement[bool], ...]:
    # Told apart from the moments, SQLite goes by the recipient's index, where a handful of rows are; else it prefers the
    # moments', where the whole backlog of the workspace is.
    return (moment.is_not(None), *(() if condition is None else (sa.func.coalesce(condition, sa.false()),)))


def _is_there(found: sa.Select[Any]) -> sa.ColumnElement[bool]:
    # Not EXISTS, nor "is not null": of one PostgreSQL makes a join of the whole backlog with itself, the other it takes for
    # so rare that it reads the whole backlog too. This it asks of one row after another, until it has enough.
    return sa.func.coalesce(found.limit(1).scalar_subquery(), sa.false())


class Claim:
    """Takes these columns of what can be claimed at an instant in the transaction's workspace."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._oldest = _claimable(columns, latest=False)
        self._latest = _claimable(columns, latest=True)

    def __call__(self, tx: Transaction, now: datetime, limit: int, lease: timedelta) -> list[sa.RowMapping]:
        """The rows as they were, in the order they were queued. One that cannot be read is given up, so that it silences nobody
        else."""
        try:
            return self._claimed(tx, now, limit, lease)
        except ValueError:  # a context that is no JSON, which SQLite keeps all the same
            count = tx.connection.execute(_GIVE_UP_UNREADABLE, {"workspace": tx.workspace, "now": now}).rowcount
            log.error("given_up", extra={"workspace": tx.workspace, "reason": UNREADABLE, "rows": count})
            return self._claimed(tx, now, limit, lease)

    def _claimed(self, tx: Transaction, now: datetime, limit: int, lease: timedelta) -> list[sa.RowMapping]:
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
            tx.connection.execute(_TAKEN, {"wanted": [row["id"] for row in rows], "lease_end": now + lease})
        return rows


# By their ids alone, which were just read here: with the workspace too, SQLite would read all that was ever said there.
_TAKEN = (
    sa.update(tables.outbox)
    .where(_ROW.id.in_(sa.bindparam("wanted", expanding=True)))
    .values(state="sending", ready_at=sa.bindparam("lease_end"), uncertain=sa.or_(_ROW.uncertain, is_state("sending")))
)


_GIVE_UP_UNREADABLE = (
    sa.update(tables.outbox)
    .where(
        _ROW.workspace_id == sa.bindparam("workspace"),
        _ROW.ready_at.is_not(None),
        sa.func.json_valid(_ROW.context) == 0,
    )
    .values(state="given_up", ready_at=None, reason=UNREADABLE, context={}, settled_at=sa.bindparam("now"))
)


def _claimable(columns: Sequence[str], *, latest: bool) -> sa.Select[Any]:
    """First whose turn it is: recipients whose earliest due row is free; then all that is due to those, so that a backlog
    comes in one piece and in order. Rows are locked against whoever withdraws them."""
    head, before, row = tables.outbox.alias("head"), tables.outbox.alias("before"), tables.outbox.alias("candidate")
    here: sa.BindParameter[str] = sa.bindparam("workspace")
    not_first = _is_there(
        sa.select(sa.true()).where(
            before.c.workspace_id == head.c.workspace_id,
            before.c.recipient == head.c.recipient,
            before.c.id < head.c.id,
            *_by_recipient(before.c.ready_at),
            sa.or_(before.c.ready_at <= _NOW, before.c.state == "sending", before.c.attempts > 0),
        )
    )
    recipients = (
        sa.select(head.c.recipient, head.c.id)
        .where(head.c.workspace_id == here, head.c.ready_at <= _NOW, ~not_first)
        .order_by(
            head.c.ready_at.desc() if latest else head.c.ready_at
        )  # as the index goes: no backlog is sorted for the first of it
        .limit(_LIMIT)
        .with_for_update(skip_locked=True)
        .cte("recipients")
    )
    return (
        sa.select(*(row.c[name] for name in columns))
        .join_from(
            recipients,
            row,
            sa.and_(
                row.c.workspace_id == here,
                row.c.recipient == recipients.c.recipient,
                row.c.id >= recipients.c.id,  # what is due to them begins there; it is also what leads to the index
            ),
        )
        .where(*_by_recipient(row.c.ready_at, row.c.ready_at <= _NOW), ~held_back(row.c))
        .order_by(*((recipients.c.id.desc(),) if latest else ()), row.c.id)
        .limit(_LIMIT)
        .with_for_update(skip_locked=True, of=row)
    )


def earliest(row: Any, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """When the first of these rows can be, or could have been, claimed."""
    return sa.select(row.ready_at).where(*conditions, ~held_back(row)).order_by(row.ready_at).limit(1)
