"""The addresses of the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sandbox.journal import Entry, Journal
from sandbox.page import shown
from sandbox.page.backstage import Backstage, Offers
from sandbox.page.desk import Desk, Wrong
from sandbox.page.gestures import perform
from sandbox.page.mishaps import Mishaps
from sandbox.page.newcomers import Newcomers
from sandbox.page.packed import packed_files
from sandbox.page.shell import SECURE, Shell
from sandbox.page.travel import Traveller
from sandbox.surface import Json

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

STATIC = Path(__file__).with_name("static")
LONGEST_BODY = 1_000_000
MOST_ENTRIES = 500
LONGEST_NUMBER = 12
"""Digits: Python reads no number of thousands of them."""
Endpoint = Callable[[Request], Awaitable[Response]]


def page_routes(
    slack: Sandbox,
    backstage: Backstage,
    *,
    locale: str,
    offers: Offers,
    journal: Journal,
    on_change: Callable[[], None] = lambda: None,
) -> list[BaseRoute]:
    """To be given to `Sandbox.serve(routes=…)`. `offers`: what the app's manifest declares; `locale`: fr or en; `on_change`
    is called at each change of what anybody sees."""
    desk = Desk(slack, backstage, journal, offers, locale, on_change)
    shell, traveller, mishaps, newcomers = Shell(desk), Traveller(desk), Mishaps(desk), Newcomers(desk)

    async def travel(asked: Json, _request: Request) -> Json:
        return await traveller.go(str(asked.get("to")))

    async def stop(_asked: Json, _request: Request) -> Json:
        traveller.stop()
        return {}

    return [
        Route("/", shell.show),
        Route("/state", _reader(desk, _state)),
        Route("/timeline", _reader(desk, _timeline)),
        Route("/calls", _reader(desk, _calls)),
        Route("/letters", _reader(desk, _letters)),
        Route("/events", _events(desk)),
        Route("/faults", _faults(mishaps)),
        _deed("/gesture", lambda asked, _request: perform(desk, asked)),
        _deed("/travel", travel),
        _deed("/travel/stop", stop),
        _deed("/fault", lambda asked, _request: mishaps.cause(asked)),
        _deed("/people", lambda asked, _request: newcomers.add(asked)),
        _deed("/people/{id}/join", lambda _asked, request: newcomers.join(request.path_params["id"])),
        _deed("/people/{id}/deactivate", lambda _asked, request: newcomers.deactivate(request.path_params["id"])),
        packed_files(STATIC, "/static", SECURE),
    ]


def as_json(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, SECURE, "application/json; charset=utf-8")


def _deed(path: str, do: Callable[[Json, Request], Awaitable[Json]]) -> Route:
    """An address one posts JSON to. The header keeps out forms of other pages; it cannot be sent without our consent."""

    async def answer(request: Request) -> Response:
        if request.headers.get("x-sandbox") != "1":
            return as_json({"ok": False, "error": "forbidden", "text": "only this page may ask for this"}, 403)
        try:
            return as_json({"ok": True, **await do(await _body(request), request)})
        except Wrong as wrong:
            return as_json({"ok": False, "error": wrong.kind, "text": wrong.text, **wrong.beside})

    return Route(path, answer, methods=["POST"])


async def _body(request: Request) -> Json:
    """Raises Wrong."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LONGEST_BODY:
            raise Wrong("too_long", "that is too much at once")
    try:
        given = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError as unreadable:
        raise Wrong("unreadable", "that is no JSON") from unreadable
    if not isinstance(given, dict):
        raise Wrong("unreadable", "that is no JSON object")
    return given


def _reader(desk: Desk, read: Callable[[Desk, Any], Awaitable[Response]]) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await read(desk, request.query_params)
        except Wrong as wrong:
            return as_json({"ok": False, "error": wrong.kind, "text": wrong.text}, 404)

    return answer


async def _state(desk: Desk, query: Any) -> Response:
    limit = _number(query.get("limit"), shown.MOST_MESSAGES)
    return as_json(await desk.state(desk.person(query.get("person")), query.get("place") or shown.DM, limit))


async def _timeline(desk: Desk, query: Any) -> Response:
    newest = desk.journal.said.last + 1
    return _entries(desk.journal.said.before(_number(query.get("before"), newest), _limit(query)))


async def _calls(desk: Desk, query: Any) -> Response:
    words = str(query.get("filter") or "").lower().encode().split()
    entries = desk.journal.exchanges.since(_number(query.get("since"), 0), _limit(query), words)
    return _entries(entries)


async def _letters(desk: Desk, query: Any) -> Response:
    """The newest first."""
    return as_json({"letters": desk.slack.workspace.letters[: -_limit(query) - 1 : -1]})


def _faults(mishaps: Mishaps) -> Endpoint:
    async def answer(_request: Request) -> Response:
        return as_json(mishaps.waiting())

    return answer


def _events(desk: Desk) -> Endpoint:
    async def answer(_request: Request) -> Response:
        return StreamingResponse(desk.pulse.stream(), headers=SECURE, media_type="text/event-stream")

    return answer


def _entries(entries: list[Entry]) -> Response:
    """The newest first."""
    raw = b'{"entries":[' + b",".join(entry.raw for entry in reversed(entries)) + b"]}"
    return Response(raw, 200, SECURE, "application/json; charset=utf-8")


def _limit(query: Any) -> int:
    return min(_number(query.get("limit"), 100), MOST_ENTRIES)


def _number(given: str | None, default: int) -> int:
    return int(given) if given and given.isdecimal() and len(given) <= LONGEST_NUMBER else default
