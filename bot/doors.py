"""Through what Slack reaches us: Socket Mode, or signed HTTP; and how anything is served."""

import asyncio
import hmac
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import orjson
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from yarl._quoters import UNQUOTER_PLUS

from bot.bodies import whole_body, without_nul
from bot.clock import Clock
from bot.metrics import Metrics
from bot.mishaps import write_down
from bot.patient_http import PATIENCE, patient, websocket_if_asked
from bot.slack import is_here

LARGEST_BODY = 1_000_000
"""Bytes: more than anything Slack sends."""
STAMP_DIGITS = 12
"""Seconds since 1970 take no more, for the next thirty thousand years."""
SIGNED_AT_ONCE = 2047
"""Bytes given at once to what checks a signature. From one more on, Python lets its other threads work meanwhile, and waiting
for one's turn again takes longer than the check."""
ADDRESS = "/slack/events"
"""Where Slack writes."""
NUL = (b"u0000", b"%00", b"\0")
"""What a body has in it when what it says may have a NUL."""
ACKNOWLEDGED = Response()
"""What most of what Slack sends is answered: the same each time, made once."""
LAST_WORDS = 3.0
"""Seconds left to what is being answered when the door closes: as long as Slack waits."""

TOLD_AGAIN = timedelta(minutes=1)  # anybody may knock, as often as they please
log = logging.getLogger(__name__)
Json = dict[str, Any]
Dispatch = Callable[[Json], Awaitable[BoltResponse]]


class CannotListen(Exception):
    """The address is taken, or is not of this machine."""


class Malformed(ValueError):
    """A signed body that is not what Slack sends."""


# ------------------------------------------------------------------------------------------------------ Socket Mode


class SocketDoor(AsyncSocketModeHandler):
    """Bolt's own handler, which connects again by itself; closing it lets what is being answered finish."""

    def __init__(self, app: AsyncApp, app_token: str, dispatch: Dispatch, metrics: Metrics, **options: Any) -> None:
        super().__init__(app, app_token, **options)
        self._dispatch, self._metrics = dispatch, metrics
        if is_here(app.client.base_url):
            self.client.proxy = None
        self._answering: set[asyncio.Task[Any]] = set()

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)  # also keeps the task, which Slack's client does not
        task.add_done_callback(self._answering.discard)
        begun = self._metrics.timer()
        req.payload = without_nul(req.payload)
        answer = await self._dispatch(req.payload)
        await send_async_response(client, req, answer, begun)
        self._metrics.answered(req.payload, answer.status, begun)

    async def connect(self) -> None:
        # Asked for first, the address tells a wrong token at once; Slack's client alone would try again for ever.
        await self.client.connect_to_new_endpoint(force=True)

    async def close_gently(self) -> None:
        if self._answering:
            await asyncio.wait(self._answering, timeout=LAST_WORDS)
        await self.close_async()  # type: ignore[no-untyped-call]
        client = self.client
        errands = (client.message_processor, client.current_session_monitor, client.message_receiver)
        await asyncio.gather(*(errand for errand in errands if errand is not None), return_exceptions=True)


@asynccontextmanager
async def socket_door(
    app: AsyncApp, app_token: str, dispatch: Dispatch, metrics: Metrics, **options: Any
) -> AsyncIterator[SocketDoor]:
    """Connected until the block ends. Raises what the first connection raises."""
    door = SocketDoor(app, app_token, dispatch, metrics, **options)
    try:
        await door.connect()
        yield door
    finally:
        await door.close_gently()


# ------------------------------------------------------------------------------------------------------ signed HTTP


class Signatures(SignatureVerifier):
    """Slack's own check of a signature, by our clock."""

    def __init__(self, secret: str, clock: Clock) -> None:
        super().__init__(secret, _Seconds(clock))
        self._now = clock
        self._told_at: datetime | None = None
        self._keyed = hmac.new(secret.encode(), digestmod="sha256")

    def hold_for(self, headers: Mapping[bytes, bytes], body: bytes) -> bool:
        """False for a body signed by another, altered, or signed more than five minutes ago."""
        stamp = headers.get(b"x-slack-request-timestamp", b"")
        signature = headers.get(b"x-slack-signature", b"")
        if not (stamp.isdigit() and len(stamp) <= STAMP_DIGITS and signature.isascii()):
            return False
        try:
            return self.is_valid(body, stamp.decode(), signature.decode())
        except UnicodeDecodeError:  # Slack signs UTF-8
            return False

    def refuse(self) -> Response:
        """What whoever is not Slack is answered. Slack too, when our secret is wrong: the log says how to mend that."""
        now = self._now()
        if self._told_at is None or abs(now - self._told_at) >= TOLD_AGAIN:
            self._told_at = now
            log.warning(
                "What came is not signed by Slack, and was refused. If Slack did send it: copy SLACK_SIGNING_SECRET again from "
                "“Basic Information” of your app's page, and check this machine's clock."
            )
        return Response("not signed by Slack", 401)

    def generate_signature(self, *, timestamp: str, body: str | bytes) -> str:
        """As Slack's own does, without waiting for other threads. Raises UnicodeDecodeError for what is not UTF-8."""
        if isinstance(body, bytes):
            body.decode()
        else:
            body = body.encode()
        digest = self._keyed.copy()
        digest.update(f"v0:{timestamp}:".encode())
        for start in range(0, len(body), SIGNED_AT_ONCE):
            digest.update(body[start : start + SIGNED_AT_ONCE])
        return f"v0={digest.hexdigest()}"


