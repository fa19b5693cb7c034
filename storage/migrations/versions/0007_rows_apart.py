"""On PostgreSQL, the database itself keeps workspaces apart: a row is seen and written only within its own."""

from alembic import op

revision = "0007_from_0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "audience",
    "ballot",
    "casting",
    "chore",
    "contact",
    "conversation",
    "departure",
    "departure_access",
    "departure_trace",
    "improvement",
    "installation",
    "meeting",
    "member",
    "mission",
    "outbox",
    "participation",
    "picture",
    "poll",
    "role",
    "round",
    "seen",
    "self_radar",
    "stamp",
    "tenure",
    "turn",
    "workspace",
)
# Never said, the setting is null; said in a former transaction of the same connection, it is empty. Neither is anybody's.
SAID = "nullif(current_setting('parcours.workspace', true), '')"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        # Without WITH CHECK, what is seen is what may be written. FORCE: the owner of the table is held too, and that is us.
        op.execute(f"CREATE POLICY own_workspace ON {table} USING ({SAID} = workspace_id OR {SAID} = '*')")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY own_workspace ON {table}")
