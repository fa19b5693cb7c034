"""A stage for the page's script alone: it is shown the state a test writes, and what it asks for is written down."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.page.routes import STATIC
from sandbox.page.shell import SECURE
from sandbox.page.words import words
from tests.page.gallery import Json, new_state

PATIENCE_SECONDS = 10
TRAVELLED = {"ok": True, "from": "2026-04-28T07:00:00Z", "to": "2026-04-29T07:00:00Z"}
TEMPLATES = STATIC.with_name("templates")


@dataclass
class Stage:
    """`answers`: by path, what is answered; a function of what was posted, or a value."""

    url: str = ""
    state: Json = field(default_factory=new_state)
    posted: list[tuple[str, Json]] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=lambda: {"/travel": TRAVELLED})
    loop: asyncio.AbstractEventLoop | None = None
    bells: list[asyncio.Event] = field(default_factory=list)
    closing: bool = False

    @property
    def gestures(self) -> list[Json]:
        """What the person who is played did, less what follows from merely looking."""
        return [body for path, body in self.posted if path == "/gesture" and body["kind"] not in ("see", "open_home")]

    def change(self, **more: Any) -> None:
        """Change the state, and let the page know."""
        self.state = self.state | more
        self.ring()

    def ring(self) -> None:
        assert self.loop is not None
        for bell in self.bells:
            self.loop.call_soon_threadsafe(bell.set)

    def asked(self, query: Any) -> Json:
        """The state as the person and place asked for have it: the same for all but in their names."""
        wanted = {name: query[name] for name in ("person", "place") if name in query}
        return self.state | wanted | ({"messages": []} if wanted.get("place") in ("home", "timeline") else {})


@contextmanager
def staged() -> Iterator[Stage]:
    stage = Stage()
    server = uvicorn.Server(uvicorn.Config(_app(stage), host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    listening = threading.Event()

    async def serve() -> None:
        stage.loop = asyncio.get_running_loop()
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        stage.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        listening.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert listening.wait(PATIENCE_SECONDS)
    try:
        yield stage
    finally:
        stage.closing = server.should_exit = True
        stage.ring()
        thread.join(PATIENCE_SECONDS)


def _app(stage: Stage) -> Starlette:
    async def show(request: Request) -> Response:
        return HTMLResponse(_rendered(stage, request.query_params), headers=SECURE)

    async def state(request: Request) -> Response:
        return JSONResponse(stage.asked(request.query_params))

    async def give(request: Request) -> Response:
        found = stage.answers.get(request.url.path, {"entries": []})
        return JSONResponse(found(request.query_params) if callable(found) else found)

    async def take(request: Request) -> Response:
        assert request.headers["x-sandbox"] == "1"
        body: Json = await request.json()
        stage.posted.append((request.url.path, body))
        answer: Json | Callable[[Json], Json] = stage.answers.get(request.url.path, {"ok": True})
        return JSONResponse(answer(body) if callable(answer) else answer)

    async def events(_request: Request) -> Response:
        return StreamingResponse(_ringing(stage), media_type="text/event-stream")

    return Starlette(
        routes=[
            Route("/", show),
            Route("/state", state),
            Route("/events", events),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/{rest:path}", give, methods=["GET"]),
            Route("/{rest:path}", take, methods=["POST"]),
        ]
    )


async def _ringing(stage: Stage) -> AsyncIterator[bytes]:
    bell = asyncio.Event()
    stage.bells.append(bell)
    yield b": here\n\n"
    while not stage.closing:
        await bell.wait()
        bell.clear()
        yield b"event: changed\ndata: {}\n\n"
    stage.bells.remove(bell)


def _rendered(stage: Stage, query: Any) -> str:
    """The page's own template, without the workspace behind it."""
    lang = "en" if query.get("lang") == "en" else "fr"
    state, labels = stage.asked(query), words(lang)
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("page.html").render(
        lang=lang,
        other="fr" if lang == "en" else "en",
        t=labels,
        name="Lucioles",
        app="Parcours",
        state=state,
        moment=state["clock"]["iso"],
        state_json=_embedded(state),
        words_json=_embedded(labels),
    )


def _embedded(content: Any) -> Markup:
    return Markup(orjson.dumps(content).decode().replace("<", "\\u003c"))
