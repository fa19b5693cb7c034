"""Those who stay in touch: the personal address somebody gave before leaving, how often they want letters, since when.

A row is there only as long as its person agrees. Whoever sends letters reads `Member.personal_email`, which this feeds.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from flows.core.people import Pace
from storage import members, tables
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """`renewed_on`: when they last said yes again; `asked_again_on`: when they were last asked to, and have not answered yet;
    `bounced_on`: when their mail server refused for good what we sent, for `bounce_reason`."""

    member_id: str
    email: str = field(repr=False)
    pace: Pace
    consented_on: date
    renewed_on: date | None = None
    asked_again_on: date | None = None
    bounced_on: date | None = None
    bounce_reason: str | None = None


_ROW = tables.contact.c
_IN_WORKSPACE = _ROW.workspace_id == sa.bindparam("workspace")
_THIS = sa.and_(_ROW.member_id == sa.bindparam("wanted"), _IN_WORKSPACE)
_IS_ALIVE = _ROW.bounced_on.is_(None)
_FIND = sa.select(tables.contact).where(_THIS)
_ALL = sa.select(tables.contact).where(_IN_WORKSPACE).order_by(_ROW.consented_on, _ROW.member_id)
_BY_EMAIL = _ALL.where(sa.func.lower(_ROW.email) == sa.bindparam("email"))
_LAST_YES = sa.func.coalesce(_ROW.renewed_on, _ROW.consented_on)
_DUE = _ALL.where(_IS_ALIVE, _ROW.asked_again_on.is_(None), sa.bindparam("before") > _LAST_YES)
_DEAD = _ALL.where(~_IS_ALIVE, sa.bindparam("before") > _LAST_YES)
_MEMBER = tables.member.c
_HEARING_EVERYTHING = (
    sa.select(_ROW.member_id)
    .join_from(tables.contact, tables.member, _ROW.member_id == _MEMBER.id)
    .where(_IN_WORKSPACE, _IS_ALIVE, _ROW.pace == sa.literal_column("'all'"), ~_MEMBER.active)
    .order_by(_ROW.member_id)
)
_UNANSWERED = _ALL.where(_ROW.asked_again_on < sa.bindparam("before"))
_CHANGE = sa.update(tables.contact).where(_THIS)
_OUTBOX = tables.outbox.c
_LET_GO = (
    sa.update(tables.outbox)
    .where(
        _OUTBOX.workspace_id == sa.bindparam("workspace"),
        _OUTBOX.recipient == sa.bindparam("wanted"),
        _OUTBOX.ready_at.is_not(None),
    )
    .values(state="sent", ready_at=None, uncertain=False, settled_at=sa.bindparam("now"))
)
_FORGET = sa.delete(tables.contact).where(_THIS)


def give(tx: Transaction, member_id: str, email: str, on: date, pace: Pace = "all") -> bool:
    """Write down the address somebody agrees to be written to at, in place of any other. False: no such member here."""
    if not members.is_here(tx, member_id):
        return False
    fresh = {"renewed_on": None, "asked_again_on": None, "bounced_on": None, "bounce_reason": None}
    values = {**fresh, "email": email.strip(), "pace": pace, "consented_on": on}
    if not _changed(tx, member_id, values):
        values |= {"member_id": member_id, "workspace_id": tx.workspace}
        tx.connection.execute(sa.insert(tables.contact).values(values))
    return True


def find(tx: Transaction, member_id: str) -> Contact | None:
    found = _contacts(tx, _FIND, wanted=member_id)
    return found[0] if found else None


def by_email(tx: Transaction, email: str) -> Contact | None:
    """Whoever stays in touch at this address, however it is typed."""
    found = _contacts(tx, _BY_EMAIL, email=email.strip().lower())
    return found[0] if found else None


def everyone(tx: Transaction) -> list[Contact]:
    """All who stay in touch, those whose address is dead too, the oldest consent first."""
    return _contacts(tx, _ALL)


def hearing_everything(tx: Transaction) -> list[str]:
    """The members whose account is closed, who can be written to, and who want to hear of everything."""
    return list(tx.connection.execute(_HEARING_EVERYTHING, {"workspace": tx.workspace}).scalars())


def renew(tx: Transaction, member_id: str, on: date, pace: Pace) -> bool:
    """They say yes again, and how often: whatever was refused before, they read what is written there. False: there is no
    address of theirs."""
    values = {"renewed_on": on, "asked_again_on": None, "bounced_on": None, "bounce_reason": None, "pace": pace}
    return _changed(tx, member_id, values)


def asked_again(tx: Transaction, member_id: str, on: date) -> bool:
    """They are asked whether they still agree. False: there is no address of theirs."""
    return _changed(tx, member_id, {"asked_again_on": on})


def due_for_renewal(tx: Transaction, before: date) -> list[Contact]:
    """Whoever last said yes before that day, can be written to, and has not been asked again since."""
    return _contacts(tx, _DUE, before=before)


def dead(tx: Transaction, before: date) -> list[Contact]:
    """Whoever last said yes before that day, and cannot be asked again: their address takes nothing any more."""
    return _contacts(tx, _DEAD, before=before)


def unanswered(tx: Transaction, before: date) -> list[Contact]:
    """Whoever was asked again before that day, and has said nothing."""
    return _contacts(tx, _UNANSWERED, before=before)


def bounce(tx: Transaction, member_id: str, on: date, reason: str) -> bool:
    """Their address takes nothing any more. Whether it is news."""
    alive = _CHANGE.where(_IS_ALIVE).values(bounced_on=on, bounce_reason=reason)
    return tx.connection.execute(alive, {"wanted": member_id, "workspace": tx.workspace}).rowcount == 1


def forget(tx: Transaction, member_id: str) -> bool:
    """Erase the address and all that goes with it, from SQLite's journal too. Whether there was one."""
    tx.leave_no_journal()
    return tx.connection.execute(_FORGET, {"wanted": member_id, "workspace": tx.workspace}).rowcount == 1


def let_go(tx: Transaction, member_id: str, now: datetime) -> int:
    """Say nothing of what was still to be said to them, and hold it for no failure; how much that was."""
    values = {"wanted": member_id, "workspace": tx.workspace, "now": now}
    return tx.connection.execute(_LET_GO, values).rowcount


def _changed(tx: Transaction, member_id: str, values: dict[str, Any]) -> bool:
    return tx.connection.execute(_CHANGE.values(values), {"wanted": member_id, "workspace": tx.workspace}).rowcount == 1


def _contacts(tx: Transaction, statement: sa.Select[Any], **wanted: object) -> list[Contact]:
    rows = tx.connection.execute(statement, {"workspace": tx.workspace, **wanted}).mappings()
    return [Contact(**{name: value for name, value in row.items() if name != "workspace_id"}) for row in rows]
