"""A window filled in and sent: the answer to a question, or what was decided in one of the Home's."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, person_of
from bot.home import SUBMITTED
from bot.listeners.parts import Parts

OURS = re.compile(rf"^({'|'.join((wire.ANSWER_VIEW, *SUBMITTED))})$")


def register(app: AsyncApp, parts: Parts) -> None:
    @app.view_submission(OURS)
    async def window_submitted(ack: AsyncAck, body: Payload, view: Payload) -> None:
        asker = parts.windows if view["callback_id"] == wire.ANSWER_VIEW else parts.home
        errors = await asker.submit(parts.desk, parts.workspace, person_of(body), view)
        if errors:
            await ack(response_action="errors", errors=errors)
        else:
            await ack()
