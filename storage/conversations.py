"""Conversations: where each one stands, who plays in it, and when it must be looked at again."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from flows.core.calendar import Rhythm
from flows.core.model import Addressee, Conversation
from storage import members, tables, workspaces
from storage.ahead import Look
from storage.codec import READ, columns_of, columns_of_steps, conversation_of, read_anchors
from storage.compiled import Row
from storage.prepared import Prepared
from storage.transaction import Transaction

Status = Literal["open", "finished", "stopped"]

_ROW, _CAST = tables.conversation.c, tables.casting.c
_IN_WORKSPACE = _ROW.workspace_id == sa.bindparam("workspace")
_THIS = sa.and_(_ROW.id == sa.bindparam("wanted"), _IN_WORKSPACE)
_OPEN = _ROW.status == sa.literal_column("'open'")

_BEGIN = sa.insert(tables.conversation)
_CAST_IN = sa.insert(tables.casting)
_MOVED = ("version", "subject", "status", "wake_at", "anchors", "details", "steps", "words", "vacant", "ended_at")
_NEW: dict[str, sa.ColumnElement[Any]] = {name: sa.bindparam(f"new_{name}", type_=_ROW[name].type) for name in _MOVED}
# What has ended ended then, whatever is blanked in it afterwards.
_SAVE = (
    sa.update(tables.conversation)
    .where(_THIS)
    .values(_NEW | {"ended_at": sa.func.coalesce(_ROW.ended_at, _NEW["ended_at"])})
)
_OF_STEPS = ("wake_at", "steps", "words")
_SAVE_STEPS = Prepared(
    sa.update(tables.conversation).where(_THIS).values({name: _NEW[name] for name in _OF_STEPS}), one_row=True
)
_BESIDE_STEPS = ("cast", "anchors", "details", "status", "version", "vacant")


class _WithCast:
    """The statements that give the cast along with the row, in one dialect: one question fewer a move, twice."""

    def __init__(self, as_object: Callable[[Any, Any], sa.ColumnElement[Any]]) -> None:
        cast = sa.select(sa.type_coerce(as_object(_CAST.part, _CAST.address), sa.JSON))
        # By the id asked for, not the row's: joined to the row of a RETURNING, SQLite reads all castings.
        cast_now = cast.where(_CAST.conversation_id == sa.bindparam("wanted")).scalar_subquery()
        cast_of_row = cast.where(_CAST.conversation_id == _ROW.id).scalar_subquery()
        load = sa.select(*(_ROW[name] for name in READ), cast_of_row.label("cast")).where(_IN_WORKSPACE)
        self.load = Prepared(load, by=_ROW.id, one_row=True)
        self.load_all = load.where(_ROW.id.in_(sa.bindparam("wanted", expanding=True)))
        self.save = Prepared(_SAVE.returning(cast_now.label("cast")), one_row=True)


# Apart from what it holds: of a row that PostgreSQL waited for, it reads the conversation again and not who plays in it
# (manual, 13.2.1).
_LOCK = Prepared(sa.select(_ROW.id).where(_IN_WORKSPACE).order_by(_ROW.id).with_for_update(), by=_ROW.id, one_row=True)
_ON_SQLITE = _WithCast(sa.func.json_group_object)
_ON_POSTGRESQL = _WithCast(sa.func.json_object_agg)
_PUT_OFF = Prepared(
    sa.update(tables.conversation).where(_THIS, _OPEN).values(wake_at=sa.bindparam("until", type_=_ROW.wake_at.type)),
    one_row=True,
)
_WAKE_NO_MORE = Prepared(sa.update(tables.conversation).where(_THIS).values(wake_at=None), one_row=True)
_PLAYED_BY = (
    sa.select(_ROW.id, _ROW.flow, _CAST.part, _ROW.subject, _ROW.status)
    .join_from(tables.casting, tables.conversation, _CAST.conversation_id == _ROW.id)
    .where(_CAST.workspace_id == sa.bindparam("workspace"), _CAST.address == sa.bindparam("address"))
    .order_by(_ROW.number, _CAST.part)
)
_PLAYED_BY_OPEN = _PLAYED_BY.where(_OPEN)
_ENGAGED = (
    sa.select(_ROW.id, _CAST.address, _ROW.anchors)
    .join_from(tables.conversation, tables.casting, _CAST.conversation_id == _ROW.id)
    .where(_IN_WORKSPACE, _ROW.flow == sa.bindparam("flow"), _CAST.part.in_(sa.bindparam("parts", expanding=True)))
)
_ENGAGED_OPEN = _ENGAGED.where(_OPEN)
_PARENT_OF = sa.select(_ROW.parent_id, _ROW.parent_step).where(_THIS, _ROW.parent_id.is_not(None))
_CHILDREN_OF = sa.select(_ROW.id).where(_ROW.parent_id == sa.bindparam("wanted"), _IN_WORKSPACE).order_by(_ROW.number)
_OTHERS = sa.and_(_ROW.parent_id == sa.bindparam("former"), _ROW.id != sa.bindparam("latter"), _IN_WORKSPACE)
_OF_FLOW = sa.select(_ROW.id).where(_IN_WORKSPACE, _ROW.flow == sa.bindparam("flow")).order_by(_ROW.number)


class NeverBegun(LookupError):
    """There is no such conversation in this workspace, so it cannot be saved."""


@dataclass(frozen=True, slots=True)
class Casting:
    """A part somebody plays. `subject` is the address of whom the conversation is about."""

    conversation: str
    flow: str
    part: str
    subject: str | None
    status: Status


class Engagement(NamedTuple):
    """Somebody who plays in a conversation, and the days it is anchored to."""

    conversation: str
    address: str
    anchors: Mapping[str, date]


def new_id() -> str:
    return f"c_{secrets.token_hex(8)}"


def begin(
    tx: Transaction,
    conversation: Conversation,
    *,
    shape: str,
    parent: tuple[str, str] | None,
    by: str | None,
    now: datetime,
) -> None:
    """Write down a new conversation. `parent`: the conversation and step that started it; `by`: the address of who did."""
    parent_id, parent_step = parent or (None, None)
    values = {
        "id": conversation.id,
        "workspace_id": tx.workspace,
        "flow": conversation.flow,
        "shape": shape,
        "parent_id": parent_id,
        "parent_step": parent_step,
        "begun_by": by,
        "begun_at": now,
        "ended_at": None if conversation.status == "open" else now,
        **columns_of(tx, conversation),
    }
    tx.connection.execute(_BEGIN, values)
    _write_cast(tx, conversation.id, _addresses(conversation))


def save(tx: Transaction, conversation: Conversation, now: datetime, was: Conversation | None = None) -> None:
    """Write down where it stands and who plays in it. Raises NeverBegun.

    `was`: as it was loaded in this unit, if nothing was written of it since; then only what changed is.
    """
    this = {"wanted": conversation.id, "workspace": tx.workspace}
    # Each column that is written costs as much as its indexes.
    if was is not None and all(getattr(was, name) is getattr(conversation, name) for name in _BESIDE_STEPS):
        changed = {f"new_{name}": value for name, value in columns_of_steps(tx, conversation).items()}
        _SAVE_STEPS.later(tx, changed | this, NeverBegun(conversation.id))
        return
    values = {f"new_{name}": value for name, value in columns_of(tx, conversation).items()}
    values["new_ended_at"] = None if conversation.status == "open" else now
    saved = _with_cast(tx).save.first(tx, values | this)
    if saved is None:
        raise NeverBegun(conversation.id)
    before, after = saved["cast"] or {}, _addresses(conversation)
    if gone := [part for part, address in before.items() if after.get(part) != address]:
        tx.connection.execute(
            sa.delete(tables.casting).where(_CAST.conversation_id == conversation.id, _CAST.part.in_(gone))
        )
    _write_cast(tx, conversation.id, {part: who for part, who in after.items() if before.get(part) != who})


def load(
    tx: Transaction, id: str, addressee: Callable[[str], Addressee], house: Rhythm, *, lock: bool = True
) -> Conversation | None:
    """The conversation as it stands; `addressee` says who an address (a member's id, a channel's) is now.

    `lock`: other workers wait until this unit is written (PostgreSQL; elsewhere there is but one writer).
    """
    this = {"wanted": id, "workspace": tx.workspace}
    if lock and tx.on_postgresql and not tx.read_only:
        _LOCK.first(tx, this)
    row = _with_cast(tx).load.first(tx, this)
    if row is None:
        return None
    if tx.ahead is not None:
        tx.look_ahead(_players(tx, row))
    return _as_it_stands(tx, row, addressee, house)


def load_ahead(id: str) -> tuple[Look, Look]:
    """What `load` will ask (`Transaction.look_ahead`) to write it afterwards."""
    return Look(_LOCK, id), Look(_ON_POSTGRESQL.load, id)


def look_ahead(tx: Transaction, talks: Collection[tuple[str, str]]) -> None:
    """Ask at once what is asked to move these conversations, by their workspaces and ids: they, their workspaces, and who plays
    in them."""
    if tx.ahead is None:
        return
    tx.look_ahead([(workspace, look) for workspace, id in talks for look in (workspaces.find_ahead(), *load_ahead(id))])
    for_each = ((tx.within(workspace), {"wanted": id, "workspace": workspace}) for workspace, id in talks)
    rows = [(within, _ON_POSTGRESQL.load.first(within, this)) for within, this in for_each]
    tx.look_ahead([look for within, row in rows if row is not None for look in _players(within, row)])


def load_all(
    tx: Transaction, ids: Collection[str], addressees: Callable[[set[str]], Callable[[str], Addressee]], house: Rhythm
) -> list[Conversation]:
    """Those of these conversations that there are, in one query, to be shown: nothing is locked.

    `addressees` is told all the addresses met in them, and gives what says who one of them is.
    """
    values = {"wanted": list(ids), "workspace": tx.workspace}
    rows = tx.connection.execute(_with_cast(tx).load_all, values).mappings().all()
    addressee = addressees({address for row in rows for address in (row["cast"] or {}).values()})
    return [_as_it_stands(tx, row, addressee, house) for row in rows]


def parent_of(tx: Transaction, id: str) -> tuple[str, str] | None:
    """The conversation and the step that started this one."""
    row = tx.connection.execute(_PARENT_OF, {"wanted": id, "workspace": tx.workspace}).first()
    return (row.parent_id, row.parent_step) if row else None


def children_of(tx: Transaction, id: str) -> list[str]:
    return list(tx.connection.execute(_CHILDREN_OF, {"wanted": id, "workspace": tx.workspace}).scalars())


def go_on_from(tx: Transaction, former: str, latter: str) -> int:
    """What was begun from `former` is of `latter` from now on (`latter` stays where it is); how many conversations that is."""
    to = {"former": former, "latter": latter, "workspace": tx.workspace}
    return tx.connection.execute(sa.update(tables.conversation).where(_OTHERS).values(parent_id=latter), to).rowcount


def played_by(tx: Transaction, address: str, *, open_only: bool = True) -> list[Casting]:
    """The parts played by `address`, in the order the conversations began."""
    statement = _PLAYED_BY_OPEN if open_only else _PLAYED_BY
    rows = tx.connection.execute(statement, {"workspace": tx.workspace, "address": address})
    return [Casting(row.id, row.flow, row.part, row.subject, row.status) for row in rows]


def engaged(tx: Transaction, flow: str, parts: Collection[str], *, open_only: bool = False) -> list[Engagement]:
    """Whoever plays one of `parts` in a conversation of `flow`, once for each such part. One query: no conversation is loaded."""
    statement = _ENGAGED_OPEN if open_only else _ENGAGED
    rows = tx.connection.execute(statement, {"workspace": tx.workspace, "flow": flow, "parts": list(parts)})
    return [Engagement(row.id, row.address, read_anchors(row.anchors)) for row in rows]


def of_flow(tx: Transaction, flow: str, *, subject: str | None = None, open_only: bool = False) -> list[str]:
    """The ids of its conversations (about `subject`), in the order they began."""
    statement = _OF_FLOW if subject is None else _OF_FLOW.where(_ROW.subject == subject)
    statement = statement.where(_OPEN) if open_only else statement
    return list(tx.connection.execute(statement, {"workspace": tx.workspace, "flow": flow}).scalars())


def begun_before(tx: Transaction, flow: str, moment: datetime) -> list[str]:
    """The ids of the flow's conversations begun before `moment`, in the order they began."""
    statement = _OF_FLOW.where(_ROW.begun_at < moment)
    return list(tx.connection.execute(statement, {"workspace": tx.workspace, "flow": flow}).scalars())


