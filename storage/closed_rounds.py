"""Which rounds were closed last, without reading their reports: what the Home asks each time it is shown."""

import sqlalchemy as sa

from storage import poll_tables
from storage.transaction import Transaction

_ROUND = poll_tables.round_.c
_CLOSED = (
    sa.select(_ROUND.id, _ROUND.poll)
    .where(_ROUND.workspace_id == sa.bindparam("workspace"), _ROUND.state == sa.literal_column("'closed'"))
    .order_by(_ROUND.closed_on.desc(), _ROUND.poll, _ROUND.number.desc())
)


def last_of_each(tx: Transaction) -> list[str]:
    """The last closed round of each poll, by id, the latest closed first."""
    found: dict[str, str] = {}
    for row in tx.connection.execute(_CLOSED, {"workspace": tx.workspace}):
        found.setdefault(row.poll, row.id)
    return list(found.values())
