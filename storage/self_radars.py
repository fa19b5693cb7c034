"""A member's own radars: for them alone, the latest two."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from storage import members, poll_tables
from storage.transaction import Transaction

KEPT = 2
"""The last one, and the one it is drawn beside."""

_ROW = poll_tables.self_radar.c
_MINE = sa.and_(_ROW.member_id == sa.bindparam("member"), _ROW.workspace_id == sa.bindparam("workspace"))
_OF = sa.select(_ROW.drawn_on, _ROW.answers).where(_MINE).order_by(_ROW.drawn_on.desc())


@dataclass(frozen=True, slots=True)
class SelfRadar:
    """`answers`: by axis, 0 to 5, or None where the member passed."""

    drawn_on: date
    answers: Mapping[str, int | None]


def of(tx: Transaction, member: str) -> list[SelfRadar]:
    """The latest first."""
    rows = tx.connection.execute(_OF, {"member": member, "workspace": tx.workspace})
    return [SelfRadar(row.drawn_on, row.answers) for row in rows]


def keep(tx: Transaction, member: str, radar: SelfRadar) -> None:
    """Keep this one, instead of another of the same day; what is older than the one before it is forgotten."""
    if not members.is_here(tx, member):
        return
    kept = [one for one in of(tx, member) if one.drawn_on != radar.drawn_on]
    outdated = [one.drawn_on for one in kept[KEPT - 1 :]]
    _forget(tx, member, [radar.drawn_on, *outdated])
    row = {"member_id": member, "workspace_id": tx.workspace}
    values = {**row, "drawn_on": radar.drawn_on, "answers": dict(radar.answers)}
    tx.connection.execute(sa.insert(poll_tables.self_radar).values(values))


def forget(tx: Transaction, member: str) -> None:
    """Leave none of the radars that a member drew for themselves."""
    _forget(tx, member, [one.drawn_on for one in of(tx, member)])
    tx.leave_no_journal()


def _forget(tx: Transaction, member: str, days: list[date]) -> None:
    gone = sa.delete(poll_tables.self_radar).where(_MINE, _ROW.drawn_on.in_(days))
    tx.connection.execute(gone, {"member": member, "workspace": tx.workspace})
