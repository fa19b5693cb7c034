"""A window filled in and sent: the answer to a question, or what was decided in one of the Home's."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, person_of, workspace_of
from bot.home import SUBMITTED
from bot.listeners.parts import Parts
from bot.windows import complaint, raw_of

DECIDED = re.compile(rf"^({'|'.join(SUBMITTED)})$")


def register(app: AsyncApp, parts: Parts) -> None:
    @app.view_submission(wire.ANSWER_VIEW)
    async def answer_sent(ack: AsyncAck, body: Payload, view: Payload) -> None:
        ref, refused = wire.unpacked(view["private_metadata"]), None
        if ref is not None:
            refused = await parts.desk.answer(workspace_of(body), person_of(body), ref, raw_of(view))
        await ack(complaint(view, *refused) if refused else "")

    @app.view_submission(DECIDED)
    async def decided(ack: AsyncAck, body: Payload, view: Payload) -> None:
        person = person_of(body)
        if errors := await parts.home.submit(parts.desk, workspace_of(body), person, view):
            await ack({"response_action": "errors", "errors": errors})
            return
        thanks = await parts.home.thanks(workspace_of(body), person, view)
        await ack({"response_action": "update", "view": thanks} if thanks else "")
