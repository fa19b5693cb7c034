"""What Bolt's OAuth flow remembers, through our one store: tokens sealed, and no more of an installation than is of use.

Slack's own SQLAlchemy stores keep tokens in clear, every installation ever made and who made it, beside our transactions.
"""

import logging
import secrets
from datetime import timedelta
from typing import Any

from slack_bolt.error import BoltError
from slack_sdk.oauth import OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation as Granted
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.clock import Clock
from bot.installed import ManyWorkspaces
from bot.moods import EXPIRES
from storage import Store, StoreUnavailable, oauth_states
from storage.installations import Installation
from storage.transaction import Transaction

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(seconds=OAuthStateUtils.default_expiration_seconds)
"""How long somebody may look at Slack's page before agreeing."""


class States(AsyncOAuthStateStore):
    """Numbers drawn at random, good once (docs.slack.dev/authentication/installing-with-oauth, "state")."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def async_issue(self, *_args: Any, **_options: Any) -> str:
        state, now = secrets.token_urlsafe(32), self._clock()

        def unit(tx: Transaction) -> None:
            # Anybody may ask for this page, as often as they please: no more is kept than ten minutes of it.
            oauth_states.forget_before(tx, now)
            oauth_states.give(tx, state, now + GOOD_FOR)

        await self._store.run(unit)
        return state

    async def async_consume(self, state: str) -> bool:
        now = self._clock()
        return await self._store.run(lambda tx: oauth_states.take(tx, state, now))


class NotInvited(BoltError):
    """This server is for others; nothing of what was granted is kept. `id`: the workspace's or the organisation's; `token`: what
    it takes to leave."""

    def __init__(self, id: str, token: str) -> None:
        super().__init__("this workspace is not among those that may install us")
        self.id, self.token = id, token


class Installations(AsyncInstallationStore):
    """Takes what Slack grants. Nothing else is asked of it: `ManyWorkspaces` is where tokens are found again."""

    def __init__(self, installed: ManyWorkspaces, clock: Clock, invited: frozenset[str]) -> None:
        self._installed, self._clock, self._invited = installed, clock, invited

    async def async_save(self, installation: Granted) -> None:
        """Raises BoltError, the failure Bolt's flow shows, where nothing can be written; NotInvited too."""
        id = installation.enterprise_id if installation.is_enterprise_install else installation.team_id
        name = installation.enterprise_name if installation.is_enterprise_install else installation.team_name
        if not id or not installation.bot_token:
            raise BoltError("Slack grants no bot token")
        if self._invited and not self._invited & {id, installation.enterprise_id}:
            raise NotInvited(id, installation.bot_token)
        if installation.bot_token_expires_at is not None:
            log.error("Slack grants a token that nobody here renews. %s", EXPIRES)
        granted = Installation(
            id=id,
            name=name or "",
            token=installation.bot_token,
            bot_id=installation.bot_id or "",
            bot_user_id=installation.bot_user_id or "",
            scopes=",".join(installation.bot_scopes or ()),
            installed_at=self._clock(),
        )
        try:
            await self._installed.let_in(granted)
        except StoreUnavailable as trouble:
            raise BoltError(trouble.reason) from trouble
