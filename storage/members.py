"""The people of a workspace: who they are, since when, and in what roles."""

import secrets
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from flows.core.people import Member, Workspace
from storage import tables, workspaces
from storage.ahead import Look
from storage.compiled import Row
from storage.prepared import Prepared
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction

PREFERENCES = frozenset({"locale", "address", "zone", "slot", "working_days", "paused_until", "has_opened_home"})

_MEMBER, _ROLE, _TENURE, _CONTACT = tables.member.c, tables.role.c, tables.tenure.c, tables.contact.c
_DATED = ("arrived_on", "associate_since", "left_on")
_REACHED = ("personal_email", "pace")
_KEPT_ELSEWHERE = frozenset({"id", "roles", *_DATED, *_REACHED})
_OWN_COLUMNS = tuple(name for name in Member.__dataclass_fields__ if name not in _KEPT_ELSEWHERE)

_PAST = tables.tenure.alias("past")
_LAST_DAY = sa.select(sa.func.max(_PAST.c.left_on)).where(_PAST.c.member_id == _MEMBER.id).scalar_subquery()
_WITH_TENURE = (
    sa.select(
        *(_MEMBER[name] for name in ("id", *_OWN_COLUMNS)),
        _TENURE.arrived_on,
        sa.case((_TENURE.associate_until.is_(None), _TENURE.associate_since)).label("associate_since"),
        sa.case((_TENURE.id.is_(None), _LAST_DAY)).label("left_on"),
        _CONTACT.email.label("personal_email"),
        _CONTACT.pace,
        _ROLE.name.label("role"),
    )
    .select_from(
        tables.member.outerjoin(tables.tenure, sa.and_(_TENURE.member_id == _MEMBER.id, _TENURE.left_on.is_(None)))
        .outerjoin(tables.contact, sa.and_(_CONTACT.member_id == _MEMBER.id, _CONTACT.bounced_on.is_(None)))
        .outerjoin(tables.role, _ROLE.member_id == _MEMBER.id)
    )
    .where(_MEMBER.workspace_id == sa.bindparam("workspace"))
)
_BY_ID = Prepared(_WITH_TENURE, by=_MEMBER.id)
_BY_SLACK_ID = Prepared(_WITH_TENURE, by=_MEMBER.slack_id)
_SPEAKING = Prepared(
    _WITH_TENURE.add_columns(*workspaces.BESIDE).outerjoin(
        tables.workspace, tables.workspace.c.workspace_id == _MEMBER.workspace_id
    ),
    by=_MEMBER.slack_id,
)
_BY_EMAIL = Prepared(_WITH_TENURE, by=_MEMBER.email)
_ALL = _WITH_TENURE.order_by(_MEMBER.last_name, _MEMBER.first_name, _MEMBER.id)
_BY_IDS = _ALL.where(_MEMBER.id.in_(sa.bindparam("wanted", expanding=True)))
_ACTIVE = _ALL.where(_MEMBER.active)
_GUESTS = _ACTIVE.where(_MEMBER.is_guest)
_HOLDERS = _ALL.where(
    _MEMBER.id.in_(
        sa.select(_ROLE.member_id).where(
            _ROLE.workspace_id == sa.bindparam("workspace"), _ROLE.name == sa.bindparam("wanted")
        )
    )
)
_IS_HERE = sa.select(sa.literal(1)).where(
    _MEMBER.id == sa.bindparam("wanted"), _MEMBER.workspace_id == sa.bindparam("workspace")
)
_GRANT = InsertUnlessThere(tables.role)
_HERE = _MEMBER.workspace_id == sa.bindparam("workspace")
_CLOSED = sa.and_(_HERE, ~_MEMBER.active, _MEMBER.slack_id.is_not(None))
_NOTE_CLOSED = (
    sa.update(tables.member).where(_CLOSED, _MEMBER.closed_on.is_(None)).values(closed_on=sa.bindparam("today"))
)
_NOTE_OPEN = (
    sa.update(tables.member).where(_HERE, _MEMBER.active, _MEMBER.closed_on.is_not(None)).values(closed_on=None)
)
_CLOSED_ON = sa.select(_MEMBER.id, _MEMBER.closed_on).where(_CLOSED)


def new_id() -> str:
    return f"m_{secrets.token_hex(8)}"


def find(tx: Transaction, id: str) -> Member | None:
    return _one(tx, _BY_ID, id)


def find_ahead(id: str) -> Look:
    """What `find` will ask (`Transaction.look_ahead`)."""
    return Look(_BY_ID, id)


