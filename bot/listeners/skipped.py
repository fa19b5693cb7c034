"""A question passed over."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, person_of, spot_of, workspace_of
from bot.listeners.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    @app.action(wire.SKIP)
    async def skipped(ack: AsyncAck, body: Payload, action: Payload) -> None:
        if (ref := wire.ref_of(action["block_id"])) is not None:
            await parts.desk.skip(workspace_of(body), person_of(body), ref, spot_of(body))
        await ack()
