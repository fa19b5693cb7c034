"""The button of a question that is answered in a window."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, person_of, spot_of
from bot.listeners.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    @app.action(wire.WINDOW)
    async def window_asked(ack: AsyncAck, body: Payload, action: Payload) -> None:
        ref = wire.ref_of(action["block_id"])
        view = await parts.windows.question(parts.workspace, person_of(body), ref) if ref is not None else None
        if view is not None:
            await parts.open(body, view, otherwise="resume")
        elif ref is not None:
            # Not to be answered any more: the desk says where things stand.
            await parts.desk.clicked(parts.workspace, person_of(body), ref, None, spot_of(body))
        await ack()
