"""What of the outbox is of no use once done: that a Home was shown, which says when somebody looked at it, or a message again."""

from datetime import datetime

import sqlalchemy as sa

from storage import tables
from storage.transaction import Transaction

_ROW = tables.outbox.c
_SHOWN = (
    sa.select(_ROW.id)
    .where(
        _ROW.state == sa.literal_column("'sent'"),
        _ROW.kind.in_(("home", "refresh")),
        _ROW.settled_at < sa.bindparam("before"),
    )
    .limit(sa.bindparam("most"))
)
_FORGET_SHOWN = sa.delete(tables.outbox).where(_ROW.id.in_(_SHOWN))


def forget_shown(tx: Transaction, before: datetime, most: int) -> int:
    """Forget so many of these, in every workspace, that were done before; how many there were."""
    return tx.connection.execute(_FORGET_SHOWN, {"before": before, "most": most}).rowcount
