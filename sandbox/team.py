"""One workspace as tests, rehearsals and the page hold it: its people, what they do, what the app did there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox import payloads
from sandbox.delivery import Ack, Delivery, PostOffice
from sandbox.hands import Hands
from sandbox.installing import revoke_bot_token, uninstall
from sandbox.line import Line
from sandbox.permits import Permits
from sandbox.person import Person, user_name
from sandbox.replies import Stage
from sandbox.surface import Json
from sandbox.waiting import wait_until
from sandbox.webapi import Call, Context, Front
from sandbox.workspace import Channel, Workspace


@dataclass(frozen=True)
class Site:
    """Where a workspace is reached, and by which line the app is. `address`: what its own addresses begin with."""

    address: str
    line: Line
    app_token: str
    base_url: str


class Team:
    """One workspace (Slack's API says team). `bot_token`: the app's here, "" while it is not installed."""

    def __init__(self, workspace: Workspace, site: Site, bot_token: str) -> None:
        self.workspace = workspace
        self.api_url = f"{site.base_url}/api/"
        self.permits = Permits(workspace, f"{site.address}/hooks/")
        self.post = PostOffice(workspace, site.line)
        self.stage = Stage(workspace)
        self.hands = Hands(workspace, self.permits, self.stage, self.post)
        context = Context(
            workspace, self.permits, self.stage, self._tell, partial(site.line.socket_url, site.base_url), site.address
        )
        self.front = Front(context, bot_token, site.app_token)
        self.post.open = bool(bot_token)
        self.authorised: dict[str, str] = {}
        """The tokens of people who gave the app scopes of their own, by user id."""
        self.faults = self.front.faults
        self.transcript: list[Call] = self.front.transcript
        """Everything the app did, in order."""
        self.deliveries: list[Delivery] = self.post.deliveries
        """Everything sent to the app, in order, with each attempt and its acknowledgement."""
        self._errands: set[asyncio.Task[Any]] = set()
        self._add_robots()

    @property
    def team_id(self) -> str:
        return self.workspace.team_id

    @property
    def bot_user_id(self) -> str:
        return self.workspace.bot_user_id

    @property
    def bot_token(self) -> str:
        """The app's token here; "" while it is not installed."""
        return self.front.bot_token

    @property
    def installed(self) -> bool:
        return self.post.open

    async def uninstall(self, *, tokens_first: bool = True) -> list[Ack]:
        """Remove the app from this workspace: its tokens are good no more, and it hears `tokens_revoked` and
        `app_uninstalled`, in an order that Slack does not promise. Raises Impossible where it is not, or by its organisation.

        Source: docs.slack.dev/reference/events/app_uninstalled.
        """
        return await uninstall(self, tokens_first)

    async def revoke_tokens(self) -> Ack:
        """Revoke the bot's token alone: the bot leaves its channels and is deactivated, the app hears `tokens_revoked`.

        Source: docs.slack.dev/reference/methods/auth.revoke (the app itself is not uninstalled by it).
        """
        return await revoke_bot_token(self)

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How many calls the app made, by method and error ("" for none)."""
        return self.front.counts

    @property
    def keeps_all(self) -> bool:
        """Whether the transcript and the deliveries are kept. Off, `counts` are, and listeners hear of each all the same."""
        return self.front.keeps_calls

    @keeps_all.setter
    def keeps_all(self, on: bool) -> None:
        self.front.keeps_calls = self.post.keeps_deliveries = on

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
        await wait_until(happened, lambda hear: self.on_call(lambda _call: hear()), seconds)

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

    def send_invitation(self, person: Person) -> None:
        """They may come when they like: Slack lists them until then with the closed accounts, "both invited users and
        deleted/deactivated users" (docs.slack.dev/reference/methods/users.list). No page says that the app hears of it."""
        person.invited = not person.joined

    async def join(self, person: Person) -> Ack:
        """The account is made: the app hears `team_join`."""
        person.joined, person.invited = True, False
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

    async def verify_url(self) -> bool:
        """Whether the app's URL answers Slack's challenge."""
        challenge = self.workspace.new_id("challenge")
        payload = {"token": payloads.TOKEN, "challenge": challenge, "type": "url_verification"}
        body = (await self.post.interaction("events_api", payload)).body
        return isinstance(body, dict) and challenge in (body.get("challenge"), body.get("text"))

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
            robot.joined = self.installed or not is_bot

    def _tell(self, event: Json) -> None:
        self.run(self.hands.tell(event))

    def run(self, errand: Coroutine[Any, Any, Any]) -> None:
        """Let it be done beside all the rest; `settled` waits for it."""
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _finish_errands(self) -> None:
        for task in self._errands:
            task.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
