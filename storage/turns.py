"""Turns: a workspace is spoken to by one worker at a time, and whoever was served the longest ago comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage import tables
from storage.claiming import earliest
from storage.serving_tables import turn
from storage.statements import InsertUnlessThere, leaps
from storage.transaction import Transaction

FEW = 64
"""Up to so many rows ready at once, whose they are is read off them; above, workspaces are leapt over one by one."""

_TURN, _ROW = turn.c, tables.outbox.c
_NOW: sa.BindParameter[datetime] = sa.bindparam("now")
_WANTED = _TURN.workspace_id.in_(sa.bindparam("wanted", expanding=True))


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to speak to `workspace`, alone, `until` the end of the lease. `pace`: as it was when the last turn ended."""

    workspace: str
    until: datetime
    pace: Mapping[str, Any] = field(default_factory=dict)


def _over(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.or_(moment.is_(None), moment <= _NOW)


_FREE = sa.and_(_over(_TURN.taken_until), _over(_TURN.quiet_until))


def _claimable_since(workspace: sa.ColumnElement[str]) -> sa.ScalarSelect[datetime]:
    first = tables.outbox.alias("first").c
    return earliest(first, first.workspace_id == workspace, first.ready_at <= _NOW).scalar_subquery()


_READY = sa.select(_ROW.workspace_id).where(_ROW.ready_at <= _NOW).order_by(_ROW.ready_at).limit(FEW)


def _in_order(source: sa.FromClause) -> sa.Select[tuple[str]]:
    """Of these workspaces, those that can be served, whoever was served the longest ago first."""
    workspace = source.c.workspace_id
    found = (
        sa.select(workspace, _TURN.served_at, _claimable_since(workspace).label("since"))
        .join_from(source, turn, _TURN.workspace_id == workspace, isouter=True)
        .where(workspace.is_not(None), _FREE)
        .subquery("found")
    )
    return (
        sa.select(found.c.workspace_id)
        .where(found.c.since.is_not(None))
        .order_by(sa.nulls_first(found.c.served_at), found.c.since, found.c.workspace_id)
        .limit(sa.bindparam("limit"))
    )


_OF_FEW = _in_order(sa.select(_READY.cte("ready").c.workspace_id).distinct().subquery("some"))
_OF_ALL = _in_order(leaps(tables.outbox, "ready_at"))
_KNOWN = sa.select(_TURN.workspace_id).where(_WANTED)
_MEET = InsertUnlessThere(turn)
_TAKABLE = (
    sa.select(_TURN.workspace_id, _TURN.pace)
    .where(_WANTED, _FREE, _claimable_since(_TURN.workspace_id).is_not(None))
    .order_by(_TURN.workspace_id)
    .with_for_update(skip_locked=True)
)
_TAKE = sa.update(turn).where(_WANTED).values(taken_until=sa.bindparam("until"))
_GIVE_BACK = (
    sa.update(turn)
    .where(_TURN.workspace_id == sa.bindparam("workspace"), _TURN.taken_until == sa.bindparam("until"))
    .values(
        taken_until=None,
        served_at=sa.bindparam("at"),
        quiet_until=sa.bindparam("silence"),
        pace=sa.bindparam("left", type_=sa.JSON),
    )
)
_LISTEN_AGAIN = sa.update(turn).where(_TURN.workspace_id == sa.bindparam("workspace")).values(quiet_until=None)
_FREE_ALL = sa.update(turn).values(taken_until=None, quiet_until=None)
_SILENT = sa.select(_TURN.workspace_id, _TURN.taken_until, _TURN.quiet_until).where(
    sa.or_(_TURN.taken_until > _NOW, _TURN.quiet_until > _NOW)
)

_NEVER = datetime.max.replace(tzinfo=UTC)
_WAITS = _ROW.ready_at.is_not(None)
_NEXT = earliest(_ROW, _WAITS)
_NEXT_THERE = earliest(_ROW, _WAITS, _ROW.workspace_id == sa.bindparam("workspace"))
_NEXT_ELSEWHERE = earliest(_ROW, _WAITS, _ROW.workspace_id.not_in(sa.bindparam("silent", expanding=True)))


def waiting(tx: Transaction, now: datetime, limit: int) -> list[str]:
    """The workspaces that have something to say now and may: nobody speaks there, nothing asks for silence. Whoever was
    served the longest ago first, then whose message has waited the longest."""
    ready = tx.connection.execute(_READY, {"now": now}).scalars().all()
    if not ready:
        return []
    statement = _OF_FEW if len(ready) < FEW else _OF_ALL
    return [row.workspace_id for row in tx.connection.execute(statement, {"now": now, "limit": limit})]


def claim(
    tx: Transaction, now: datetime, limit: int, lease: timedelta, among: Sequence[str] | None = None
) -> list[Turn]:
    """Take up to `limit` turns, each ours until `now + lease`: nobody else speaks there meanwhile.

    `among`: what `waiting` gave a moment ago (those that are no longer free are left out); without it, it is asked here.
    """
    wanted = list(waiting(tx, now, limit) if among is None else among[:limit])
    if not wanted:
        return []
    known = set(tx.connection.execute(_KNOWN, {"wanted": wanted}).scalars())
    # In one order for all workers, so that none waits for another who waits for it.
    for workspace in sorted(set(wanted) - known):
        _MEET(tx, {"workspace_id": workspace, "pace": {}})
    free = {row.workspace_id: row.pace for row in tx.connection.execute(_TAKABLE, {"wanted": wanted, "now": now})}
    if free:
        tx.connection.execute(_TAKE, {"wanted": list(free), "until": now + lease})
    return [Turn(workspace, now + lease, free[workspace]) for workspace in wanted if workspace in free]


def give_back(tx: Transaction, until: datetime, now: datetime, quiet_until: datetime | None, pace: Any) -> bool:
    """End our turn in this workspace, leaving its pace to the next one. `until`: the lease we had; False when it ended and
    somebody else has come."""
    values = {"workspace": tx.workspace, "until": until, "at": now, "silence": quiet_until, "left": pace}
    return tx.connection.execute(_GIVE_BACK, values).rowcount == 1


def listen_again(tx: Transaction) -> bool:
    """Whatever asked for silence in this workspace is over: it has just let us in again, say."""
    return tx.connection.execute(_LISTEN_AGAIN, {"workspace": tx.workspace}).rowcount == 1


def free_all(tx: Transaction) -> None:
    """End the turns of a dead process, in any workspace, and its silences. Only for whoever is alone on the database."""
    tx.connection.execute(_FREE_ALL)


def next_at(tx: Transaction, now: datetime) -> datetime | None:
    """The earliest moment something can be claimed, in any workspace: where no turn can begin, not before one can."""
    silent = _silent(tx, now)
    if not silent:
        return tx.connection.execute(_NEXT, {"now": now}).scalar()
    best: datetime | None = tx.connection.execute(_NEXT_ELSEWHERE, {"now": now, "silent": list(silent)}).scalar()
    for workspace, until in sorted(silent.items(), key=lambda one: one[1]):
        if best is not None and best <= until:
            break
        ready = tx.connection.execute(_NEXT_THERE, {"now": now, "workspace": workspace}).scalar()
        if ready is not None:
            best = min(max(ready, until), best or _NEVER)
    return best


def _silent(tx: Transaction, now: datetime) -> dict[str, datetime]:
    """The workspaces where no turn can begin now, and until when."""
    rows = tx.connection.execute(_SILENT, {"now": now})
    return {row.workspace_id: max(filter(None, (row.taken_until, row.quiet_until))) for row in rows}
