"""The few Web API calls Parcours makes. Slack's moods come out as two exceptions: `Later` and `Never`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from logging import WARNING, getLogger
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import wire
from bot.accounts import Account
from bot.moods import A_WHILE, DEAF, SOON, Halted, Later, Never, mood_of
from bot.setting_values import LOOPBACK
from bot.user_objects import account_of, is_of_here

Json = dict[str, Any]
T = TypeVar("T")

# The SDK writes whole messages down at DEBUG, whatever level ours has.
_quiet = getLogger("slack_sdk.parcours")
_quiet.setLevel(WARNING)

PATIENCE = 10.0
CONNECTING = 5.0
PAGE = 200
LONGEST_ALT = 1_000
"""Characters of what is said of a picture when it is given (docs.slack.dev/reference/methods/files.getUploadURLExternal)."""
CLOCKS_DIFFER = timedelta(minutes=2)
NO_ROBOT = ""


def is_here(address: str) -> bool:
    """Whether the address is of this machine: no proxy of the environment leads there."""
    return urlsplit(address).hostname in LOOPBACK


def timeout(patience: float = PATIENCE) -> aiohttp.ClientTimeout:
    """How long a call may take, in seconds."""
    return aiohttp.ClientTimeout(total=patience, sock_connect=min(CONNECTING, patience))


@dataclass(frozen=True, slots=True)
class Posted:
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are for Slack."""

    team_id: str
    team: str
    user_id: str
    bot_id: str


