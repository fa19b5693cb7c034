"""Polls: what is decided of them, their rounds, who is invited, what is sealed; the improvement plan."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _poll()
    _round()
    _audience()
    _participation()
    _ballot()
    _self_radar()
    _improvement()
    _picture()


def downgrade() -> None:
    for table in ("picture", "improvement", "self_radar", "ballot", "participation", "audience", "round", "poll"):
        op.drop_table(table)


def _required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _poll() -> None:
    op.create_table(
        "poll",
        _required("workspace_id", sa.String()),
        _required("name", sa.String()),
        _required("definition", sa.JSON()),
        _required("cuts", sa.JSON()),
        _required("lists_participation", sa.Boolean()),
        _required("days_open", sa.Integer()),
        _required("turnout_percent", sa.Integer()),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_poll"),
    )


def _round() -> None:
    op.create_table(
        "round",
        _required("id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("poll", sa.String()),
        _required("number", sa.Integer()),
        _required("state", sa.String()),
        _required("frozen", sa.JSON()),
        _required("lists_participation", sa.Boolean()),
        _required("key_print", sa.String()),
        _required("opened_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("discussion_on", sa.Date()),
        sa.Column("report", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
        sa.UniqueConstraint("workspace_id", "poll", "number", name=op.f("uq_round_workspace_id_poll_number")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_round_open", "round", ["workspace_id", "poll"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )


def _audience() -> None:
    op.create_table(
        "audience",
        _required("round_id", sa.String()),
        _required("member_id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("labels", sa.JSON()),
        sa.PrimaryKeyConstraint("round_id", "member_id", name="pk_audience"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_audience_round_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_audience_member_id"),
    )
    op.create_index("ix_audience_member_id", "audience", ["member_id"])


def _participation() -> None:
    op.create_table(
        "participation",
        _required("round_id", sa.String()),
        _required("member_id", sa.String()),
        _required("workspace_id", sa.String()),
        sa.PrimaryKeyConstraint("round_id", "member_id", name="pk_participation"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_participation_round_id"),
        sqlite_with_rowid=False,
    )


def _ballot() -> None:
    op.create_table(
        "ballot",
        _required("id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("round_id", sa.String()),
        _required("sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_ballot"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name="fk_ballot_round_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_round_id", "ballot", ["round_id"])


def _self_radar() -> None:
    op.create_table(
        "self_radar",
        _required("member_id", sa.String()),
        _required("drawn_on", sa.Date()),
        _required("workspace_id", sa.String()),
        _required("answers", sa.JSON()),
        sa.PrimaryKeyConstraint("member_id", "drawn_on", name="pk_self_radar"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_self_radar_member_id"),
    )


def _improvement() -> None:
    op.create_table(
        "improvement",
        _required("id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("source", sa.String()),
        _required("poll", sa.String()),
        sa.Column("round_id", sa.String()),
        _required("finding", sa.String()),
        _required("action", sa.String()),
        _required("sign", sa.String()),
        sa.Column("owner_id", sa.String()),
        _required("due_on", sa.Date()),
        _required("state", sa.String()),
        _required("outcome", sa.String()),
        _required("opened_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_improvement"),
    )
    op.create_index("ix_improvement_workspace_id_state", "improvement", ["workspace_id", "state"])


def _picture() -> None:
    op.create_table(
        "picture",
        _required("workspace_id", sa.String()),
        _required("name", sa.String()),
        _required("file_id", sa.String()),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_picture"),
    )
