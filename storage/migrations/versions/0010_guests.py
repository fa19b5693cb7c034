"""Whose account is a guest's: until Slack tells us, all are taken for members, as they were."""

import sqlalchemy as sa
from alembic import op

revision = "0010_from_0007"
down_revision = "0009_from_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("is_guest", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.drop_column("is_guest")
