"""The stamps a member has earned on their path, or added to their passport themselves; kept for ever."""

from datetime import date

import sqlalchemy as sa

from storage import members, tables
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction

_COLUMNS = tables.stamp.c
_STAMP = InsertUnlessThere(tables.stamp)
_STAMPS_OF = (
    sa.select(_COLUMNS.name, _COLUMNS.stamped_on)
    .where(_COLUMNS.member_id == sa.bindparam("member"), _COLUMNS.workspace_id == sa.bindparam("workspace"))
    .order_by(_COLUMNS.stamped_on, _COLUMNS.name)
)
_THEIR_OWN = _STAMPS_OF.where(_COLUMNS.by_oneself)
_ONE_OF_THEIR_OWN = sa.and_(
    _COLUMNS.member_id == sa.bindparam("member"),
    _COLUMNS.workspace_id == sa.bindparam("workspace"),
    _COLUMNS.name == sa.bindparam("stamp"),
    _COLUMNS.by_oneself,
)
_CORRECT = sa.update(tables.stamp).where(_ONE_OF_THEIR_OWN).values(stamped_on=sa.bindparam("on"))
_TAKE_OFF = sa.delete(tables.stamp).where(_ONE_OF_THEIR_OWN)


def stamp(tx: Transaction, member: str, name: str, on: date, *, by_oneself: bool = False) -> bool:
    """Whether it is new: a stamp keeps its first day, and whose it is. False too when there is no such member here."""
    if not members.is_here(tx, member):
        return False
    row = {"member_id": member, "name": name, "workspace_id": tx.workspace, "stamped_on": on, "by_oneself": by_oneself}
    return _STAMP(tx, row)


def correct(tx: Transaction, member: str, name: str, on: date) -> bool:
    """Change the day of a stamp that the member added themselves. Whether there is one."""
    values = {"member": member, "workspace": tx.workspace, "stamp": name, "on": on}
    return tx.connection.execute(_CORRECT, values).rowcount == 1


def take_off(tx: Transaction, member: str, name: str) -> bool:
    """Take off a stamp that the member added themselves. Whether there was one."""
    values = {"member": member, "workspace": tx.workspace, "stamp": name}
    return tx.connection.execute(_TAKE_OFF, values).rowcount == 1


def stamps_of(tx: Transaction, member: str) -> dict[str, date]:
    """Their stamps and the day of each, oldest first."""
    return _read(tx, _STAMPS_OF, member)


def added_by(tx: Transaction, member: str) -> dict[str, date]:
    """Those of their stamps that they added themselves."""
    return _read(tx, _THEIR_OWN, member)


def _read(tx: Transaction, which: sa.Select[tuple[str, date]], member: str) -> dict[str, date]:
    rows = tx.connection.execute(which, {"member": member, "workspace": tx.workspace})
    return {row.name: row.stamped_on for row in rows}
