"""Where the replies to a cooperative's letters go: as long as it says nothing, to the address they come from."""

import sqlalchemy as sa
from alembic import op

revision = "0011_from_0007"
down_revision = "0010_from_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("reply_to", sa.String()))


def downgrade() -> None:
    with op.batch_alter_table("workspace") as workspace:
        workspace.drop_column("reply_to")
