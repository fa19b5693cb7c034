"""What the browser says a person does, done with that person's hands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.blockkit import missing_required
from sandbox.delivery import NOTHING_SENT, Ack
from sandbox.page import shown
from sandbox.page.desk import Desk, Wrong
from sandbox.person import Person
from sandbox.surface import Impossible, Json, Surface, View

Deed = Callable[[Desk, Person, Json], Awaitable[Ack]]


async def perform(desk: Desk, asked: Json) -> Json:
    """Do it, let the app do what follows, and say how the app received it. Raises Wrong."""
    person = desk.person(asked.get("person"))
    deed = DEEDS.get(str(asked.get("kind")))
    if deed is None:
        raise Wrong("unknown_gesture", f"there is no gesture {asked.get('kind')!r}")
    try:
        ack = await deed(desk, person, asked)
    except Impossible as impossible:
        raise Wrong("impossible", str(impossible)) from impossible
    await desk.follow(person)
    if not ack.acknowledged:
        raise Wrong("not_acknowledged", ack.problem)
    return {"errors": ack.errors, "problem": ack.problem}


async def _click(desk: Desk, person: Person, asked: Json) -> Ack:
    surface = _surface(desk, person, _object(asked, "surface"))
    return await person.click(
        surface, action_id=asked.get("action_id"), value=asked.get("value"), block_id=asked.get("block_id")
    )


async def _select(desk: Desk, person: Person, asked: Json) -> Ack:
    surface = _surface(desk, person, _object(asked, "surface"))
    value = _emptied(asked.get("value"))
    return await person.select(surface, str(asked.get("action_id")), value, block_id=asked.get("block_id"))


async def _submit(_desk: Desk, person: Person, asked: Json) -> Ack:
    view, given = _modal(person, asked.get("view_id")), _object(asked, "values")
    several = {control.block_id for control in view.controls()} - _alone(view)
    values = {
        (action_id if block_id in several else block_id): _emptied(value)
        for block_id in given
        for action_id, value in _object(given, block_id).items()
    }
    try:
        return await person.submit(view, values)
    except Impossible as impossible:
        lacking = missing_required(view.given, view.entered)
        raise Wrong("incomplete" if lacking else "impossible", str(impossible), fields=lacking) from impossible


async def _close(_desk: Desk, person: Person, asked: Json) -> Ack:
    return await person.close(_modal(person, asked.get("view_id")), whole_stack=bool(asked.get("whole")))


async def _write(desk: Desk, person: Person, asked: Json) -> Ack:
    """The app hears what it is told in direct messages; what people say among themselves in a channel is not its affair."""
    text, thread = str(asked.get("text") or "").strip(), str(asked.get("thread_ts") or "") or None
    channel = desk.channel(person, str(asked.get("place")))
    if not text:
        raise Wrong("empty", "nothing was written")
    if channel.dm_of is not None:
        ack = await person.write(text, thread_ts=thread)
    else:
        body = {"text": person.hands.as_slack_text(text)} | ({"thread_ts": thread} if thread else {})
        desk.slack.workspace.post(channel, body, author=person.id)
        desk.pulse.beat(channel.members)
        ack = NOTHING_SENT
    mark_read(person, desk, str(asked.get("place")))
    return ack


async def _command(desk: Desk, person: Person, asked: Json) -> Ack:
    command = str(asked.get("command") or "")
    if command not in {offered.command for offered in desk.offers.commands}:
        raise Wrong("unknown_command", f"the app has no command {command}")
    return await person.command(command, str(asked.get("text") or ""))


async def _shortcut(desk: Desk, person: Person, asked: Json) -> Ack:
    wanted = str(asked.get("callback_id"))
    if wanted not in {offered.callback_id for offered in desk.offers.shortcuts}:
        raise Wrong("unknown_shortcut", f"the app has no shortcut {wanted}")
    return await person.shortcut(wanted)


async def _open_home(_desk: Desk, person: Person, _asked: Json) -> Ack:
    return await person.open_home()


def mark_read(person: Person, desk: Desk, place: str) -> None:
    channel = desk.channel(person, place)
    seen = shown.seen_in(person, channel)
    if seen:
        person.read[channel.id] = max(seen[-1].ts, person.read.get(channel.id, ""))


async def _see(desk: Desk, person: Person, asked: Json) -> Ack:
    mark_read(person, desk, str(asked.get("place")))
    return NOTHING_SENT


DEEDS: dict[str, Deed] = {
    "click": _click,
    "select": _select,
    "submit": _submit,
    "close": _close,
    "write": _write,
    "command": _command,
    "shortcut": _shortcut,
    "open_home": _open_home,
    "see": _see,
}


def _object(asked: Json, name: str) -> Json:
    """Raises Wrong."""
    found = asked.get(name) or {}
    if not isinstance(found, dict):
        raise Wrong("unreadable", f"{name}: a JSON object")
    return found


def _surface(desk: Desk, person: Person, named: Json) -> Surface:
    kind = named.get("kind")
    if kind == "home":
        if person.home is None:
            raise Wrong("impossible", f"{person.real_name} has no Home yet")
        return person.home
    if kind == "modal":
        return _modal(person, named.get("view_id"))
    place, ts = str(named.get("channel")), named.get("ts")
    channel = desk.slack.workspace.channels.get(place) or desk.channel(person, place)
    found = next((message for message in shown.seen_in(person, channel) if message.ts == ts), None)
    if found is None:
        raise Wrong("impossible", "that message is gone")
    return found


def _modal(person: Person, view_id: Any) -> View:
    found = next((view for view in person.modals if view.id == view_id), None)
    if found is None:
        raise Wrong("impossible", "that window is closed")
    return found


def _alone(view: View) -> set[str]:
    """The blocks that hold one control, which may then go by the block's name."""
    held = [control.block_id for control in view.controls()]
    return {block_id for block_id in held if held.count(block_id) == 1}


def _emptied(value: Any) -> Any:
    """A field left or made empty holds nothing."""
    return None if value in ("", []) else value
