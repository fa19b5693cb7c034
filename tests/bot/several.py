"""Several couriers on one PostgreSQL, several cooperatives each in a Slack of its own."""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bot.clock import MovableClock
from bot.courier import Courier
from bot.moods import NOT_INSTALLED, Never
from bot.slack import Slack, SlackOf
from bot.speech import Speaker
from flows.core.people import Member, Workspace
from sandbox import Call, Sandbox
from storage import Intention, Store, Transaction, members, outbox, schema, workspaces
from tests.bot.spoken import WORDS

MORNING = datetime(2026, 4, 1, 8, tzinfo=UTC)
PEOPLE = 70
A_FEW = range(6)


@dataclass
class Town:
    """`slacks` and `practices`, by workspace; `said`: every message Slack heard anywhere, in order, as (workspace, person)."""

    url: str
    clock: MovableClock
    practices: dict[str, Sandbox]
    slacks: dict[str, Slack]
    stack: AsyncExitStack
    said: list[tuple[str, str]] = field(default_factory=list)

    async def slack_of(self, workspace: str) -> Slack:
        if workspace not in self.slacks:
            raise Never(NOT_INSTALLED)
        return self.slacks[workspace]

    async def store(self) -> Store:
        return await self.stack.enter_async_context(Store.open(self.url))

    async def courier(self, store: Store | None = None, slack_of: SlackOf | None = None, **options: Any) -> Courier:
        """One more worker, with a store of its own unless one is given."""
        chosen = store or await self.store()
        return Courier(chosen, slack_of or self.slack_of, Speaker({}, WORDS), self.clock, **options)

    async def queue(self, store: Store, workspace: str, count: int, *, people: Sequence[int] = A_FEW) -> None:
        """`count` answers to gestures, for each of these people in turn."""
        await store.run(partial(_queue, count=count, people=people, now=self.clock()), workspace)

    def heard(self, workspace: str) -> list[tuple[str, str]]:
        """Who received which row, in order: (the person's Slack id, the row)."""
        calls = (call for call in self.practices[workspace].transcript if call.method == "chat.postMessage" and call.ok)
        return [(call.payload["channel"], _row_of(call)) for call in calls]

    def refused(self) -> list[Call]:
        return [call for one in self.practices.values() for call in one.transcript if call.error == "ratelimited"]


def member_id(workspace: str, number: int) -> str:
    return f"m_{workspace}_{number}"


def slack_id(number: int) -> str:
    return f"U{number:02}"


@asynccontextmanager
async def town(url: str, names: Sequence[str], *, clock: MovableClock | None = None) -> AsyncIterator[Town]:
    """Cooperatives of a few people each, everybody known."""
    schema.upgrade(url)
    clock = clock or MovableClock(MORNING)
    async with AsyncExitStack() as stack:
        place = Town(url, clock, {}, {}, stack)
        store = await place.store()
        for name in names:
            practice = await stack.enter_async_context(Sandbox.serve(clock=clock))
            slack = Slack(practice.bot_token, practice.api_url)
            place.practices[name], place.slacks[name] = practice, await stack.enter_async_context(slack)
            practice.on_call(_writing(place, name))
            for number in range(PEOPLE):
                practice.add_person(f"Personne {number}", id=slack_id(number))
            await store.run(_settle, name)
        yield place


def _writing(place: Town, name: str) -> Callable[[Call], None]:
    def write(call: Call) -> None:
        if call.method == "chat.postMessage" and call.ok:
            place.said.append((name, str(call.payload["channel"])))

    return write


def _settle(tx: Transaction) -> None:
    workspaces.save(tx, Workspace(id=tx.workspace))
    for number in range(PEOPLE):
        name = f"Personne {number}"
        members.remember(tx, Member(id=member_id(tx.workspace, number), first_name=name, slack_id=slack_id(number)))


def _queue(tx: Transaction, *, count: int, people: Sequence[int], now: datetime) -> None:
    for number in range(count):
        to, occurrence = member_id(tx.workspace, people[number % len(people)]), secrets.token_hex(8)
        said = Intention(None, "", "menu/menu", to, occurrence, "post", at=now, planned=now, prompt=True)
        assert outbox.enqueue(tx, said, now)


def _row_of(call: Call) -> str:
    return str(call.payload["metadata"]["event_payload"]["delivery"])
