"""The shortcut that prepares an arrival, from anywhere in Slack."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.gestures import Payload, person_of
from bot.listeners.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    @app.shortcut("welcome")
    async def shortcut_used(ack: AsyncAck, body: Payload) -> None:
        view = await parts.home.window("welcome", parts.workspace, person_of(body))
        if view is not None:
            await parts.open(body, view)
        await ack()
