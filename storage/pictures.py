"""The pictures given to Slack: each once, and the id it answers to there."""

import sqlalchemy as sa

from storage import poll_tables
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction

_ROW = poll_tables.picture.c
_FIND = sa.select(_ROW.file_id).where(
    _ROW.workspace_id == sa.bindparam("workspace"), _ROW.name == sa.bindparam("wanted")
)
_FORGET = sa.delete(poll_tables.picture).where(
    _ROW.workspace_id == sa.bindparam("workspace"), _ROW.name.startswith(sa.bindparam("begins"), autoescape=False)
)
_REMEMBER = InsertUnlessThere(poll_tables.picture)


def file_of(tx: Transaction, name: str) -> str | None:
    found: str | None = tx.connection.execute(_FIND, {"workspace": tx.workspace, "wanted": name}).scalar()
    return found


def remember(tx: Transaction, name: str, file_id: str) -> None:
    """The first id given stays."""
    _REMEMBER(tx, {"workspace_id": tx.workspace, "name": name, "file_id": file_id})


def forget(tx: Transaction, begins: str) -> None:
    """Those whose name begins so; their files stay in Slack, under its own retention."""
    tx.connection.execute(_FORGET, {"workspace": tx.workspace, "begins": begins})
