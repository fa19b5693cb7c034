"""The page on which a person lets the app in, as plain as can be."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.refusal import Refusal
from sandbox.surface import Impossible

if TYPE_CHECKING:
    from sandbox.many import ManyWorkspaces

SHOWN = 100
HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}


def authorize_routes(slack: ManyWorkspaces) -> Sequence[BaseRoute]:
    async def page(request: Request) -> Response:
        try:
            asked = slack.oauth.read(str(request.url))
        except Refusal as refusal:
            return problem(refusal.error)
        people = [
            f'<option value="{escape(f"{team.team_id} {person.id}")}">{escape(f"{team.workspace.name}: {person.real_name}")}'
            for team in slack.teams.values()
            if asked.team in ("", team.team_id)
            for person in team.people[:SHOWN]
        ]
        return HTMLResponse(form("".join(people[:SHOWN]), escape(", ".join(sorted(asked.scopes)))), headers=HEADERS)

    async def decide(request: Request) -> Response:
        said = dict(parse_qsl((await request.body()).decode()))
        try:
            if said.get("decision") != "allow":
                return RedirectResponse(slack.deny(str(request.url)), 302)
            team_id, _, person_id = said.get("who", "").partition(" ")
            team = slack.teams[team_id]
            return RedirectResponse(await slack.consent(team, team.workspace.people[person_id], str(request.url)), 302)
        except Refusal as refusal:
            return problem(refusal.error)
        except (Impossible, KeyError) as impossible:
            return problem(str(impossible))

    return [Route("/oauth/v2/authorize", page), Route("/oauth/v2/authorize", decide, methods=["POST"])]


def form(people: str, scopes: str) -> str:
    """Posts to the page's own address, with what the app asked for still in it."""
    return f"""<!doctype html><meta charset="utf-8"><title>Slack</title>
<p>Scopes: {scopes}</p>
<form method="post"><label>Who <select name="who">{people}</select></label>
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Cancel</button></form>"""


def problem(word: str) -> Response:
    return HTMLResponse(f"<!doctype html><title>Slack</title><p>{escape(word)}</p>", 400, headers=HEADERS)