def find_all(tx: Transaction, ids: Collection[str]) -> list[Member]:
    """Those of these members that there are. One query."""
    return _members(tx.connection.execute(_BY_IDS, {"workspace": tx.workspace, "wanted": list(ids)}).mappings())


def by_slack_id(tx: Transaction, slack_id: str) -> Member | None:
    return _one(tx, _BY_SLACK_ID, slack_id)


def speaking(tx: Transaction, slack_id: str) -> tuple[Member | None, Workspace | None]:
    """Who speaks, and what their cooperative has decided, in one question: each gesture begins with both. The second is None,
    too, when there is no such member here."""
    found = _SPEAKING.found(tx, {"workspace": tx.workspace, "wanted": slack_id})
    if not found:
        return None, None
    rows = _BY_SLACK_ID.read(tx, [each[: -len(workspaces.BESIDE)] for each in found])
    return _members(rows)[0], workspaces.beside(tx, found[0][-len(workspaces.BESIDE) :])


def speaking_ahead(slack_id: str) -> Look:
    """What `speaking` will ask (`Transaction.look_ahead`)."""
    return Look(_SPEAKING, slack_id)


def by_email(tx: Transaction, email: str) -> Member | None:
    """Whoever has that address, however it is typed."""
    return _one(tx, _BY_EMAIL, _email(email))


def everyone(tx: Transaction, active_only: bool = True) -> list[Member]:
    """All members by last name and first name, those whose account is closed left out unless asked for. One query."""
    return _members(tx.connection.execute(_ACTIVE if active_only else _ALL, {"workspace": tx.workspace}).mappings())


def guests(tx: Transaction) -> list[Member]:
    """Those whose account is a guest's, and open."""
    return _members(tx.connection.execute(_GUESTS, {"workspace": tx.workspace}).mappings())


def holders(tx: Transaction, role: str) -> list[Member]:
    return _members(tx.connection.execute(_HOLDERS, {"workspace": tx.workspace, "wanted": role}).mappings())


def is_here(tx: Transaction, id: str) -> bool:
    return tx.connection.execute(_IS_HERE, {"workspace": tx.workspace, "wanted": id}).first() is not None


def remember(tx: Transaction, member: Member) -> Member:
    """Write `member` down, new or known, and give them as they are now remembered.

    The dates are those of the current tenure, which begins with them for whoever comes for the first time or comes back; a
    date that is None erases nothing. Roles are those granted: what `member` says of them counts only the first time, so that
    a refreshed profile takes no role away. When they left, and where to write to them since, have verbs of their own.
    """
    values = {name: getattr(member, name) for name in _OWN_COLUMNS}
    values["email"] = _email(member.email) if member.email else None
    values["working_days"] = _days(member.working_days)
    mine = sa.and_(_MEMBER.id == member.id, _MEMBER.workspace_id == tx.workspace)
    if tx.connection.execute(sa.update(tables.member).where(mine).values(values)).rowcount == 0:
        tx.connection.execute(sa.insert(tables.member).values(id=member.id, workspace_id=tx.workspace, **values))
        for role in sorted(member.roles):
            grant(tx, member.id, role)
    _date_tenure(tx, member)
    remembered = find(tx, member.id)
    assert remembered is not None, "written a line above"
    return remembered


def set_preferences(tx: Transaction, id: str, **changes: Any) -> Member | None:
    """Change the named preferences (`PREFERENCES`); None when there is no such member here. Raises TypeError for others."""
    if strange := changes.keys() - PREFERENCES:
        raise TypeError(f"not a preference of a member: {sorted(strange)}")
    if "working_days" in changes:
        changes["working_days"] = _days(changes["working_days"])
    if changes:
        mine = sa.and_(_MEMBER.id == id, _MEMBER.workspace_id == tx.workspace)
        tx.connection.execute(sa.update(tables.member).where(mine).values(changes))
    return find(tx, id)


def grant(tx: Transaction, id: str, role: str) -> bool:
    """Whether that made a difference: not when they hold the role already, nor when there is no such member here."""
    if not is_here(tx, id):
        return False
    return _GRANT(tx, {"member_id": id, "name": role, "workspace_id": tx.workspace})


def revoke(tx: Transaction, id: str, role: str) -> bool:
    held = sa.and_(_ROLE.member_id == id, _ROLE.name == role, _ROLE.workspace_id == tx.workspace)
    return tx.connection.execute(sa.delete(tables.role).where(held)).rowcount == 1


