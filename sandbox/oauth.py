"""How an app is let in: what a person agrees to, the code they come back with, the token it is exchanged for.

Source: docs.slack.dev/authentication/installing-with-oauth and docs.slack.dev/reference/methods/oauth.v2.access.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox.organisation import Organisation
from sandbox.person import Person
from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.team import Team
from sandbox.workspace import scopes_of

CODE_SECONDS = 600
"""Codes "may only be exchanged once and expire 10 minutes after issuance"."""
Place = Team | Organisation


@dataclass(frozen=True)
class Asked:
    """What the app asks for in the address it sends a person to. `team`: the workspace it wants, "" for any."""

    scopes: frozenset[str]
    user_scopes: frozenset[str]
    state: str
    redirect_uri: str
    back_to: str
    team: str

    def back_with(self, **said: str) -> str:
        """The address that the person is sent back to."""
        said |= {"state": self.state}
        return f"{self.back_to}{'&' if '?' in self.back_to else '?'}{urlencode(said)}"


@dataclass
class Code:
    asked: Asked
    place: Place
    person: Person
    expires: float
    used: bool = False


@dataclass
class OAuth:
    """`redirect_urls`: those of the app's settings, empty for any. `let_in` installs the app and gives its token."""

    client_id: str
    client_secret: str
    seconds: Callable[[], float]
    let_in: Callable[[Place, Person, Asked], Json]
    redirect_urls: list[str] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)

    def read(self, authorize_url: str) -> Asked:
        """What the address asks for. Raises Refusal with the word that Slack's page shows."""
        given = dict(parse_qsl(urlsplit(authorize_url).query))
        if given.get("client_id") != self.client_id:
            raise Refusal("invalid_client_id")
        redirect_uri = given.get("redirect_uri", "")
        back_to = redirect_uri or next(iter(self.redirect_urls), "")
        if not back_to or (self.redirect_urls and not any(back_to.startswith(url) for url in self.redirect_urls)):
            raise Refusal("bad_redirect_uri")
        scopes, user_scopes = scopes_of(given.get("scope", "")), scopes_of(given.get("user_scope", ""))
        if not scopes | user_scopes:
            raise Refusal("no_scopes")
        return Asked(scopes, user_scopes, given.get("state", ""), redirect_uri, back_to, given.get("team", ""))

    def allow(self, asked: Asked, place: Place, person: Person) -> str:
        """The address that the person is sent back to, with a code."""
        code = f"{len(self.codes) + 1}.sandbox"
        self.codes[code] = Code(asked, place, person, self.seconds() + CODE_SECONDS)
        return asked.back_with(code=code)

    def require_app(self, args: Json) -> None:
        """Raises Refusal when it is not the app that calls."""
        if args.get("client_id") != self.client_id:
            raise Refusal("invalid_client_id")
        if not compare_digest(str(args.get("client_secret") or ""), self.client_secret):
            raise Refusal("bad_client_secret")

    def exchange(self, args: Json) -> Json:
        """oauth.v2.access. Raises Refusal."""
        self.require_app(args)
        if args.get("grant_type") not in (None, "", "authorization_code"):
            raise Refusal("invalid_grant_type")
        code = self.codes.get(str(args.get("code")))
        if code is None or self.seconds() > code.expires:
            raise Refusal("invalid_code")
        if code.used:
            raise Refusal("code_already_used")
        if str(args.get("redirect_uri") or "") != code.asked.redirect_uri:
            raise Refusal("bad_redirect_uri")
        code.used = True
        return self.let_in(code.place, code.person, code.asked)


def with_basic(args: Json, authorization: str) -> Json:
    """The arguments, with the client's id and secret where they came by HTTP Basic authentication."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        return args
    try:
        client_id, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return args
    return {**args, "client_id": client_id, "client_secret": secret}


def answered(place: Place, person: Person, asked: Asked, token: str, user_token: str) -> Json:
    """What oauth.v2.access gives. With scopes of the person alone there is no bot, and no token of one."""
    if isinstance(place, Team):
        workspace = place.workspace
        team: Json | None = {"id": workspace.team_id, "name": workspace.name}
        enterprise, granted = workspace.enterprise, workspace.scopes
    else:
        team, enterprise, granted = None, place.enterprise, asked.scopes
        workspace = place.teams[0].workspace
    bot: Json = {"access_token": token, "token_type": "bot", "scope": listed(granted), "bot_user_id": place.bot_user_id}
    user: Json = {"scope": listed(asked.user_scopes), "access_token": user_token, "token_type": "user"}
    return {
        **(bot if asked.scopes else {}),
        "app_id": workspace.app_id,
        "team": team,
        "enterprise": {"id": enterprise.id, "name": enterprise.name} if enterprise else None,
        "authed_user": {"id": person.id, **(user if asked.user_scopes else {})},
        "is_enterprise_install": team is None,
    }


def listed(scopes: frozenset[str]) -> str:
    return ",".join(sorted(scopes))
