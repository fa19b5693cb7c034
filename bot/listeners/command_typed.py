"""`/parcours`, and what was typed after it."""

from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.gestures import Command, Payload, command_of, person_of
from bot.listeners.parts import Parts
from bot.menus import menu_here
from bot.welcoming import Newcomer

UNKNOWN = "unknown_command"


def register(app: AsyncApp, parts: Parts) -> None:
    @app.command("/parcours")
    async def command_typed(ack: AsyncAck, body: Payload) -> None:
        person, command = person_of(body), command_of(body.get("text") or "")
        match command.verb:
            case "welcome":
                await ack(await _welcome(parts, body, command))
            case "menu" | "unknown":
                head = UNKNOWN if command.verb == "unknown" else None
                await ack(await parts.home.look(parts.workspace, person, partial(menu_here, head=head)))
            case _:
                await parts.desk.offer(parts.workspace, person, command.verb)
                await ack()


async def _welcome(parts: Parts, body: Payload, command: Command) -> str | dict[str, Any]:
    """What is wrong, or nothing: the arrival is then being prepared, or its window is open."""
    person, wrong = person_of(body), command.wrong
    if wrong is not None:
        return await parts.home.look(parts.workspace, person, lambda sight: sight.say(f"command_{wrong}", "refusals"))
    if command.person is None or command.day is None:
        known = " ".join(str(part) for part in (command.person, command.day) if part is not None)
        view = await parts.home.window("welcome", parts.workspace, person, known)
        assert view is not None, "the Home has this window"
        await parts.open(body, view)
        return ""
    newcomer = Newcomer(first_day=command.day, person=command.person)
    refused = await parts.desk.welcome(parts.workspace, person, newcomer)
    return "\n".join(dict.fromkeys(refused.values()))
