"""Installations begun: what a browser must bring back from Slack, once, before it is too late."""

from datetime import datetime

import sqlalchemy as sa

from storage import serving_tables
from storage.transaction import Transaction

_ROW = serving_tables.oauth_state.c
_TAKE = sa.delete(serving_tables.oauth_state).where(
    _ROW.state == sa.bindparam("wanted"), _ROW.expires_at > sa.bindparam("now")
)


def give(tx: Transaction, state: str, expires_at: datetime) -> None:
    tx.connection.execute(sa.insert(serving_tables.oauth_state).values(state=state, expires_at=expires_at))


def take(tx: Transaction, state: str, now: datetime) -> bool:
    """Whether it was given here, was not taken yet, and is still good."""
    return tx.connection.execute(_TAKE, {"wanted": state, "now": now}).rowcount == 1


def forget_before(tx: Transaction, moment: datetime) -> int:
    return tx.connection.execute(sa.delete(serving_tables.oauth_state).where(_ROW.expires_at < moment)).rowcount
