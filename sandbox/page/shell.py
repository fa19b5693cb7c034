"""The HTML of the page: its landmarks and labels, and what the chosen person sees, as JSON for the script."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.page import shown
from sandbox.page.desk import Desk, Wrong
from sandbox.page.words import LANGUAGES, words
from sandbox.surface import Json

TEMPLATES = Path(__file__).with_name("templates")
FIRST_VIEW_BYTES = 30_000
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
        loader = FileSystemLoader(TEMPLATES)
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    async def show(self, request: Request) -> Response:
        """`?person=…&place=…&lang=…`. Somebody who is not here leads back to the first person."""
        query, desk = request.query_params, self.desk
        place = query.get("place") or shown.DM
        try:
            state = await desk.state(desk.person(query.get("person")), place)
        except Wrong:
            if not query.get("person"):
                return self._page(query.get("lang"), None)
            return RedirectResponse("/", 303)
        _lighten(state)
        return self._page(query.get("lang"), state)

    def _page(self, language: str | None, state: Json | None) -> Response:
        lang = language if language in LANGUAGES else self.desk.locale
        labels = words(lang)
        context: dict[str, Any] = {
            "lang": lang,
            "other": next(one for one in LANGUAGES if one != lang),
            "t": labels,
            "name": self.desk.slack.workspace.name,
            "app": self.desk.offers.app_name,
            "state": state,
            "moment": _written(state["clock"]["iso"], lang) if state else "",
            "state_json": _embedded(state),
            "words_json": _embedded(labels),
        }
        return HTMLResponse(self._templates.get_template("page.html").render(context), headers=SECURE)


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


_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_DAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


def _written(iso: str, lang: str) -> str:
    """The moment in words; no machine here need have the locale."""
    at = datetime.fromisoformat(iso)
    day, month = _DAYS[lang].split()[at.weekday()], _MONTHS[lang].split()[at.month - 1]
    return f"{day} {at.day} {month} {at.year}, {at:%H:%M}"
