"""What a conversation has to say, as rows of the outbox."""

from flows.core.moves import Post
from storage.outbox import Intention


def posted(conversation_id: str | None, post: Post) -> Intention:
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
