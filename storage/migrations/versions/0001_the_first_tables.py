"""The first tables: people, conversations, and what is to be said."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _workspace()
    _member()
    _tenure()
    _role()
    _conversation()
    _casting()
    _outbox()
    _seen()
    _stamp()
    _meeting()


def downgrade() -> None:
    for table in (
        "meeting",
        "stamp",
        "seen",
        "outbox",
        "casting",
        "conversation",
        "role",
        "tenure",
        "member",
        "workspace",
    ):
        op.drop_table(table)


def _required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _partial(name: str, table: str, *columns: str, where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=condition, postgresql_where=condition)


def _workspace() -> None:
    op.create_table(
        "workspace",
        _required("workspace_id", sa.String()),
        _required("name", sa.String()),
        _required("legal_form", sa.String()),
        _required("zone", sa.String()),
        _required("territory", sa.String()),
        _required("locale", sa.String()),
        _required("address", sa.String()),
        sa.Column("volunteers_channel", sa.String()),
        sa.Column("announcements_channel", sa.String()),
        _required("links", sa.JSON()),
        _required("starters", sa.JSON()),
        _required("closing_days", sa.JSON()),
        sa.Column("set_up_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_workspace"),
    )


def _member() -> None:
    op.create_table(
        "member",
        _required("id", sa.String()),
        _required("workspace_id", sa.String()),
        sa.Column("slack_id", sa.String()),
        sa.Column("email", sa.String()),
        _required("first_name", sa.String()),
        _required("last_name", sa.String()),
        _required("active", sa.Boolean()),
        _required("is_admin", sa.Boolean()),
        sa.Column("locale", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("zone", sa.String()),
        sa.Column("slot", sa.Time()),
        sa.Column("working_days", sa.JSON()),
        sa.Column("paused_until", sa.Date()),
        _required("trade", sa.String()),
        _required("team", sa.String()),
        sa.Column("supervisor_id", sa.String()),
        _required("has_opened_home", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_member"),
        sa.UniqueConstraint("workspace_id", "email", name="uq_member_workspace_id_email"),
        sa.UniqueConstraint("workspace_id", "slack_id", name="uq_member_workspace_id_slack_id"),
    )


def _tenure() -> None:
    op.create_table(
        "tenure",
        _required("id", sa.Integer()),
        _required("workspace_id", sa.String()),
        _required("member_id", sa.String()),
        sa.Column("arrived_on", sa.Date()),
        sa.Column("left_on", sa.Date()),
        sa.Column("associate_since", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_tenure"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_tenure_member_id"),
    )
    op.create_index("ix_tenure_member_id", "tenure", ["member_id"])
    _partial("uq_tenure_current", "tenure", "member_id", where="left_on IS NULL", unique=True)


def _role() -> None:
    op.create_table(
        "role",
        _required("member_id", sa.String()),
        _required("name", sa.String()),
        _required("workspace_id", sa.String()),
        sa.PrimaryKeyConstraint("member_id", "name", name="pk_role"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_role_member_id"),
    )
    op.create_index("ix_role_workspace_id_name", "role", ["workspace_id", "name"])


def _conversation() -> None:
    op.create_table(
        "conversation",
        _required("number", sa.Integer()),
        _required("id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("flow", sa.String()),
        _required("version", sa.Integer()),
        _required("shape", sa.String()),
        sa.Column("subject", sa.String()),
        _required("status", sa.String()),
        sa.Column("wake_at", sa.DateTime(timezone=True)),
        _required("anchors", sa.JSON()),
        _required("details", sa.JSON()),
        _required("steps", sa.JSON()),
        _required("vacant", sa.JSON()),
        sa.Column("parent_id", sa.String()),
        sa.Column("parent_step", sa.String()),
        sa.Column("begun_by", sa.String()),
        _required("begun_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("number", name="pk_conversation"),
        sa.UniqueConstraint("id", name="uq_conversation_id"),
    )
    _partial("ix_conversation_due", "conversation", "wake_at", where="wake_at IS NOT NULL")
    op.create_index("ix_conversation_flow", "conversation", ["workspace_id", "flow", "subject"])
    _partial("ix_conversation_open_shape", "conversation", "flow", "shape", where="status = 'open'")
    _partial("ix_conversation_parent", "conversation", "parent_id", where="parent_id IS NOT NULL")


def _casting() -> None:
    op.create_table(
        "casting",
        _required("conversation_id", sa.String()),
        _required("part", sa.String()),
        _required("workspace_id", sa.String()),
        _required("address", sa.String()),
        sa.PrimaryKeyConstraint("conversation_id", "part", name="pk_casting"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_casting_conversation_id"),
    )
    op.create_index("ix_casting_address", "casting", ["workspace_id", "address"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        _required("id", sa.Integer()),
        _required("workspace_id", sa.String()),
        _required("conversation", sa.String()),
        _required("step", sa.String()),
        _required("message", sa.String()),
        _required("recipient", sa.String()),
        _required("occurrence", sa.String()),
        _required("kind", sa.String()),
        _required("at", sa.DateTime(timezone=True)),
        _required("planned", sa.DateTime(timezone=True)),
        _required("prompt", sa.Boolean()),
        sa.Column("useful_until", sa.DateTime(timezone=True)),
        _required("context", sa.JSON()),
        _required("state", sa.String()),
        sa.Column("ready_at", sa.DateTime(timezone=True)),
        _required("attempts", sa.Integer()),
        _required("uncertain", sa.Boolean()),
        sa.Column("reason", sa.String()),
        sa.Column("channel", sa.String()),
        sa.Column("ts", sa.String()),
        _required("queued_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint(
            "workspace_id", "conversation", "step", "recipient", "occurrence", "kind", name="uq_outbox_intention"
        ),
        sqlite_autoincrement=True,
    )
    _partial("ix_outbox_given_up", "outbox", "workspace_id", "id", where="state = 'given_up'")
    _partial("ix_outbox_ready", "outbox", "ready_at", where="ready_at IS NOT NULL")
    _partial("ix_outbox_said", "outbox", "workspace_id", "channel", "ts", where="ts IS NOT NULL")
    _partial("ix_outbox_waiting", "outbox", "workspace_id", "recipient", "id", where="ready_at IS NOT NULL")


def _seen() -> None:
    op.create_table(
        "seen",
        _required("workspace_id", sa.String()),
        _required("event_id", sa.String()),
        _required("at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("workspace_id", "event_id", name="pk_seen"),
    )
    op.create_index("ix_seen_at", "seen", ["at"])


def _stamp() -> None:
    op.create_table(
        "stamp",
        _required("member_id", sa.String()),
        _required("name", sa.String()),
        _required("workspace_id", sa.String()),
        _required("stamped_on", sa.Date()),
        sa.PrimaryKeyConstraint("member_id", "name", name="pk_stamp"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_stamp_member_id"),
    )


def _meeting() -> None:
    op.create_table(
        "meeting",
        _required("member_a", sa.String()),
        _required("member_b", sa.String()),
        _required("workspace_id", sa.String()),
        _required("met_on", sa.Date()),
        sa.PrimaryKeyConstraint("member_a", "member_b", name="pk_meeting"),
        sa.CheckConstraint("member_a < member_b", name=op.f("ck_meeting_ordered")),
        sa.ForeignKeyConstraint(["member_a"], ["member.id"], name="fk_meeting_member_a"),
        sa.ForeignKeyConstraint(["member_b"], ["member.id"], name="fk_meeting_member_b"),
    )
    op.create_index("ix_meeting_member_b", "meeting", ["member_b"])
