"""Who has met whom."""

from datetime import date

import sqlalchemy as sa

from storage import members, tables
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction

_MEETING = tables.meeting.c
_RECORD = InsertUnlessThere(tables.meeting)
_MET_BY = sa.select(_MEETING.member_a, _MEETING.member_b).where(
    _MEETING.workspace_id == sa.bindparam("workspace"),
    sa.or_(_MEETING.member_a == sa.bindparam("member"), _MEETING.member_b == sa.bindparam("member")),
)


def record(tx: Transaction, a: str, b: str, on: date) -> bool:
    """Whether they had not met before. False too when one is not a member here, and for oneself."""
    if a == b or not (members.is_here(tx, a) and members.is_here(tx, b)):
        return False
    first, second = sorted((a, b))
    return _RECORD(tx, {"member_a": first, "member_b": second, "workspace_id": tx.workspace, "met_on": on})


def forget(tx: Transaction, member: str) -> int:
    """Forget whom they have met, and that these have met them; how many that was."""
    with_them = sa.or_(_MEETING.member_a == member, _MEETING.member_b == member)
    mine = sa.and_(_MEETING.workspace_id == tx.workspace, with_them)
    return tx.connection.execute(sa.delete(tables.meeting).where(mine)).rowcount


def met_by(tx: Transaction, member: str) -> set[str]:
    rows = tx.connection.execute(_MET_BY, {"workspace": tx.workspace, "member": member})
    return {row.member_b if row.member_a == member else row.member_a for row in rows}
