"""The button of a question that is answered in a window."""

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, person_of, spot_of, workspace_of
from bot.listeners.parts import Parts
from bot.readings import answer_window


def register(app: AsyncApp, parts: Parts) -> None:
    @app.action(wire.WINDOW)
    async def window_asked(ack: AsyncAck, body: Payload, action: Payload) -> None:
        person, ref = person_of(body), wire.ref_of(action["block_id"])
        if ref is not None:
            view = await parts.home.look(
                workspace_of(body), person, lambda sight: answer_window(sight.scene, sight.me, ref)
            )
            if view is not None:
                await parts.open(body, view, otherwise="resume")
            else:  # it is not theirs to answer, or not any more: the desk says where things stand
                await parts.desk.clicked(workspace_of(body), person, ref, None, spot_of(body))
        await ack()
