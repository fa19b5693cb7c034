"""Contacts: the personal addresses of those who stay in touch after leaving."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        _required("member_id", sa.String()),
        _required("workspace_id", sa.String()),
        _required("email", sa.String()),
        _required("pace", sa.String()),
        _required("consented_on", sa.Date()),
        sa.Column("renewed_on", sa.Date()),
        sa.Column("asked_again_on", sa.Date()),
        sa.Column("bounced_on", sa.Date()),
        sa.Column("bounce_reason", sa.String()),
        sa.PrimaryKeyConstraint("member_id", name="pk_contact"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_contact_member_id"),
    )
    op.create_index("ix_contact_workspace_id", "contact", ["workspace_id"])


def downgrade() -> None:
    op.drop_table("contact")


def _required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)
