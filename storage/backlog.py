"""How much waits, in all workspaces together: read from the indexes of what waits, whatever there is of what is settled."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import outbox, tables
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Backlog:
    """`due`, `later` and `given_up`: rows of the outbox, `later` with those that are being said; `conversations_due`: those
    to be woken. The moments are since when the oldest of what is due waits: none when nothing does."""

    due: int
    later: int
    given_up: int
    said_since: datetime | None
    conversations_due: int
    woken_since: datetime | None


_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_READY_AT, _WAKE_AT = tables.outbox.c.ready_at, tables.conversation.c.wake_at
_GIVEN_UP = tables.outbox.c.state == sa.literal_column("'given_up'")


def _count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()


_BACKLOG = sa.select(
    _count(tables.outbox, _READY_AT <= _NOW).label("due"),
    _count(tables.outbox, _READY_AT > _NOW).label("later"),
    _count(tables.outbox, _GIVEN_UP).label("given_up"),
    _count(tables.conversation, _WAKE_AT <= _NOW).label("conversations_due"),
    sa.select(sa.func.min(_WAKE_AT)).where(_WAKE_AT <= _NOW).scalar_subquery().label("woken_since"),
)


def backlog(tx: Transaction, now: datetime) -> Backlog:
    row = tx.connection.execute(_BACKLOG, {"now": now}).mappings().one()
    # What waits behind another row of the same person is not late yet.
    first = outbox.next_at(tx, now)
    return Backlog(**row, said_since=first if first is not None and first <= now else None)
