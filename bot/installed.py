"""Where we are let in: one workspace, by the token of the settings, or all those that installed us. Whoever speaks asks here."""

import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Protocol

import aiohttp
from slack_bolt.authorization import AuthorizeResult

from bot.clock import Clock
from bot.moods import NOT_INSTALLED, Never
from bot.retention import PUT_OUT
from bot.settings import Settings
from bot.slack import Identity, Slack, timeout
from storage import Store, StoreUnavailable, chores, installations, turns
from storage.installations import Installation
from storage.transaction import Transaction

log = logging.getLogger(__name__)

KNOWN_FOR = timedelta(minutes=1)
"""How long a token is used without asking the database again: another worker may have heard meanwhile that it is no good."""
CONNECTIONS = 100
"""At once, to Slack, for all workspaces together."""
CLOCKS_DIFFER = timedelta(seconds=5)
"""By how much Slack's clock, which it tells in whole seconds, may be behind ours. Nobody installs us again faster."""
OnSlowed = Callable[[str], None]
NIGHT, PURGE = "night", "purge"
"""What is done for a workspace: of nights and when it lets us in; and once it has put us out."""


class Installed(Protocol):
    """The workspaces that let us in."""

    async def slack(self, workspace: str) -> Slack:
        """Its Slack. Raises Never (NOT_INSTALLED) and StoreUnavailable."""

    async def workspaces(self) -> list[str]:
        """Their ids, in their order."""

    async def name(self, workspace: str) -> str:
        """What Slack calls it, empty when it did not say. Raises Never and StoreUnavailable."""

    async def authorized(self, workspace: str | None, organisation: str | None) -> AuthorizeResult | None:
        """What Bolt wants to know of whoever speaks to us; None for a workspace that does not let us in."""

    async def put_out(self, id: str, at: datetime) -> None:
        """This workspace, or this organisation with all its own, lets us in no longer, since `at`: one that has let us in again
        later is not left."""

    async def take_away(self, organisation: str, workspaces: Collection[str], at: datetime) -> None:
        """This organisation took us away from some of its workspaces."""

    async def add_to(self, organisation: str, workspaces: Collection[str], at: datetime) -> None:
        """This organisation, if it lets us in, gave us some of its workspaces."""


# ------------------------------------------------------------------------------------------------------------------ one


@dataclass(frozen=True)
class OneWorkspace:
    """The workspace of the settings' token."""

    client: Slack
    identity: Identity

    async def slack(self, workspace: str) -> Slack:
        if workspace != self.identity.team_id:
            raise Never(NOT_INSTALLED)
        return self.client

    async def workspaces(self) -> list[str]:
        return [self.identity.team_id]

    async def name(self, workspace: str) -> str:  # noqa: ARG002
        return self.identity.team

    async def authorized(self, workspace: str | None, organisation: str | None) -> AuthorizeResult | None:  # noqa: ARG002
        return self._authorized if workspace == self.identity.team_id else None

    @cached_property
    def _authorized(self) -> AuthorizeResult:
        return _authorized(self.client, self.identity.team_id, self.identity.bot_id, self.identity.user_id)

    async def put_out(self, id: str, at: datetime) -> None:  # noqa: ARG002
        log.error("Slack says that the app was removed: install it again and copy its new token. Nothing is erased.")

    async def take_away(self, organisation: str, workspaces: Collection[str], at: datetime) -> None:  # noqa: ARG002
        await self.put_out(organisation, at)

    async def add_to(self, organisation: str, workspaces: Collection[str], at: datetime) -> None:
        """It is served already, or it is not ours."""


