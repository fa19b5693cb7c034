"""The three who answer the same clicks, each in a process of its own: our bot, bare Bolt, and a floor written by hand."""

import asyncio
import hashlib
import hmac
import queue
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from multiprocessing.connection import Connection as Pipe
from typing import Any

import orjson
import psycopg
import uvloop
from psycopg.types.json import set_json_dumps
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from yarl._quoters import UNQUOTER_PLUS

from benchmarks import databases
from benchmarks.answers.waiting import MORNING, Statement, Waiting, cooperative
from bot.doors import served
from bot.running import leave_alone_what_stays
from storage import scope
from storage.engines import PRAGMAS
from storage.writer import LARGEST_BATCH

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


def stamp_for(side: str) -> int:
    """When what is sent now is signed: our bot's clock stands still, Bolt's goes on."""
    return int(MORNING.timestamp() if side == "ours" else time.time())


def work(side: str, pipe: Pipe, waiting: Waiting, url: str) -> None:
    """Say that we are there, then on what port we serve, until something comes through the pipe."""
    pipe.send(None)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(side, pipe, waiting, url))


async def _serve(side: str, pipe: Pipe, waiting: Waiting, url: str) -> None:
    if side == "ours":
        async with cooperative(url) as (_bot, _slack, _people, port):
            await _until_told(pipe, port)
    else:
        app = bare_bolt(waiting) if side == "bare Bolt" else floor(waiting, url)
        async with served(app, "127.0.0.1", 0) as port:
            await _until_told(pipe, port)


async def _until_told(pipe: Pipe, port: int) -> None:
    leave_alone_what_stays()
    pipe.send(port)
    told = asyncio.Event()
    asyncio.get_running_loop().add_reader(pipe.fileno(), told.set)
    await told.wait()
    asyncio.get_running_loop().remove_reader(pipe.fileno())


def bolt_that_acknowledges(team: str, secret: str) -> AsyncApp:
    """Bolt with what makes it quickest: it verifies, and acknowledges."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team, bot_token="xoxb-", bot_id="B1", bot_user_id="U1")

    app = AsyncApp(signing_secret=secret, authorize=authorize, process_before_response=True)

    @app.action("answer.0")
    async def answered(ack: Any) -> None:
        await ack()

    return app


def bare_bolt(waiting: Waiting) -> Starlette:
    """The same, as its own documents set it up for Starlette."""
    handler = AsyncSlackRequestHandler(bolt_that_acknowledges(waiting.team, waiting.secret))

    async def slack_wrote(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", slack_wrote, methods=["POST"])])


def floor(waiting: Waiting, url: str) -> Asgi:
    """ASGI without a framework, the driver without a toolkit: what one answer says to the database, said again for each, and
    committed together."""
    writer = _Writer(waiting, url)
    secret = waiting.secret.encode()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = dict(scope["headers"])
        signed = b"v0:%b:%b" % (headers[b"x-slack-request-timestamp"], body)
        expected = "v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()
        status = 401
        if hmac.compare_digest(expected, headers[b"x-slack-signature"].decode()):
            said = orjson.loads(UNQUOTER_PLUS(body[8:].decode("ascii")))
            await writer.answer(said["actions"][0]["block_id"].split("|")[1], said["user"]["id"])
            status = 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    return app


class _Writer:
    """One thread, one connection, one transaction for all that waits."""

    def __init__(self, waiting: Waiting, url: str) -> None:
        self.jobs: queue.SimpleQueue[tuple[str, str, asyncio.Future[None]]] = queue.SimpleQueue()
        self.members = dict(zip(waiting.people, waiting.members, strict=True))
        self.statements = [parametrised(statement, waiting) for statement in waiting.statements]
        self.loop: asyncio.AbstractEventLoop | None = None
        self.connect = connect_to(url)
        self.begin = begin_for(url, waiting.team)
        threading.Thread(target=self._work, daemon=True).start()

    async def answer(self, conversation: str, person: str) -> None:
        self.loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = self.loop.create_future()
        self.jobs.put((conversation, person, future))
        await future

    def _work(self) -> None:
        connection = self.connect()
        while True:
            batch = [self.jobs.get()]
            while len(batch) < LARGEST_BATCH and not self.jobs.empty():
                batch.append(self.jobs.get())
            connection.execute(self.begin)
            for conversation, person, _ in batch:
                self._write(connection, (conversation, self.members[person], person))
            connection.execute("COMMIT")
            assert self.loop is not None, "somebody answered"
            self.loop.call_soon_threadsafe(_resolve, [future for _, _, future in batch])

    def _write(self, connection: Any, ids: tuple[str, str, str]) -> None:
        for sql, parameters_for in self.statements:
            done = connection.execute(sql, parameters_for(ids))
            if done.description:
                done.fetchall()


def _resolve(futures: Sequence["asyncio.Future[None]"]) -> None:
    for future in futures:
        future.set_result(None)


def begin_for(url: str, team: str) -> str:
    """PostgreSQL is told whose rows may be touched along with the beginning, as our own writer tells it."""
    return "BEGIN IMMEDIATE" if url.startswith("sqlite") else f"BEGIN; {scope.words(None, team)}"


def connect_to(url: str) -> Callable[[], Any]:
    if not url.startswith("sqlite"):
        return lambda: _psycopg(url)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(databases.path_of(url), isolation_level=None)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return connect


def _psycopg(url: str) -> psycopg.Connection:
    connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    set_json_dumps(orjson.dumps, connection)  # as ours does
    return connection


Parameters = Callable[[tuple[str, str, str]], Any]


def parametrised(statement: Statement, waiting: Waiting) -> tuple[str, Parameters]:
    """The statement for any answer: where the first one's ids were, those of another are written."""
    places = {waiting.conversations[0]: 0, waiting.members[0]: 1, waiting.people[0]: 2}
    given = statement.parameters
    keys = list(given) if isinstance(given, Mapping) else range(len(given))
    found = [(key, places[given[key]]) for key in keys if isinstance(given[key], str) and given[key] in places]

    def parameters_for(ids: tuple[str, str, str]) -> Any:
        values = dict(given) if isinstance(given, Mapping) else list(given)
        for key, place in found:
            values[key] = ids[place]
        return values

    return statement.sql, parameters_for