def closed_on(tx: Transaction, today: date) -> dict[str, date]:
    """By member, since when their account is closed: since today for those of whom it was not known yet."""
    here = {"workspace": tx.workspace}
    tx.connection.execute(_NOTE_OPEN, here)
    tx.connection.execute(_NOTE_CLOSED, {**here, "today": today})
    return {row.id: row.closed_on for row in tx.connection.execute(_CLOSED_ON, here)}


def end_membership(tx: Transaction, id: str, on: date) -> None:
    """They work on, and are an associate no longer after that day."""
    current = sa.and_(_TENURE.workspace_id == tx.workspace, _TENURE.member_id == id, _TENURE.left_on.is_(None))
    tx.connection.execute(sa.update(tables.tenure).where(current).values(associate_until=on))


def leave(tx: Transaction, id: str, left_on: date) -> bool:
    """Close the current tenure on its last day. False when they have left already, or are no member here.

    Whoever was there without a date has been there all the same: that tenure is written down as it ends.
    """
    if not is_here(tx, id):
        return False
    current = sa.and_(_TENURE.member_id == id, _TENURE.left_on.is_(None))
    if tx.connection.execute(sa.update(tables.tenure).where(current).values(left_on=left_on)).rowcount == 1:
        return True
    if tx.connection.execute(sa.select(_TENURE.id).where(_TENURE.member_id == id).limit(1)).first() is not None:
        return False
    tx.connection.execute(sa.insert(tables.tenure).values(workspace_id=tx.workspace, member_id=id, left_on=left_on))
    return True


def has_not_left(tx: Transaction, id: str) -> bool:
    """Open again the tenure that was closed, when none has begun since: they were there all along."""
    mine = sa.and_(_TENURE.workspace_id == tx.workspace, _TENURE.member_id == id)
    tenures = tx.connection.execute(sa.select(_TENURE.id, _TENURE.left_on).where(mine)).all()
    if not tenures or any(one.left_on is None for one in tenures):
        return False
    latest = max(tenures, key=lambda one: one.left_on)
    return (
        tx.connection.execute(sa.update(tables.tenure).where(_TENURE.id == latest.id).values(left_on=None)).rowcount
        == 1
    )


def is_not_back(tx: Transaction, id: str) -> bool:
    """Unwrite the tenure that was begun for whoever had left: they have left since the day they did. Whether there was one."""
    mine = sa.and_(_TENURE.workspace_id == tx.workspace, _TENURE.member_id == id)
    if tx.connection.execute(sa.select(_TENURE.id).where(mine, _TENURE.left_on.is_not(None)).limit(1)).first() is None:
        return False
    return tx.connection.execute(sa.delete(tables.tenure).where(mine, _TENURE.left_on.is_(None))).rowcount == 1


def is_not_coming(tx: Transaction, id: str) -> bool:
    """Unwrite the tenure that was begun for a guest who is no member after all. Whether there was one."""
    current = sa.and_(_TENURE.workspace_id == tx.workspace, _TENURE.member_id == id, _TENURE.left_on.is_(None))
    return tx.connection.execute(sa.delete(tables.tenure).where(current)).rowcount == 1


def _date_tenure(tx: Transaction, member: Member) -> None:
    dates = {"arrived_on": member.arrived_on, "associate_since": member.associate_since}
    known = {name: day for name, day in dates.items() if day is not None}
    if not known:
        return
    current = sa.and_(_TENURE.member_id == member.id, _TENURE.left_on.is_(None))
    if tx.connection.execute(sa.update(tables.tenure).where(current).values(known)).rowcount == 0:
        tx.connection.execute(sa.insert(tables.tenure).values(workspace_id=tx.workspace, member_id=member.id, **known))


def _one(tx: Transaction, statement: Prepared, wanted: str) -> Member | None:
    found = _members(statement.all(tx, {"workspace": tx.workspace, "wanted": wanted}))
    return found[0] if found else None


def _members(rows: Iterable[Row]) -> list[Member]:
    """The rows are one for each role a member holds, and one for who holds none."""
    first_rows: dict[str, Row] = {}
    roles: dict[str, list[str]] = {}
    for row in rows:
        first_rows.setdefault(row["id"], row)
        if row["role"] is not None:
            roles.setdefault(row["id"], []).append(row["role"])
    return [_member(row, roles.get(id, ())) for id, row in first_rows.items()]


def _member(row: Row, roles: Iterable[str]) -> Member:
    values = {**row, "roles": frozenset(roles)}
    del values["role"]
    if values["working_days"] is not None:
        values["working_days"] = frozenset(values["working_days"])
    return Member(**values)


def _days(days: frozenset[int] | None) -> list[int] | None:
    return None if days is None else sorted(days)


def _email(address: str) -> str:
    return address.strip().lower()
