"""Answering a poll: nothing of it is said, queued, shown again or logged; it is written, sealed, and that is all."""

from collections.abc import Mapping

from bot.conductor import Conductor
from bot.polls.counting import has_its_key
from bot.polls.leads import leads
from flows.core.answers import Refused
from flows.core.people import Member
from storage import ballots, polls
from storage.polls import RoundRecord


def vote(conductor: Conductor, me: Member, round_id: str, given: Mapping[str, object]) -> Refused | None:
    """Take the member's answers, once; or why not. The details of a refusal may name the `item` at fault."""
    record = polls.find(conductor.tx, round_id, lock=True)
    refused = why_not(conductor, me, record)
    if refused is not None or record is None:
        return refused
    if not has_its_key(conductor, record):
        # Sealed with another key than the round's, an answer would be lost at closing.
        return Refused("another_key", {"who": [one.name for one in leads(conductor)]})
    labels = polls.labels_of(conductor.tx, round_id, me.id) or {}
    ballot = record.round.ballot(given, labels, conductor.today)
    if isinstance(ballot, Refused):
        return ballot
    ballots.cast(conductor.tx, round_id, me.id, conductor.score.seals.seal(ballot, record.round))
    return None


def why_not(conductor: Conductor, me: Member, record: RoundRecord | None) -> Refused | None:
    """Why the member may not answer this round now; None when they may."""
    if record is None:
        return Refused("no_such_poll")
    if record.state == "cancelled":
        return Refused("round_cancelled")
    if record.state != "open" or conductor.today > record.round.closes:
        return Refused("round_closed")
    if not me.active:
        return Refused("deactivated")
    if polls.labels_of(conductor.tx, record.id, me.id) is None:
        return Refused("not_invited")
    if polls.has_answered(conductor.tx, record.id, me.id):
        return Refused("already_answered")
    return None
