"""What we have been told already: Slack tells some things twice, and so do people."""

from datetime import datetime

import sqlalchemy as sa

from storage import tables
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction

_SEE = InsertUnlessThere(tables.seen)


def first_sight(tx: Transaction, event_id: str, now: datetime) -> bool:
    """Whether this event is heard of for the first time; it is seen from now on."""
    return _SEE(tx, {"workspace_id": tx.workspace, "event_id": event_id, "at": now})


def forget_before(tx: Transaction, moment: datetime) -> int:
    """Forget, in every workspace, what was seen before `moment`; how many that was."""
    return tx.connection.execute(sa.delete(tables.seen).where(tables.seen.c.at < moment)).rowcount
