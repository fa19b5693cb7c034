"""The practice workspace's memory: who is in it, its channels and messages, its ids and its time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.identity import Enterprise, Identity
from sandbox.surface import Entered, Json, Surface, View, name_blocks, words_of

if TYPE_CHECKING:
    from sandbox.person import Person

Clock = Callable[[], datetime]

DEFAULT_SCOPES = (
    "commands,chat:write,im:history,im:read,im:write,users:read,users:read.email,channels:read,groups:read,"
    "channels:history,groups:history,files:write,team:read"
)
MICROSECONDS = 1_000_000
SHOWN = ("text", "blocks", "attachments")
"""The parts of a message that people see."""


@dataclass(eq=False)
class Message(Surface):
    """A message. `payload` is what Slack's API shows of it; an update changes it in place."""

    channel: Channel
    payload: Json
    by_app: bool
    metadata: Json | None = None
    whispered_to: str | None = None
    deleted: bool = False
    entered: Entered = field(default_factory=dict)

    @property
    def ts(self) -> str:
        return str(self.payload["ts"])

    @property
    def at(self) -> float:
        """When it was posted, in seconds since 1970."""
        return float(self.ts)

    @property
    def text(self) -> str:
        return str(self.payload.get("text", ""))

    @property
    def thread_ts(self) -> str | None:
        return self.payload.get("thread_ts")

    @property
    def blocks(self) -> list[Json]:
        return list(self.payload.get("blocks") or [])

    def words(self) -> str:
        """What is read in the message: its blocks when it has some, else its text."""
        return "\n".join(words_of(self.blocks)) if self.blocks else self.text

    def replace(self, shown: Json) -> None:
        """Show something else in its place. Without blocks, the old ones go."""
        for part in SHOWN:
            self.payload.pop(part, None)
        self.payload.update(shown)
        self.forget_what_is_gone()

    def as_seen_now(self) -> Message:
        """A copy that later updates leave alone: what a person still sees who clicks too late."""
        return Message(self.channel, deepcopy(self.payload), self.by_app, self.metadata, self.whispered_to)


@dataclass(eq=False)
class Channel:
    """A channel, or with `dm_of` the app's direct messages with one person. Messages are kept in order of ts."""

    id: str
    name: str
    created: int
    members: set[str] = field(default_factory=set)
    is_private: bool = False
    is_archived: bool = False
    dm_of: str | None = None
    _all: dict[str, Message] = field(default_factory=dict)

    @property
    def messages(self) -> list[Message]:
        return [message for message in self._all.values() if not message.deleted]

    @property
    def taken_back(self) -> list[Message]:
        """What was there and is no more."""
        return [message for message in self._all.values() if message.deleted]

    def newest_first(self) -> Iterator[Message]:
        return (message for message in reversed(self._all.values()) if not message.deleted)

    def keep(self, message: Message) -> None:
        self._all[message.ts] = message

    def find(self, ts: str) -> Message | None:
        message = self._all.get(ts)
        return None if message is None or message.deleted else message

    def between(self, oldest: str, latest: str, inclusive: bool) -> list[Message]:
        """The messages of a span of ts (empty: no bound), oldest first."""
        keys = list(self._all)
        first = (bisect_left if inclusive else bisect_right)(keys, oldest) if oldest else 0
        last = (bisect_right if inclusive else bisect_left)(keys, latest) if latest else len(keys)
        return [message for key in keys[first:last] if not (message := self._all[key]).deleted]


@dataclass
class Upload:
    """A file given to the workspace: reserved, then uploaded, then complete. `shown_from`: when it may be shown, in seconds."""

    id: str
    name: str
    length: int
    alt_text: str = ""
    title: str = ""
    content: bytes | None = None
    complete: bool = False
    shown_from: float = 0.0


@dataclass(frozen=True)
class Letter:
    """An e-mail the app sent to somebody of here, or to somebody who is no longer. `at`: ISO 8601; `reply_to`: who would read an
    answer, where the letter says it."""

    number: int
    at: str
    to: str
    subject: str
    text: str
    reply_to: str = ""


