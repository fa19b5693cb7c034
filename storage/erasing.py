"""Erasing somebody: after it no table says who they are, nor holds a word of theirs. `storage.rights` says what stays."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from flows.core.calendar import Rhythm
from flows.core.model import Addressee, Conversation, StepState
from flows.core.people import Member
from storage import (
    contacts,
    conversations,
    departures,
    leaving_tables,
    missions,
    poll_tables,
    rights,
    tables,
    withdrawing,
)
from storage.transaction import Transaction

IsWritten = Callable[[str, str], bool]
"""Whether the answer to this step of this flow is in somebody's own words."""
SOMEBODY = "…"
"""What stands where they were named."""
AT_ONCE = 200
"""Conversations read together when looking for what names somebody."""

_TALK, _CAST, _OUTBOX = tables.conversation.c, tables.casting.c, tables.outbox.c
_LINE = poll_tables.improvement.c
_TOLD = ("finding", "action", "sign", "outcome")
_TYPED = (
    (poll_tables.poll, "definition"),
    (poll_tables.round_, "frozen"),
    (poll_tables.round_, "report"),
)
"""Where polls hold what somebody typed: questions, then comments. Each time under `texts`."""


class Names:
    """What names somebody wherever it is read: their whole name, their addresses, their account, their number here.

    A first name alone is another's too, and a word: it is masked where it is all that is written, never inside what people say.
    """

    def __init__(self, member: Member, *addresses: str) -> None:
        whole = [member.name] if member.last_name else []
        names = [one for one in (*whole, member.email, member.slack_id, member.id, *addresses) if one]
        self._alone = {one for one in (member.name, member.first_name, member.last_name) if one}
        self._anywhere = re.compile(
            "|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in names) or r"(?!)", re.IGNORECASE
        )

    def masked(self, value: Any) -> Any:
        """The same JSON-native value, that names them no more."""
        match value:
            case str():
                return SOMEBODY if value in self._alone else self._anywhere.sub(SOMEBODY, value)
            case Mapping():
                return {name: self.masked(one) for name, one in value.items()}
            case list():
                return [self.masked(one) for one in value]
        return value


def erase(
    tx: Transaction, member: Member, now: datetime, *, kept: Collection[str], is_written: IsWritten, house: Rhythm
) -> None:
    """Erase a member whose parts have been handed over; what others were told of them is to be taken back. `kept`: the
    conversations that must go on though nobody leads them."""
    contact = contacts.find(tx, member.id)
    names = Names(member, *([contact.email] if contact is not None else []))
    theirs = [talk for talk in talks_about(tx, member.id) if talk not in kept]
    withdrawing.withdraw(tx, theirs, now)
    forget_begun(tx, theirs)
    _mask_talks(tx, member.id, names, now, is_written, house)
    _mask_contexts(tx, names)
    _mask_plan(tx, names)
    _mask_polls(tx, names)
    _mask_departures(tx, names)
    for holding in rights.HOLDINGS:
        if holding.about is not None:
            _apply(tx, holding, member.id, kept)
    forget_husks(tx, [member.id])


def forget_talks(tx: Transaction, ids: Collection[str]) -> None:
    """Leave nothing of these conversations: not their answers, nor who played in them, nor what was said for them."""
    for some in _in_batches(list(ids)):
        theirs = sa.and_(_OUTBOX.workspace_id == tx.workspace, _OUTBOX.conversation.in_(some))
        tx.connection.execute(sa.delete(tables.outbox).where(theirs))
    forget_begun(tx, ids)


def forget_begun(tx: Transaction, ids: Collection[str]) -> None:
    """Leave nothing of these conversations but what is still to be said of them, or taken back."""
    for some in _in_batches(list(ids)):
        cast = sa.and_(_CAST.workspace_id == tx.workspace, _CAST.conversation_id.in_(some))
        tx.connection.execute(sa.delete(tables.casting).where(cast))
        begun_there = sa.and_(_TALK.workspace_id == tx.workspace, _TALK.parent_id.in_(some))
        tx.connection.execute(sa.update(tables.conversation).where(begun_there).values(parent_id=None))
        gone = sa.and_(_TALK.workspace_id == tx.workspace, _TALK.id.in_(some))
        tx.connection.execute(sa.delete(tables.conversation).where(gone))


def forget_husks(tx: Transaction, ids: Iterable[str] | None = None) -> None:
    """Delete the members (of these) of whom nothing is known any more, once nothing needs their id."""
    row = tables.member.c
    needed = (sa.select(_CAST.address).where(_CAST.workspace_id == tx.workspace)).union(
        sa.select(poll_tables.audience.c.member_id).where(poll_tables.audience.c.workspace_id == tx.workspace)
    )
    nameless = sa.and_(row.first_name == "", row.last_name == "", row.slack_id.is_(None), row.email.is_(None))
    husks = sa.delete(tables.member).where(
        row.workspace_id == tx.workspace, ~row.active, nameless, row.id.not_in(needed)
    )
    tx.connection.execute(husks if ids is None else husks.where(row.id.in_(list(ids))))


# --------------------------------------------------------------------------------------------------- what is about them


