"""One index fewer to write at each move of a conversation: turns among a backlog are read off what is due, when there is one."""

import sqlalchemy as sa

from storage.migrations import online

revision = "0008_from_0007"
down_revision = "0007_from_0007"
branch_labels = None
depends_on = None

DUE = sa.text("wake_at IS NOT NULL")


def upgrade() -> None:
    online.drop_index("ix_conversation_due_by_workspace", "conversation")


def downgrade() -> None:
    online.create_index("ix_conversation_due_by_workspace", "conversation", ["workspace_id", "wake_at"], DUE)
