"""The front of the Web API: tokens, arguments, scopes, limits and faults, then the method, then the transcript."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sandbox.blockkit import Fault as BrokenRule
from sandbox.faults import Fault, Faults, HalfAnswer, NoAnswer, RateLimited, Refused, ServerError, TimeoutAfterSuccess
from sandbox.limits import HELD, HELD_A_MINUTE, Limits
from sandbox.refusal import Refusal
from sandbox.surface import Json
from sandbox.webapi.answers import Half, Hangup, json_answer, rate_limited
from sandbox.webapi.context import Context
from sandbox.webapi.table import METHODS, ONE_A_SECOND, Method

AS_JSON = ("blocks", "attachments", "metadata", "view", "files")
"""Arguments that are JSON inside a form, or may be JSON text inside JSON."""


@dataclass(frozen=True)
class Call:
    """One thing the app did, as the transcript keeps it. `status` 0: the app got no answer; `faults`: why it was refused."""

    method: str
    payload: Json
    at: datetime
    ok: bool
    error: str
    response: Json
    status: int = 200
    faults: tuple[BrokenRule, ...] = ()


@dataclass
class Front:
    """Answers every call of the app to one workspace.

    `revoked`: tokens that were good once. `mishaps`: faults of all of Slack, beside this workspace's own. `counts`: calls by
    method and error ("" for none); `keeps_calls` off, they are all that is kept, and listeners hear of each call all the same.
    `open_methods`: methods of its own that need no token.
    """

    context: Context
    bot_token: str
    app_token: str
    faults: Faults = field(default_factory=Faults)
    mishaps: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    rate_limited: bool = False
    revoked: set[str] = field(default_factory=set)
    open_methods: dict[str, Callable[[Json], Json]] = field(default_factory=dict)
    keeps_calls: bool = True
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    transcript: list[Call] = field(default_factory=list)
    listeners: list[Callable[[Call], None]] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        return self.reply(request.path_params["method"], await arguments(request), token_of(request))

    def reply(self, name: str, args: Json, token: str) -> Response:
        """The answer to one call."""
        fault = self.faults.take(name, args) or self.mishaps.take(name, args)
        if isinstance(fault, RateLimited | ServerError | Refused | NoAnswer):
            return self._fail(name, args, fault)
        wait = self._wait(name, args)
        if wait:
            self.note(Call(name, args, self.context.workspace.clock(), False, "ratelimited", {}, 429))
            return rate_limited(wait)
        response, broken = self._perform(name, args, token)
        lost = isinstance(fault, TimeoutAfterSuccess | HalfAnswer)
        error = str(response.get("error", ""))
        status = 0 if lost else 200
        self.note(Call(name, args, self.context.workspace.clock(), response["ok"], error, response, status, broken))
        if isinstance(fault, TimeoutAfterSuccess):
            return Hangup(hang=fault.hang)
        answered = json_answer(response, self.context.workspace.scopes)
        return Half(answered) if isinstance(fault, HalfAnswer) else answered

    def refuse(self, name: str, args: Json, refusal: Refusal) -> Response:
        """The answer to a call that comes to no workspace."""
        self.note(Call(name, args, self.context.workspace.clock(), False, refusal.error, {}, 200))
        return json_answer({"ok": False, "error": refusal.error, **refusal.beside}, ())

    def note(self, call: Call) -> None:
        self.counts[call.method, call.error] += 1
        if self.keeps_calls:
            self.transcript.append(call)
        for listener in tuple(self.listeners):
            listener(call)

    def _perform(self, name: str, args: Json, token: str) -> tuple[Json, tuple[BrokenRule, ...]]:
        try:
            if name in self.open_methods:
                return {"ok": True, **self.open_methods[name](args)}, ()
            method = METHODS.get(name)
            if method is None:
                raise Refusal("unknown_method", req_method=name)
            self._admit(method, token)
            require(method, args)
            return {"ok": True, **method.handler(self.context, args)}, ()
        except Refusal as refusal:
            return {"ok": False, "error": refusal.error, **refusal.beside}, refusal.faults

    def _admit(self, method: Method, token: str) -> None:
        if not token:
            raise Refusal("not_authed")
        if token in self.revoked:
            raise Refusal("account_inactive")
        if token not in (self.bot_token, self.app_token):
            raise Refusal("invalid_auth")
        if (token == self.app_token) is not method.app_token and method is not METHODS["api.test"]:
            raise Refusal("not_allowed_token_type")
        if method.scope:
            self.context.need(method.scope)

    def _wait(self, name: str, args: Json) -> int:
        if not self.rate_limited or name not in METHODS:
            return 0
        per_minute = METHODS[name].per_minute
        if self.context.workspace.is_held and name in HELD:
            per_minute = HELD_A_MINUTE
        key = name
        if per_minute == ONE_A_SECOND:  # a person's id and that of their direct messages are one channel
            place = self.context.workspace.channels.get(str(args.get("channel")))
            key = f"{name} {place.dm_of if place and place.dm_of else args.get('channel')}"
        return self.limits.wait(key, per_minute, self.context.workspace.seconds())

    def _fail(self, name: str, args: Json, fault: Fault) -> Response:
        error, status, response = "no_answer", 0, Response()
        match fault:
            case RateLimited(seconds):
                error, status, response = "ratelimited", 429, rate_limited(seconds)
            case ServerError(code):
                error, status, response = (
                    "server_error",
                    code,
                    Response("<html>Oops</html>", code, media_type="text/html"),
                )
            case Refused(refused):
                error, status = refused, 200
                response = json_answer({"ok": False, "error": refused}, self.context.workspace.scopes)
            case NoAnswer(hang):
                response = Hangup(hang=hang)
        self.note(Call(name, args, self.context.workspace.clock(), False, error, {}, status))
        return response


def require(method: Method, args: Json) -> None:
    missing = [name for name in method.required if args.get(name) in (None, "")]
    if missing:
        raise Refusal("invalid_arguments", tuple(f"[ERROR] missing required field: {name}" for name in missing))


def token_of(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ").strip()


async def arguments(request: Request) -> Json:
    """What was given, as JSON body, form or query; JSON inside text is read."""
    args: Json = dict(request.query_params)
    if request.method == "POST":
        if request.headers.get("content-type", "").startswith("application/json"):
            body = parsed(await request.body())
            args |= body if isinstance(body, dict) else {}
        else:
            args |= dict(parse_qsl((await request.body()).decode()))
    args.pop("token", None)
    for name in AS_JSON:
        if isinstance(args.get(name), str):
            args[name] = parsed(args[name])
    return args


def parsed(text: bytes | str) -> Any:
    """What the JSON says; text that is no JSON stays as it is, to be refused by name."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
