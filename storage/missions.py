"""The handover plan of a departure: each mission, and who takes it on."""

import secrets
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from storage import leaving_tables
from storage.transaction import Transaction
from storage.words import opened, sealed

MissionState = Literal["free", "proposed", "accepted", "to_talk", "declined", "kept"]
"""Whether somebody takes it on: `to_talk` when they would rather speak of it first. `kept`: the person noted it alone, and
shows it to nobody yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mission:
    """Something to hand over; `taker_id`: who is asked to take it on, or does."""

    id: str
    departure_id: str
    title: str
    taker_id: str | None = None
    state: MissionState = "free"
    number: int = 0
    """Its place in the plan."""


_ROW = leaving_tables.mission.c
_ALL = (
    sa.select(leaving_tables.mission)
    .where(_ROW.workspace_id == sa.bindparam("workspace"))
    .order_by(_ROW.number, _ROW.id)
)
_ONE = _ALL.where(_ROW.id == sa.bindparam("wanted"))
_OF_DEPARTURE = _ALL.where(_ROW.departure_id == sa.bindparam("wanted"))


def new_id() -> str:
    return f"h_{secrets.token_hex(8)}"


def find(tx: Transaction, id: str) -> Mission | None:
    row = tx.connection.execute(_ONE, {"workspace": tx.workspace, "wanted": id}).mappings().first()
    return _mission(tx, row) if row else None


def of_departure(tx: Transaction, departure_id: str) -> list[Mission]:
    """The plan, in its order."""
    rows = tx.connection.execute(_OF_DEPARTURE, {"workspace": tx.workspace, "wanted": departure_id}).mappings()
    return [_mission(tx, row) for row in rows]


def save(tx: Transaction, mission: Mission) -> None:
    values: dict[str, Any] = {
        "departure_id": mission.departure_id,
        "title": sealed(tx, mission.title, mission.id),
        "taker_id": mission.taker_id,
        "state": mission.state,
        "number": mission.number,
    }
    mine = sa.and_(_ROW.workspace_id == tx.workspace, _ROW.id == mission.id)
    if tx.connection.execute(sa.update(leaving_tables.mission).where(mine).values(values)).rowcount == 0:
        keys = {"id": mission.id, "workspace_id": tx.workspace}
        tx.connection.execute(sa.insert(leaving_tables.mission).values({**keys, **values}))


def remove(tx: Transaction, id: str) -> None:
    mine = sa.and_(_ROW.workspace_id == tx.workspace, _ROW.id == id)
    tx.connection.execute(sa.delete(leaving_tables.mission).where(mine))


def _mission(tx: Transaction, row: sa.RowMapping) -> Mission:
    return Mission(
        id=row["id"],
        departure_id=row["departure_id"],
        title=opened(tx, row["title"], row["id"]),
        taker_id=row["taker_id"],
        state=row["state"],
        number=row["number"],
    )
