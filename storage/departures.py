"""Departures: who leaves, when and how, who may know, what they want to say; and the trace of who did and saw what.

Every verb that shows one asks for whom: without an access there is no departure to see.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from storage import leaving_tables
from storage.transaction import Transaction
from storage.words import opened, sealed

State = Literal["private", "open", "left", "over", "called_off"]
"""`private`: prepared by the person alone; `open`: told; `left`: the last day is behind; then over, or undone."""
UNDER_WAY: tuple[State, ...] = ("private", "open", "left")
Capacity = Literal["subject", "lead", "supervisor", "debriefer", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One person's leaving. `kind`: a name of `flows.leaving.kinds`. `confidential_until`: the day before which nobody else is
    to know; None: until the announcement. `words`: what the person writes for the team, by field. `path_id`, `published_id`:
    the conversations that walk it and that say it to everybody."""

    id: str
    member_id: str
    kind: str
    last_day: date
    state: State = "open"
    is_delicate: bool = False
    confidential_until: date | None = None
    lead_id: str | None = None
    supervisor_id: str | None = None
    debriefer_id: str | None = None
    begun_on: date
    path_id: str | None = None
    publish_on: date | None = None
    published_on: date | None = None
    published_id: str | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """`by_id` did or saw `verb`; `about_id` is whom it was about, when it was about somebody else."""

    at: datetime
    by_id: str | None
    verb: str
    about_id: str | None = None


_ROW, _ACCESS = leaving_tables.departure.c, leaving_tables.departure_access.c
_TRACE = leaving_tables.departure_trace.c
_HERE: sa.BindParameter[str] = sa.bindparam("workspace")
_WANTED: sa.BindParameter[str] = sa.bindparam("wanted")
_ALL = sa.select(leaving_tables.departure).where(_ROW.workspace_id == _HERE).order_by(_ROW.last_day, _ROW.id)
_ONE = _ALL.where(_ROW.id == _WANTED)
_ONE_LOCKED = _ONE.with_for_update()
_OF_MEMBER = _ALL.where(_ROW.member_id == _WANTED)
_UNDER_WAY_OF = _OF_MEMBER.where(_ROW.state.in_(UNDER_WAY))
_LEAVING = sa.select(_ROW.member_id).where(_ROW.workspace_id == _HERE, _ROW.state == "open")
_VISIBLE_TO = (
    sa.select(leaving_tables.departure, _ACCESS.capacity)
    .join_from(leaving_tables.departure, leaving_tables.departure_access, _ACCESS.departure_id == _ROW.id)
    .where(_ROW.workspace_id == _HERE, _ACCESS.member_id == _WANTED)
    .order_by(_ROW.last_day, _ROW.id)
)
_CAPACITIES = sa.select(_ACCESS.member_id, _ACCESS.capacity).where(
    _ACCESS.workspace_id == _HERE, _ACCESS.departure_id == _WANTED
)
_TRACES = (
    sa.select(_TRACE.at, _TRACE.by_id, _TRACE.verb, _TRACE.about_id)
    .where(_TRACE.workspace_id == _HERE, _TRACE.departure_id == _WANTED)
    .order_by(_TRACE.id)
)


def new_id() -> str:
    return f"d_{secrets.token_hex(8)}"


def find(tx: Transaction, id: str, *, lock: bool = False) -> Departure | None:
    """Whoever asks: for the shell's own deeds. `lock`: nobody else changes it until this transaction ends."""
    return _first(tx, _ONE_LOCKED if lock else _ONE, id)


def under_way(tx: Transaction, member_id: str) -> Departure | None:
    """The member's own departure that is not over; there is one at most."""
    return _first(tx, _UNDER_WAY_OF, member_id)


def leaving(tx: Transaction) -> frozenset[str]:
    """The members whose last day is to come. For what goes without saying whose: it may be confidential."""
    return frozenset(tx.connection.execute(_LEAVING, {"workspace": tx.workspace}).scalars())


def of_member(tx: Transaction, member_id: str) -> list[Departure]:
    """All of the member's departures, the earliest first."""
    rows = tx.connection.execute(_OF_MEMBER, {"workspace": tx.workspace, "wanted": member_id}).mappings()
    return [_departure(tx, row) for row in rows]


