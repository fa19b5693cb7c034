"""Who let us in: the workspaces that installed us, and the organisations that did for theirs. Tokens are kept sealed.

These verbs are the deployment's: they are given the id of a workspace, or of an organisation, in a unit that belongs to none.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import serving_tables, tables, words
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """That a workspace let us in. `id`: Slack's id of the team, or of the organisation that let us in for its teams; `token`:
    empty where `organisation` has it; `purged_at`: when all that is known of it goes, once we were put out."""

    id: str
    organisation: str | None = None
    name: str = ""
    token: str = field(default="", repr=False)
    bot_id: str = ""
    bot_user_id: str = ""
    scopes: str = ""
    installed_at: datetime
    purged_at: datetime | None = None

    @property
    def is_for_all(self) -> bool:
        """Whether an organisation let us in for its workspaces: it has no member of its own, and its id says so
        (docs.slack.dev/enterprise)."""
        return self.id.startswith("E")


_TABLE = serving_tables.installation
_ROW = _TABLE.c
_THIS = _ROW.workspace_id == sa.bindparam("wanted")
_LET_IN = InsertUnlessThere(_TABLE)
_FIND = sa.select(_TABLE).where(_THIS)
_HELD = _FIND.with_for_update()
_THROUGH = sa.or_(_THIS, _ROW.organisation_id == sa.bindparam("wanted"))
# An organisation has no member: it is let in, and its teams are served.
_SERVED = (
    sa.select(_ROW.workspace_id)
    .where(_ROW.purged_at.is_(None), sa.or_(_ROW.organisation_id.is_not(None), _ROW.workspace_id.not_like("E%")))
    .order_by(_ROW.workspace_id)
)
_LEFT_ALONE = (
    sa.update(_TABLE)
    .where(_ROW.purged_at.is_(None), _ROW.installed_at <= sa.bindparam("since"))
    .values(token=None, purged_at=sa.bindparam("until"))
    .returning(_ROW.workspace_id)
)
_PUT_OUT = _LEFT_ALONE.where(_THROUGH)
_TAKEN_AWAY = _LEFT_ALONE.where(
    _ROW.organisation_id == sa.bindparam("organisation"),
    _ROW.workspace_id.in_(sa.bindparam("teams", expanding=True)),
)


def save(tx: Transaction, installation: Installation) -> None:
    """Write down that we are let in, in place of what was known of it. Raises StoreUnavailable where tokens cannot be sealed."""
    values = {
        "organisation_id": installation.organisation,
        "name": installation.name,
        "token": words.sealed(tx, installation.token, installation.id) if installation.token else None,
        "bot_id": installation.bot_id,
        "bot_user_id": installation.bot_user_id,
        "scopes": installation.scopes,
        "installed_at": installation.installed_at,
        "purged_at": installation.purged_at,
    }
    if not _LET_IN(tx, {"workspace_id": installation.id, **values}):
        tx.connection.execute(sa.update(_TABLE).where(_ROW.workspace_id == installation.id).values(values))


def find(tx: Transaction, id: str) -> Installation | None:
    """With the token that leads there, its own or its organisation's; None for whom we are not let in by, or no longer.

    Raises Unopenable when the token was sealed with a key that is not here.
    """
    found = _live(tx, id)
    if found is None or found.token or found.organisation is None:
        return found if found is None or found.token else None
    organisation = _live(tx, found.organisation)
    if organisation is None or not organisation.token:
        return None
    return replace(found, token=organisation.token, bot_id=organisation.bot_id, bot_user_id=organisation.bot_user_id)


def join(tx: Transaction, id: str, organisation: str, now: datetime) -> Installation | None:
    """Remember that this team is reached through its organisation; None when that one did not let us in."""
    known = _live(tx, organisation)
    if known is None or not known.token:
        return None
    save(tx, Installation(id=id, organisation=organisation, scopes=known.scopes, installed_at=now))
    return find(tx, id)


def served(tx: Transaction) -> list[str]:
    """The workspaces we are let into, in the order of their ids; no organisation is one."""
    return list(tx.connection.execute(_SERVED).scalars())


def put_out(tx: Transaction, id: str, since: datetime, purged_at: datetime) -> list[str]:
    """We are let in no longer `since` then, nor by the teams of an organisation: the token is forgotten at once, and all the rest
    goes at `purged_at`. Those for whom it is news; whoever let us in later still does."""
    return list(tx.connection.execute(_PUT_OUT, {"wanted": id, "since": since, "until": purged_at}).scalars())


def take_away(
    tx: Transaction, organisation: str, teams: Collection[str], since: datetime, purged_at: datetime
) -> list[str]:
    """The same, of those of these teams that are reached through this organisation."""
    values = {"organisation": organisation, "teams": list(teams), "since": since, "until": purged_at}
    return list(tx.connection.execute(_TAKEN_AWAY, values).scalars())


def purged_at(tx: Transaction, id: str) -> datetime | None:
    """When what is known of it goes; None while we are let in. It stays so until this unit is written."""
    row = tx.connection.execute(_HELD, {"wanted": id}).mappings().first()
    return row["purged_at"] if row is not None else None


def purge(tx: Transaction) -> int:
    """Leave nothing of the transaction's workspace, in any table; how many rows that was."""
    of_a_workspace = [table for table in reversed(tables.metadata.sorted_tables) if "workspace_id" in table.c]
    return sum(
        tx.connection.execute(sa.delete(table).where(table.c.workspace_id == tx.workspace)).rowcount
        for table in of_a_workspace
    )


def _live(tx: Transaction, id: str) -> Installation | None:
    row = tx.connection.execute(_FIND, {"wanted": id}).mappings().first()
    return _installation(tx, row) if row is not None and row["purged_at"] is None else None


def _installation(tx: Transaction, row: sa.RowMapping) -> Installation:
    values: dict[str, Any] = dict(row)
    values["id"] = values.pop("workspace_id")
    values["organisation"] = values.pop("organisation_id")
    values["token"] = words.opened(tx, row["token"], row["workspace_id"]) if row["token"] else ""
    return Installation(**values)
