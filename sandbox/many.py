"""Many workspaces at one address: the Slack that an app lives in once several cooperatives let it in.

async with ManyWorkspaces.serve(clock=clock) as slack:
    lucioles = slack.add_workspace("Les Lucioles", installed=True)    # a Team: what a test does with a Sandbox
    lea = lucioles.add_person("Léa", "Martin")                        # people, gestures, transcript, faults, limits…
    lucioles.bot_token, lucioles.team_id, lucioles.bot_user_id        # its own
    slack.api_url, slack.signing_secret, slack.app_token              # the app's, the same for all
    slack.deliver_over_http([first_url, second_url])                  # in turn; or one URL; Socket Mode otherwise

    back = await slack.consent(lucioles, lea, authorize_url)          # OAuth: where Slack sends the browser back to
    back = slack.deny(authorize_url)                                  # …?error=access_denied
    slack.client_id, slack.client_secret, slack.authorize_url
    await lucioles.uninstall(tokens_first=False)                      # tokens_revoked and app_uninstalled
    await lucioles.revoke_tokens()                                    # tokens_revoked alone

    union = slack.add_organisation("L'Union")                         # Enterprise: one token for all its workspaces
    alpes = slack.add_workspace("Alpes", enterprise_id=union.enterprise.id)
    await slack.consent(union, an_admin_of_alpes, authorize_url)      # is_enterprise_install, team null
    await union.add_to(alpes)                                         # team_access_granted; take_from, uninstall

    slack.faults.next("chat.postMessage", RateLimited(3))             # for whichever workspace comes first
    slack.rate_limited, slack.messages_a_minute                       # for all, and those to come; each Team has its own
        slack.keeps_all, slack.strict                                     # off, under load: see there
    slack.on_call(lambda team, call: …); slack.counts; await slack.until(lambda: …)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from sandbox.authorize_page import authorize_routes
from sandbox.faults import Faults
from sandbox.identity import Enterprise, Identity, numbered
from sandbox.installing import install, take_itself_out
from sandbox.limits import MESSAGES_A_MINUTE
from sandbox.line import ACK_SECONDS, Line, Lined
from sandbox.oauth import OAuth, Place, with_basic
from sandbox.organisation import Organisation
from sandbox.person import Person, user_name
from sandbox.refusal import Refusal
from sandbox.register import Register
from sandbox.server import Addresses, build_app, listening
from sandbox.surface import Impossible, Json
from sandbox.team import Site, Team
from sandbox.waiting import wait_until
from sandbox.webapi import Call, Front
from sandbox.webapi.front import arguments, token_of
from sandbox.workspace import DEFAULT_SCOPES, Clock, Workspace, scopes_of

Heard = Callable[[Team, Call], None]


class ManyWorkspaces(Lined):
    """Open one with `async with ManyWorkspaces.serve(clock=...) as slack`; the module's first lines show what it does."""

    app_token = "xapp-sandbox"
    signing_secret = "sandbox-signing-secret"
    client_id = "1000.sandbox"
    client_secret = "sandbox-client-secret"

    def __init__(self, clock: Clock, scopes: str, ack_seconds: float, base_url: str) -> None:
        self.clock = clock
        self.scopes = scopes
        self.base_url = base_url
        self.teams: dict[str, Team] = {}
        self.organisations: dict[str, Organisation] = {}
        self.faults = Faults()
        """What any workspace's next calls meet."""
        self.register = Register()
        self.oauth = OAuth(self.client_id, self.client_secret, lambda: clock().timestamp(), self.register.let_in)
        self.line = Line(Identity.app_id, lambda: clock().timestamp(), self.signing_secret, ack_seconds)
        self._listeners: list[Heard] = []
        self._rate_limited = False
        self._messages_a_minute: float = MESSAGES_A_MINUTE
        self._keeps_all = self._strict = True
        self.lobby = self._new_team(Workspace(clock, scopes, "", numbered(0, "lobby")))
        """Who answers calls without a token that is known; its transcript is theirs, oauth.v2.access among them."""
        self.lobby.front.open_methods["oauth.v2.access"] = self.oauth.exchange

    @classmethod
    @asynccontextmanager
    async def serve(
        cls,
        *,
        clock: Clock,
        port: int = 0,
        scopes: str = DEFAULT_SCOPES,
        ack_seconds: float = ACK_SECONDS,
        routes: Sequence[BaseRoute] = (),
    ) -> AsyncIterator[ManyWorkspaces]:
        """Listen on 127.0.0.1 (port 0: any free one) in the running event loop, until the block ends.

        `scopes`: those of workspaces that are added with the app installed.
        """
        made: list[ManyWorkspaces] = []

        def app(base_url: str) -> Starlette:
            slack = cls(clock, scopes, ack_seconds, base_url)
            made.append(slack)
            at = Addresses(slack.answer, slack.front_of, slack.hub, "/{team_id}")
            return build_app(at, [*authorize_routes(slack), *routes])

        async with listening(port, app):
            try:
                yield made[0]
            finally:
                await made[0]._close()

    @property
    def api_url(self) -> str:
        """As each Team's: the token says which of them a call is about."""
        return self.lobby.api_url

    @property
    def authorize_url(self) -> str:
        """Where an app sends people, with `client_id`, `scope`, `state` and `redirect_uri`."""
        return f"{self.base_url}/oauth/v2/authorize"

    def add_workspace(
        self,
        name: str,
        *,
        team_id: str = "",
        enterprise_id: str | None = None,
        installed: bool = False,
    ) -> Team:
        """One more workspace; `installed`: the app is in it, with a token. `enterprise_id`: its organisation's.

        In an organisation that the app is installed for, `installed` means that its admins added the app to this one too.
        """
        within = self.organisation(enterprise_id) if enterprise_id else None
        identity = numbered(
            len(self.teams) + 1, user_name(name, "").replace(".", "-"), team_id, within.enterprise if within else None
        )
        if identity.team_id in self.teams:
            raise ValueError(f"there is a workspace {identity.team_id} already")
        team = self.teams[identity.team_id] = self._new_team(Workspace(self.clock, self.scopes, name, identity))
        if within is not None:
            within.take_in(team)
        if installed and within is not None and within.installed:
            within.granted.add(team.team_id)
            install(team, within.bot_token, team.workspace.scopes)
        elif installed:
            install(team, self.register.token_for(team), scopes_of(self.scopes))
        return team

    def add_organisation(self, name: str, *, enterprise_id: str = "") -> Organisation:
        number = len(self.organisations) + 1
        domain = user_name(name, "").replace(".", "-")
        made = Organisation(Enterprise(enterprise_id or f"E{number:010X}", name, domain))
        self.organisations[made.enterprise.id] = made
        return made

    def organisation(self, enterprise_id: str) -> Organisation:
        """The one of this id, made when it is first named."""
        return self.organisations.get(enterprise_id) or self.add_organisation(
            enterprise_id, enterprise_id=enterprise_id
        )

    async def consent(self, place: Place, person: Person, authorize_url: str) -> str:
        """The person agrees to what the app asks for: where the browser is sent back to, with `code` and `state`.

        Raises Refusal with the word Slack's page would show, and Impossible when this person cannot agree there: they need
        an account, and for an organisation to be one of its admins.
        """
        asked = self.oauth.read(authorize_url)
        teams = [place] if isinstance(place, Team) else place.teams
        home = next((team for team in teams if person.hands is team.hands), None)
        if home is None:
            raise Impossible(f"{person.name} is of another workspace")
        home.hands.require_account(person)
        if isinstance(place, Organisation) and not (person.is_admin or person.is_owner):
            raise Impossible(f"{person.name} is no admin of {place.name}")
        if isinstance(place, Team) and (place.workspace.organisation or asked.team not in ("", place.team_id)):
            raise Impossible("the app is here by the organisation, or wants another workspace")
        return self.oauth.allow(asked, place, person)

    def deny(self, authorize_url: str) -> str:
        """The person does not agree: where the browser is sent back to, with `error=access_denied` and `state`."""
        return self.oauth.read(authorize_url).back_with(error="access_denied")

    @property
    def rate_limited(self) -> bool:
        """Whether Slack's limits hold, here and in workspaces to come."""
        return self._rate_limited

    @rate_limited.setter
    def rate_limited(self, on: bool) -> None:
        self._rate_limited = on
        for team in self.teams.values():
            team.rate_limited = on

    @property
    def messages_a_minute(self) -> float:
        """How many messages one workspace takes a minute, over all its channels (see sandbox/limits.py)."""
        return self._messages_a_minute

    @messages_a_minute.setter
    def messages_a_minute(self, number: float) -> None:
        self._messages_a_minute = number
        for team in self.teams.values():
            team.front.limits.messages_a_minute = number

    @property
    def keeps_all(self) -> bool:
        """Whether transcripts and deliveries are kept, here and in workspaces to come."""
        return self._keeps_all

    @keeps_all.setter
    def keeps_all(self, on: bool) -> None:
        self._keeps_all = on
        for team in (self.lobby, *self.teams.values()):
            team.keeps_all = on

    @property
    def strict(self) -> bool:
        """Whether Block Kit is checked, here and in workspaces to come. It is most of what a message costs under load."""
        return self._strict

    @strict.setter
    def strict(self, on: bool) -> None:
        self._strict = on
        for team in self.teams.values():
            team.workspace.strict = on

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        """How many calls the app made in all, by method and error ("" for none)."""
        return sum((team.counts for team in self.teams.values()), Counter(self.lobby.counts))

    def on_call(self, listener: Heard) -> Callable[[], None]:
        """Hear of each call as it is answered, with its workspace. Gives the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def until(self, happened: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait until this is true, looked at after each call of the app, wherever. Raises TimeoutError."""
        await wait_until(happened, lambda hear: self.on_call(lambda _team, _call: hear()), seconds)

    async def settled(self) -> None:
        """Wait for the events that the app's own calls caused."""
        for team in self.teams.values():
            await team.settled()

    async def answer(self, request: Request) -> Response:
        """One call of the app: the token says which workspace it is about."""
        name, args, token = request.path_params["method"], await arguments(request), token_of(request)
        try:
            front = self._front_for(name, args, token)
        except Refusal as refusal:
            return self.lobby.front.refuse(name, args, refusal)
        if front is self.lobby.front:
            args = with_basic(args, request.headers.get("authorization", ""))
        return front.reply(name, args, token)

    def front_of(self, request: Request) -> Front | None:
        team = self.teams.get(request.path_params["team_id"])
        return None if team is None else team.front

    def _front_for(self, name: str, args: Json, token: str) -> Front:
        place = self.register.place_of(token)
        if name == "oauth.v2.access" or place is None:
            return self.lobby.front
        return place.front if isinstance(place, Team) else place.front_for(name, args)

    def _new_team(self, workspace: Workspace) -> Team:
        address = f"{self.base_url}/{workspace.team_id}"
        team = Team(workspace, Site(address, self.line, self.app_token, self.base_url), "")
        team.front.mishaps = self.faults
        team.front.open_methods["apps.uninstall"] = partial(self._taken_out, team)
        team.front.limits.messages_a_minute = self._messages_a_minute
        team.rate_limited = self._rate_limited
        team.keeps_all, workspace.strict = self._keeps_all, self._strict
        team.front.listeners.append(partial(self._heard, team))
        return team

    def _taken_out(self, team: Team, args: Json) -> Json:
        """apps.uninstall: the app takes itself out. Raises Refusal."""
        self.oauth.require_app(args)
        of = team.workspace.organisation
        return take_itself_out(team, None if of is None else self.organisations[of.id])

    def _heard(self, team: Team, call: Call) -> None:
        for listener in tuple(self._listeners):
            listener(team, call)

    async def _close(self) -> None:
        for team in self.teams.values():
            await team._finish_errands()
        await self._hang_up()
