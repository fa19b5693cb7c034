"""From a signed body to the listener, in process: our decoding, then an answer taken before Bolt, against a bare AsyncApp.

Both verify the signature and acknowledge, and nothing is written. Our app has all its listeners; Bolt's has one. The second
line gives our app 60 flows instead of one: a flow is data, not a listener.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from benchmarks import databases
from benchmarks.answers.sides import bolt_that_acknowledges
from benchmarks.answers.waiting import cooperative, prepare
from benchmarks.lines import Goal, Line
from benchmarks.rounds import Scale, ratio, spread
from benchmarks.timed import each_of
from bot import doors
from bot.app import Bot
from bot.clock import real_clock
from flows import ALL_FLOWS
from flows.core.model import Flow
from flows.living.action_follow_up import action_follow_up

SECRET = "a-signing-secret"
FLOWS = 60
Handle = Callable[[int], Awaitable[object]]


def measure(scale: Scale) -> Iterator[Line]:
    seconds = asyncio.run(_taken(scale))
    rates = {side: [1 / one for one in took] for side, took in seconds.items()}
    yield _line("3", "dispatch in process ÷ bare AsyncApp", rates, "ours", "bare AsyncApp", 2.5)
    yield _line("4", f"dispatch with {FLOWS} flows ÷ with one", rates, f"{FLOWS} flows", "one flow", 0.9)


def _line(number: str, what: str, rates: dict[str, list[float]], ours: str, theirs: str, bound: float) -> Line:
    return Line(
        number=number,
        what=what,
        sides={side: f"{spread(rates[side]):,.0f}/s" for side in (ours, theirs)},
        figure=ratio(rates[ours], rates[theirs]),
        goal=Goal("least", bound),
    )


async def _taken(scale: Scale) -> dict[str, list[float]]:
    """Seconds an answer takes, round by round. The sides take turns."""
    count, rounds = scale.of(2_000, 20), scale.of(7, 1)
    with databases.file() as url:
        body = await clicked(url)
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    signed = (body, stamp, f"v0={digest}")
    async with AsyncExitStack() as stack:
        handled: dict[str, Handle] = {"bare AsyncApp": _by_bolt(bolt_that_acknowledges("T1", SECRET), signed)}
        for name, flows in (("ours", ALL_FLOWS), ("one flow", copies(1)), (f"{FLOWS} flows", copies(FLOWS))):
            url = stack.enter_context(databases.file())
            bot, *_ = await stack.enter_async_context(cooperative(url, flows))
            handled[name] = _by_ours(bot, signed)
        seconds: dict[str, list[float]] = {name: [] for name in handled}
        for _ in range(rounds):
            for name, handle in handled.items():
                seconds[name].append(await each_of(count, 1, handle))
        return seconds


def copies(count: int) -> Sequence[Flow]:
    """As many flows as that, alike but for their names."""
    return [action_follow_up, *(replace(action_follow_up, name=f"copy_{number}") for number in range(1, count))]


async def clicked(url: str) -> str:
    """A real click (benchmarks/answers), made on a block that is not ours: it is acknowledged, and nothing follows."""
    waiting = await prepare(url, 1)
    return waiting.body.decode().replace("a1%7C", "b1%7C")


def _by_ours(bot: Bot, signed: tuple[str, str, str]) -> Handle:
    body, stamp, signature = signed
    raw = body.encode()
    signatures = doors.Signatures(SECRET, real_clock)

    async def handle(_number: int) -> None:
        assert signatures.is_valid(raw, stamp, signature)
        assert (await bot.dispatch(doors.decoded(raw))).status == 200

    return handle


def _by_bolt(app: AsyncApp, signed: tuple[str, str, str]) -> Handle:
    body, stamp, signature = signed
    headers: dict[str, str | Sequence[str]] = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}

    async def handle(_number: int) -> None:
        assert (await app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))).status == 200

    return handle
