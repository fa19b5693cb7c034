"""The shortcuts that prepare an arrival or a departure, from anywhere in Slack."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.gestures import Payload, person_of, workspace_of
from bot.listeners.parts import Parts

SHORTCUT = re.compile(r"^(welcome|depart)$")
"""Each opens the window of its name."""


def register(app: AsyncApp, parts: Parts) -> None:
    @app.shortcut(SHORTCUT)
    async def shortcut_used(ack: AsyncAck, body: Payload) -> None:
        view = await parts.home.window(str(body["callback_id"]), workspace_of(body), person_of(body))
        if view is not None:
            await parts.open(body, view)
        await ack()
