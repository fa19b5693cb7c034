"""The practice workspace as tests, rehearsals and the page hold it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.routing import BaseRoute

from sandbox import payloads
from sandbox.delivery import Ack, Delivery, PostOffice
from sandbox.guard import Guard
from sandbox.hands import Hands
from sandbox.permits import Permits
from sandbox.person import Person, user_name
from sandbox.replies import Stage
from sandbox.server import HOST, Listener, build_app
from sandbox.signed_http import SignedHttp
from sandbox.socket_mode import SocketHub
from sandbox.surface import Json
from sandbox.webapi import Call, Context, Front
from sandbox.workspace import DEFAULT_SCOPES, Channel, Clock, Workspace

ACK_SECONDS = 3.0


class Sandbox:
    """A small strict Slack. Open one with `async with Sandbox.serve(clock=...) as slack`."""

    bot_token = "xoxb-sandbox"
    app_token = "xapp-sandbox"
    signing_secret = "sandbox-signing-secret"

    def __init__(self, clock: Clock, scopes: str, ack_seconds: float, base_url: str) -> None:
        self.base_url = base_url
        self.workspace = Workspace(clock, scopes)
        self.permits = Permits(self.workspace, f"{base_url}/hooks/")
        self.hub = SocketHub(self.workspace.app_id, ack_seconds)
        self.post = PostOffice(self.workspace, self.hub)
        self.stage = Stage(self.workspace)
        self.hands = Hands(self.workspace, self.permits, self.stage, self.post)
        context = Context(self.workspace, self.permits, self.stage, self._tell, self._socket_url, base_url)
        self.front = Front(context, self.bot_token, self.app_token)
        self.team_id = self.workspace.team_id
        self.bot_user_id = self.workspace.bot_user_id
        self.faults = self.front.faults
        self.transcript: list[Call] = self.front.transcript
        """Everything the app did, in order."""
        self.deliveries: list[Delivery] = self.post.deliveries
        """Everything sent to the app, in order, with each attempt and its acknowledgement."""
        self.closing: list[Callable[[], object]] = []
        """What is to end before the listener does: whoever shows the workspace puts itself here."""
        self._errands: set[asyncio.Task[Any]] = set()
        self._https: list[SignedHttp] = []
        self._add_robots()

    @classmethod
    @asynccontextmanager
    async def serve(
        cls,
        *,
        clock: Clock,
        port: int = 0,
        scopes: str = DEFAULT_SCOPES,
        ack_seconds: float = ACK_SECONDS,
        routes: Callable[[Sandbox], Sequence[BaseRoute]] = lambda _slack: (),
    ) -> AsyncIterator[Sandbox]:
        """Listen on 127.0.0.1 (port 0: any free one) in the running event loop, until the block ends.

        `routes` adds a page of one's own.
        """
        listener = Listener()
        slot: list[Any] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await slot[0](scope, receive, send)

        real_port = await listener.start(app, port)
        slack = cls(clock, scopes, ack_seconds, f"http://{HOST}:{real_port}")
        slot.append(Guard(build_app(slack.front, slack.hub, routes(slack)), real_port))
        try:
            yield slack
        finally:
            await slack._close()
            await listener.stop()

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/api/"

    @property
    def ack_seconds(self) -> float:
        """How long a gesture waits for the app, in real seconds. Slack's own patience is three."""
        return self.hub.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self.hub.ack_seconds = seconds
        for http in self._https:
            http.ack_seconds = seconds

    @property
    def rate_limited(self) -> bool:
        return self.front.rate_limited

    @rate_limited.setter
    def rate_limited(self, on: bool) -> None:
        self.front.rate_limited = on

    @property
    def echoes(self) -> bool:
        """Whether the app hears what it says and changes itself in direct messages, as on the real Slack."""
        return self.workspace.echoes

    @echoes.setter
    def echoes(self, on: bool) -> None:
        self.workspace.echoes = on

    def on_call(self, listener: Callable[[Call], None]) -> Callable[[], None]:
        """Hear of each call of the app as it is answered. Gives the function that ends it."""
        self.front.listeners.append(listener)
        return lambda: self.front.listeners.remove(listener)

    async def until(self, happened: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait until this is true, looked at after each call of the app. Raises TimeoutError."""
        if happened():
            return
        changed = asyncio.Event()
        stop = self.on_call(lambda _call: changed.set())
        try:
            async with asyncio.timeout(seconds):
                while not happened():
                    changed.clear()
                    await changed.wait()
        finally:
            stop()

    @property
    def people(self) -> list[Person]:
        return [person for person in self.workspace.people.values() if not person.is_bot and person.id != "USLACKBOT"]

    def add_person(
        self,
        first_name: str,
        last_name: str = "",
        *,
        email: str = "",
        locale: str = "fr-FR",
        tz: str = "Europe/Paris",
        name: str = "",
        id: str = "",
        title: str = "",
        is_admin: bool = False,
        is_owner: bool = False,
        is_restricted: bool = False,
        joined: bool = True,
    ) -> Person:
        """Someone with an account; with `joined=False` the account is made by `join` later."""
        person = Person(
            id=id or self.workspace.new_id("U"),
            name=name or user_name(first_name, last_name),
            first_name=first_name,
            last_name=last_name,
            email=email or f"{user_name(first_name, last_name)}@exemple.coop",
            locale=locale,
            tz=tz,
            hands=self.hands,
            title=title,
            is_admin=is_admin,
            is_owner=is_owner,
            is_restricted=is_restricted,
            joined=joined,
        )
        self.workspace.people[person.id] = person
        return person

    async def join(self, person: Person) -> Ack:
        """The account is made: the app hears `team_join`."""
        person.joined = True
        return await self._user_event("team_join", person)

    async def deactivate(self, person: Person) -> Ack:
        return await self.change(person, deactivated=True)

    async def reactivate(self, person: Person) -> Ack:
        return await self.change(person, deactivated=False)

    async def change(self, person: Person, **fields: Any) -> Ack:
        """Change tz, locale, e-mail, names…: the app hears `user_change`."""
        for name, value in fields.items():
            if name not in vars(person):
                raise AttributeError(f"a person has no {name}")
            setattr(person, name, value)
        person.updated = int(self.workspace.seconds())
        return await self._user_event("user_change", person)

    def add_channel(
        self, name: str, *, members: Sequence[Person] = (), with_bot: bool = False, is_private: bool = False
    ) -> Channel:
        return self.workspace.add_channel(name, list(members), with_bot, is_private)

    def channel(self, name: str) -> Channel:
        """The channel of that name or id."""
        return next(it for it in self.workspace.channels.values() if name in (it.name, it.id) and it.dm_of is None)

    async def invite(self, channel: Channel, who: Person | None = None, *, by: Person | None = None) -> Ack | None:
        """Add someone (None: the app) to a channel. The app hears of it where it is a member."""
        user_id = who.id if who else self.bot_user_id
        channel.members.add(user_id)
        if self.bot_user_id not in channel.members:
            return None
        return await self.hands.tell(payloads.joined_channel(self.workspace, channel, user_id, by.id if by else ""))

    def deliver_over_http(self, url: str, *, seconds: Callable[[], float] | None = None) -> None:
        """Deliver to this URL, signed, instead of Socket Mode. `seconds`: the clock the app checks signatures by."""
        stamp = seconds or self.workspace.seconds
        self.post.transport = SignedHttp(url, self.signing_secret, stamp, self.ack_seconds)
        self._https.append(self.post.transport)

    @property
    def http(self) -> SignedHttp:
        """The delivery over HTTP that was asked for last."""
        return self._https[-1]

    async def verify_url(self) -> bool:
        """Whether the app's URL answers Slack's challenge."""
        challenge = self.workspace.new_id("challenge")
        payload = {"token": payloads.TOKEN, "challenge": challenge, "type": "url_verification"}
        body = (await self.post.interaction("events_api", payload)).body
        return isinstance(body, dict) and challenge in (body.get("challenge"), body.get("text"))

    async def connected(self, number: int = 1, seconds: float = 5.0) -> None:
        """Wait until the app has a socket open. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await self.hub.connected(number)

    async def disconnect(self, reason: str = "refresh_requested", *, warn: bool = True) -> None:
        """Ask the app to connect again and close its sockets, as Slack does every few hours."""
        await self.hub.disconnect(reason, warn=warn)

    async def drop_sockets(self) -> None:
        """Lose every socket without a word."""
        await self.hub.drop()

    async def redeliver(self, delivery: Delivery) -> Ack:
        return await self.post.redeliver(delivery)

    async def retries_due(self, *, early: bool = False) -> list[Ack]:
        """Redeliver the events that were not acknowledged and whose minute has come (`early`: all of them)."""
        return await self.post.retries_due(early=early)

    async def settled(self) -> None:
        """Wait for the events that the app's own calls caused."""
        await asyncio.gather(*self._errands)

    def expire_triggers(self) -> None:
        self.permits.expire_triggers()

    async def _user_event(self, kind: str, person: Person) -> Ack:
        user = self.workspace.user_info(person, with_locale=kind == "user_change")
        event = {"type": kind, "user": user, "cache_ts": int(self.workspace.seconds())}
        return await self.hands.tell(event)

    def _add_robots(self) -> None:
        for user_id, name, is_bot in (
            ("USLACKBOT", "slackbot", False),
            (self.bot_user_id, self.workspace.bot_name, True),
        ):
            robot = self.add_person(name.capitalize(), name=name, id=user_id, locale="en-US")
            robot.is_bot, robot.email = is_bot, ""

    def _tell(self, event: Json) -> None:
        self._run(self.hands.tell(event))

    def _run(self, errand: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def _socket_url(self) -> str:
        return f"{self.base_url.replace('http', 'ws', 1)}/link?ticket={self.hub.new_ticket()}"

    async def _close(self) -> None:
        for end in self.closing:
            end()
        for task in self._errands:
            task.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self.hub.drop()
        for http in self._https:
            await http.close()
