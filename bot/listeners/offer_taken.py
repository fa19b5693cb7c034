"""A gesture proposed beside a message, in the menu or in the Home: some open a window, the others are done at once."""

import re

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import wire
from bot.gestures import Payload, given_by, person_of, workspace_of
from bot.home import AT_ONCE
from bot.listeners.parts import Parts, View
from bot.menus import home_here
from bot.readings import answer_window, read_window
from bot.wire import Ref

OFFER = re.compile(r"^offer\.")
EDIT, HOME, PAUSE = "edit", "home", "pause"


def register(app: AsyncApp, parts: Parts) -> None:
    @app.action(OFFER)
    async def offer_taken(ack: AsyncAck, body: Payload, action: Payload) -> None:
        verb, argument = wire.verb_of(action["action_id"]) or "menu", given_by(action)
        view = await _window(parts, body, verb, argument, wire.ref_of(action["block_id"]))
        if view is not None:
            await parts.open(body, view)
        elif verb in AT_ONCE:
            await parts.home.act(parts.desk, verb, workspace_of(body), person_of(body), argument or "")
        else:
            await parts.desk.offer(workspace_of(body), person_of(body), verb, argument)
        await ack()


async def _window(parts: Parts, body: Payload, verb: str, argument: str | None, ref: Ref | None) -> View | None:
    """The window this offer opens, if any. `argument`: the step to edit, how many days of silence, or a small id."""
    workspace, person = workspace_of(body), person_of(body)
    if verb == HOME:
        return await parts.home.look(workspace, person, home_here)
    if verb == EDIT and ref is not None and argument:
        answer = Ref(ref.conversation, argument)
        return await parts.home.look(workspace, person, lambda sight: answer_window(sight.scene, sight.me, answer))
    if ref is not None:
        read = await parts.home.look(workspace, person, lambda sight: read_window(sight.scene, sight.me, verb, ref))
        if read is not None:
            return read
    # A silence of so many days is chosen already; without a number, the window asks until when.
    chosen = verb == PAUSE and argument
    return None if chosen else await parts.home.window(verb, workspace, person, argument or "")