def visible_to(tx: Transaction, member_id: str) -> list[tuple[Departure, Capacity]]:
    """What the member may know, each with the capacity they know it in; the soonest first."""
    rows = tx.connection.execute(_VISIBLE_TO, {"workspace": tx.workspace, "wanted": member_id}).mappings()
    return [(_departure(tx, row), row["capacity"]) for row in rows]


def capacity_of(tx: Transaction, departure_id: str, member_id: str) -> Capacity | None:
    """In what capacity the member may know of this departure; None: they may not, and are told what anybody would be."""
    return capacities(tx, departure_id).get(member_id)


def capacities(tx: Transaction, departure_id: str) -> dict[str, Capacity]:
    """Who may know, and in what capacity."""
    rows = tx.connection.execute(_CAPACITIES, {"workspace": tx.workspace, "wanted": departure_id})
    return {row.member_id: row.capacity for row in rows}


def save(tx: Transaction, departure: Departure) -> None:
    """Write it down, new or known. A second one under way for the same person is a database error: ask `under_way` first."""
    values = asdict(departure) | {"words": sealed(tx, dict(departure.words), departure.id) if departure.words else None}
    mine = sa.and_(_ROW.workspace_id == tx.workspace, _ROW.id == departure.id)
    if tx.connection.execute(sa.update(leaving_tables.departure).where(mine).values(values)).rowcount == 0:
        tx.connection.execute(sa.insert(leaving_tables.departure).values({**values, "workspace_id": tx.workspace}))


def change(tx: Transaction, id: str, **changes: Any) -> Departure | None:
    """Change these fields of a departure, held until this transaction ends; None when there is none here."""
    found = find(tx, id, lock=True)
    if found is None:
        return None
    changed = replace(found, **changes)
    if changed != found:
        save(tx, changed)
    return changed


def allow(tx: Transaction, departure_id: str, member_id: str, capacity: Capacity) -> None:
    """Let the member know of it, or know of it in another capacity."""
    table, mine = leaving_tables.departure_access, _access_of(tx, departure_id, member_id)
    if tx.connection.execute(sa.update(table).where(mine).values(capacity=capacity)).rowcount == 0:
        keys = {"workspace_id": tx.workspace, "departure_id": departure_id, "member_id": member_id}
        tx.connection.execute(sa.insert(table).values({**keys, "capacity": capacity}))


def disallow(tx: Transaction, departure_id: str, member_id: str) -> None:
    """Let the member know of it no longer."""
    mine = _access_of(tx, departure_id, member_id)
    tx.connection.execute(sa.delete(leaving_tables.departure_access).where(mine))


def trace(
    tx: Transaction, departure_id: str, at: datetime, by: str | None, verb: str, about: str | None = None
) -> None:
    """Write down that `by` did or saw `verb`."""
    values = {"departure_id": departure_id, "workspace_id": tx.workspace, "at": at}
    values |= {"by_id": by, "verb": verb, "about_id": about}
    tx.connection.execute(sa.insert(leaving_tables.departure_trace).values(values))


def traces(tx: Transaction, departure_id: str) -> list[Trace]:
    """Who did and saw what, the oldest first."""
    rows = tx.connection.execute(_TRACES, {"workspace": tx.workspace, "wanted": departure_id})
    return [Trace(row.at, row.by_id, row.verb, row.about_id) for row in rows]


def forget(tx: Transaction, id: str) -> None:
    """Leave nothing of a departure: not its missions, nor its trace, nor who knew."""
    for table in (leaving_tables.mission, leaving_tables.departure_trace, leaving_tables.departure_access):
        tx.connection.execute(sa.delete(table).where(table.c.workspace_id == tx.workspace, table.c.departure_id == id))
    tx.connection.execute(sa.delete(leaving_tables.departure).where(_ROW.workspace_id == tx.workspace, _ROW.id == id))
    tx.leave_no_journal()


def _access_of(tx: Transaction, departure_id: str, member_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        _ACCESS.workspace_id == tx.workspace, _ACCESS.departure_id == departure_id, _ACCESS.member_id == member_id
    )


def _first(tx: Transaction, statement: sa.Select[Any], wanted: str) -> Departure | None:
    row = tx.connection.execute(statement, {"workspace": tx.workspace, "wanted": wanted}).mappings().first()
    return _departure(tx, row) if row else None


def _departure(tx: Transaction, row: sa.RowMapping) -> Departure:
    values = {name: row[name] for name in Departure.__dataclass_fields__ if name != "words"}
    return Departure(**values, words=opened(tx, row["words"], row["id"]) if row["words"] else {})
