"""The tables, as SQLModel classes: they define the schema; the verbs speak to it in SQLAlchemy Core."""

from datetime import date, datetime, time
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.types import SealedText, UtcDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Json = dict[str, Any] | list[Any]


class Row(SQLModel):
    metadata: ClassVar[sa.MetaData] = sa.MetaData(naming_convention=_NAMES)
    # Rows are only written and read as SQL: what would validate them is not built.
    model_config = {"defer_build": True}


def json_column(default: type[dict[str, Any]] | type[list[Any]]) -> Any:
    return Field(default_factory=default, sa_type=sa.JSON, nullable=False)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class WorkspaceRow(Row, table=True):
    __tablename__ = "workspace"

    workspace_id: str = Field(primary_key=True)
    name: str
    legal_form: str
    zone: str
    territory: str
    locale: str
    address: str
    volunteers_channel: str | None = None
    announcements_channel: str | None = None
    links: Json = json_column(dict)
    starters: Json = json_column(dict)
    closing_days: Json = json_column(list)
    set_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    allows_stepping_back: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    reply_to: str | None = None


class MemberRow(Row, table=True):
    __tablename__ = "member"
    __table_args__ = (sa.UniqueConstraint("workspace_id", "slack_id"), sa.UniqueConstraint("workspace_id", "email"))

    id: str = Field(primary_key=True)
    workspace_id: str
    slack_id: str | None = None
    email: str | None = None
    """In lower case, so that it is found however it was typed."""
    first_name: str
    last_name: str
    active: bool
    is_admin: bool
    is_guest: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    locale: str | None = None
    address: str | None = None
    zone: str | None = None
    slot: time | None = None
    working_days: Json | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    paused_until: date | None = None
    trade: str
    team: str
    supervisor_id: str | None = None
    has_opened_home: bool
    closed_on: date | None = None
    """Since when the account is known to be closed: written each night, and left out of `Member`."""


class TenureRow(Row, table=True):
    """One period of a member in the cooperative; people come back, so there may be several."""

    __tablename__ = "tenure"
    __table_args__ = (partial_index("uq_tenure_current", "member_id", where="left_on IS NULL", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: str
    member_id: str = Field(foreign_key="member.id", index=True)
    arrived_on: date | None = None
    left_on: date | None = None
    associate_since: date | None = None
    associate_until: date | None = None
    """The last day of membership of somebody who works on without it."""


class ContactRow(Row, table=True):
    """A personal address that a member gave, so that the cooperative may write to them once they have left."""

    __tablename__ = "contact"

    member_id: str = Field(primary_key=True, foreign_key="member.id")
    workspace_id: str = Field(index=True)
    email: str
    pace: str
    consented_on: date
    renewed_on: date | None = None
    asked_again_on: date | None = None
    bounced_on: date | None = None
    bounce_reason: str | None = None


class RoleRow(Row, table=True):
    __tablename__ = "role"
    __table_args__ = (sa.Index("ix_role_workspace_id_name", "workspace_id", "name"),)

    member_id: str = Field(primary_key=True, foreign_key="member.id")
    name: str = Field(primary_key=True)
    workspace_id: str


class ConversationRow(Row, table=True):
    """`number` says in which order they began; `wake_at` is there only while there is something to wake up for. `words`: the
    answers that can hold some, by step, sealed; `steps` then lack them."""

    __tablename__ = "conversation"
    __table_args__ = (
        partial_index("ix_conversation_due", "wake_at", where="wake_at IS NOT NULL"),
        partial_index("ix_conversation_open_shape", "flow", "shape", where="status = 'open'"),
        partial_index("ix_conversation_parent", "parent_id", where="parent_id IS NOT NULL"),
        sa.Index("ix_conversation_flow", "workspace_id", "flow", "subject"),
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    workspace_id: str
    flow: str
    version: int
    shape: str
    subject: str | None = None
    status: str
    wake_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    anchors: Json = json_column(dict)
    details: Json = json_column(dict)
    steps: Json = json_column(dict)
    words: str | None = Field(default=None, sa_type=SealedText)
    vacant: Json = json_column(list)
    parent_id: str | None = None
    parent_step: str | None = None
    begun_by: str | None = None
    begun_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CastingRow(Row, table=True):
    """`address`: a member's id or a channel's."""

    __tablename__ = "casting"
    __table_args__ = (sa.Index("ix_casting_address", "workspace_id", "address"),)

    conversation_id: str = Field(primary_key=True, foreign_key="conversation.id")
    part: str = Field(primary_key=True)
    workspace_id: str
    address: str


class OutboxRow(Row, table=True):
    """`ready_at`: when it can be claimed (its hour, its next try, the end of its lease); none once it is settled.

    `conversation` is empty, not null, for what belongs to none: the unique key then holds.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.UniqueConstraint(
            "workspace_id", "conversation", "step", "recipient", "occurrence", "kind", name="uq_outbox_intention"
        ),
        partial_index("ix_outbox_ready", "ready_at", where="ready_at IS NOT NULL"),
        partial_index("ix_outbox_ready_by_workspace", "workspace_id", "ready_at", where="ready_at IS NOT NULL"),
        partial_index("ix_outbox_waiting", "workspace_id", "recipient", "id", where="ready_at IS NOT NULL"),
        partial_index("ix_outbox_said", "workspace_id", "channel", "ts", where="ts IS NOT NULL"),
        partial_index("ix_outbox_given_up", "workspace_id", "id", where="state = 'given_up'"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace_id: str
    conversation: str
    step: str
    message: str
    recipient: str
    occurrence: str
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)
    planned: datetime = Field(sa_type=UtcDateTime)
    prompt: bool
    useful_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    context: Json = json_column(dict)
    state: str
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int
    uncertain: bool
    reason: str | None = None
    channel: str | None = None
    ts: str | None = None
    queued_at: datetime = Field(sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SeenRow(Row, table=True):
    __tablename__ = "seen"

    workspace_id: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class StampRow(Row, table=True):
    __tablename__ = "stamp"

    member_id: str = Field(primary_key=True, foreign_key="member.id")
    name: str = Field(primary_key=True)
    workspace_id: str
    stamped_on: date
    by_oneself: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class MeetingRow(Row, table=True):
    """Who has met whom, once a pair: `member_a` is the lesser of the two ids."""

    __tablename__ = "meeting"
    __table_args__ = (sa.CheckConstraint("member_a < member_b", name="ordered"),)

    member_a: str = Field(primary_key=True, foreign_key="member.id")
    member_b: str = Field(primary_key=True, foreign_key="member.id", index=True)
    workspace_id: str
    met_on: date


class WordsKeyRow(Row, table=True):
    """A key in use to seal words: its print, never the key. It belongs to no workspace."""

    __tablename__ = "words_key"

    print: str = Field(primary_key=True)


metadata = Row.metadata
workspace = metadata.tables["workspace"]
member = metadata.tables["member"]
tenure = metadata.tables["tenure"]
contact = metadata.tables["contact"]
role = metadata.tables["role"]
conversation = metadata.tables["conversation"]
casting = metadata.tables["casting"]
outbox = metadata.tables["outbox"]
seen = metadata.tables["seen"]
stamp = metadata.tables["stamp"]
meeting = metadata.tables["meeting"]
words_key = metadata.tables["words_key"]
