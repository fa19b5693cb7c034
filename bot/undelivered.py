"""What could not be said, and whose it is to see and to send again."""

from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from bot.conductor import Conductor
from bot.leaders import is_leader, may_see
from bot.people import letters_to
from bot.welcoming import may_start
from flows.core.model import SUBJECT, Conversation
from flows.core.people import Member
from storage import outbox
from storage.outbox import Delivery

RETRYING = "retry"
"""The right to send again, granted like the starting of a flow."""
COUNTED = 1_000
WHILE_OF_USE = timedelta(days=30)
"""Since it was given up. Later it would only hide what failed today: most of it never can be said, an account is closed, its day
has passed. The command goes on listing it."""


class Failed(NamedTuple):
    """The latest first. `nameless`: letters of no departure, to people whom nobody is to know of."""

    known: list[Delivery]
    nameless: list[Delivery]


def failed(conductor: Conductor, me: Member) -> Failed:
    """What could not be said, as far as `me` may see it. What belongs to a conversation that is no more might have been private:
    it is listed by the command alone."""
    rows = outbox.given_up(conductor.tx, COUNTED, conductor.now - WHILE_OF_USE)
    if not rows:
        return Failed([], [])
    leads = may_start(conductor, RETRYING, me)
    talks = {talk.id: talk for talk in conductor.seen(row.conversation for row in rows if row.conversation)}
    flows = conductor.score.flows
    seen = {talk.id for talk in talks.values() if may_see(flows[talk.flow], talk, me, leads=leads)}
    known = [row for row in rows if (row.conversation in seen if row.conversation else leads)]
    if not is_leader(conductor.tx, me):
        return Failed(known, [])
    ours = [row for row in rows if row.conversation in talks and _is_of_use(conductor, row)]
    return Failed(known, [row for row in ours if _is_led_by_nobody(conductor, talks[row.conversation or ""])])


def _is_led_by_nobody(conductor: Conductor, talk: Conversation) -> bool:
    """Whether all it says goes by letter to one person who has left, and nobody else has a part in it."""
    flow, subject = conductor.score.flows[talk.flow], talk.cast.get(SUBJECT)
    gone = conductor.member(subject.id) if subject is not None else None
    is_theirs_alone = (
        flow.private and len(talk.cast) == 1 and all(getattr(one, "by_email", False) for one in flow.steps)
    )
    return is_theirs_alone and gone is not None and not gone.active


def _is_of_use(conductor: Conductor, row: Delivery) -> bool:
    """Whether it may still be said: what it invites to is not over, and they wish to be written to."""
    gone = conductor.member(row.recipient)
    is_over = row.useful_until is not None and conductor.now > row.useful_until
    return not is_over and gone is not None and letters_to(gone) is not None


def retry(conductor: Conductor, me: Member, delivery: int | None) -> None:
    """Let one of these, or all of them, be said again. Whoever leads lets everything go, without seeing what is not theirs."""
    if delivery is None and may_start(conductor, RETRYING, me):
        outbox.retry_all(conductor.tx, conductor.now)
    for one in chain(*failed(conductor, me)):
        if delivery in (None, one.id):
            outbox.retry(conductor.tx, one.id, conductor.now)
