"""The app comes into a workspace and leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox import payloads
from sandbox.delivery import Ack
from sandbox.refusal import Refusal
from sandbox.surface import Impossible, Json

if TYPE_CHECKING:
    from sandbox.organisation import Organisation
    from sandbox.team import Team

UNINSTALLED: Json = {"type": "app_uninstalled"}


def install(team: Team, token: str, scopes: frozenset[str]) -> None:
    """The app is in this workspace, as its bot. Scopes add up.

    Source: docs.slack.dev/authentication/installing-with-oauth ("scopes are additive").
    """
    front, workspace = team.front, team.workspace
    workspace.scopes = (workspace.scopes if front.bot_token else frozenset()) | scopes
    front.bot_token = token
    front.revoked.discard(token)
    team.post.open = True
    robot = workspace.people[workspace.bot_user_id]
    robot.joined, robot.deactivated = True, False


def leave(team: Team) -> None:
    """The bot is in no channel any more, its account is closed, and the app hears of nothing."""
    team.post.open = False
    bot = team.bot_user_id
    team.workspace.people[bot].deactivated = True
    for channel in team.workspace.channels.values():
        if channel.dm_of is None:
            channel.members.discard(bot)


def revoke(team: Team) -> list[str]:
    """Makes the bot's token good no more, and gives whose it was."""
    if not team.front.bot_token:
        return []
    team.front.revoked.add(team.front.bot_token)
    team.front.bot_token = ""
    return [team.bot_user_id]


async def revoke_bot_token(team: Team) -> Ack:
    """Raises Impossible where the workspace has no token of its own."""
    require_own(team)
    event = payloads.tokens_revoked(revoke(team), [])
    leave(team)
    return await say_goodbye(team, event)


async def uninstall(team: Team, tokens_first: bool) -> list[Ack]:
    """Raises Impossible where the workspace has no token of its own."""
    require_own(team)
    revoked = payloads.tokens_revoked(revoke(team), list(team.authorised))
    team.front.revoked |= set(team.authorised.values())
    team.authorised.clear()
    leave(team)
    events = [revoked, UNINSTALLED] if tokens_first else [UNINSTALLED, revoked]
    return [await say_goodbye(team, event) for event in events]


def take_itself_out(team: Team, organisation: Organisation | None) -> Json:
    """What apps.uninstall gives; the app hears of it as when people remove it. Raises Refusal."""
    place = organisation or team
    if not place.bot_token:
        raise Refusal("account_inactive")
    team.run(place.uninstall())
    return {}


async def say_goodbye(team: Team, event: Json, *, of_organisation: bool = False) -> Ack:
    """An event that goes out though the app is gone."""
    return await team.post.event(payloads.parting(team.workspace, event, of_organisation=of_organisation), parting=True)


def require_own(team: Team) -> None:
    if not (team.bot_token or team.authorised):
        raise Impossible(f"the app is not installed in {team.workspace.name}")
    if team.workspace.organisation is not None:
        raise Impossible(f"the app is in {team.workspace.name} by its organisation: take it away there")
