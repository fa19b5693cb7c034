"""Where each table holds something about a member, what an export gives of it and what erasure does to it: as data.

A table that is not described here is a fault, and a test says so: nobody's rights may depend on somebody remembering a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from storage import leaving_tables, poll_tables, serving_tables, tables
from storage.transaction import Transaction

Fate = Literal["deleted", "blanked", "left"]
Rows = list[dict[str, Any]]

_MEMBER: sa.BindParameter[str] = sa.bindparam("member")
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Rows of a table that are about a member, in one way.

    `about` finds them, the member's id being bound to `member`; None: the table says nothing of anybody. `given`: the columns an
    export gives. `fate`: what erasure does, `blanks` being written over where it blanks. `why`: a sentence for whoever erases,
    that says what goes or why it stays.
    """

    table: sa.Table
    about: sa.ColumnElement[bool] | None = None
    given: tuple[str, ...] = ()
    fate: Fate = "left"
    blanks: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    why: str


class Moments(NamedTuple):
    """When a conversation began, and when it ended."""

    begun_at: datetime
    ended_at: datetime | None


HUSK: Mapping[str, Any] = MappingProxyType(
    {
        **dict.fromkeys(("first_name", "last_name", "trade", "team"), ""),
        **dict.fromkeys(("slack_id", "email", "supervisor_id", "locale", "address", "zone", "slot", "paused_until")),
        "closed_on": None,
        "working_days": None,
        **dict.fromkeys(("active", "is_admin", "is_guest", "has_opened_home"), False),
    }
)
"""A member of whom nothing is known any more: only the random id is left."""


def _column(table: sa.Table, name: str) -> sa.ColumnElement[bool]:
    return table.c[name] == _MEMBER


def _mine(table: sa.Table, *given: str, fate: Fate = "deleted", by: str = "member_id", why: str) -> Holding:
    return Holding(table=table, about=_column(table, by), given=given, fate=fate, why=why)


def _pointed_at(table: sa.Table, by: str, *given: str, why: str) -> Holding:
    """Rows of something else, which only say that it is theirs."""
    return Holding(table=table, about=_column(table, by), given=given, fate="blanked", blanks={by: None}, why=why)


_WHO = (
    *("id", "slack_id", "email", "first_name", "last_name", "active", "is_admin", "is_guest"),
    *(
        "locale",
        "address",
        "zone",
        "slot",
        "working_days",
        "paused_until",
        "trade",
        "team",
        "supervisor_id",
        "closed_on",
    ),
)
_MEETING = tables.meeting.c
_DEPARTURE = leaving_tables.departure.c
_THEIR_DEPARTURES = sa.select(_DEPARTURE.id).where(_DEPARTURE.member_id == _MEMBER)


def _of_their_departures(table: sa.Table, why: str) -> Holding:
    return Holding(table=table, about=table.c.departure_id.in_(_THEIR_DEPARTURES), fate="deleted", why=why)