# ----------------------------------------------------------------------------------------------------------------- many


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found of a workspace, and until when it is taken as true."""

    slack: Slack
    installation: Installation
    authorized: AuthorizeResult
    until: datetime


class ManyWorkspaces:
    """Those that installed us, as the database says."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        api_url: str,
        session: aiohttp.ClientSession,
        on_slowed: OnSlowed | None = None,
    ) -> None:
        self._store, self._clock, self._api_url, self._session = store, clock, api_url, session
        self._on_slowed = on_slowed
        self._known: dict[str, _Known] = {}

    async def slack(self, workspace: str) -> Slack:
        return (await self._require(workspace)).slack

    async def workspaces(self) -> list[str]:
        return await self._store.read(installations.served)

    async def name(self, workspace: str) -> str:
        return (await self._require(workspace)).installation.name

    async def authorized(self, workspace: str | None, organisation: str | None) -> AuthorizeResult | None:
        id = workspace or organisation
        found = await self._find(id) if id else None
        if found is None and workspace and organisation:
            found = await self._join(workspace, organisation)
        return None if found is None else found.authorized

    async def put_out(self, id: str, at: datetime) -> None:
        """Its token is forgotten at once, and all that is known of it when the delay is over (retention.PUT_OUT)."""
        await self._leave(at, lambda tx, since, until: installations.put_out(tx, id, since, until))

    async def take_away(self, organisation: str, workspaces: Collection[str], at: datetime) -> None:
        await self._leave(at, lambda tx, *when: installations.take_away(tx, organisation, workspaces, *when))

    async def add_to(self, organisation: str, workspaces: Collection[str], at: datetime) -> None:
        """Serve them at once, and purge nothing of them; unless it has taken us away since."""
        for workspace in workspaces:
            await self._join(workspace, organisation, granted_at=at)

    async def _leave(self, at: datetime, forget: Callable[[Transaction, datetime, datetime], list[str]]) -> None:
        purged_at = PUT_OUT.end_of(at)

        def unit(tx: Transaction) -> list[str]:
            gone = forget(tx, at + CLOCKS_DIFFER, purged_at)
            for workspace in gone:
                chores.done(tx.within(workspace), NIGHT, None)
                chores.plan(tx.within(workspace), PURGE, purged_at)
            return gone

        for workspace in await self._store.run(unit):
            self._known.pop(workspace, None)
            log.info("A workspace has put us out.", extra={"workspace": workspace, "purged_at": purged_at})

    async def let_in(self, installation: Installation) -> None:
        """Write down who installed us; the first night is at once, by whichever worker."""

        def unit(tx: Transaction) -> None:
            installations.save(tx, installation)
            within = tx.within(installation.id)
            _keep_what_is_known(within)
            if not installation.is_for_all:
                _plan_first_night(within, self._clock())

        await self._store.run(unit)
        self._known.clear()  # an organisation's token leads to several
        log.info("A workspace lets us in.", extra={"workspace": installation.id})

    async def _require(self, workspace: str) -> _Known:
        if (found := await self._find(workspace)) is None:
            raise Never(NOT_INSTALLED)
        return found

    async def _find(self, id: str) -> _Known | None:
        now = self._clock()
        known = self._known.get(id)
        if known is None or known.until <= now:
            known = self._keep(await self._store.read(lambda tx: installations.find(tx, id)), now)
            if known is None:
                self._known.pop(id, None)
        return known

    async def _token_now(self, id: str) -> str | None:
        """The one that the database has: another worker may have heard of a new installation."""
        self._known.pop(id, None)
        try:
            found = await self._find(id)
        except StoreUnavailable:
            return None
        return found.slack.client.token if found is not None else None

    async def _join(self, workspace: str, organisation: str, granted_at: datetime | None = None) -> _Known | None:
        """Serve it by its organisation's token; None when that one did not let us in, or took us away from there since."""
        now = self._clock()

        def unit(tx: Transaction) -> Installation | None:
            through = installations.find(tx, organisation)
            if through is None or _is_left_since(
                tx, workspace, max(through.installed_at, granted_at or through.installed_at)
            ):
                return None
            joined = installations.join(tx, workspace, organisation, now)
            if joined is not None:
                _keep_what_is_known(tx.within(workspace))
                _plan_first_night(tx.within(workspace), now)
            return joined

        return self._keep(await self._store.run(unit), now)

    def _keep(self, found: Installation | None, now: datetime) -> _Known | None:
        if found is None:
            return None
        team_id = found.id if found.organisation else None
        token_now = partial(self._token_now, found.id)
        slack = Slack(
            found.token, self._api_url, session=self._session, team_id=team_id, on_slowed=self._on_slowed,
            token_now=token_now,
        )  # fmt: skip
        authorized = _authorized(slack, found.id, found.bot_id, found.bot_user_id)
        known = self._known[found.id] = _Known(slack, found, authorized, now + KNOWN_FOR)
        return known


@asynccontextmanager
async def where_let_in(settings: Settings, store: Store, clock: Clock, on_slowed: OnSlowed) -> AsyncIterator[Installed]:
    """The workspace of the settings' token, greeted, or all those that installed us; `on_slowed` is told of each method that
    Slack asks us to slow down in. Raises Later and Never."""
    if settings.serves_many:
        connections = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connections, timeout=timeout()) as session:
            yield ManyWorkspaces(store, clock, settings.slack_api_url, session, on_slowed)
        return
    async with Slack(settings.bot_token, settings.slack_api_url, on_slowed=on_slowed) as slack:
        yield OneWorkspace(slack, await slack.identity())


def _is_left_since(tx: Transaction, workspace: str, since: datetime) -> bool:
    purged_at = installations.purged_at(tx, workspace)
    return purged_at is not None and purged_at >= PUT_OUT.end_of(since)


def _keep_what_is_known(within: Transaction) -> None:
    chores.done(within, PURGE, None)
    turns.listen_again(within)


def _plan_first_night(within: Transaction, now: datetime) -> None:
    chores.done(within, NIGHT, None)
    chores.plan(within, NIGHT, now)


def _authorized(slack: Slack, team_id: str, bot_id: str, bot_user_id: str) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id=team_id, bot_token=slack.client.token, bot_id=bot_id, bot_user_id=bot_user_id
    )
