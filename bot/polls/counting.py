"""Counting a round: all its ballots are opened with the key it began with, or it waits and those who lead it are told why."""

import logging
from secrets import SystemRandom

from bot.conductor import Conductor
from bot.polls.leads import leads
from bot.polls.telling import tell_each
from bot.sealing import BrokenSeal
from flows.core.report import Report
from flows.core.results import results
from storage import ballots, polls
from storage.polls import RoundRecord

log = logging.getLogger(__name__)


def has_its_key(conductor: Conductor, record: RoundRecord) -> bool:
    """Whether the key we have is the one that the round's ballots are sealed with."""
    return record.key_print == conductor.score.seals.print


def counted(conductor: Conductor, record: RoundRecord) -> Report | None:
    """The report of a round; None when its ballots cannot all be opened: counted in part, they would say something false."""
    if not has_its_key(conductor, record):
        _tell_it_waits(conductor, record, "another_key")
        return None
    seals, sealed = conductor.score.seals, ballots.sealed_in(conductor.tx, record.id)
    try:
        given = [seals.open(one, record.round) for one in sealed]
    except BrokenSeal:
        _tell_it_waits(conductor, record, "broken_seal")
        return None
    before = polls.latest_closed(conductor.tx, record.poll_name)
    return results(record.round, given, before.report if before else None, random=SystemRandom())


def _tell_it_waits(conductor: Conductor, record: RoundRecord, why: str) -> None:
    log.error("a round waits to be counted: %s", why, extra={"workspace": conductor.workspace.id})
    tell_leads(conductor, record, f"polls/{why}")


def tell_leads(conductor: Conductor, record: RoundRecord, message: str) -> None:
    """Say it to those who lead the polls, once a week for as long as it lasts."""
    week = conductor.today.isocalendar()
    about = f"{record.id}-{week.year}-{week.week}"
    tell_each(conductor, leads(conductor), message, about, round=record.id)
