"""The improvement plan: what was found, what is done about it, by whom, for when, and what came of it."""

import secrets
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

import sqlalchemy as sa

from storage import poll_tables
from storage.transaction import Transaction

Source = Literal["round", "report", "debrief", "check_in", "other"]
ImprovementState = Literal["under_way", "done", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """One line of the plan. `source` says what kind of thing it came from, never whose; `sign`: how we will know."""

    id: str
    source: Source
    finding: str
    action: str
    sign: str = ""
    owner_id: str | None = None
    due_on: date
    state: ImprovementState = "under_way"
    outcome: str = ""
    """A word on what came of it, once it is closed."""
    opened_on: date
    closed_on: date | None = None
    poll: str = ""
    round_id: str | None = None
    """The round it came from, when it came from one."""


_ROW = poll_tables.improvement.c
_ALL = (
    sa.select(poll_tables.improvement)
    .where(_ROW.workspace_id == sa.bindparam("workspace"))
    .order_by(_ROW.due_on, _ROW.opened_on, _ROW.id)
)
_ONE = _ALL.where(_ROW.id == sa.bindparam("wanted"))
_ONE_LOCKED = _ONE.with_for_update()
_UNDER_WAY = _ALL.where(_ROW.state == "under_way")
_CLOSED_SINCE = _ALL.where(_ROW.closed_on >= sa.bindparam("since"))
_SINCE = _ALL.where(_ROW.opened_on >= sa.bindparam("since"))


def new_id() -> str:
    return f"i_{secrets.token_hex(8)}"


def find(tx: Transaction, id: str, *, lock: bool = False) -> Improvement | None:
    """`lock`: nobody else changes it until this transaction ends."""
    statement = _ONE_LOCKED if lock else _ONE
    row = tx.connection.execute(statement, {"workspace": tx.workspace, "wanted": id}).mappings().first()
    return _improvement(row) if row else None


def save(tx: Transaction, improvement: Improvement) -> None:
    values = asdict(improvement)
    mine = sa.and_(_ROW.workspace_id == tx.workspace, _ROW.id == improvement.id)
    if tx.connection.execute(sa.update(poll_tables.improvement).where(mine).values(values)).rowcount == 0:
        tx.connection.execute(sa.insert(poll_tables.improvement).values({**values, "workspace_id": tx.workspace}))


def under_way(tx: Transaction) -> list[Improvement]:
    """What is not closed, the soonest due first."""
    return _improvements(tx.connection.execute(_UNDER_WAY, {"workspace": tx.workspace}))


def closed_since(tx: Transaction, day: date) -> list[Improvement]:
    return _improvements(tx.connection.execute(_CLOSED_SINCE, {"workspace": tx.workspace, "since": day}))


def opened_since(tx: Transaction, day: date) -> list[Improvement]:
    """What was decided from that day on, closed or not."""
    return _improvements(tx.connection.execute(_SINCE, {"workspace": tx.workspace, "since": day}))


def _improvements(rows: sa.CursorResult[tuple[object, ...]]) -> list[Improvement]:
    return [_improvement(row) for row in rows.mappings()]


def _improvement(row: sa.RowMapping) -> Improvement:
    return Improvement(**{name: value for name, value in row.items() if name != "workspace_id"})
