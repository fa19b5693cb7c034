"""What people write in answers, sealed; and the keys it is sealed with: which they are, never what they are."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "words_key",
        sa.Column("print", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("print", name="pk_words_key"),
    )
    op.add_column("conversation", sa.Column("words", sa.String()))


def downgrade() -> None:
    with op.batch_alter_table("conversation") as conversation:
        conversation.drop_column("words")
    op.drop_table("words_key")
