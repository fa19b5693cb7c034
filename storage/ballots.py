"""What is written when somebody answers a round: that they have, and their sealed ballot. Nothing pairs the two afterwards.

Rows remember more than they say: the transaction that wrote them (`xmin`, on PostgreSQL), and where they lie in their file, which
is the order they came in; SQLite's journal has them vote by vote. So each vote writes the others again with its own, in the order
of their keys, and leaves no journal: whoever reads the files finds rows written together, in an order that means nothing.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from storage import poll_tables, tables
from storage.transaction import Transaction

MIXED = 16
"""How many ballots are written again with a new one, drawn at random when there are more. Each has twenty kilobytes: this many
cost some 20 ms a vote, with 350 answers already; all of those, 100 to 300 ms and, on PostgreSQL, a gigabyte in the end."""

_PARTICIPATION, _BALLOT = poll_tables.participation, poll_tables.ballot
_HERE: sa.BindParameter[str] = sa.bindparam("workspace")
_WANTED: sa.BindParameter[str] = sa.bindparam("wanted")


def _of_round(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.workspace_id == _HERE, table.c.round_id == _WANTED)


_SEALED = sa.select(_BALLOT.c.sealed).where(_of_round(_BALLOT)).order_by(_BALLOT.c.id)
_IDS = sa.select(_BALLOT.c.id).where(_of_round(_BALLOT))
_FORGET_BALLOTS = sa.delete(_BALLOT).where(_of_round(_BALLOT))
_FORGET_PARTICIPATION = sa.delete(_PARTICIPATION).where(_of_round(_PARTICIPATION))
_OUTBOX = tables.outbox.c
_FORGET_REMINDED = sa.delete(tables.outbox).where(
    _OUTBOX.workspace_id == _HERE,
    _OUTBOX.conversation == "",
    _OUTBOX.occurrence.in_(sa.bindparam("occurrences", expanding=True)),
    _OUTBOX.state != sa.literal_column("'sending'"),
)
_TAKE_BALLOTS = _FORGET_BALLOTS.where(_BALLOT.c.id.in_(sa.bindparam("drawn", expanding=True))).returning(_BALLOT)
_TAKE_PARTICIPATION = _FORGET_PARTICIPATION.returning(_PARTICIPATION)


def cast(tx: Transaction, round_id: str, member: str, sealed: bytes) -> None:
    """Write that the member has answered and, joined to it by nothing, their sealed ballot.

    The round must be held (`polls.find`, `lock`): two votes at once would not write each other again. A second vote of the same
    member is a database error.
    """
    mine = {"workspace_id": tx.workspace, "round_id": round_id}
    asked = {"workspace": tx.workspace, "wanted": round_id}
    answered = tx.connection.execute(_TAKE_PARTICIPATION, asked).mappings().all()
    _write_again(tx, _PARTICIPATION, "member_id", answered, {**mine, "member_id": member})
    there = tx.connection.execute(_IDS, asked).scalars().all()
    drawn = secrets.SystemRandom().sample(there, min(MIXED, len(there)))
    taken = tx.connection.execute(_TAKE_BALLOTS, {**asked, "drawn": drawn}).mappings().all() if drawn else []
    _write_again(tx, _BALLOT, "id", taken, {**mine, "id": secrets.token_hex(16), "sealed": sealed})
    tx.leave_no_journal()


def _write_again(
    tx: Transaction, table: sa.Table, key: str, taken: Iterable[sa.RowMapping], added: Mapping[str, Any]
) -> None:
    """In the order of their keys: the ids of members and of ballots are drawn at random."""
    rows = [dict(row) for row in taken] + [dict(added)]
    tx.connection.execute(sa.insert(table), sorted(rows, key=itemgetter(key)))


def sealed_in(tx: Transaction, round_id: str) -> list[bytes]:
    """The ballots of a round, in no order that means anything."""
    return list(tx.connection.execute(_SEALED, {"workspace": tx.workspace, "wanted": round_id}).scalars())


def forget(tx: Transaction, round_id: str) -> None:
    """Leave nothing of who answered a round, nor of what."""
    for statement in (_FORGET_BALLOTS, _FORGET_PARTICIPATION):
        tx.connection.execute(statement, {"workspace": tx.workspace, "wanted": round_id})
    tx.leave_no_journal()


def forget_reminded(tx: Transaction, occurrences: Collection[str]) -> int:
    """Leave nothing of who was reminded in these words; how many were. Where the list is kept, only those who had not answered
    are: who was not says who had."""
    wanted = {"workspace": tx.workspace, "occurrences": list(occurrences)}
    return tx.connection.execute(_FORGET_REMINDED, wanted).rowcount
