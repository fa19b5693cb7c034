"""The stamps a member has earned on their path; kept for ever."""

from datetime import date

import sqlalchemy as sa

from storage import members, tables
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction

_STAMP = InsertUnlessThere(tables.stamp)
_STAMPS_OF = (
    sa.select(tables.stamp.c.name, tables.stamp.c.stamped_on)
    .where(tables.stamp.c.member_id == sa.bindparam("member"), tables.stamp.c.workspace_id == sa.bindparam("workspace"))
    .order_by(tables.stamp.c.stamped_on, tables.stamp.c.name)
)


def stamp(tx: Transaction, member: str, name: str, on: date) -> bool:
    """Whether it is new: a stamp keeps its first day. False too when there is no such member here."""
    if not members.is_here(tx, member):
        return False
    return _STAMP(tx, {"member_id": member, "name": name, "workspace_id": tx.workspace, "stamped_on": on})


def stamps_of(tx: Transaction, member: str) -> dict[str, date]:
    """Their stamps and the day of each, oldest first."""
    rows = tx.connection.execute(_STAMPS_OF, {"member": member, "workspace": tx.workspace})
    return {row.name: row.stamped_on for row in rows}
