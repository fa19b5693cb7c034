"""The pages on the web: whoever has a letter's link has its page. Looking changes nothing: programs follow links too."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.bodies import whole_body, without_nul
from bot.clock import Clock
from bot.conductor import Conductor
from bot.desk import Desk
from bot.letterbox import gestures
from bot.letterbox.addresses import withdraw
from bot.letterbox.links import PATH, STOP, Visitor, visitor, workspace_of
from bot.letterbox.questions import NotTaken
from bot.letterbox.view import Filled, Look, notice
from bot.mishaps import Count, uncounted, write_down
from bot.speech import Speaker
from bot.webpages import HEADERS, html, spoken
from flows.core.people import Pace
from messages import Messages
from storage import Store
from storage.transaction import Transaction

T = TypeVar("T")
Answer = Callable[[Request], Awaitable[Response]]
Lost = Callable[[Request, Exception], Awaitable[Response]]

LARGEST_BODY = 500_000
"""Bytes: every field of a form as long as it may be, each character at its longest, several times over."""
MOST_FIELDS = 50
PACES: Mapping[str, Pace] = {"all": "all", "less": "less"}
OURS = ("gesture", "conversation", "skip", "choice")
"""The fields that say what is done; the others hold what somebody wrote."""


class Gone(Exception):
    """This link was not made here, or the address it was sent to is nobody's any more: all such links are answered alike."""


class TooLong(Exception):
    """More was sent than any page asks for."""


@dataclass(frozen=True)
class Pages:
    """Serves the pages from what is remembered."""

    store: Store
    desk: Desk
    speaker: Speaker
    clock: Clock
    count: Count = uncounted

    def routes(self) -> list[Route]:
        methods = ["GET", "POST"]
        return [
            Route(f"{PATH}/{{token}}", self._kindly(self._page), methods=methods),
            Route(f"{PATH}/{{token}}/{STOP}", self._kindly(self._stop), methods=methods),
        ]

    # -- what is asked of us

    async def _page(self, request: Request) -> Response:
        if request.method != "POST":
            said = request.query_params.get("said", "")
            return html(await self._look(request, lambda look: look.page(said)))
        given = await _filled_in(request)
        try:
            return await self._gesture(request, given)
        except NotTaken as fault:
            filled = Filled(given, fault)
            return html(await self._look(request, lambda look: look.page(filled=filled)), 422)

    async def _gesture(self, request: Request, given: Mapping[str, str]) -> Response:
        words = {name: value for name, value in given.items() if name not in OURS}
        conversation, choice = given.get("conversation", ""), given.get("choice", "")
        if given.get("gesture") == "answer" and "skip" in given:
            await self._do(request, lambda it, me: gestures.skip(it, me.member, conversation, given["skip"], words))
            return _done("skipped")
        if given.get("gesture") == "answer":
            await self._do(request, lambda it, me: gestures.answer(it, me.member, conversation, words))
            return _done("answered")
        if choice == "erase":
            return await self._stop(request)
        if (pace := PACES.get(choice)) is not None:
            await self._do(request, lambda it, me: gestures.keep_in_touch(it, me.member, pace))
            return _done(f"kept_{pace}")
        return _done("")

    async def _stop(self, request: Request) -> Response:
        """RFC 8058: a mail program says it with one POST, and its body says nothing more."""
        if request.method != "POST":
            return html(await self._look(request, lambda look: look.stop(request.path_params["token"])))

        def take(conductor: Conductor, me: Visitor) -> str:
            said = Look(self.speaker.scene(conductor.tx, conductor.now), me).stopped()
            withdraw(conductor, me.member)
            return said

        return html(await self._do(request, take))

    # -- whoever asks

    async def _look(self, request: Request, show: Callable[[Look], str]) -> str:
        """Raises Gone."""
        token, now = request.path_params["token"], self.clock()

        def unit(tx: Transaction) -> str | None:
            found = _visitor(tx, token)
            return show(Look(self.speaker.scene(found[0], now), found[1])) if found is not None else None

        shown = await self.store.read(unit)
        if shown is None:
            raise Gone
        return shown

    async def _do(self, request: Request, take: Callable[[Conductor, Visitor], T]) -> T:
        """Raises Gone, and what `take` raises: all it did is undone then."""
        token = request.path_params["token"]
        workspace = await self.store.read(lambda tx: workspace_of(tx, token))
        if workspace is None:
            raise Gone

        def unit(conductor: Conductor) -> T:
            me = visitor(conductor.tx, token)
            if me is None:
                raise Gone
            return take(conductor, me)

        return await self.desk.do(workspace, unit)

    def _kindly(self, answer: Answer) -> Answer:
        return partial(self._answered, answer)

    async def _answered(self, answer: Answer, request: Request) -> Response:
        """Whatever happens, in words, and with what was written."""
        say = partial(notice, self.speaker.messages, spoken(request))
        try:
            return await answer(request)
        except Gone:
            return html(say("gone"), 404)
        except TooLong:
            return html(say("too_long"), 413)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as trouble:  # written down, and told: it hides nothing
            given = getattr(request.state, "given", {})
            return html(say("trouble", given, write_down(trouble, self.count)), 503)


def _visitor(tx: Transaction, token: str) -> tuple[Transaction, Visitor] | None:
    workspace = workspace_of(tx, token)
    within = tx.within(workspace) if workspace is not None else tx
    found = visitor(within, token) if workspace is not None else None
    return (within, found) if found is not None else None


async def _filled_in(request: Request) -> dict[str, str]:
    """What was sent, by field; kept by the request, so that no failure loses it. Raises TooLong."""
    body = await whole_body(request.receive, LARGEST_BODY)
    if body is None:
        raise TooLong
    try:
        given: dict[str, str] = without_nul(
            dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
        )
    except ValueError:
        given = {}
    request.state.given = given
    return given


def lost(messages: Messages) -> Mapping[Any, Lost]:
    """What whoever is led nowhere is told, by what Starlette raises. All the addresses of letters are answered as a link that
    opens nothing: whether there is such a page is said to nobody."""

    async def told(request: Request, nowhere: Exception) -> Response:
        assert isinstance(nowhere, HTTPException)
        if (there := _without_its_slash(request)) is not None:
            return there
        name = "gone" if request.url.path.startswith(PATH) else "nowhere"
        answer = html(notice(messages, spoken(request), name), nowhere.status_code)
        answer.headers.update(nowhere.headers or {})
        return answer

    return {404: told, 405: told}


def _without_its_slash(request: Request) -> Response | None:
    """Whoever added a slash to an address is led to it, by TLS if they came by it: it may be worth a password."""
    page = request.url.path.removesuffix("/").rpartition("/")[2]
    is_added = request.url.path.endswith(f"{page}/") and page != ""
    return RedirectResponse(f"../{page}", 307, HEADERS) if is_added else None


def _done(said: str) -> Response:
    # Shown again by GET: a page that is reloaded sends nothing twice. Relative, so that a proxy may put it anywhere.
    return RedirectResponse(f"?said={said}" if said else "?", 303, HEADERS)