class _Seconds(SignatureClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()


def http_app(dispatch: Dispatch, signatures: Signatures, metrics: Metrics, others: Starlette | None = None) -> ASGIApp:
    """The addresses of the HTTP door: where Slack writes, and `others`."""
    slack_wrote, routes = _SlackWrote(dispatch, signatures, metrics), others or Starlette()
    routes.router.routes.append(Route(ADDRESS, slack_wrote, methods=["POST"]))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # By far the most of what comes: it is spared the search for its route.
        is_slack = scope["type"] == "http" and scope["path"] == ADDRESS and scope["method"] == "POST"
        await (slack_wrote if is_slack else routes)(scope, receive, send)

    return app


@dataclass(frozen=True, slots=True)
class _SlackWrote:
    """Answers what Slack writes, as an ASGI application."""

    dispatch: Dispatch
    signatures: Signatures
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = self.metrics.timer()
        said = await _heard(scope, receive, self.signatures)
        heard = None if isinstance(said, Response) else said
        answer = said if isinstance(said, Response) else await _answer(said, self.dispatch)
        self.metrics.answered(heard, answer.status_code, begun)
        await answer(scope, receive, send)


async def _heard(scope: Scope, receive: Receive, signatures: Signatures) -> Json | Response:
    """What Slack says, or the refusal of what Slack did not."""
    try:
        body = await whole_body(receive, LARGEST_BODY)
    except ClientDisconnect:
        return Response(status_code=400)
    if body is None:
        return Response("too large", 413)
    if not signatures.hold_for(dict(reversed(scope["headers"])), body):  # of two alike, the first counts
        return signatures.refuse()
    try:
        return decoded(body)
    except Malformed as malformed:
        return Response(str(malformed), 400)


async def _answer(said: Json, dispatch: Dispatch) -> Response:
    if said.get("type") == "url_verification":
        return JSONResponse({"challenge": said.get("challenge")})
    if "ssl_check" in said:
        return Response()
    try:
        return _response(await dispatch(said))
    except Exception as trouble:  # Bolt itself tripped, before any listener: written down, and never acknowledged
        return Response(write_down(trouble), 500)


def decoded(body: bytes) -> Json:
    """What Slack says in a body: an event (JSON), a gesture (`payload=` JSON in a form) or a command (a form).

    `urllib` would take two thirds of the time of a gesture; yarl's unquoter is written in C. Raises Malformed.
    """
    try:
        if body.startswith(b"payload=") and b"&" not in body:
            said = orjson.loads(UNQUOTER_PLUS(body[8:].decode("ascii")))
        elif body.startswith(b"{"):
            said = orjson.loads(body)
        else:
            said = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
            said = orjson.loads(said["payload"]) if "payload" in said else said
        said = without_nul(said) if any(nul in body for nul in NUL) else said
    except (ValueError, RecursionError) as unreadable:
        raise Malformed("neither JSON nor a form, or nested too deep") from unreadable
    if not isinstance(said, dict) or not said:
        raise Malformed("not an object")
    return said


def _response(answer: BoltResponse) -> Response:
    if answer.status == 200 and not answer.body:
        return ACKNOWLEDGED
    return Response(answer.body, answer.status, answer.first_headers_without_set_cookie())


# ------------------------------------------------------------------------------------------------------- the server


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # `parcours run` listens to signals, and closes everything in order


@asynccontextmanager
async def served(app: ASGIApp, host: str, port: int, *, patience: float = PATIENCE) -> AsyncIterator[int]:
    """Serve until the block ends, and let what is being answered finish. Gives the port (another than `port` for 0).
    `patience`: seconds within which a request must have come in whole.

    Raises CannotListen.
    """
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise CannotListen(f"{host}:{port}: {error.strerror or error}") from error
    # asyncio says it of what it opened itself alone; else what an answer says waits until its headers are acknowledged.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = _Server(
        uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=int(LAST_WORDS), http=patient(patience),
            ws=websocket_if_asked,  # type: ignore[arg-type] # called as the class would be
        )
    )  # fmt: skip
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="http")
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await serving
