"""An organisation of Slack's Enterprise plan: several workspaces, and one token for all those that its admins chose.

Source: docs.slack.dev/enterprise/organization-ready-apps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox import payloads
from sandbox.delivery import Ack
from sandbox.identity import Enterprise
from sandbox.installing import UNINSTALLED, install, leave, revoke, say_goodbye
from sandbox.refusal import Refusal
from sandbox.surface import Impossible, Json
from sandbox.team import Team
from sandbox.webapi import Front
from sandbox.workspace import Upload

NEED_TEAM = frozenset({"bots.info", "conversations.list", "users.conversations", "users.list"})
"""Methods that must be told which workspace is meant, of those we answer ("required if token belongs to org-wide app")."""
NAMING = ("channel", "channel_id", "user", "users", "user_id", "trigger_id", "view_id", "email")
"""Arguments by which a workspace of an organisation is recognised, since ids are one workspace's alone here."""


class Organisation:
    """`bot_token`: the app's, "" while it is not installed for all of it."""

    def __init__(self, enterprise: Enterprise) -> None:
        self.enterprise = enterprise
        self.bot_user_id = f"W{enterprise.id[1:]}"
        self.bot_token = ""
        self.teams: list[Team] = []
        self.granted: set[str] = set()
        """Ids of the workspaces that the app was added to."""
        self.authorised: dict[str, str] = {}
        """The tokens of people who gave the app scopes of their own, by user id."""
        self._scopes: frozenset[str] = frozenset()
        self._uploads: dict[str, Upload] = {}

    @property
    def name(self) -> str:
        return self.enterprise.name

    @property
    def installed(self) -> bool:
        return self.enterprise.app_installed

    def take_in(self, team: Team) -> None:
        """One more workspace; files are the organisation's, as on Slack."""
        team.workspace.uploads = self._uploads
        self.teams.append(team)
        if self.installed:
            self._settle(team)

    def install(self, token: str, scopes: frozenset[str]) -> None:
        """For the whole organisation, in none of its workspaces yet: `add_to` does that."""
        self.bot_token = token
        self.enterprise.app_installed = True
        self._scopes = scopes
        for team in self.teams:
            self._settle(team)

    async def add_to(self, *teams: Team) -> Ack:
        """The admins add the app to these workspaces: it hears `team_access_granted`.

        Source: docs.slack.dev/reference/events/team_access_granted.
        """
        for team in teams:
            self.require(team)
            self.granted.add(team.team_id)
            install(team, self.bot_token, self._scopes)
        return await self._tell("team_access_granted", teams)

    async def take_from(self, *teams: Team) -> Ack:
        """The admins take the app away from these workspaces: it hears `team_access_revoked`."""
        for team in teams:
            self.require(team)
            self.granted.discard(team.team_id)
            leave(team)
        return await self._tell("team_access_revoked", teams)

    async def uninstall(self, *, tokens_first: bool = True) -> list[Ack]:
        """Remove the app from the whole organisation. As `Team.uninstall`; the events name no workspace."""
        if not self.installed:
            raise Impossible(f"the app is not installed for {self.name}")
        revoked = payloads.tokens_revoked([self.bot_user_id], list(self.authorised))
        self.authorised.clear()
        for team in self.teams:
            revoke(team)
            leave(team)
        self.bot_token = ""
        self.granted.clear()
        self.enterprise.app_installed = False
        events = [revoked, UNINSTALLED] if tokens_first else [UNINSTALLED, revoked]
        return [await say_goodbye(self.teams[0], event, of_organisation=True) for event in events]

    def front_for(self, method: str, args: Json) -> Front:
        """The workspace that a call with the organisation's token is about. Raises Refusal.

        Source: docs.slack.dev/reference/methods/conversations.list (`team_id`, missing_argument, team_access_not_granted).
        """
        asked = args.get("team_id")
        if asked:
            found = next((team for team in self.teams if team.team_id == asked), None)
            if found is None or (self.installed and asked not in self.granted):
                raise Refusal("team_access_not_granted")
            return found.front
        if method in NEED_TEAM and self.installed:
            raise Refusal("missing_argument")
        reachable = [team for team in self.teams if team.team_id in self.granted] or self.teams
        ids = set(named_in(args))
        return next((team for team in reachable if knows(team, ids)), reachable[0]).front

    def require(self, team: Team) -> None:
        if not self.installed or team not in self.teams:
            raise Impossible(f"the app is not installed for the organisation of {team.workspace.name}")

    def _settle(self, team: Team) -> None:
        """The one bot of the organisation is known in each workspace, though not at work there yet."""
        workspace = team.workspace
        robot = workspace.people.pop(workspace.bot_user_id)
        robot.id = workspace.bot_user_id = self.bot_user_id
        workspace.people[robot.id] = robot
        team.front.bot_token = self.bot_token
        workspace.scopes = self._scopes

    async def _tell(self, kind: str, teams: tuple[Team, ...]) -> Ack:
        event: Json = {"type": kind, "team_ids": [team.team_id for team in teams]}
        wrapped = payloads.envelope(teams[0].workspace, event) | {"team_id": None}
        return await teams[0].post.event(wrapped, parting=True)


def named_in(args: Json) -> Iterator[str]:
    """Every id in the arguments."""
    for name in NAMING:
        value: Any = args.get(name)
        yield from value if isinstance(value, list) else str(value or "").split(",")


def knows(team: Team, ids: set[str]) -> bool:
    books = (team.workspace.people, team.workspace.channels, team.permits.triggers)
    if any(one in book for book in books for one in ids):
        return True
    shown = (view for person in team.people for view in (*person.modals, person.home) if view is not None)
    return any(view.id in ids for view in shown) or any(person.email in ids for person in team.people if person.email)