def wake_for(tx: Transaction, address: str, now: datetime) -> int:
    """Make the open conversations where `address` plays due at once, and say how many they are."""
    theirs = sa.select(_CAST.conversation_id).where(_CAST.workspace_id == tx.workspace, _CAST.address == address)
    statement = sa.update(tables.conversation).where(_ROW.id.in_(theirs), _ROW.workspace_id == tx.workspace, _OPEN)
    return tx.connection.execute(statement.values(wake_at=now)).rowcount


def put_off(tx: Transaction, id: str, until: datetime) -> None:
    """Look at it again no earlier than `until`, if it is open. Nothing else of it changes."""
    _PUT_OFF.count(tx, {"wanted": id, "workspace": tx.workspace, "until": until})


def wake_no_more(tx: Transaction, id: str) -> None:
    """Look at it no more, before an event does."""
    _WAKE_NO_MORE.count(tx, {"wanted": id, "workspace": tx.workspace})


def _players(tx: Transaction, row: Row) -> list[tuple[str, Look]]:
    """What is asked of the members who play in it."""
    addresses = (row["cast"] or {}).values()
    return [(tx.workspace, members.find_ahead(address)) for address in addresses if address.startswith("m_")]


def _as_it_stands(tx: Transaction, row: Row, addressee: Callable[[str], Addressee], house: Rhythm) -> Conversation:
    cast = {part: addressee(address) for part, address in sorted((row["cast"] or {}).items())}
    return conversation_of(tx, row, cast, house)


def _addresses(conversation: Conversation) -> dict[str, str]:
    return {part: somebody.id for part, somebody in conversation.cast.items()}


def _with_cast(tx: Transaction) -> _WithCast:
    return _ON_POSTGRESQL if tx.on_postgresql else _ON_SQLITE


def _write_cast(tx: Transaction, id: str, cast: Mapping[str, str]) -> None:
    if cast:
        tx.connection.execute(
            _CAST_IN,
            [
                {"conversation_id": id, "part": part, "workspace_id": tx.workspace, "address": address}
                for part, address in cast.items()
            ],
        )