HOLDINGS: tuple[Holding, ...] = (
    _mine(
        tables.outbox,
        *("message", "step", "conversation", "kind", "state", "at", "settled_at"),
        by="recipient",
        why="what was said to them, and when",
    ),
    _mine(
        tables.casting,
        *("conversation_id", "part"),
        by="address",
        why="the parts they played; those that go on are handed over first",
    ),
    _mine(tables.conversation, "id", by="subject", why="the conversations about them, with every answer in them"),
    _pointed_at(tables.conversation, "begun_by", why="that they began something for others: it stays, as nobody's"),
    _of_their_departures(leaving_tables.mission, "the missions they had to hand over"),
    _of_their_departures(leaving_tables.departure_trace, "who did and saw what of their departure"),
    _of_their_departures(leaving_tables.departure_access, "who might know of their departure"),
    _mine(leaving_tables.departure, fate="deleted", why="their departures, and what they wrote for them"),
    _pointed_at(leaving_tables.mission, "taker_id", why="their name on the missions of others that they took on"),
    _mine(leaving_tables.departure_access, why="that they might know of somebody's departure"),
    *(
        _pointed_at(table, column, why="their name in the departures of others")
        for table, columns in (
            (leaving_tables.departure, ("lead_id", "supervisor_id", "debriefer_id")),
            (leaving_tables.departure_trace, ("by_id", "about_id")),
        )
        for column in columns
    ),
    _mine(
        tables.contact,
        *("email", "pace", "consented_on", "renewed_on", "asked_again_on", "bounced_on", "bounce_reason"),
        why="the personal address they gave to stay in touch",
    ),
    _mine(
        tables.tenure,
        "arrived_on",
        "left_on",
        "associate_since",
        "associate_until",
        why="their dates in the cooperative",
    ),
    _mine(tables.role, "name", why="their roles"),
    _mine(tables.stamp, "name", "stamped_on", "by_oneself", why="their passport: let them export it first"),
    Holding(
        table=tables.meeting,
        about=sa.or_(_MEETING.member_a == _MEMBER, _MEETING.member_b == _MEMBER),
        given=("member_a", "member_b", "met_on"),
        fate="deleted",
        why="whom they have met",
    ),
    _mine(poll_tables.self_radar, "drawn_on", "answers", why="the radars they drew for themselves"),
    _pointed_at(
        poll_tables.improvement,
        "owner_id",
        *("finding", "action", "sign", "due_on", "state", "outcome", "opened_on", "closed_on"),
        why="their name on the actions they own: the actions stay, those under way with somebody who leads",
    ),
    _mine(
        poll_tables.audience,
        *("round_id", "labels"),
        fate="left",
        why="that a random id was invited to a round, and its group then: without it two rounds could be subtracted, which "
        "would show what somebody answered. It goes with the figures of the round",
    ),
    _mine(
        poll_tables.participation,
        "round_id",
        fate="left",
        why="that a random id has answered a round that is open: destroyed when it closes",
    ),
    _pointed_at(tables.member, "supervisor_id", why="that they are somebody's supervisor"),
    Holding(
        table=tables.member,
        about=_column(tables.member, "id"),
        given=_WHO,
        fate="blanked",
        blanks=HUSK,
        why="their names, addresses, account and preferences. An empty row stays only while a round needs its random id",
    ),
    Holding(table=poll_tables.ballot, why="sealed answers belong to nobody: they cannot be found again"),
    Holding(
        table=poll_tables.round_, why="the results of polls are of nobody: whoever a comment names is masked there"
    ),
    Holding(table=poll_tables.poll, why="the questions of polls are of nobody: whoever one names is masked there"),
    Holding(table=poll_tables.picture, why="the pictures of results say nothing of anybody"),
    Holding(table=tables.workspace, why="what the cooperative decided says nothing of anybody"),
    Holding(table=tables.words_key, why="which keys words are sealed with says nothing of anybody"),
    Holding(table=serving_tables.installation, why="who let us in is not kept: only that the workspace did"),
    Holding(
        table=serving_tables.oauth_state,
        why="an installation under way says nothing of anybody, and goes within the hour",
    ),
    Holding(table=serving_tables.turn, why="how fast we spoke, by random id: of no use a minute later"),
    Holding(table=serving_tables.chore, why="what is done of nights says nothing of anybody"),
    Holding(table=tables.seen, why="the numbers of Slack's events say nothing of anybody, and go after a day"),
)
"""In the order erasure goes through them: what refers comes before what it refers to."""


def held(tx: Transaction, member_id: str) -> dict[str, Rows]:
    """By table, what an export gives of the rows about this member, in the order of their keys."""
    found: dict[str, Rows] = {}
    for holding in HOLDINGS:
        if holding.about is not None and holding.given:
            found.setdefault(holding.table.name, []).extend(_rows(tx, holding, member_id))
    return found


def talks_with(tx: Transaction, member_id: str) -> dict[str, Moments]:
    """The conversations where they play a part or have answered, about them or not, in the order they began."""
    row, cast = tables.conversation.c, tables.casting.c
    plays = sa.select(cast.conversation_id).where(cast.workspace_id == tx.workspace, cast.address == member_id)
    # Who answered is written in the steps, and outlives the part once it is handed over.
    answered = sa.cast(row.steps, sa.Text).contains(member_id, autoescape=True)
    theirs = sa.or_(row.subject == member_id, row.id.in_(plays), answered)
    statement = sa.select(row.id, row.begun_at, row.ended_at).where(row.workspace_id == tx.workspace, theirs)
    found = tx.connection.execute(statement.order_by(row.number))
    return {id: Moments(begun_at, ended_at) for id, begun_at, ended_at in found}


def here(tx: Transaction, holding: Holding) -> sa.ColumnElement[bool]:
    """The rows of this workspace that the holding is about."""
    assert holding.about is not None, "a table that says nothing of anybody has no such rows"
    return sa.and_(holding.table.c.workspace_id == tx.workspace, holding.about)


def _rows(tx: Transaction, holding: Holding, member_id: str) -> Rows:
    columns = [holding.table.c[name] for name in holding.given]
    statement = sa.select(*columns).where(here(tx, holding)).order_by(*holding.table.primary_key.columns)
    return [dict(row) for row in tx.connection.execute(statement, {"member": member_id}).mappings()]
