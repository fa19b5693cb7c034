"""`/parcours`, and what was typed after it."""

from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import offers
from bot.gestures import Command, Payload, command_of, person_of, workspace_of
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
            case "pause":
                await _pause(parts, body, command)
                await ack()
            case "depart":
                await _window(parts, body, "depart", _known(command))
                await ack()
            case "menu" | "unknown":
                head = UNKNOWN if command.verb == "unknown" else None
                await ack(await parts.home.look(workspace_of(body), person, partial(menu_here, head=head)))
            case "preferences" | "my_data" | "export_my_data" | "erase_my_data" | "invite":
                await _window(parts, body, command.verb)
                await ack()
            case _:
                await parts.desk.offer(workspace_of(body), person, command.verb)
                await ack()


async def _welcome(parts: Parts, body: Payload, command: Command) -> str | dict[str, Any]:
    """What is wrong, or nothing: the arrival is then being prepared, or its window is open."""
    person, wrong = person_of(body), command.wrong
    if wrong is not None:
        return await parts.home.look(
            workspace_of(body), person, lambda sight: sight.say(f"command_{wrong}", "refusals")
        )
    if command.person is None or command.day is None:
        await _window(parts, body, "welcome", _known(command))
        return ""
    newcomer = Newcomer(first_day=command.day, person=command.person)
    refused = await parts.desk.welcome(workspace_of(body), person, newcomer)
    return "\n".join(dict.fromkeys(refused.values()))


async def _pause(parts: Parts, body: Payload, command: Command) -> None:
    """Silence for as long as was typed. What cannot be read, or is too far, silences nobody: the window asks until when."""
    workspace, person = workspace_of(body), person_of(body)
    today = await parts.home.look(workspace, person, lambda sight: sight.today)
    until = command.day if command.days is None else today + timedelta(days=command.days)
    if command.wrong is not None or (until is not None and offers.why_no_pause(until, today) is not None):
        await _window(parts, body, command.verb)
    else:
        await parts.desk.offer(workspace, person, command.verb, until.isoformat() if until else None)


def _known(command: Command) -> str:
    """What was typed of whom and when, for the window that asks the rest."""
    return " ".join(str(part) for part in (command.person, command.day) if part is not None)


async def _window(parts: Parts, body: Payload, verb: str, argument: str = "") -> None:
    view = await parts.home.window(verb, workspace_of(body), person_of(body), argument)
    assert view is not None, "the Home has this window"
    await parts.open(body, view)
