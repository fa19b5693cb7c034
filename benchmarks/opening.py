"""A barometer opened everywhere at once: 87,000 members in 4,500 cooperatives, by one, two and four workers on PostgreSQL.

Each cooperative is a workspace of one practice Slack that holds its limits (300 messages a minute in a workspace, one a second
in a channel). Time is played: the clock goes from one moment something waits for to the next, so what is told in minutes is
what the limits impose, whatever the machine. Their own lower bound is that of the largest cooperative, at the pace we hold
ourselves to, below Slack's (bot/pace.py): what comes at once, then so many a minute. A wait is counted in messages said
anywhere before a cooperative hears its first: with turns that rotate, the last waits longer than the median one by what the
large ones are told in their turns.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from random import Random
from statistics import median
from time import perf_counter
from typing import NamedTuple

import aiohttp
import sqlalchemy as sa

from benchmarks import databases
from benchmarks.answers.waiting import MORNING
from benchmarks.lines import Goal, Line
from benchmarks.results_of_polls import sizes
from benchmarks.rounds import Scale, Spread, spread
from bot.admissions import ADMISSIONS
from bot.clock import MovableClock
from bot.conductor import Conductor
from bot.courier import Courier
from bot.deeds import DEEDS
from bot.pace import A_MINUTE, POST, burst_of
from bot.polls.opening import open_as_scheduled
from bot.score import Score
from bot.slack import Slack
from bot.speech import Speaker
from flows import ALL_FLOWS
from flows.core.people import Workspace
from messages import Messages
from sandbox import Call, ManyWorkspaces, Team
from storage import Store, outbox, schema, tables, workspaces
from storage.transaction import Transaction

WORKERS = (1, 2, 4)
FLOWS = {flow.name: flow for flow in ALL_FLOWS}
NOBODY = {
    "first_name": "Ana", "last_name": "", "active": True, "is_admin": False, "trade": "", "team": "",
    "has_opened_home": False,
}  # fmt: skip


class Opened(NamedTuple):
    """What came of one opening. `played`: seconds of Slack's time until the last message; `worked`: of ours."""

    queued: int
    said: int
    doubled: int
    refused: int
    played: float
    bound: float
    worked: float
    worst_wait: int
    median_wait: float


def measure(scale: Scale) -> Iterator[Line]:
    found = sizes(Random(20260601))
    chosen = sorted(found)[:: len(found) // 20] if scale.quick else found
    messages = Messages()
    with databases.server() as server:
        for workers in WORKERS:
            with server.fresh_database() as url:
                yield from _lines(workers, asyncio.run(opened(url, chosen, workers, messages)))


def _lines(workers: int, done: Opened) -> Iterator[Line]:
    name = f"{workers} worker{'s' * (workers > 1)}"
    told = f"{done.said:,} said of {done.queued:,}, in {done.worked:,.0f} s of this machine; refused by Slack: {done.refused}"
    bound = f"{done.played / 60:.1f} min, the limits' own bound {done.bound / 60:.1f} min"
    yield Line(
        what=f"barometer opened, {name}: time ÷ the limits' own lower bound", figure=_one(done.played / max(done.bound, 1)),
        sides={"played": bound, "worked": told},
    )  # fmt: skip
    yield Line(
        what=f"barometer opened, {name}: doubled or lost", figure=_one(done.doubled + done.queued - done.said),
        unit="messages", digits=0, goal=Goal("most", 0),
    )  # fmt: skip
    yield Line(
        what=f"barometer opened, {name}: the worst cooperative's wait ÷ the median",
        figure=_one(done.worst_wait / done.median_wait),
        sides={"waits": f"{done.worst_wait:,} and {done.median_wait:,.0f} messages said elsewhere"},
    )  # fmt: skip


def _one(figure: float) -> Spread:
    return spread([figure])


def bound_of(size: int) -> float:
    """Seconds in which so many messages may be said in one workspace, in as many channels."""
    return max(0, size - burst_of(POST)) * 60 / A_MINUTE[POST]


async def opened(url: str, found: list[int], workers: int, messages: Messages) -> Opened:
    schema.upgrade(url)
    clock = MovableClock(MORNING)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(ManyWorkspaces.serve(clock=clock))
        slack.keeps_all = slack.strict = False
        teams = [_team(slack, number, size) for number, size in enumerate(found)]
        slack.rate_limited = True
        said: list[tuple[str, str]] = []
        refusals: list[str] = []
        slack.on_call(partial(_heard, said, refusals))
        store = await stack.enter_async_context(Store.open(url))
        for team, size in zip(teams, found, strict=True):
            await store.run(partial(_open, size=size, now=clock()), team.team_id)
        queued = await store.read(outbox.waiting_count)
        couriers = [await _courier(stack, url, slack, teams, messages, clock) for _ in range(workers)]
        start = perf_counter()
        while (moment := await store.read(lambda tx: outbox.next_at(tx, clock()))) is not None:
            clock.move_to(moment)
            await asyncio.gather(*(courier.deliver() for courier in couriers))
        worked, played = perf_counter() - start, (clock() - MORNING).total_seconds()
    return _summed(said, len(refusals), queued, played, worked)


def _team(slack: ManyWorkspaces, number: int, size: int) -> Team:
    team = slack.add_workspace(f"Coopérative {number}", installed=True)
    for person in range(size):
        team.add_person("Ana", id=f"U{person:06}")
    return team


def _heard(said: list[tuple[str, str]], refusals: list[str], team: Team, call: Call) -> None:
    if call.method != "chat.postMessage":
        return
    if call.ok:
        said.append((team.team_id, str(call.payload["metadata"]["event_payload"]["delivery"])))
    else:
        refusals.append(str(call.error))


def _open(tx: Transaction, *, size: int, now: datetime) -> None:
    """A cooperative of so many, whose barometer opens. Too few to be anonymous are proposed to talk instead."""
    workspaces.save(tx, Workspace(id=tx.workspace, name="Les Lucioles"))
    people = [
        NOBODY | {"id": f"m_{tx.workspace}_{number}", "workspace_id": tx.workspace, "slack_id": f"U{number:06}"}
        for number in range(size)
    ]
    tx.connection.execute(sa.insert(tables.member), people)
    conductor = Conductor(tx, Score(FLOWS, DEEDS, ADMISSIONS), now)
    lead = conductor.by_slack_id("U000000")
    assert lead is not None
    open_as_scheduled(conductor, lead, "barometer")


async def _courier(
    stack: AsyncExitStack, url: str, slack: ManyWorkspaces, teams: list[Team], messages: Messages, clock: MovableClock
) -> Courier:
    store = await stack.enter_async_context(Store.open(url))
    session = await stack.enter_async_context(aiohttp.ClientSession())
    known = {team.team_id: Slack(team.bot_token, slack.api_url, session=session) for team in teams}

    async def slack_of(workspace: str) -> Slack:
        return known[workspace]

    return Courier(store, slack_of, Speaker(FLOWS, messages), clock)


def _summed(said: list[tuple[str, str]], refused: int, queued: int, played: float, worked: float) -> Opened:
    first: dict[str, int] = {}
    for position, (team, _) in enumerate(said, start=1):
        first.setdefault(team, position)
    rows = Counter(row for _, delivery in said for row in delivery.split())
    largest = max(Counter(team for team, _ in said).values())
    doubled = sum(rows.values()) - len(rows)
    return Opened(
        queued,
        len(rows),
        doubled,
        refused,
        played,
        bound_of(largest),
        worked,
        max(first.values()),
        median(first.values()),
    )
