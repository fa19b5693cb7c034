"""What a unit of work is given: a connection, the workspace whose rows it may touch, and what words are sealed with."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from storage.ahead import Ahead, Look
from storage.scope import Scope, checked
from storage.vault import Vault

NO_JOURNAL = "no_journal"


@dataclass(slots=True)
class Sealing:
    """What a unit of work seals words with, and where it is sure that it may."""

    vault: Vault | None = None
    may_seal: bool = False
    """Whether the vault's first key is known to be in use."""
    sealed_alike: set[str] = field(default_factory=set)
    """What was found sealed with that key: what is said about it may be sealed again without asking."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """Handed to a unit of work; every verb of `storage` takes one first. It is worth nothing once the unit has returned."""

    scope: Scope
    workspace_or_none: str | None = None
    read_only: bool = False
    sealing: Sealing = field(default_factory=Sealing)
    ahead: Ahead | None = None
    """What was asked ahead and what is put off, where that saves time."""

    @property
    def connection(self) -> Connection:
        """Held to this transaction's workspace, whatever was said meanwhile within another: ask for it again each time."""
        return self.scope.of(self.workspace_or_none)

    @property
    def workspace(self) -> str:
        if self.workspace_or_none is None:
            raise ValueError("No workspace was given to this unit of work, and what it does belongs to one.")
        return self.workspace_or_none

    @property
    def vault(self) -> Vault | None:
        """What words are sealed with and links signed with; without one, words are kept as they are."""
        return self.sealing.vault

    def within(self, workspace: str) -> "Transaction":
        """The same transaction, for the rows of `workspace`: for units that begin with what is due anywhere. Several may be
        used by turns, and the one they come from too: each sees its own rows.
        Raises ValueError for what is no workspace."""
        return replace(self, workspace_or_none=checked(workspace))

    def look_ahead(self, looks: Iterable[tuple[str, Look]]) -> None:
        """Ask at once what will be asked, each in its workspace, where that saves time; else nothing is asked."""
        if self.ahead is not None:
            self.ahead.read(looks)

    def leave_no_journal(self) -> None:
        """Once this is written, empty SQLite's journal: what each transaction wrote would stay apart there."""
        self.scope.connection.info[NO_JOURNAL] = True

    @property
    def on_postgresql(self) -> bool:
        return self.scope.connection.dialect.name == "postgresql"
