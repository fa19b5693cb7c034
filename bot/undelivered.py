"""What could not be said, and whose it is to see and to send again."""

from bot.conductor import Conductor
from bot.leaders import may_see
from bot.welcoming import may_start
from flows.core.people import Member
from storage import outbox
from storage.outbox import Delivery

RETRYING = "retry"
"""The right to send again, granted like the starting of a flow."""
COUNTED = 1_000


def failed(conductor: Conductor, me: Member) -> list[Delivery]:
    """What could not be said, the latest first, as far as `me` may see it. What belongs to a conversation that is no more
    might have been private: it is listed by the command alone."""
    rows = outbox.given_up(conductor.tx, COUNTED)
    if not rows:
        return []
    leads = may_start(conductor, RETRYING, me)
    talks = conductor.seen(row.conversation for row in rows if row.conversation)
    flows = conductor.score.flows
    seen = {talk.id for talk in talks if may_see(flows[talk.flow], talk, me, leads=leads)}
    return [row for row in rows if (row.conversation in seen if row.conversation else leads)]


def retry(conductor: Conductor, me: Member, delivery: int | None) -> None:
    """Let one of these, or all of them, be said again. Whoever leads lets everything go, without seeing what is not theirs."""
    if delivery is None and may_start(conductor, RETRYING, me):
        outbox.retry_all(conductor.tx, conductor.now)
    for one in failed(conductor, me):
        if delivery in (None, one.id):
            outbox.retry(conductor.tx, one.id, conductor.now)
