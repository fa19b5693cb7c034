"""Something pressed or chosen in the Home."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.gestures import Payload, given_by, person_of, workspace_of
from bot.home import IN_PLACE
from bot.listeners.parts import Parts

OF_THE_HOME = re.compile(r"^home\.")


def register(app: AsyncApp, parts: Parts) -> None:
    @app.action(OF_THE_HOME)
    async def home_used(ack: AsyncAck, body: Payload, action: Payload) -> None:
        verb, argument, person = action["action_id"].partition(".")[2], given_by(action) or "", person_of(body)
        view = await parts.home.window(verb, workspace_of(body), person, argument)
        if view is None:
            await parts.home.act(parts.desk, verb, workspace_of(body), person, argument)
            await parts.show_again(body, await parts.home.after(verb, workspace_of(body), person, argument))
        else:
            await parts.open(body, view, in_place=verb in IN_PLACE)
        await ack()
