"""The history of the schema, as Alembic tells it."""
