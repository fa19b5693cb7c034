"""What a cooperative has decided about its workspace."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from flows.core.people import Workspace
from storage import tables
from storage.ahead import Look
from storage.compiled import Row
from storage.prepared import Prepared
from storage.transaction import Transaction

_COLUMNS = tables.workspace.c
BESIDE = tuple(column.label(f"its_{column.name}") for column in _COLUMNS)
"""Its columns, at the end of a row of something else."""
_FIND = Prepared(sa.select(tables.workspace).where(_COLUMNS.workspace_id == sa.bindparam("workspace")))
REMEMBERED = 256
_AS_IT_WAS: dict[str, tuple[Sequence[Any], Workspace]] = {}
"""By its id, what was read last and what was made of it: it rarely says anything else, and each gesture reads it."""
_ALL_IDS = sa.select(_COLUMNS.workspace_id).order_by(_COLUMNS.workspace_id)


def find(tx: Transaction) -> Workspace | None:
    """The workspace of this transaction, once it has been saved."""
    row = _FIND.first(tx, {"workspace": tx.workspace})
    return _workspace(row) if row else None


def find_ahead() -> Look:
    """What `find` will ask (`Transaction.look_ahead`)."""
    return Look(_FIND)


def beside(tx: Transaction, found: Sequence[Any]) -> Workspace | None:
    """The workspace of what the driver gave for the columns `BESIDE`; None where they are empty."""
    if found[0] is None:
        return None
    known = _AS_IT_WAS.get(found[0])
    if known is None or known[0] != found:
        if len(_AS_IT_WAS) == REMEMBERED:
            _AS_IT_WAS.clear()
        known = _AS_IT_WAS[found[0]] = found, _workspace(_FIND.read(tx, [found])[0])
    return known[1]


def save(tx: Transaction, workspace: Workspace) -> None:
    """Raises ValueError for another workspace than the transaction's own."""
    if workspace.id != tx.workspace:
        raise ValueError(f"this transaction belongs to {tx.workspace}, not to {workspace.id}")
    values = _values(workspace)
    changed = tx.connection.execute(
        sa.update(tables.workspace).where(_COLUMNS.workspace_id == tx.workspace).values(values)
    )
    if changed.rowcount == 0:
        tx.connection.execute(sa.insert(tables.workspace).values(values))


def all_ids(tx: Transaction) -> list[str]:
    return list(tx.connection.execute(_ALL_IDS).scalars())


def _values(workspace: Workspace) -> dict[str, Any]:
    values = asdict(workspace)
    values["workspace_id"] = values.pop("id")
    values["starters"] = {flow: list(roles) for flow, roles in workspace.starters.items()}
    values["closing_days"] = sorted(day.isoformat() for day in workspace.closing_days)
    return values


def _workspace(row: Row) -> Workspace:
    values = dict(row)
    values["id"] = values.pop("workspace_id")
    values["starters"] = {flow: tuple(roles) for flow, roles in row["starters"].items()}
    values["closing_days"] = frozenset(date.fromisoformat(day) for day in row["closing_days"])
    return Workspace(**values)
