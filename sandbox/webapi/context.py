"""What every method of the Web API has at hand, and what they share: flags, pages, who may read what."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox.permits import Permits
from sandbox.person import Person
from sandbox.refusal import Refusal
from sandbox.replies import Stage
from sandbox.surface import Json
from sandbox.workspace import Channel, Workspace

T = TypeVar("T")
LARGEST_PAGE = 1000


@dataclass(frozen=True)
class Context:
    """`tell` sends an event to the app without waiting; `socket_url` gives an address for one connection."""

    workspace: Workspace
    permits: Permits
    stage: Stage
    tell: Callable[[Json], None]
    socket_url: Callable[[], str]
    base_url: str

    def need(self, scope: str) -> None:
        """Raises Refusal missing_scope."""
        provided = self.workspace.scopes
        if scope not in provided:
            raise Refusal("missing_scope", needed=scope, provided=",".join(sorted(provided)))

    def member(self, user_id: Any, error: str = "user_not_found") -> Person:
        person = self.workspace.member(user_id)
        if person is None:
            raise Refusal(error)
        return person

    def channel(self, channel_id: Any) -> Channel:
        """A conversation the app may know of: public, or one it is in. Raises Refusal channel_not_found."""
        channel = self.workspace.channels.get(channel_id) if isinstance(channel_id, str) else None
        if channel is None or (channel.is_private and not self.is_in(channel)):
            raise Refusal("channel_not_found")
        return channel

    def is_in(self, channel: Channel) -> bool:
        return self.workspace.bot_user_id in channel.members


def kind_of(channel: Channel) -> str:
    """The word Slack's scopes use for this kind of conversation."""
    if channel.dm_of is not None:
        return "im"
    return "groups" if channel.is_private else "channels"


def flag(args: Json, name: str, default: bool = False) -> bool:
    value = args.get(name, default)
    return value if isinstance(value, bool) else str(value).lower() in {"1", "true"}


def number(args: Json, name: str, default: int) -> int:
    """Raises Refusal when it is not a number, or a negative one."""
    value = str(args.get(name) or default)
    if not value.isdigit():
        raise Refusal("invalid_arguments", (f"[ERROR] must be an integer: {name}",))
    return int(value)


def listed(value: Any) -> list[str]:
    """A list given as JSON or as words with commas."""
    items = value if isinstance(value, list) else str(value or "").split(",")
    return [str(item).strip() for item in items if str(item).strip()]


def page(items: Sequence[T], args: Json, default: int, most: int = LARGEST_PAGE) -> tuple[list[T], Json]:
    """One page of a list, of `most` items, and the `response_metadata` with the cursor of the next. `default` 0: everything."""
    first = start_of(args.get("cursor"))
    size = min(number(args, "limit", default) or len(items), most)
    last = first + size
    following = base64.b64encode(f"from:{last}".encode()).decode() if last < len(items) else ""
    return list(items[first:last]), {"next_cursor": following}


def start_of(cursor: Any) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(str(cursor), validate=True).decode().removeprefix("from:"))
    except ValueError as unreadable:
        raise Refusal("invalid_cursor") from unreadable
