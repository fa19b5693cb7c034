"""Departures: who leaves, who may know, who did and saw what, which missions go to whom."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("state IN ('private', 'open', 'left')")


def upgrade() -> None:
    _departure()
    _departure_access()
    _departure_trace()
    _mission()
    op.add_column("tenure", sa.Column("associate_until", sa.Date()))
    op.add_column(
        "workspace", sa.Column("allows_stepping_back", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    with op.batch_alter_table("workspace") as workspace:
        workspace.drop_column("allows_stepping_back")
    with op.batch_alter_table("tenure") as tenure:
        tenure.drop_column("associate_until")
    for table in ("mission", "departure_trace", "departure_access", "departure"):
        op.drop_table(table)


def _required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _departure() -> None:
    op.create_table(
        "departure",
        _required("id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("member_id", sa.String()),
        _required("kind", sa.String()),
        _required("is_delicate", sa.Boolean()),
        _required("state", sa.String()),
        _required("last_day", sa.Date()),
        sa.Column("confidential_until", sa.Date()),
        sa.Column("lead_id", sa.String()),
        sa.Column("supervisor_id", sa.String()),
        sa.Column("debriefer_id", sa.String()),
        _required("begun_on", sa.Date()),
        sa.Column("path_id", sa.String()),
        sa.Column("publish_on", sa.Date()),
        sa.Column("published_on", sa.Date()),
        sa.Column("published_id", sa.String()),
        sa.Column("words", sa.String()),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_departure_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_departure"),
    )
    op.create_index("ix_departure_member_id", "departure", ["member_id"])
    op.create_index(
        "uq_departure_under_way",
        "departure",
        ["member_id"],
        unique=True,
        sqlite_where=UNDER_WAY,
        postgresql_where=UNDER_WAY,
    )


def _departure_access() -> None:
    op.create_table(
        "departure_access",
        _required("departure_id", sa.String()),
        _required("member_id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("capacity", sa.String()),
        sa.ForeignKeyConstraint(["departure_id"], ["departure.id"], name="fk_departure_access_departure_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_departure_access_member_id"),
        sa.PrimaryKeyConstraint("departure_id", "member_id", name="pk_departure_access"),
    )
    op.create_index("ix_departure_access_member_id", "departure_access", ["member_id"])


def _departure_trace() -> None:
    op.create_table(
        "departure_trace",
        _required("id", sa.Integer()),
        _required("departure_id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("at", sa.DateTime(timezone=True)),
        sa.Column("by_id", sa.String()),
        _required("verb", sa.String()),
        sa.Column("about_id", sa.String()),
        sa.ForeignKeyConstraint(["departure_id"], ["departure.id"], name="fk_departure_trace_departure_id"),
        sa.PrimaryKeyConstraint("id", name="pk_departure_trace"),
    )
    op.create_index("ix_departure_trace_departure_id", "departure_trace", ["departure_id"])


def _mission() -> None:
    op.create_table(
        "mission",
        _required("id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("departure_id", sa.String()),
        _required("title", sa.String()),
        sa.Column("taker_id", sa.String()),
        _required("state", sa.String()),
        _required("number", sa.Integer()),
        sa.ForeignKeyConstraint(["departure_id"], ["departure.id"], name="fk_mission_departure_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mission"),
    )
    op.create_index("ix_mission_departure_id", "mission", ["departure_id"])
