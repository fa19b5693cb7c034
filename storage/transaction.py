"""What a unit of work is given: a connection, and the workspace whose rows it may touch."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Transaction:
    """Handed to a unit of work; every verb of `storage` takes one first. It is worth nothing once the unit has returned."""

    connection: Connection
    workspace_or_none: str | None = None
    read_only: bool = False

    @property
    def workspace(self) -> str:
        if self.workspace_or_none is None:
            raise ValueError("No workspace was given to this unit of work, and what it does belongs to one.")
        return self.workspace_or_none

    def within(self, workspace: str) -> "Transaction":
        """The same transaction, for the rows of `workspace`: for units that begin with what is due anywhere."""
        return replace(self, workspace_or_none=workspace)

    @property
    def on_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"
