"""What a conversation has to say, as rows of the outbox."""

from datetime import datetime

from flows.core.model import SUBJECT, Conversation, Flow, addressed
from flows.core.moves import Post
from storage.outbox import Intention


def posted(conversation_id: str | None, post: Post) -> Intention:
    """A post of a move, as a row."""
    return Intention(
        conversation=conversation_id,
        step=post.step,
        message=post.message,
        recipient=post.to,
        occurrence=post.occurrence,
        kind="post",
        at=post.at,
        planned=post.planned,
        prompt=post.prompt,
        useful_until=post.useful_until,
        context=post.context,
    )


def shown_again(flow: Flow, talk: Conversation, step: str, now: datetime, moment: str) -> Intention:
    """What became of the step, in the messages that carry it. `moment` tells one gesture from another at the same instant."""
    state = talk.steps.get(step)
    parts = addressed(found) if (found := flow.step(step)) else ()
    present = [talk.cast[part].id for part in parts if part in talk.cast]
    to = (state.to if state else None) or (present[0] if present else talk.cast[SUBJECT].id)
    return Intention(talk.id, step, step, to, f"{step}-{moment}", "refresh", now, now, True)
