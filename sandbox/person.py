"""A person of the practice workspace: what they see, and what they can do."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.surface import Impossible, Json, Surface, View
from sandbox.workspace import Message

if TYPE_CHECKING:
    from sandbox.delivery import Ack
    from sandbox.hands import Hands


@dataclass(eq=False)
class Person:
    """Every gesture returns the app's acknowledgement, and raises Impossible when what is seen does not offer it."""

    id: str
    name: str
    first_name: str
    last_name: str
    email: str
    locale: str
    tz: str
    hands: Hands = field(repr=False)
    title: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_bot: bool = False
    joined: bool = True
    deactivated: bool = False
    invited: bool = False
    updated: int = 0
    home: View | None = None
    modals: list[View] = field(default_factory=list)
    whispered: list[Message] = field(default_factory=list, repr=False)
    failures: list[str] = field(default_factory=list)
    """What Slack told the person did not work."""
    failed_at: list[datetime] = field(default_factory=list)
    """When it did, one for each."""
    read: dict[str, str] = field(default_factory=dict)
    """The ts up to which they have read each conversation, by channel id."""

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @property
    def real_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def messages(self) -> list[Message]:
        """Their direct messages with the app, both ways, oldest first."""
        return self.hands.workspace.dm_with(self).messages

    @property
    def received(self) -> list[Message]:
        """What the app told them in direct messages."""
        return [message for message in self.messages if message.by_app]

    @property
    def whispers(self) -> list[Message]:
        """The messages that they alone see, wherever."""
        return [message for message in self.whispered if not message.deleted]

    @property
    def modal(self) -> View:
        """The modal in front of them."""
        if not self.modals:
            raise Impossible(f"{self.name} has no modal open")
        return self.modals[-1]

    def see_failure(self, what: str, now: datetime) -> None:
        self.failures.append(what)
        self.failed_at.append(now)

    async def click(
        self,
        surface: Surface,
        label: str | None = None,
        *,
        action_id: str | None = None,
        value: str | None = None,
        block_id: str | None = None,
    ) -> Ack:
        """Press the one button that fits all that is given."""
        return await self.hands.click(self, surface, label, action_id=action_id, value=value, block_id=block_id)

    async def select(self, surface: Surface, action_id: str, value: Any, *, block_id: str | None = None) -> Ack:
        """Choose in a select, a date picker, radio buttons, an overflow menu… Options go by value or by text."""
        return await self.hands.select(self, surface, action_id, value, block_id)

    async def submit(self, view: View, values: Json | None = None) -> Ack:
        """Fill in a modal (keys: action id, block id or label) and send it."""
        return await self.hands.submit(self, view, values or {})

    async def close(self, view: View, *, whole_stack: bool = False) -> Ack:
        """Close a modal, or with the cross all of them. The app hears of it if it asked to."""
        return await self.hands.close(self, view, whole_stack)

    async def write(self, text: str, *, thread_ts: str | None = None) -> Ack:
        """Write to the app in direct messages. `@name` becomes a mention, `<`, `>` and `&` are escaped, as in Slack."""
        return await self.hands.write(self, text, thread_ts)

    async def send_file(self, name: str, text: str = "") -> Ack:
        """Send a voice message, a picture or any other file to the app, with a few words or none."""
        return await self.hands.write(self, text, None, name)

    async def edit(self, message: Message, text: str) -> Ack:
        return await self.hands.edit(self, message, text)

    async def delete(self, message: Message) -> Ack:
        return await self.hands.delete(self, message)

    async def command(self, command: str, text: str = "") -> Ack:
        """Type a slash command in the app's direct messages. `@name` becomes `<@U…|name>`."""
        return await self.hands.command(self, command, text)

    async def shortcut(self, callback_id: str) -> Ack:
        return await self.hands.shortcut(self, callback_id)

    async def open_home(self) -> Ack:
        return await self.hands.open_home(self)

    def as_slack_user(self, team_id: str, created: int, now: datetime) -> Json:
        """The user object of Slack's API, without its locale: that must be asked for. Of whoever was invited and has not come
        yet, as github.com/slack-go/slack/issues/552 shows it."""
        is_closed, offset = self.deactivated or not self.joined, ZoneInfo(self.tz).utcoffset(now)
        assert offset is not None
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "title": self.title,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "team": team_id,
        }
        shown: Json = {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": is_closed,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": self.updated or created,
            **({} if self.joined else {"is_invited_user": True}),
        }
        if is_closed:
            return shown
        return shown | {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()),
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": False,
        }


def user_name(first_name: str, last_name: str) -> str:
    """A user name as people choose them: lower case, no accents, dots for spaces."""
    plain = unicodedata.normalize("NFKD", f"{first_name} {last_name}").encode("ascii", "ignore").decode()
    return ".".join(plain.lower().replace("'", " ").split())
