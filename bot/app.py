"""The only place where the parts are put together."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

from bot import doors, listeners, mishaps, safe
from bot.admissions import ADMISSIONS
from bot.clock import Clock, real_clock
from bot.courier import Courier
from bot.deeds import DEEDS
from bot.desk import Desk
from bot.health import Health
from bot.home import Home
from bot.installed import Installed, ManyWorkspaces, OneWorkspace, where_let_in
from bot.installing.web import InstallingPages
from bot.letterbox.gestures import bounced
from bot.letterbox.web import Pages, lost
from bot.metrics import Metrics
from bot.metronome import Metronome
from bot.nights import Nights
from bot.people import voice_of
from bot.postman import Postman, SmtpPostman
from bot.score import Score
from bot.settings import DEFAULT_PORT, Settings
from bot.speech import Speaker
from flows import ALL_FLOWS
from flows.core.model import Flow
from flows.core.people import Workspace
from messages import Messages, Voice
from storage import Store, outbox, waking, words, workspaces
from storage.outbox import Delivery

log = logging.getLogger(__name__)


@dataclass
class Bot:
    """Parcours, whole. Open one with `async with Bot.open(settings) as bot`.

    `answering()` opens the door through which gestures come in. Nothing beats by itself: `beating()` does, as long as it is
    entered; without it, `settle()` does all that is due now, but for what is done of nights.
    """

    settings: Settings
    clock: Clock
    store: Store
    messages: Messages
    installed: Installed
    desk: Desk
    courier: Courier
    nights: Nights
    app: AsyncApp
    dispatch: doors.Dispatch
    """What Slack says, once it is verified, to what we answer."""
    bell: asyncio.Event
    flows: Sequence[Flow]
    metrics: Metrics
    metronome: Metronome | None = None
    socket: doors.SocketDoor | None = None
    pages: Sequence[Route] = ()
    """Of the web: for whoever has left, and for whoever lets us in."""

    def __post_init__(self) -> None:
        self.health = Health(self.settings, self.clock, self.store, self.metrics)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings,
        *,
        clock: Clock = real_clock,
        postman: Postman | None = None,
        flows: Sequence[Flow] = ALL_FLOWS,
    ) -> AsyncIterator[Self]:
        """Migrate the database, put everything in its place and greet Slack. Raises SettingsFaults, StoreUnavailable, Later
        and Never.

        `postman` carries e-mails instead of the settings' mailbox.
        """
        metrics = Metrics()
        async with safe.opened(settings) as store, where_let_in(settings, store, clock, metrics.slowed) as installed:
            known, bell = {flow.name: flow for flow in flows}, asyncio.Event()
            private = [name for name, flow in known.items() if flow.private]
            messages = Messages(settings.texts_folder, private)
            if postman is None and settings.mailbox is not None:
                postman = SmtpPostman(settings.mailbox)
            seals = await asyncio.to_thread(safe.seals_of, settings)
            score = Score(known, DEEDS, ADMISSIONS, smtp=postman is not None, seals=seals)
            desk = Desk(store, score, messages, clock, bell.set)
            home = Home(store, score, messages, clock)
            speaker = Speaker(known, messages, settings.public_url)
            bounce = partial(letter_bounced, desk)
            courier = Courier(
                store, installed.slack, speaker, clock, postman, home.view,
                bell=bell, on_bounce=bounce, count=metrics.delivered,
            )  # fmt: skip
            nights = Nights(store, desk, installed, clock, metrics.failed)
            app = bolt_app(settings, installed, messages)
            dispatch = listeners.register(app, listeners.Parts(desk, installed, home), metrics.failed)
            bot = cls(
                settings, clock, store, messages, installed, desk, courier, nights, app, dispatch, bell, flows, metrics
            )
            bot.pages = bot._web(speaker)
            mishaps.register(app, await bot._words_of_failure(), metrics.failed)
            await bot._arrive()
            yield bot

    def nudge(self) -> None:
        """Something is to be said: do not wait for the next beat."""
        self.bell.set()

    async def settle(self) -> None:
        """Do all that is due now, and say all that is to be said: for rehearsals and tests."""
        while await self.desk.tick() + await self.courier.deliver():
            continue

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[Metronome]:
        """Do all that by itself for as long as this is entered; a delivery under way is finished at the end."""
        courier = self.courier
        self.metronome = Metronome(
            self.clock,
            self._look_around,
            courier.deliver,
            self.bell,
            again_at=lambda: courier.again_at,
            stop=courier.stop,
            count=self.metrics.failed,
        )
        self.health.metronome = self.metronome
        async with self.metronome:
            yield self.metronome

    def answering(self) -> AbstractAsyncContextManager[int | None]:
        """The door of the settings, open for as long as it is entered; gives the port it listens on, if any."""
        return self._http_door() if self.settings.door == "http" else self._socket_door()

    # -- arriving, and what is done every night

    async def _arrive(self) -> None:
        """Take up what changed while we were away: the key of the words, accounts, flows of another shape; on the first run,
        introduce ourselves."""
        await self.store.run(words.use_key)
        if self.store.is_embedded:
            await self.store.run(lambda tx: outbox.release(tx, self.clock()))
        shapes = {flow.name: flow.shape for flow in self.flows}
        alone = [self.installed.identity.team_id] if isinstance(self.installed, OneWorkspace) else []
        unheard = [workspace for workspace in alone if not await self.nights.greet(workspace)]
        await self.store.run(lambda tx: waking.wake_changed(tx, shapes, self.clock()))
        await self.nights.plan(alone, unheard)  # whoever installs us is planned for as they do

    async def meet_everyone(self) -> None:
        """Learn who has an account, in every workspace that lets us in. Raises Never."""
        for workspace in await self.installed.workspaces():
            await self.nights.meet_everyone(workspace)

    async def every_night(self) -> None:
        """Do for each workspace, and for all together, what is done once a night, now."""
        for workspace in await self.installed.workspaces():
            await self.nights.of_workspace(workspace)
        await self.nights.for_all()

    async def _look_around(self) -> None:
        """Do what is due: conversations to wake, then what is done of nights, whatever became of the first. Nobody waits for the
        nights of all the others."""
        try:
            await self.desk.tick()
        finally:
            await self.nights.do_what_is_due(meanwhile=self.desk.tick)

    async def _words_of_failure(self) -> mishaps.Words:
        """What a person is told when even their language cannot be looked up: in the workspace's, where there is but one."""
        served = await self.installed.workspaces()
        known = await self.store.read(workspaces.find, served[0]) if len(served) == 1 else None
        voice = voice_of(None, known or Workspace(id=""))
        return lambda reason, reference: self.messages.plain(voice, "refusals", reason, {"reference": reference})

    def _web(self, speaker: Speaker) -> Sequence[Route]:
        count = self.metrics.failed
        routes = Pages(self.store, self.desk, speaker, self.clock, count).routes() if self.settings.public_url else []
        if isinstance(self.installed, ManyWorkspaces):
            installing = InstallingPages(
                self.settings, self.store, self.installed, self.messages, self.clock, self.look, count
            )
            routes += installing.routes()
        return routes

    def look(self) -> None:
        """Something is due: do not wait for the next beat."""
        if self.metronome is not None:
            self.metronome.look()

    # -- doors

    def _others(self) -> Starlette:
        """What is served beside what Slack writes."""
        routes = [self.health.route(), *self.pages]
        others = Starlette(routes=routes, exception_handlers=lost(self.messages))
        others.router.redirect_slashes = False  # by whole addresses, which it writes without the TLS that is before us
        return others

    @asynccontextmanager
    async def _socket_door(self) -> AsyncIterator[int | None]:
        token, port = self.settings.app_token, self.settings.port
        assert token is not None, "settings choose this door only with its token"
        told = logging.getLogger("slack_sdk.socket")
        connection = AsyncWebClient(base_url=self.settings.slack_api_url, logger=told)
        async with AsyncExitStack() as stack:
            if port is not None:
                served = doors.served(self._others(), self.settings.host, port)
                port = await stack.enter_async_context(served)
            door = doors.socket_door(self.app, token, self.dispatch, self.metrics, web_client=connection, logger=told)
            self.socket = self.health.socket = await stack.enter_async_context(door)
            yield port

    @asynccontextmanager
    async def _http_door(self) -> AsyncIterator[int | None]:
        secret = self.settings.signing_secret
        assert secret is not None, "settings choose this door only with its secret"
        signatures = doors.Signatures(secret, self.clock)
        web = doors.http_app(self.dispatch, signatures, self.metrics, self._others())
        port = DEFAULT_PORT if self.settings.port is None else self.settings.port
        async with doors.served(web, self.settings.host, port) as listening:
            yield listening


