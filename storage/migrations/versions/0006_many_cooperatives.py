"""Many cooperatives on one deployment: who installed us, whose turn it is, what is done of nights; and fair claims."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations import online

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

READY, DUE = sa.text("ready_at IS NOT NULL"), sa.text("wake_at IS NOT NULL")
OF_AN_ORGANISATION, PUT_OUT = sa.text("organisation_id IS NOT NULL"), sa.text("purged_at IS NOT NULL")


def upgrade() -> None:
    online.create_index("ix_outbox_ready_by_workspace", "outbox", ["workspace_id", "ready_at"], READY)
    online.create_index("ix_conversation_due_by_workspace", "conversation", ["workspace_id", "wake_at"], DUE)
    _installation()
    op.create_table(
        "oauth_state",
        _required("state", sa.String()),
        _required("expires_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("state", name="pk_oauth_state"),
    )
    op.create_index("ix_oauth_state_expires_at", "oauth_state", ["expires_at"])
    op.create_table(
        "turn",
        _required("workspace_id", sa.String()),
        sa.Column("taken_until", sa.DateTime(timezone=True)),
        sa.Column("quiet_until", sa.DateTime(timezone=True)),
        sa.Column("served_at", sa.DateTime(timezone=True)),
        _required("pace", sa.JSON()),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_turn"),
    )
    op.create_table(
        "chore",
        _required("workspace_id", sa.String()),
        _required("name", sa.String()),
        _required("due_at", sa.DateTime(timezone=True)),
        sa.Column("taken_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_chore"),
    )
    op.create_index("ix_chore_due_at", "chore", ["due_at"])


def downgrade() -> None:
    op.drop_index("ix_conversation_due_by_workspace", "conversation")
    op.drop_index("ix_outbox_ready_by_workspace", "outbox")
    for table in ("chore", "turn", "oauth_state", "installation"):
        op.drop_table(table)


def _installation() -> None:
    op.create_table(
        "installation",
        _required("workspace_id", sa.String()),
        sa.Column("organisation_id", sa.String()),
        _required("name", sa.String()),
        sa.Column("token", sa.String()),
        _required("bot_id", sa.String()),
        _required("bot_user_id", sa.String()),
        _required("scopes", sa.String()),
        _required("installed_at", sa.DateTime(timezone=True)),
        sa.Column("purged_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("workspace_id", name="pk_installation"),
    )
    _partial("ix_installation_organisation_id", "installation", ["organisation_id"], OF_AN_ORGANISATION)
    _partial("ix_installation_purge", "installation", ["purged_at"], PUT_OUT)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)
