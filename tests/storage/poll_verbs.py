"""What tests put in a workspace of polls and of what comes of them, and every verb about these."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from flows.core.poll import Dimension, Item, Poll
from flows.core.report import Participation, Report
from flows.core.rounds import Labels, Round
from storage import (
    Transaction,
    ballots,
    closed_rounds,
    improvements,
    leaving_tables,
    meetings,
    outbox,
    pictures,
    poll_tables,
    polls,
    self_radars,
    tables,
)
from storage.improvements import Improvement
from storage.polls import PollSettings, RoundRecord
from storage.self_radars import SelfRadar
from tests.storage.conftest import HERE, NINE, an_intention

DAY = date(2026, 12, 1)
LATER = date(2026, 12, 11)
AUDIENCE: dict[str, Labels] = {"m_ana": {"team": "atelier"}, "m_bob": {"team": "bureau"}}
TABLES = (
    poll_tables.poll,
    poll_tables.round_,
    poll_tables.audience,
    poll_tables.participation,
    poll_tables.ballot,
    poll_tables.self_radar,
    poll_tables.improvement,
    poll_tables.picture,
    tables.meeting,
    leaving_tables.departure,
    leaving_tables.departure_access,
    leaving_tables.departure_trace,
    leaving_tables.mission,
)


def a_poll(name: str = "barometer", **changes: Any) -> Poll:
    return Poll(
        name, (Item("load", dimension="work", texts={"fr": "La charge est tenable."}),), (Dimension("work"),), **changes
    )


def a_record(id: str = "r_1", poll: str = "barometer", number: int = 1, **changes: Any) -> RoundRecord:
    opened = Round(id, a_poll(poll), DAY, LATER, audience=len(AUDIENCE))
    return RoundRecord(**{"round": opened, "number": number, "key_print": "k", "opened_on": DAY, **changes})


def a_report(id: str = "r_1", poll: str = "barometer") -> Report:
    return Report(id, poll, 1, Participation(2, 2), items=(), dimensions=())


def a_line(id: str = "i_1", **changes: Any) -> Improvement:
    usual = {"source": "round", "finding": "La charge déborde", "action": "Un jour sans réunion", "round_id": "r_1"}
    return Improvement(**{"id": id, "due_on": LATER, "opened_on": DAY, **usual, **changes})


def furnish_polls(tx: Transaction) -> None:
    """A closed round and an open one that Ana has answered, a line of each kind, a radar, a picture. Ana and Bob are there."""
    polls.save_settings(tx, PollSettings(poll=a_poll()))
    polls.open_round(tx, a_record("r_0"), AUDIENCE)
    polls.close(tx, "r_0", a_report("r_0"), DAY)
    polls.open_round(tx, a_record("r_1", number=2), AUDIENCE)
    ballots.cast(tx, "r_1", "m_ana", b"sealed")
    reminder = an_intention("polls/reminder-r_1", "m_bob", conversation=None, step="", message="polls/reminder")
    outbox.enqueue(tx, reminder, NINE)
    improvements.save(tx, a_line("i_1"))
    improvements.save(tx, a_line("i_2", state="done", closed_on=DAY))
    self_radars.keep(tx, "m_ana", SelfRadar(DAY, {"helping": 4}))
    pictures.remember(tx, "picture:r_0:fr", "F1")


def rows_here(tx: Transaction) -> list[list[Any]]:
    """All that these tables hold of our workspace, whoever looks."""
    held = (sa.select(table).where(table.c.workspace_id == HERE) for table in TABLES)
    here = tx.within(HERE)
    return [sorted(map(tuple, here.connection.execute(rows)), key=repr) for rows in held]


def changing(verb: Callable[[Transaction], object]) -> Callable[[Transaction], bool]:
    """Whether a verb that gives nothing back changes something in our workspace."""

    def unit(tx: Transaction) -> bool:
        before = rows_here(tx)
        verb(tx)
        return rows_here(tx) != before

    return unit


POLL_VERBS: list[tuple[str, Callable[[Transaction], Any]]] = [
    ("polls.settings", lambda tx: polls.settings(tx, "barometer", {})),
    ("polls.save_settings", changing(lambda tx: polls.save_settings(tx, PollSettings(poll=a_poll(), days_open=7)))),
    ("polls.decided_names", polls.decided_names),
    ("polls.next_number", lambda tx: polls.next_number(tx, "barometer") > 1),
    ("polls.open_round", changing(lambda tx: polls.open_round(tx, a_record("r_9", "radar"), AUDIENCE))),
    ("polls.find", lambda tx: polls.find(tx, "r_1", lock=True)),
    ("polls.open_rounds", polls.open_rounds),
    ("polls.rounds_of", lambda tx: polls.rounds_of(tx, "barometer")),
    ("polls.all_rounds", polls.all_rounds),
    ("polls.latest_closed", lambda tx: polls.latest_closed(tx, "barometer")),
    ("polls.closed_before", lambda tx: polls.closed_before(tx, a_record(number=2))),
    ("polls.audience", lambda tx: polls.audience(tx, "r_1")),
    ("polls.labels_of", lambda tx: polls.labels_of(tx, "r_1", "m_ana")),
    ("polls.has_answered", lambda tx: polls.has_answered(tx, "r_1", "m_ana")),
    ("polls.who_answered", lambda tx: polls.who_answered(tx, "r_1")),
    ("polls.close", changing(lambda tx: polls.close(tx, "r_1", a_report(), LATER))),
    ("polls.cancel", changing(lambda tx: polls.cancel(tx, "r_1", LATER))),
    ("polls.set_discussion", changing(lambda tx: polls.set_discussion(tx, "r_0", LATER))),
    ("polls.replace_report", changing(lambda tx: polls.replace_report(tx, "r_0", a_report("r_0", "radar")))),
    ("polls.forget_round", changing(lambda tx: polls.forget_round(tx, "r_1"))),
    ("ballots.cast", changing(lambda tx: ballots.cast(tx, "r_1", "m_bob", b"sealed"))),
    ("ballots.sealed_in", lambda tx: ballots.sealed_in(tx, "r_1")),
    ("ballots.forget_reminded", lambda tx: ballots.forget_reminded(tx, ["polls/reminder-r_1"])),
    ("ballots.forget", changing(lambda tx: ballots.forget(tx, "r_1"))),
    ("closed_rounds.last_of_each", closed_rounds.last_of_each),
    ("improvements.find", lambda tx: improvements.find(tx, "i_1", lock=True)),
    ("improvements.save", changing(lambda tx: improvements.save(tx, a_line("i_9")))),
    ("improvements.under_way", improvements.under_way),
    ("improvements.closed_since", lambda tx: improvements.closed_since(tx, DAY)),
    ("improvements.opened_since", lambda tx: improvements.opened_since(tx, DAY)),
    ("self_radars.of", lambda tx: self_radars.of(tx, "m_ana")),
    ("self_radars.keep", changing(lambda tx: self_radars.keep(tx, "m_ana", SelfRadar(LATER, {"helping": 5})))),
    ("self_radars.forget", changing(lambda tx: self_radars.forget(tx, "m_ana"))),
    ("pictures.file_of", lambda tx: pictures.file_of(tx, "picture:r_0:fr")),
    ("pictures.remember", changing(lambda tx: pictures.remember(tx, "picture:r_0:en", "F2"))),
    ("pictures.forget", changing(lambda tx: pictures.forget(tx, "picture:r_0:"))),
    ("meetings.forget", changing(lambda tx: meetings.forget(tx, "m_ana"))),
]
"""Each is something in the workspace it is for, and nothing elsewhere."""
