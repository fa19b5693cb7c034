"""Polls and their rounds. While one is open: who was invited, who has answered, and sealed ballots that belong to nobody.

Once it is closed: its report, and who was invited. What was answered is kept nowhere else.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa

from flows.core.plain import from_plain, to_plain
from flows.core.poll import Poll
from flows.core.report import Report
from flows.core.rounds import USUAL_TURNOUT, Labels, Round
from storage import ballots, pictures, poll_tables
from storage.transaction import Transaction

DAYS_OPEN = 10
"""Domain.md, section 1.3: 7 to 10 days."""
RoundState = Literal["open", "closed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSettings:
    """A poll, and how the cooperative holds it. `cuts` are off unless asked for."""

    poll: Poll
    cuts: tuple[str, ...] = ()
    lists_participation: bool = False
    """Whether the leads may see who has answered, while it is open, and only those who have not are reminded."""
    days_open: int = DAYS_OPEN
    turnout_percent: int = USUAL_TURNOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    """A round, and what became of it. `number` counts the rounds of its poll from 1."""

    round: Round
    number: int
    state: RoundState = "open"
    lists_participation: bool = False
    key_print: str = ""
    """Which key its ballots are sealed with: never the key."""
    opened_on: date
    closed_on: date | None = None
    discussion_on: date | None = None
    report: Report | None = None

    @property
    def id(self) -> str:
        return self.round.id

    @property
    def poll_name(self) -> str:
        return self.round.poll.name


_POLL, _ROUND, _AUDIENCE = poll_tables.poll.c, poll_tables.round_.c, poll_tables.audience.c
_PARTICIPATION = poll_tables.participation.c
_HERE: sa.BindParameter[str] = sa.bindparam("workspace")
_WANTED: sa.BindParameter[str] = sa.bindparam("wanted")

_SETTINGS = sa.select(poll_tables.poll).where(_POLL.workspace_id == _HERE, _POLL.name == _WANTED)
_POLL_NAMES = sa.select(_POLL.name).where(_POLL.workspace_id == _HERE).order_by(_POLL.name)
_ROUNDS = sa.select(poll_tables.round_).where(_ROUND.workspace_id == _HERE).order_by(_ROUND.poll, _ROUND.number)
_ONE_ROUND = _ROUNDS.where(_ROUND.id == _WANTED)
_ONE_ROUND_LOCKED = _ONE_ROUND.with_for_update()
_OPEN_ROUNDS = _ROUNDS.where(_ROUND.state == sa.literal_column("'open'"))
_ROUNDS_OF = _ROUNDS.where(_ROUND.poll == _WANTED)
_BEFORE = (
    _ROUNDS_OF.where(_ROUND.number < sa.bindparam("number"), _ROUND.state == sa.literal_column("'closed'"))
    .order_by(None)
    .order_by(_ROUND.number.desc())
    .limit(1)
)
# Not how many there are: the oldest are forgotten.
_LAST_NUMBER = sa.select(sa.func.coalesce(sa.func.max(_ROUND.number), 0)).where(
    _ROUND.workspace_id == _HERE, _ROUND.poll == _WANTED
)
_AUDIENCE_OF = sa.select(_AUDIENCE.member_id, _AUDIENCE.labels).where(
    _AUDIENCE.workspace_id == _HERE, _AUDIENCE.round_id == _WANTED
)
_FORGET_AUDIENCE = sa.delete(poll_tables.audience).where(_AUDIENCE.workspace_id == _HERE, _AUDIENCE.round_id == _WANTED)
_LABELS = _AUDIENCE_OF.where(_AUDIENCE.member_id == sa.bindparam("member"))
_ANSWERED = sa.select(_PARTICIPATION.member_id).where(
    _PARTICIPATION.workspace_id == _HERE, _PARTICIPATION.round_id == _WANTED
)
_HAS_ANSWERED = _ANSWERED.where(_PARTICIPATION.member_id == sa.bindparam("member"))
_THIS_ROUND = sa.and_(_ROUND.workspace_id == _HERE, _ROUND.id == _WANTED)


# ------------------------------------------------------------------------------------------------------- what is decided


def settings(tx: Transaction, name: str, ours: Mapping[str, Poll]) -> PollSettings | None:
    """What the cooperative decided of this poll; `ours` as it is when it decided nothing; None when there is no such poll."""
    row = tx.connection.execute(_SETTINGS, _named(tx, name)).mappings().first()
    if row is None:
        return PollSettings(poll=ours[name]) if name in ours else None
    return PollSettings(
        poll=from_plain(Poll, row["definition"]),
        cuts=tuple(row["cuts"]),
        lists_participation=row["lists_participation"],
        days_open=row["days_open"],
        turnout_percent=row["turnout_percent"],
    )


def save_settings(tx: Transaction, decided: PollSettings) -> None:
    values = {
        "definition": to_plain(decided.poll),
        "cuts": list(decided.cuts),
        "lists_participation": decided.lists_participation,
        "days_open": decided.days_open,
        "turnout_percent": decided.turnout_percent,
    }
    mine = sa.and_(_POLL.workspace_id == tx.workspace, _POLL.name == decided.poll.name)
    if tx.connection.execute(sa.update(poll_tables.poll).where(mine).values(values)).rowcount == 0:
        identity = {"workspace_id": tx.workspace, "name": decided.poll.name}
        tx.connection.execute(sa.insert(poll_tables.poll).values({**identity, **values}))


def decided_names(tx: Transaction) -> list[str]:
    """The polls the cooperative decided something of, those it made itself included."""
    return list(tx.connection.execute(_POLL_NAMES, {"workspace": tx.workspace}).scalars())


# ---------------------------------------------------------------------------------------------------------------- rounds


def new_round_id() -> str:
    return f"r_{secrets.token_hex(8)}"


def next_number(tx: Transaction, poll: str) -> int:
    last: int = tx.connection.execute(_LAST_NUMBER, _named(tx, poll)).scalar_one()
    return last + 1


def open_round(tx: Transaction, record: RoundRecord, audience: Mapping[str, Labels]) -> None:
    """Write down a round and whom it is for. There is one open round of a poll at most: another is a database error."""
    tx.connection.execute(
        sa.insert(poll_tables.round_).values(
            id=record.id,
            workspace_id=tx.workspace,
            poll=record.poll_name,
            number=record.number,
            state=record.state,
            frozen=to_plain(record.round),
            lists_participation=record.lists_participation,
            key_print=record.key_print,
            opened_on=record.opened_on,
        )
    )
    invited = [
        {"round_id": record.id, "member_id": member, "workspace_id": tx.workspace, "labels": dict(labels)}
        for member, labels in sorted(audience.items())
    ]
    if invited:
        tx.connection.execute(sa.insert(poll_tables.audience), invited)


def find(tx: Transaction, round_id: str, *, lock: bool = False) -> RoundRecord | None:
    """`lock`: nobody else answers, closes or cancels it until this transaction ends."""
    statement = _ONE_ROUND_LOCKED if lock else _ONE_ROUND
    row = tx.connection.execute(statement, _named(tx, round_id)).mappings().first()
    return _record(row) if row else None


def open_rounds(tx: Transaction) -> list[RoundRecord]:
    return [_record(row) for row in tx.connection.execute(_OPEN_ROUNDS, {"workspace": tx.workspace}).mappings()]


def rounds_of(tx: Transaction, poll: str) -> list[RoundRecord]:
    """Every round of a poll, the first first."""
    rows = tx.connection.execute(_ROUNDS_OF, _named(tx, poll)).mappings()
    return [_record(row) for row in rows]


def all_rounds(tx: Transaction) -> list[RoundRecord]:
    """Every round of every poll, by poll then by number."""
    return [_record(row) for row in tx.connection.execute(_ROUNDS, {"workspace": tx.workspace}).mappings()]


def latest_closed(tx: Transaction, poll: str) -> RoundRecord | None:
    """The last round of a poll that has a report."""
    return next((one for one in reversed(rounds_of(tx, poll)) if one.report is not None), None)


def closed_before(tx: Transaction, record: RoundRecord) -> RoundRecord | None:
    """The round of the same poll that was closed last before this one."""
    asked = {**_named(tx, record.poll_name), "number": record.number}
    row = tx.connection.execute(_BEFORE, asked).mappings().first()
    return _record(row) if row else None


def audience(tx: Transaction, round_id: str) -> dict[str, Labels]:
    """Who was invited, each with the groups they were in at opening."""
    rows = tx.connection.execute(_AUDIENCE_OF, _named(tx, round_id))
    return {row.member_id: row.labels for row in rows}


def labels_of(tx: Transaction, round_id: str, member: str) -> Labels | None:
    """The groups an invited member was in at opening; None for whoever was not invited."""
    row = tx.connection.execute(_LABELS, {**_named(tx, round_id), "member": member}).first()
    return row.labels if row else None


# --------------------------------------------------------------------------------------------------------- who answered


def has_answered(tx: Transaction, round_id: str, member: str) -> bool:
    values = {**_named(tx, round_id), "member": member}
    return tx.connection.execute(_HAS_ANSWERED, values).first() is not None


def who_answered(tx: Transaction, round_id: str) -> set[str]:
    """For a round that lists participation, and for reminders; empty once the round is closed."""
    return set(tx.connection.execute(_ANSWERED, _named(tx, round_id)).scalars())


# --------------------------------------------------------------------------------------------------------------- closing


def close(tx: Transaction, round_id: str, report: Report, on: date) -> None:
    """Keep the report, and forget who answered and what."""
    ballots.forget(tx, round_id)
    _change(tx, round_id, state="closed", closed_on=on, report=to_plain(report))


def cancel(tx: Transaction, round_id: str, on: date) -> None:
    """Forget the answers; nothing is shown of them, ever."""
    ballots.forget(tx, round_id)
    _change(tx, round_id, state="cancelled", closed_on=on)


def set_discussion(tx: Transaction, round_id: str, day: date) -> None:
    _change(tx, round_id, discussion_on=day)


def replace_report(tx: Transaction, round_id: str, report: Report) -> None:
    """Keep less of a report than before (its comments once they are old)."""
    _change(tx, round_id, report=to_plain(report))


def forget_round(tx: Transaction, round_id: str) -> None:
    """Leave nothing of a round."""
    ballots.forget(tx, round_id)
    tx.connection.execute(_FORGET_AUDIENCE, _named(tx, round_id))
    pictures.forget(tx, f"picture:{round_id}:")
    tx.connection.execute(sa.delete(poll_tables.round_).where(_THIS_ROUND), _named(tx, round_id))


def _change(tx: Transaction, round_id: str, **values: Any) -> None:
    tx.connection.execute(sa.update(poll_tables.round_).where(_THIS_ROUND).values(values), _named(tx, round_id))


def _named(tx: Transaction, wanted: str) -> dict[str, str]:
    return {"workspace": tx.workspace, "wanted": wanted}


def _record(row: sa.RowMapping) -> RoundRecord:
    return RoundRecord(
        round=from_plain(Round, row["frozen"]),
        number=row["number"],
        state=row["state"],
        lists_participation=row["lists_participation"],
        key_print=row["key_print"],
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
        discussion_on=row["discussion_on"],
        report=from_plain(Report, row["report"]) if row["report"] is not None else None,
    )
