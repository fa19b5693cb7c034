"""How much waits, in all workspaces together: read from the indexes of what waits, whatever there is of what is settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage import serving_tables, tables
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Backlog:
    """`due`, `later` and `given_up`: rows of the outbox, `later` with those that are being said; `conversations_due`: those
    to be woken. The moments are since when the oldest waits, whatever holds it up: another try, one before it that is tried
    again, a workspace where Slack does not let us speak. None when nothing does."""

    due: int
    later: int
    given_up: int
    said_since: datetime | None
    conversations_due: int
    woken_since: datetime | None


TAKEN_WITHIN, TRIED_AGAIN_WITHIN = timedelta(minutes=1), timedelta(hours=1)
"""What Slack would not take is tried again before an hour has passed, and begun within a minute of its moment: it is looked for
among what is to be said then, which is little, and was written not long ago."""

_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_LATELY: sa.BindParameter[datetime] = sa.bindparam("lately")
_SOON: sa.BindParameter[datetime] = sa.bindparam("soon")
_READY_AT, _WAKE_AT = tables.outbox.c.ready_at, tables.conversation.c.wake_at
_FIRST: sa.ColumnElement[int] = sa.literal_column("1")
_TRIED = tables.outbox.c.attempts > sa.literal_column("0")
_GIVEN_UP = tables.outbox.c.state == sa.literal_column("'given_up'")


def _count(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()


_INSTALLATION = serving_tables.installation.c
_PUT_US_OUT = sa.select(_INSTALLATION.workspace_id).where(_INSTALLATION.purged_at.is_not(None))
"""Nothing is said there any more, and nobody is to be woken for it."""


def _earliest(moment: sa.ColumnElement[datetime], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[datetime]:
    waiting = tables.outbox.c.workspace_id.not_in(_PUT_US_OUT)
    # As the index goes, it stops at the first; the minimum would be looked for to the end.
    return sa.select(moment).where(*conditions, waiting).order_by(moment).limit(_FIRST).scalar_subquery()


_BACKLOG = sa.select(
    _count(tables.outbox, _READY_AT <= _NOW).label("due"),
    _count(tables.outbox, _READY_AT > _NOW).label("later"),
    _count(tables.outbox, _GIVEN_UP).label("given_up"),
    _count(tables.conversation, _WAKE_AT <= _NOW).label("conversations_due"),
    _earliest(_READY_AT, _READY_AT <= _NOW).label("ready_since"),
    # Each try moves the moment of the next one: this is since when they have gone on.
    _earliest(tables.outbox.c.at, _READY_AT.between(_LATELY, _SOON), _TRIED).label("tried_since"),
    sa.select(sa.func.min(_WAKE_AT)).where(_WAKE_AT <= _NOW).scalar_subquery().label("woken_since"),
)


def backlog(tx: Transaction, now: datetime) -> Backlog:
    moments = {"now": now, "lately": now - TAKEN_WITHIN, "soon": now + TRIED_AGAIN_WITHIN}
    row = dict(tx.connection.execute(_BACKLOG, moments).mappings().one())
    since = [moment for moment in (row.pop("ready_since"), row.pop("tried_since")) if moment is not None]
    return Backlog(**row, said_since=min(since, default=None))