class Slack:
    """One workspace's Slack. Every method raises Later or Never; no text of a message is in either, nor in any log.

    `session`: connections shared with others, who close them. `team_id`: the workspace meant, for a token that an organisation
    gave for all of its own (docs.slack.dev/reference/methods/users.list, "team_id"). `on_slowed` is told of each method that
    Slack asks us to slow down in; `token_now` gives the token there is, asked for when Slack no longer takes ours.
    """

    def __init__(
        self,
        token: str,
        base_url: str = AsyncWebClient.BASE_URL,
        *,
        session: aiohttp.ClientSession | None = None,
        team_id: str | None = None,
        patience: float = PATIENCE,
        on_slowed: Callable[[str], None] | None = None,
        token_now: Callable[[], Awaitable[str | None]] | None = None,
    ) -> None:
        self._on_slowed, self._token_now = on_slowed, token_now
        # Without the SDK's retries: after a lost answer it would post a second time.
        self.client = AsyncWebClient(token, base_url=base_url, session=session, retry_handlers=[], logger=_quiet)
        self._is_shared, self._team_id = session is not None, team_id
        self._timeout = timeout(patience)
        if is_here(base_url):
            self.client.proxy = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self.client.session is not None and not self._is_shared:
            await self.client.session.close()

    # -- messages

    async def post(self, to: str, text: str, blocks: Sequence[Json], deliveries: Sequence[str] = ()) -> Posted:
        """Say something in a channel, or to a person (`to`: their id) in their conversation with us. `deliveries`: the ids
        the message can be found again by."""
        body = {"channel": to, "text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
        body |= {"metadata": wire.metadata(deliveries)} if deliveries else {}
        said = await self._tell("chat.postMessage", body)
        return _read(lambda: Posted(_word(said["channel"]), _word(said["ts"])))

    async def update(self, posted: Posted, text: str, blocks: Sequence[Json]) -> None:
        await self._tell("chat.update", {"channel": posted.channel, "ts": posted.ts, "text": text, "blocks": blocks})

    async def delete(self, posted: Posted) -> None:
        """Take back a message of ours; Slack lets an app delete no other (docs.slack.dev/reference/methods/chat.delete)."""
        await self._tell("chat.delete", {"channel": posted.channel, "ts": posted.ts})

    async def whisper(self, channel: str, slack_id: str, text: str, blocks: Sequence[Json]) -> None:
        """Say something that only this person sees, in a channel they are in."""
        await self._tell("chat.postEphemeral", {"channel": channel, "user": slack_id, "text": text, "blocks": blocks})

    async def find_message(self, channel: str, delivery: str, since: datetime, cursor: str = "") -> Posted | None:
        """The message that carried `delivery`, if it was said in that channel since; of those that begin at `cursor`. Raises
        Halted."""
        oldest = f"{(since - CLOCKS_DIFFER).timestamp():.6f}"
        asked = {"channel": channel, "oldest": oldest, "include_all_metadata": "true"}
        async for message in self._pages("conversations.history", "messages", asked, cursor):
            if _read(lambda it=message: wire.recognises(it, delivery)):  # type: ignore[misc]
                return _read(lambda it=message: Posted(channel, _word(it["ts"])))  # type: ignore[misc]
        return None

    async def open_dm(self, slack_id: str) -> str:
        """The channel of our conversation with this person."""
        opened = await self._ask("conversations.open", {"users": slack_id})
        return _read(lambda: _word(opened["channel"]["id"]))

    # -- files

    async def upload(self, name: str, content: bytes, words: str = "") -> str:
        """Give Slack a file, and get its id; `words` say what a picture shows. Nobody sees it until it is shared.

        In three steps (docs.slack.dev/messaging/working-with-files): an address, the bytes, and `share`.
        """
        asked = {"filename": name, "length": str(len(content))} | ({"alt_txt": words[:LONGEST_ALT]} if words else {})
        place = await self._ask("files.getUploadURLExternal", asked)
        address, file = _read(lambda: (_word(place["upload_url"]), _word(place["file_id"])))
        await self._give(address, content)
        return file

    async def share(self, files: Sequence[tuple[str, str]], channel: str | None = None, text: str = "") -> None:
        """Finish giving these files (ids and titles); in a channel, they are shown there in one message."""
        body: Json = {"files": [{"id": id, "title": title} for id, title in files]}
        if channel is not None:
            body |= {"channel_id": channel, "initial_comment": text}
        await self._tell("files.completeUploadExternal", body)

    async def _give(self, address: str, content: bytes) -> None:
        session = self._session()
        try:
            async with session.post(address, data=content, proxy=self.client.proxy) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            # Bytes that nobody finished giving are no file: they may be given again.
            raise Later(SOON, "no_answer") from None
        if status >= 500 or status == 429:
            raise Later(A_WHILE, f"http_{status}")
        if status != 200:
            raise Never(f"http_{status}")

    # -- views

    async def publish_home(self, slack_id: str, view: Json) -> None:
        await self._tell("views.publish", {"user_id": slack_id, "view": view})

    async def open_view(self, trigger_id: str, view: Json) -> str:
        """Open a window, and give its id. A trigger lives three seconds."""
        opened = await self._tell("views.open", {"trigger_id": trigger_id, "view": view})
        return _read(lambda: _word(opened["view"]["id"]))

    async def push_view(self, trigger_id: str, view: Json) -> str:
        pushed = await self._tell("views.push", {"trigger_id": trigger_id, "view": view})
        return _read(lambda: _word(pushed["view"]["id"]))

    async def update_view(self, view_id: str, view: Json) -> None:
        """Show another window in the place of one that is open. No trigger is needed."""
        await self._tell("views.update", {"view_id": view_id, "view": view})

    # -- who and where

    async def identity(self) -> Identity:
        known = await self._ask("auth.test", {})
        robot = known.get("bot_id", NO_ROBOT)
        return _read(
            lambda: Identity(_word(known["team_id"]), _word(known["team"]), _word(known["user_id"]), _word(robot))
        )

    async def everyone(self) -> AsyncIterator[Account]:
        """Every account of the workspace, robots and closed ones too."""
        asked = {"include_locale": "true"} | ({"team_id": self._team_id} if self._team_id else {})
        async for user in self._pages("users.list", "members", asked):
            if (account := _read(lambda it=user: account_of(it) if is_of_here(it) else None)) is not None:  # type: ignore[misc]
                yield account

    async def who(self, slack_id: str) -> Account:
        found = await self._ask("users.info", {"user": slack_id, "include_locale": "true"})
        return _read(lambda: account_of(found["user"]))

    # -- how

    async def _pages(self, method: str, key: str, asked: Mapping[str, str], cursor: str = "") -> AsyncIterator[Any]:
        while True:
            begins = {"cursor": cursor} if cursor else {}
            try:
                page = await self._ask(method, {**asked, "limit": str(PAGE), **begins})
            except Later as later:
                raise Halted(later, cursor) from None
            items, cursor = _read(partial(_page, page, key))
            for item in items:
                yield item
            if not cursor:
                return

    async def _tell(self, method: str, body: Json) -> Json:
        return await self._call(method, {"json": body})

    async def _ask(self, method: str, form: Mapping[str, str]) -> Json:
        # The methods that read take forms, not JSON (docs.slack.dev/apis/web-api, "Evaluating responses").
        return await self._call(method, {"data": dict(form)})

    async def _call(self, method: str, request: Json) -> Json:
        self._session()
        try:
            answer = (await self.client.api_call(method, **request)).data
        except SlackApiError as refusal:
            mood = mood_of(refusal.response)
            if mood.reason == "ratelimited" and self._on_slowed is not None:
                self._on_slowed(method)
            if mood.reason in DEAF and await self._has_another_token():
                return await self._call(method, request)
            raise mood from None  # its words repeat what we sent
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Later(SOON, "unreachable") from None
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise Later(SOON, "no_answer", uncertain=True) from None
        except AttributeError:  # how the SDK trips over JSON that is no object
            raise Later(SOON, "unreadable_answer", uncertain=True) from None
        if not isinstance(answer, dict):
            raise Later(SOON, "unreadable_answer", uncertain=True)
        return answer

    async def _has_another_token(self) -> bool:
        token = await self._token_now() if self._token_now is not None else None
        if token in (None, self.client.token):
            return False
        self.client.token = token
        return True

    def _session(self) -> aiohttp.ClientSession:
        if self.client.session is None:
            self.client.session = aiohttp.ClientSession(timeout=self._timeout)
        return self.client.session


def _read(reading: Callable[[], T]) -> T:
    """What an answer says. Raises Later for one of another shape than Slack's pages describe."""
    try:
        return reading()
    except (LookupError, TypeError, AttributeError):
        raise Later(SOON, "unreadable_answer", uncertain=True) from None


def _page(said: Json, key: str) -> tuple[list[Any], Any]:
    """What is on it, and where the next one begins, if there is one."""
    return list(said[key]), (said.get("response_metadata") or {}).get("next_cursor")


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a word")
    return value


SlackOf = Callable[[str], Awaitable[Slack]]
"""The Slack of a workspace, by its id. Raises Never("not_installed") for one that has not let us in."""
