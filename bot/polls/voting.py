"""Answering a poll: nothing of it is said, queued, shown again or logged; it is written, sealed, and that is all."""

from collections.abc import Mapping

from bot.conductor import Conductor
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
    if record.key_print != conductor.score.seals.print:
        # Sealed with another key than the round's, an answer would be lost at closing.
        return Refused("store_unavailable")
    labels = polls.labels_of(conductor.tx, round_id, me.id) or {}
    ballot = record.round.ballot(given, labels, conductor.today)
    if isinstance(ballot, Refused):
        return ballot
    ballots.cast(conductor.tx, round_id, me.id, conductor.score.seals.seal(ballot, record.round))
    return None


def why_not(conductor: Conductor, me: Member, record: RoundRecord | None) -> Refused | None:
    """Why the member may not answer this round now; None when they may."""
    if record is None:
        return Refused("gone")
    if record.state != "open" or conductor.today > record.round.closes:
        return Refused("round_closed")
    if not me.active:
        return Refused("deactivated")
    if polls.labels_of(conductor.tx, record.id, me.id) is None:
        return Refused("not_invited")
    if polls.has_answered(conductor.tx, record.id, me.id):
        return Refused("already_answered")
    return None
