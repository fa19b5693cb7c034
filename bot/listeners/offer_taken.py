"""A gesture proposed beside a message, in the menu or in the Home: some open a window, the others are done at once."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, given_by, person_of
from bot.listeners.parts import Parts

OFFER = re.compile(r"^offer\.")


def register(app: AsyncApp, parts: Parts) -> None:
    @app.action(OFFER)
    async def offer_taken(ack: AsyncAck, body: Payload, action: Payload) -> None:
        verb, argument = wire.verb_of(action["action_id"]) or "menu", given_by(action)
        where = (parts.workspace, person_of(body))
        view = await parts.windows.offered(*where, verb, argument, wire.ref_of(action["block_id"]))
        # A pause of so many days is chosen already; without a number, the window asks for the day.
        if view is None and argument is None:
            view = await parts.home.window(verb, *where)
        if view is None:
            await parts.desk.offer(*where, verb, argument)
        else:
            await parts.open(body, view)
        await ack()
