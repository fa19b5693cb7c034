"""An answer given in a message: a button, or something chosen in a list or a calendar."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, given_by, person_of, spot_of, workspace_of
from bot.listeners.parts import Parts

ANSWER = re.compile(rf"^(answer\.\d+|{wire.PICK})$")


def register(app: AsyncApp, parts: Parts) -> None:
    @app.action(ANSWER)
    async def answer_clicked(ack: AsyncAck, body: Payload, action: Payload) -> None:
        if (ref := wire.ref_of(action["block_id"])) is not None:
            await parts.desk.clicked(workspace_of(body), person_of(body), ref, given_by(action), spot_of(body))
        await ack()
