"""What one person sees of the workspace, as the page's script gets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import takewhile
from mimetypes import guess_type
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.page.backstage import Offers
from sandbox.person import Person
from sandbox.surface import Json, View
from sandbox.workspace import Channel, Message

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

HOME, DM = "home", "dm"
MOST_MESSAGES = 200


def people(slack: Sandbox) -> list[Json]:
    return [
        {
            "id": person.id,
            "name": person.real_name,
            "handle": person.name,
            "title": person.title,
            "unread": sum(unread(person, channel) for channel in channels_of(slack, person)),
            "joined": person.joined,
            "deactivated": person.deactivated,
            "is_admin": person.is_admin,
        }
        for person in slack.people
    ]


def places(slack: Sandbox, person: Person, offers: Offers) -> list[Json]:
    dm, *channels = channels_of(slack, person)
    talking = {"id": DM, "kind": "dm", "name": offers.app_name, "unread": unread(person, dm)}
    named = [
        {
            "id": channel.id,
            "kind": "channel",
            "name": channel.name,
            "unread": unread(person, channel),
            "private": channel.is_private,
        }
        for channel in channels
    ]
    return [{"id": HOME, "kind": "home", "name": ""}, talking, *named]


def channels_of(slack: Sandbox, person: Person) -> list[Channel]:
    """Their direct messages with the app, then the channels they are in."""
    workspace = slack.workspace
    joined = [it for it in workspace.channels.values() if it.dm_of is None and person.id in it.members]
    return [workspace.dm_with(person), *sorted(joined, key=lambda channel: channel.name)]


def channel_at(slack: Sandbox, person: Person, place: str) -> Channel | None:
    """The channel of a place they may be in; None for the Home, or where they are not."""
    if place == DM:
        return slack.workspace.dm_with(person)
    return next((it for it in channels_of(slack, person)[1:] if it.id == place), None)


def seen_in(person: Person, channel: Channel) -> list[Message]:
    """The messages they see there, whispers included, oldest first."""
    whispers = [message for message in person.whispers if message.channel is channel]
    return sorted([*channel.messages, *whispers], key=lambda message: message.ts) if whispers else channel.messages


def unread(person: Person, channel: Channel) -> int:
    if person.deactivated or not person.joined:
        return 0
    mark = person.read.get(channel.id, "")
    fresh = takewhile(lambda message: message.ts > mark, channel.newest_first())
    whispers = (message for message in person.whispers if message.channel is channel and message.ts > mark)
    return sum(message.payload.get("user") != person.id for message in (*fresh, *whispers))


def messages(slack: Sandbox, person: Person, channel: Channel, limit: int = MOST_MESSAGES) -> tuple[list[Json], int]:
    """The newest, oldest first, and how many earlier ones there are."""
    seen = seen_in(person, channel)
    names = {who.id: who.real_name for who in slack.workspace.people.values()}
    replies = _replies(seen)
    shown = [_message(message, names, replies) for message in seen[-limit:]]
    return shown, len(seen) - len(shown)


def home(person: Person) -> Json | None:
    view = person.home
    if view is None:
        return None
    return {"id": view.id, "hash": view.hash, "blocks": _pictured(view.blocks), "values": view.values()}


def modal(view: View) -> Json:
    given = view.given
    return {
        "id": view.id,
        "title": view.title,
        "submit": _words(given.get("submit")),
        "close": _words(given.get("close")),
        "blocks": _pictured(view.blocks),
        "errors": view.errors,
        "values": view.values(),
    }


def notices(person: Person) -> list[Json]:
    return [{"at": at.isoformat(), "text": text} for at, text in zip(person.failed_at, person.failures, strict=True)][
        -20:
    ]


def names(slack: Sandbox, person: Person) -> dict[str, str]:
    """Of everybody, and of the channels this person may know of."""
    known = {each.id: each.real_name for each in slack.workspace.people.values()}
    channels = (it for it in slack.workspace.channels.values() if it.dm_of is None)
    return known | {it.id: it.name for it in channels if not it.is_private or person.id in it.members}


def offered(offers: Offers) -> Json:
    return {
        "commands": [asdict(command) for command in offers.commands],
        "shortcuts": [asdict(shortcut) for shortcut in offers.shortcuts],
    }


def on_the_wall(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat()


def _replies(seen: list[Message]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for message in seen:
        parent = message.thread_ts
        if parent is not None and parent != message.ts:
            counts[parent] = counts.get(parent, 0) + 1
    return counts


def _message(message: Message, names: dict[str, str], replies: dict[str, int]) -> Json:
    payload = message.payload
    author = str(payload.get("user", ""))
    return {
        "ts": message.ts,
        "at": datetime.fromtimestamp(message.at, UTC).isoformat(),
        "author": {"id": author, "name": names.get(author, author), "is_app": message.by_app},
        "text": message.text,
        "blocks": _pictured(message.blocks),
        "edited": "edited" in payload,
        "ephemeral": message.whispered_to is not None,
        "thread_ts": message.thread_ts,
        "replies": replies.get(message.ts, 0),
        "reactions": payload.get("reactions", []),
        "files": list(_files(payload)),
        "values": message.values(),
    }


def _files(payload: Json) -> Iterator[Json]:
    for file in payload.get("files") or []:
        kind = guess_type(file["name"])[0] or "application/octet-stream"
        known = {name: file[name] for name in ("id", "name", "title")}
        yield {**known, "url": f"/files/{file['id']}", "mimetype": kind, "alt": file.get("alt_txt", "")}


def _pictured(blocks: list[Json]) -> list[Json]:
    """Pictures that the app uploaded, with their address here."""
    return [_with_address(block) if "slack_file" in block else block for block in blocks]


def _with_address(block: Json) -> Json:
    name = block["slack_file"].get("id")
    return {**block, "slack_file": {"id": name, "url": f"/files/{name}"}}


def _words(text: Json | None) -> str:
    return str((text or {}).get("text", ""))
