"""Whose rows PostgreSQL lets a unit of work touch: its row-level security stands behind the conditions of our own statements.

Each table's policy compares `workspace_id` with a setting of the transaction (migration 0007). Where it was never said, no row is
seen and none is written: a statement that forgets its workspace finds nothing of anybody else's. See
postgresql.org/docs/current/ddl-rowsecurity.html.
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

SETTING = "parcours.workspace"
ALL = "*"
"""What the setting says for a unit that belongs to no workspace: no id of Slack's is written so."""

_IS_HELD = sa.select(sa.func.row_security_active(sa.literal_column("'workspace'::regclass")))


def checked(workspace: str | None) -> str | None:
    """The same. Raises ValueError for what would open every workspace, or none."""
    if workspace in ("", ALL) or (workspace is not None and "\0" in workspace):
        raise ValueError(f"{workspace!r} is no id of a workspace")
    return workspace


def words(driver: Any, workspace: str | None) -> str:
    """What says it to PostgreSQL until the transaction is over, or undone to a savepoint before; goes along with other words."""
    # Heavy, and of no use to SQLite.
    from psycopg.sql import Literal

    return f"SET LOCAL {SETTING} = {Literal(workspace or ALL).as_string(driver)}"


def is_held(connection: Connection) -> bool:
    """Whether the database holds us to our workspace: it holds no superuser, nor a role that may bypass it. SQLite has no such
    thing, and its file one owner."""
    return connection.dialect.name != "postgresql" or bool(connection.execute(_IS_HELD).scalar())


@dataclass(slots=True)
class Scope:
    """What was said last on a connection, in the transaction under way."""

    connection: Connection
    said: str | None = ""
    """A workspace's id, or None: all of them. Empty: nothing was said."""
    driver: Any = field(init=False)
    is_heard: bool = field(init=False)
    """Whether somebody listens to what is said, as SQLAlchemy lets anybody do: then each thing is said its way, in its time.
    Whoever begins to listen is heard of in the next transaction."""

    def __post_init__(self) -> None:
        self.driver = self.connection.connection.dbapi_connection
        self.is_heard = bool(self.connection.dispatch.before_cursor_execute)

    def of(self, workspace: str | None) -> Connection:
        """The connection, once it is held to this workspace."""
        self.say(workspace)
        return self.connection

    def say(self, workspace: str | None) -> None:
        """Hold the connection to this workspace."""
        if workspace == self.said:
            return
        checked(workspace)
        if self.connection.dialect.name == "postgresql":
            self.driver.execute(words(self.driver, workspace), prepare=False)
        self.said = workspace
