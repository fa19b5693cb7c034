"""Who stamped a step: until somebody adds their own, all are ours."""

import sqlalchemy as sa
from alembic import op

revision = "0012_from_0007"
down_revision = "0011_from_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stamp", sa.Column("by_oneself", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("stamp") as stamp:
        stamp.drop_column("by_oneself")