class Workspace:
    """Everything that is remembered. Nothing here talks to the app."""

    def __init__(
        self,
        clock: Clock,
        scopes: str = DEFAULT_SCOPES,
        name: str = "Coopérative d'essai",
        identity: Identity | None = None,
    ) -> None:
        who = identity or Identity()
        self.clock = clock
        self.name = name
        self.scopes = scopes_of(scopes)
        self.team_id, self.domain, self.app_id = who.team_id, who.domain, who.app_id
        self.bot_id, self.bot_user_id = who.bot_id, who.bot_user_id
        self.enterprise = who.enterprise
        self.bot_name = "parcours"
        self.echoes = False
        self.strict = True
        self.is_held = False
        """Whether the app is held to what one is that is distributed outside the Marketplace (see sandbox/limits.py)."""
        self.draws_charts = True
        """Off, data_visualization blocks are refused, as where Slack has not rolled them out."""
        self.looks_at_files = 0.0
        """For how many seconds a file that is complete may not be shown yet (github.com/slackapi/bolt-js/issues/2115)."""
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.uploads: dict[str, Upload] = {}
        self.views: dict[str, View] = {}
        self.letters: list[Letter] = []
        """What came by e-mail, all in one box, oldest first."""
        self.letter_listeners: list[Callable[[Letter], object]] = []
        self._dms: dict[str, Channel] = {}
        self._count = who.first_number
        self._last_ts = 0

    @property
    def organisation(self) -> Enterprise | None:
        """Its organisation, where the app was installed for all of it: events and answers then speak in its name."""
        return self.enterprise if self.enterprise is not None and self.enterprise.app_installed else None

    def seconds(self) -> float:
        return self.clock().timestamp()

    def new_id(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{0x1000000 + self._count:010X}"

    def new_ts(self) -> str:
        """Slack's message time stamp: from the clock, never twice the same, never backwards."""
        self._last_ts = max(int(self.seconds() * MICROSECONDS), self._last_ts + 1)
        return f"{self._last_ts // MICROSECONDS}.{self._last_ts % MICROSECONDS:06d}"

    def new_block_id(self) -> str:
        return self.new_id("b")

    def shown(self, body: Json) -> Json:
        """What people will see of a message an app gives, ids on its blocks."""
        parts: Json = {part: body[part] for part in SHOWN if body.get(part)}
        if "blocks" in parts:
            parts["blocks"] = name_blocks(parts["blocks"], self.new_block_id)
        return {"text": "", **parts}

    def new_hash(self) -> str:
        self._count += 1
        return f"{int(self.seconds())}.{self._count:08x}"

    def member(self, user_id: Any) -> Person | None:
        """Someone with an account here, deactivated or not."""
        person = self.people.get(user_id) if isinstance(user_id, str) else None
        return person if person is not None and person.joined else None

    def dm_with(self, person: Person) -> Channel:
        if person.id not in self._dms:
            dm = Channel(self.new_id("D"), "directmessage", int(self.seconds()), dm_of=person.id)
            dm.members = {person.id, self.bot_user_id}
            self._dms[person.id] = self.channels[dm.id] = dm
        return self._dms[person.id]

    def add_channel(self, name: str, members: list[Person], with_bot: bool, is_private: bool) -> Channel:
        channel = Channel(self.new_id("C"), name, int(self.seconds()), is_private=is_private)
        channel.members = {person.id for person in members} | ({self.bot_user_id} if with_bot else set())
        self.channels[channel.id] = channel
        return channel

    def post(self, channel: Channel, body: Json, *, author: str, whispered_to: Person | None = None) -> Message:
        """Put a message in a channel. `author` is a user id; the app's own messages carry its bot id."""
        by_app = author == self.bot_user_id
        payload: Json = {"type": "message", "user": author, "ts": self.new_ts(), "team": self.team_id, **body}
        if by_app:
            payload |= {"bot_id": self.bot_id, "app_id": self.app_id}
        message = Message(channel, payload, by_app)
        if whispered_to is None:
            channel.keep(message)
        else:
            message.whispered_to = whispered_to.id
            whispered_to.whispered.append(message)
        return message

    def take_letter(self, to: str, subject: str, text: str, reply_to: str = "") -> Letter:
        """Put an e-mail in the box of letters."""
        letter = Letter(len(self.letters) + 1, self.clock().isoformat(), to, subject, text, reply_to)
        self.letters.append(letter)
        for listener in self.letter_listeners:
            listener(letter)
        return letter

    def user_info(self, person: Person, *, with_locale: bool) -> Json:
        shown = person.as_slack_user(self.team_id, int(self.seconds()), self.clock())
        if "users:read.email" not in self.scopes:
            shown["profile"].pop("email", None)
        if with_locale:
            shown["locale"] = person.locale
        return shown


def scopes_of(text: str) -> frozenset[str]:
    return frozenset(scope.strip() for scope in text.split(",") if scope.strip())