def bolt_app(settings: Settings, installed: Installed, messages: Messages) -> AsyncApp:
    """Bolt, told all it would ask for. An exception acknowledges nothing, and requests come in verified."""
    # Its own words would quote payloads; ours, in mishaps, do not.
    quiet = logging.getLogger("slack_bolt.parcours")
    quiet.setLevel(logging.ERROR)

    return AsyncApp(
        name="parcours",
        logger=quiet,
        client=AsyncWebClient(base_url=settings.slack_api_url),
        signing_secret="",
        process_before_response=True,
        authorize=_LetIn(installed),  # type: ignore[arg-type] # None is nobody, whatever its types say
        user_facing_authorize_error_message=messages.plain(Voice("fr", "vous"), "refusals", "not_installed"),
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
    )


class _LetIn(AsyncAuthorize):
    """Whether a workspace lets us in, asked by what Bolt makes of its own; of a mere function it would look at all it might want
    to know, for each gesture."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed

    async def __call__(self, *, team_id: str | None, enterprise_id: str | None, **_more: Any) -> AuthorizeResult | None:
        return await self._installed.authorized(team_id, enterprise_id)


async def letter_bounced(desk: Desk, letter: Delivery, reason: str) -> None:
    """Nobody reads the address it was sent to."""
    await desk.do(letter.workspace, lambda conductor: bounced(conductor, letter, reason))
