"""Since what day an account is closed: what is kept while somebody is here is counted from it, where no departure was told."""

import sqlalchemy as sa
from alembic import op

revision = "0009_from_0007"
down_revision = "0008_from_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("closed_on", sa.Date()))


def downgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.drop_column("closed_on")
