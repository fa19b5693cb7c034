"""People, channels, messages, views and files as JSON, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from sandbox.person import Person
from sandbox.surface import Json, View
from sandbox.workspace import Channel, Letter, Message, Upload, Workspace

if TYPE_CHECKING:
    from sandbox.hands import Hands

KINDS = ("person", "channel", "message", "upload", "file", "letter")
LIVING = {"hands", "home", "modals", "whispered", "failed_at"}
"""The parts of a person that are not written as they are."""
Pieces = Mapping[str, Mapping[str, bytes]]


def facts(workspace: Workspace) -> Json:
    """What there is once only, and the order of the rest."""
    return {
        "clock": workspace.clock().isoformat(),
        "name": workspace.name,
        "count": workspace._count,
        "last_ts": workspace._last_ts,
        "people": list(workspace.people),
        "channels": list(workspace.channels),
    }


def pieces(workspace: Workspace) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Everything else, as ((kind, key), JSON or bytes)."""
    for person in workspace.people.values():
        yield ("person", person.id), orjson.dumps(_person(person))
        for message in person.whispered:
            yield ("message", f"{message.channel.id} {message.ts}"), orjson.dumps(_message(message))
    for channel in workspace.channels.values():
        yield ("channel", channel.id), orjson.dumps(_channel(channel))
        for message in channel._all.values():
            yield ("message", f"{channel.id} {message.ts}"), orjson.dumps(_message(message))
    for letter in workspace.letters:
        yield ("letter", f"{letter.number:012d}"), orjson.dumps(letter)
    for upload in workspace.uploads.values():
        yield ("upload", upload.id), orjson.dumps(_own(upload, {"content"}))
        if upload.content is not None:
            yield ("file", upload.id), upload.content


def restore(workspace: Workspace, hands: Hands, facts: Json, pieces: Pieces) -> None:
    workspace.name, workspace._count, workspace._last_ts = facts["name"], facts["count"], facts["last_ts"]
    workspace.people.clear()
    for name in facts["people"]:
        workspace.people[name] = _as_person(orjson.loads(pieces["person"][name]), hands)
    for name in facts["channels"]:
        given = orjson.loads(pieces["channel"][name])
        channel = workspace.channels[name] = Channel(**{**given, "members": set(given["members"])})
        if channel.dm_of is not None:
            workspace._dms[channel.dm_of] = channel
    for content in pieces["message"].values():
        _put(workspace, orjson.loads(content))
    workspace.letters[:] = [Letter(**orjson.loads(content)) for content in pieces["letter"].values()]
    for name, content in pieces["upload"].items():
        workspace.uploads[name] = Upload(**orjson.loads(content), content=pieces["file"].get(name))


def _person(person: Person) -> Json:
    home = _own(person.home, set()) if person.home else None
    return {**_own(person, LIVING), "home": home, "failed_at": [at.isoformat() for at in person.failed_at]}


def _as_person(given: Json, hands: Hands) -> Person:
    home, failed_at = given.pop("home"), given.pop("failed_at")
    person = Person(**given, hands=hands)
    person.home = View(**home) if home else None
    person.failed_at = [datetime.fromisoformat(at) for at in failed_at]
    return person


def _channel(channel: Channel) -> Json:
    return {**_own(channel, {"_all"}), "members": sorted(channel.members)}


def _message(message: Message) -> Json:
    return {**_own(message, {"channel"}), "channel": message.channel.id}


def _put(workspace: Workspace, given: Json) -> None:
    message = Message(**{**given, "channel": workspace.channels[given["channel"]]})
    if message.whispered_to is None:
        message.channel.keep(message)
    else:
        workspace.people[message.whispered_to].whispered.append(message)


def _own(thing: Any, but: set[str]) -> Json:
    return {one.name: getattr(thing, one.name) for one in fields(thing) if one.name not in but}