def talks_about(tx: Transaction, member_id: str, flows: Collection[str] | None = None) -> list[str]:
    """The conversations (of these flows) that are about a member."""
    mine = sa.select(_TALK.id).where(_TALK.workspace_id == tx.workspace, _TALK.subject == member_id)
    statement = mine if flows is None else mine.where(_TALK.flow.in_(sorted(flows)))
    return list(tx.connection.execute(statement.order_by(_TALK.number)).scalars())


def _apply(tx: Transaction, holding: rights.Holding, member_id: str, kept: Collection[str]) -> None:
    """Do to these rows what their description says, but for the conversations that are kept."""
    mine = rights.here(tx, holding)
    if holding.table is tables.casting:
        mine = sa.and_(mine, _CAST.conversation_id.not_in(list(kept)))
    if holding.table is tables.conversation:
        mine = sa.and_(mine, _TALK.id.not_in(list(kept)))
    if holding.fate == "deleted":
        tx.connection.execute(sa.delete(holding.table).where(mine), {"member": member_id})
    elif holding.fate == "blanked":
        tx.connection.execute(sa.update(holding.table).where(mine).values(holding.blanks), {"member": member_id})


# ------------------------------------------------------------------------------------------------ where others are at home


def _mask_talks(
    tx: Transaction, member_id: str, names: Names, now: datetime, is_written: IsWritten, house: Rhythm
) -> None:
    """In the conversations about others: blank what they wrote there, and mask what names them."""

    def without(talk: Conversation) -> Conversation:
        steps = {
            name: _state_without(state, member_id, names, is_theirs=is_written(talk.flow, name))
            for name, state in talk.steps.items()
        }
        return replace(talk, steps=steps, details=names.masked(dict(talk.details)))

    def as_known(address: str) -> Addressee:
        return Addressee(address, house)

    everything = sa.select(_TALK.id).where(_TALK.workspace_id == tx.workspace).order_by(_TALK.number)
    for some in _in_batches(list(tx.connection.execute(everything).scalars())):
        for talk in conversations.load_all(tx, some, lambda _: as_known, house):
            if without(talk) == talk:
                continue
            # Read again and held, so that what another worker writes meanwhile is not undone.
            held = conversations.load(tx, talk.id, as_known, house)
            if held is not None:
                conversations.save(tx, without(held), now)


def _state_without(state: StepState, member_id: str, names: Names, *, is_theirs: bool) -> StepState:
    by_them = state.by == member_id
    value = None if by_them and is_theirs else names.masked(state.value)
    return replace(state, value=value, by=None if by_them else state.by, to=None if state.to == member_id else state.to)


def _mask_contexts(tx: Transaction, names: Names) -> None:
    """In what was said to others, or is still to be said: whoever a message names is named when it is sent, but for these."""
    some = sa.and_(_OUTBOX.workspace_id == tx.workspace, sa.cast(_OUTBOX.context, sa.Text) != "{}")
    for row in tx.connection.execute(sa.select(_OUTBOX.id, _OUTBOX.context).where(some)).all():
        if (context := names.masked(row.context)) != row.context:
            tx.connection.execute(sa.update(tables.outbox).where(_OUTBOX.id == row.id).values(context=context))


def _mask_plan(tx: Transaction, names: Names) -> None:
    statement = sa.select(poll_tables.improvement).where(_LINE.workspace_id == tx.workspace)
    for row in tx.connection.execute(statement).mappings().all():
        masked = {name: names.masked(row[name]) for name in _TOLD}
        if masked != {name: row[name] for name in _TOLD}:
            mine = sa.and_(_LINE.workspace_id == tx.workspace, _LINE.id == row["id"])
            tx.connection.execute(sa.update(poll_tables.improvement).where(mine).values(masked))


def _mask_polls(tx: Transaction, names: Names) -> None:
    for table, column in _TYPED:
        keys = tuple(table.primary_key.columns)
        here = sa.and_(table.c.workspace_id == tx.workspace, table.c[column].is_not(None))
        for row in tx.connection.execute(sa.select(*keys, table.c[column]).where(here).with_for_update()).all():
            if (masked := _texts_masked(row[-1], names)) != row[-1]:
                this = sa.and_(*(key == value for key, value in zip(keys, row, strict=False)))
                tx.connection.execute(sa.update(table).where(here, this).values({column: masked}))


def _texts_masked(plain: Any, names: Names) -> Any:
    """What is under `texts` masked, and nothing else: a group or an item may be called as somebody is."""
    match plain:
        case Mapping():
            return {
                name: names.masked(one) if name == "texts" else _texts_masked(one, names) for name, one in plain.items()
            }
        case list():
            return [_texts_masked(one, names) for one in plain]
    return plain


def _mask_departures(tx: Transaction, names: Names) -> None:
    """In what others wrote for their own departures."""
    row = leaving_tables.departure.c
    for id in tx.connection.execute(sa.select(row.id).where(row.workspace_id == tx.workspace)).scalars().all():
        found = departures.find(tx, id, lock=True)
        if found is not None and (words := names.masked(dict(found.words))) != found.words:
            departures.save(tx, replace(found, words=words))
        for mission in missions.of_departure(tx, id):
            if (title := names.masked(mission.title)) != mission.title:
                missions.save(tx, replace(mission, title=title))


def _in_batches(ids: list[str]) -> Iterator[list[str]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
