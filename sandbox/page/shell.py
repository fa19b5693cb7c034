"""The HTML of the page: its landmarks and labels, and what the chosen person sees, as JSON for the script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from sandbox.page import shown
from sandbox.page.desk import Desk, Wrong
from sandbox.page.words import LANGUAGES, moment, words
from sandbox.surface import Json

HERE = Path(__file__).parent
FIRST_VIEW_BYTES = 20_000
"""What the messages of the first view may weigh as JSON; the script asks for the rest."""
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
SECURE = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Shell:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def show(self, request: Request) -> Response:
        """`?person=…&place=…&lang=…`. Somebody who is not here leads back to the first person."""
        query, desk = request.query_params, self.desk
        try:
            state = await desk.state(desk.person(query.get("person")), query.get("place") or shown.DM)
        except Wrong as wrong:
            return RedirectResponse("/", 303) if query.get("person") else PlainTextResponse(wrong.text, 404)
        _lighten(state)
        asked = query.get("lang")
        context = self._context(asked if asked in LANGUAGES else desk.locale, state)
        return HTMLResponse(self._templates.get_template("page.html").render(context), headers=SECURE)

    def _context(self, lang: str, state: Json) -> Json:
        """What the template may speak of: `t`, the labels; `state` as `/state` gives it; `…_json`, for scripts."""
        labels = words(lang)
        return {
            "lang": lang,
            "other": next(one for one in LANGUAGES if one != lang),
            "t": labels,
            "name": self.desk.slack.workspace.name,
            "app": self.desk.offers.app_name,
            "state": state,
            "moment": moment(state["clock"]["iso"], lang),
            "state_json": _embedded(state),
            "words_json": _embedded(labels),
        }


def _lighten(state: Json) -> None:
    """Leave the oldest messages out until the rest is light: the script asks for them."""
    room, kept = FIRST_VIEW_BYTES, 0
    for message in reversed(state["messages"]):
        room -= len(orjson.dumps(message))
        if room < 0 and kept:
            break
        kept += 1
    state["earlier"] += len(state["messages"]) - kept
    state["messages"] = state["messages"][len(state["messages"]) - kept :]


def _embedded(content: Any) -> Markup:
    """JSON that cannot end the element it stands in."""
    return Markup(orjson.dumps(content).decode().replace("<", "\\u003c"))
