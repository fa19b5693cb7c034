"""What asks nothing of us but waits for an acknowledgement: buttons that only open a page, windows without a use for us,
events of channels we are in. A button of a former release brings the menu."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, person_of, workspace_of
from bot.listeners.parts import Parts

ANYTHING = re.compile(r"")


def register(app: AsyncApp, parts: Parts) -> None:
    @app.action(ANYTHING)
    async def pressed(ack: AsyncAck, body: Payload, action: Payload) -> None:
        if not wire.is_link(action["action_id"]):
            await parts.desk.offer(workspace_of(body), person_of(body), "menu")
        await ack()

    async def left_over(ack: AsyncAck) -> None:
        await ack()

    for listen in (app.view, app.shortcut, app.event, app.command, app.options):
        listen(ANYTHING)(left_over)
