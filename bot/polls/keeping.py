"""How long results are kept: comments six months, figures five years (domain.md, section 8.1), as the invitation says."""

from dataclasses import replace

from bot.conductor import Conductor
from bot.retention import COMMENTS, FIGURES, Rule
from flows.core.report import Comments, Hidden, Report
from storage import polls
from storage.polls import RoundRecord


def forget_what_is_old(conductor: Conductor) -> None:
    """Blank the comments, then forget the rounds, whose time is over."""
    for record in _closed_for(conductor, COMMENTS):
        if record.report is not None and _speaks(record.report):
            polls.replace_report(conductor.tx, record.id, _without_comments(record.report))
    for record in _closed_for(conductor, FIGURES):
        _forget(conductor, record)


def _closed_for(conductor: Conductor, rule: Rule) -> list[RoundRecord]:
    """The rounds closed for longer than this rule keeps what is in them."""
    before = rule.since_when(conductor.today)
    return [one for one in polls.all_rounds(conductor.tx) if one.closed_on is not None and one.closed_on < before]


def _speaks(report: Report) -> bool:
    return any(comments.texts for comments in report.comments)


def _without_comments(report: Report) -> Report:
    kept = tuple(Comments(one.item, hidden=Hidden.ERASED) if one.texts else one for one in report.comments)
    return replace(report, comments=kept)


def _forget(conductor: Conductor, record: RoundRecord) -> None:
    """The round, and what later rounds remember of it so as not to be subtracted from it: nobody can read it any more."""
    polls.forget_round(conductor.tx, record.id)
    for later in polls.rounds_of(conductor.tx, record.poll_name):
        if later.report is not None:
            history = tuple(past for past in later.report.history if past.round != record.id)
            polls.replace_report(conductor.tx, later.id, replace(later.report, history=history))
