"""Words written in the conversation with us. What somebody edits or deletes afterwards changes nothing."""

from slack_bolt.app.async_app import AsyncApp

from bot.answering import Spot
from bot.gestures import Payload, said_to_us, workspace_of
from bot.listeners.parts import Parts

NEW_WORDS = (None, "file_share", "thread_broadcast", "me_message")


def register(app: AsyncApp, parts: Parts) -> None:
    @app.event("message")
    async def words_written(event: Payload, body: Payload) -> None:
        if not _is_to_us(event) or event.get("subtype") not in NEW_WORDS or event.get("bot_id"):
            return
        text = said_to_us(event, body)
        if event.get("user") and (text or event.get("files")):
            under = Spot(event["channel"], event["thread_ts"]) if event.get("thread_ts") else None
            await parts.desk.words(workspace_of(body), event["user"], text, body["event_id"], under)


def _is_to_us(event: Payload) -> bool:
    """Words after `/me` come without the kind of their channel (docs.slack.dev/reference/events/message/me_message)."""
    kind = event.get("channel_type")
    return kind == "im" or (kind is None and str(event.get("channel", "")).startswith("D"))
