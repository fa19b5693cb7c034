"""What a conversation has to say, as rows of the outbox."""

from datetime import UTC, datetime, timedelta

from flows.core.model import SUBJECT, Ask, Conversation, Flow, Step, addressed
from flows.core.moves import Close, Effect, Post
from storage.outbox import Intention

TOGETHER = timedelta(minutes=30)
"""What a channel is asked waits for the next half-hour: several arrivals, prepared one after the other, make one call."""


def word_of(flow: Flow, talk: Conversation, effect: Effect, now: datetime, once: str) -> Intention | None:
    """What is to be said, if that is what follows."""
    if isinstance(effect, Post):
        return posted(talk.id, effect, flow.step(effect.step))
    return shown_again(flow, talk, effect.step, now, once) if isinstance(effect, Close) else None


def posted(conversation_id: str | None, post: Post, step: Step | None = None) -> Intention:
    """A post of a move, as a row; `step` is the one it says, if any."""
    return Intention(
        conversation=conversation_id,
        step=post.step,
        message=post.message,
        recipient=post.to,
        occurrence=post.occurrence,
        kind="post",
        at=_next_half_hour(post.at) if isinstance(step, Ask) and not post.to.startswith("m_") else post.at,
        planned=post.planned,
        prompt=post.prompt,
        useful_until=post.useful_until,
        context=post.context,
    )


def _next_half_hour(moment: datetime) -> datetime:
    return moment + (datetime.min.replace(tzinfo=UTC) - moment) % TOGETHER


def shown_again(flow: Flow, talk: Conversation, step: str, now: datetime, once: str) -> Intention:
    """What became of the step, in the messages that carry it. `once` tells one gesture from another, at the same instant too."""
    state = talk.steps.get(step)
    parts = addressed(found) if (found := flow.step(step)) else ()
    present = [talk.cast[part].id for part in parts if part in talk.cast]
    to = (state.to if state else None) or (present[0] if present else talk.cast[SUBJECT].id)
    return Intention(talk.id, step, step, to, f"{step}-{once}", "refresh", now, now, True)
