"""A small cooperative whose people each write their astonishment report, by real gestures, to bots in their own processes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol

from bot import safe, wire
from bot.admissions import ADMISSIONS
from bot.app import Bot
from bot.conductor import Conductor
from bot.deeds import DEEDS
from bot.rehearsal.company import company
from bot.rehearsal.stage import ZONE, next_event, open_accounts, set_up
from bot.score import Score
from bot.settings import Settings
from flows import ALL_FLOWS
from flows.core.model import Conversation
from flows.joining.fresh_eyes_report import QUESTIONS
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY, SUBJECT
from sandbox import Ack, Message, Person, Sandbox
from sandbox.delivery import RETRY_AFTER_SECONDS, Attempt, Kind, Retry
from sandbox.signed_http import SignedHttp
from sandbox.surface import Json, words_of
from storage import conversations, members
from storage.transaction import Transaction
from tests.crash.clock import ClockFile
from tests.crash.remote import RemoteBot, environ_of

PEOPLE = 5
"""Of whom one has not arrived yet."""
MORNING = datetime(2026, 4, 1, 9, 40, tzinfo=ZONE)
REPORT = "fresh_eyes_report"
STEPS = (*(question.name for question in QUESTIONS), "review")
SKIPPED, SENT = "one_change", "review"
TRIES = 8
"""How often somebody does a gesture again that Slack says did not work."""
BETWEEN_GESTURES = timedelta(seconds=10)
HOURS = timedelta(hours=8)
"""What is due later than that is no consequence of a fault."""
MOMENTS = 100
"""The moments at which something may be due in these hours; more, and something is due for ever."""
KEYS = {"BALLOT_KEY": "1f" * 32, "WORDS_KEY": "2e" * 32}
Prepare = Callable[[Bot, list[Person]], Awaitable[None]]
"""What is decided in the cooperative before the reports begin."""
LEGACY_OF_A_LATE_CLICK = "déjà réglé"
"""Somebody whose gesture was taken but not acknowledged makes it again: they are told where things stand."""


class Worker(Protocol):
    async def settle(self) -> None: ...
    async def up(self) -> None: ...


@dataclass(frozen=True)
class Counts:
    """`expected`: the messages of the same story without a fault."""

    expected: int
    sent: int
    doubled: int
    lost: int
    acknowledged: int
    present: int
    killed: int = 0
    amiss: Sequence[tuple[str, str]] = ()
    """What was lost, or said too often."""

    def __str__(self) -> str:
        return (
            f"{self.expected} messages expected, {self.sent} sent, {self.doubled} doubled, {self.lost} lost; "
            f"{self.acknowledged} answers acknowledged, {self.present} present; {self.killed} killed"
        )

    def require_nothing_lost_nor_doubled(self) -> None:
        assert (self.doubled, self.lost, self.present) == (0, 0, self.acknowledged), f"{self}: {self.amiss}"


@dataclass
class Town:
    """`workers` are the bots at work."""

    slack: Sandbox
    clock: ClockFile
    environ: dict[str, str]
    people: list[Person]
    workers: Sequence[Worker] = ()
    acknowledged: dict[tuple[str, str], Any] = field(default_factory=dict)
    """What people answered, by Slack id and step, and were not told it failed."""
    troubled: Callable[[], Awaitable[None]] | None = None
    """What is done when a gesture did not work, before it is made again."""

    @property
    def bots(self) -> list[RemoteBot]:
        return [worker for worker in self.workers if isinstance(worker, RemoteBot)]

    # -- the story

    async def live(self, steps: Sequence[str] = STEPS, before: Callable[[], Awaitable[None]] | None = None) -> None:
        """Everybody answers these steps, one after the other; `before` each gesture something else may happen."""
        for step in steps:
            for person in self.people:
                self.clock.advance(BETWEEN_GESTURES)
                if before is not None:
                    await before()
                await self.answer(person, step)
                await self.settle()
            await self.quieten()

    async def answer(self, person: Person, step: str) -> None:
        """As they are asked: in words, in a window, by a button."""
        message, block = self._asked(person, step)
        number = STEPS.index(step)
        words = f"{person.first_name} dit {number}"
        if step == SENT:
            await self.insist(lambda: person.click(message, action_id="answer.0", block_id=block))
            words = "send"
        elif step == SKIPPED:
            await self.insist(lambda: self._skip(person, message, block))
        elif step == "the_cooperative":
            await self._submit(person, message, block, {"clarity": "3", "vision": words})
            self.acknowledged[person.id, step] = {"clarity": 3, "vision": words}
            return
        elif number % 2:
            await self._submit(person, message, block, {wire.WHOLE: words})
        else:
            await self._write(person, words)
        self.acknowledged[person.id, step] = None if step == SKIPPED else words

    async def insist(self, gesture: Callable[[], Awaitable[Ack]]) -> Ack:
        """Make it again, as people do whom Slack tells that it did not work."""
        for _ in range(TRIES):
            await self.up()
            ack = await gesture()
            if ack.acknowledged and not ack.errors:
                return ack
            if self.troubled is not None:
                await self.troubled()
        raise AssertionError(f"a gesture was not taken however often it was made: {ack}")

    async def up(self) -> None:
        """Wait until every worker is there, and Slack reaches it."""
        await asyncio.gather(*(worker.up() for worker in self.workers))
        if self.slack.line.transport is self.slack.hub:
            await self.slack.connected(len(self.workers), 60)

    async def settle(self) -> None:
        """Let every worker do all that is due, at the same time."""
        await asyncio.gather(*(worker.settle() for worker in self.workers))

    async def quieten(self) -> None:
        """Let the hours go until nothing is due for long: whoever waits, waits for another day."""
        if self.troubled is not None:
            await self.troubled()
            await self.settle()
        end = self.clock() + HOURS
        async with safe.opened(Settings.from_env(self.environ)) as store:
            for _ in range(MOMENTS):
                if self.troubled is not None:
                    await self.troubled()
                if (moment := await next_event(store, self.clock)) is None or moment >= end:
                    return
                self.clock.move_to(moment)
                await self.settle()
        raise AssertionError("what is due is never done")

    # -- what came of it

    async def counts(self, expected: Counter[tuple[str, str]], only: Sequence[Person] | None = None) -> Counts:
        """Of what was said to everybody, or to these people `only`."""
        said = said_in(self.slack)
        if only is not None:
            said = Counter({one: count for one, count in said.items() if one[0] in {person.id for person in only}})
        kept = await self.conversations()
        present = sum(_answer_of(kept[who], step) == answer for (who, step), answer in self.acknowledged.items())
        return Counts(
            expected=expected.total(),
            sent=said.total(),
            doubled=self.doubled(said, expected),
            lost=(expected - said).total(),
            acknowledged=len(self.acknowledged),
            present=present,
            killed=sum(bot.killed for bot in self.bots),
            amiss=[*(expected - said), *(said - expected)],
        )

    def doubled(self, said: Counter[tuple[str, str]], expected: Counter[tuple[str, str]]) -> int:
        """What was said once too often: a delivery in two messages, or words that the calm story says fewer times. What a
        person brought about by making a gesture again is not."""
        carried = Counter(
            delivery
            for channel in self.slack.workspace.channels.values()
            for message in channel.messages
            if message.metadata is not None
            for delivery in message.metadata["event_payload"]["delivery"].split()
        )
        too_many = {one: count for one, count in (said - expected).items() if LEGACY_OF_A_LATE_CLICK not in one[1]}
        return max(sum(count - 1 for count in carried.values()), sum(too_many.values()))

    async def conversations(self) -> dict[str, Conversation]:
        """The report of each, by Slack id."""

        def unit(tx: Transaction) -> dict[str, Conversation]:
            conductor = Conductor(tx, Score({flow.name: flow for flow in ALL_FLOWS}, DEEDS, ADMISSIONS), self.clock())
            slack_ids = {member.id: member.slack_id or "" for member in members.everyone(tx)}
            talks = [conductor.load(talk) for talk in conversations.of_flow(tx, REPORT)]
            return {slack_ids[talk.cast[SUBJECT].id]: talk for talk in talks}

        async with safe.opened(Settings.from_env(self.environ)) as store:
            return await store.read(unit, self.slack.team_id)

    # -- gestures

    def _asked(self, person: Person, step: str) -> tuple[Message, str]:
        for message in reversed(person.received):
            for control in message.controls():
                ref = wire.ref_of(control.block_id)
                if ref is not None and ref.step == step and control.block_id.startswith("a1"):
                    return message.as_seen_now() if step == SKIPPED else message, control.block_id
        raise AssertionError(f"{person.first_name} was not asked {step}")

    async def _write(self, person: Person, words: str) -> None:
        """Slack delivers an event again by itself."""
        ack = await person.write(words)
        for _ in RETRY_AFTER_SECONDS:
            if ack.acknowledged:
                return
            if self.troubled is not None:
                await self.troubled()
            await self.up()
            [ack] = await self.slack.retries_due(early=True)
        if not ack.acknowledged:
            raise AssertionError(f"words were not taken however often Slack delivered them: {ack}")

    async def _submit(self, person: Person, message: Message, block: str, fields: dict[str, str]) -> None:
        if not person.modals:
            await self.insist(lambda: person.click(message, action_id=wire.WINDOW, block_id=block))
        values = {wire.field_block(name): value for name, value in fields.items()}
        await self.insist(lambda: person.submit(person.modal, values))

    async def _skip(self, person: Person, message: Message, block: str) -> Ack:
        return await person.click(message, action_id=wire.SKIP, block_id=block)


def said_in(slack: Sandbox) -> Counter[tuple[str, str]]:
    """What people have before them, each with its recipient. What is due to one person at one moment makes one message: its
    parts count, without their buttons, since what two of them propose is proposed once."""
    return Counter(
        (channel.dm_of or channel.name, "\n".join(words_of(part)))
        for channel in slack.workspace.channels.values()
        for message in channel.messages
        if message.by_app
        for part in _parts(message)
    )


def _parts(message: Message) -> list[list[Json]]:
    parts: list[list[Json]] = [[]]
    for block in message.blocks:
        if block["type"] == "divider":
            parts.append([])
        elif block["type"] != "actions":
            parts[-1].append(block)
    return parts


def _answer_of(talk: Conversation, step: str) -> Any:
    return talk.steps[step].value


class LoadBalancer:
    """Hands each request to the next worker that listens, as whatever stands before several of them does."""

    def __init__(self, slack: Sandbox, bots: Sequence[RemoteBot]) -> None:
        self._slack, self._bots, self._turn = slack, bots, 0
        self._lines: dict[int, SignedHttp] = {}

    async def carry(self, kind: Kind, payload: Json, retry: Retry | None) -> Attempt:
        self._turn += 1
        up = [bot for bot in self._bots if bot.is_up]
        if not up:
            return Attempt(acknowledged=False, reason="connection_failed")
        return await self._line(up[self._turn % len(up)].port).carry(kind, payload, retry)

    async def close(self) -> None:
        for line in self._lines.values():
            await line.close()

    def _line(self, port: int) -> SignedHttp:
        if port not in self._lines:
            url, slack = f"http://127.0.0.1:{port}/slack/events", self._slack
            self._lines[port] = SignedHttp((url,), slack.signing_secret, slack.workspace.seconds, slack.ack_seconds)
        return self._lines[port]


class Here:
    """A bot in this very process: what the others are compared with."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def settle(self) -> None:
        await self._bot.settle()

    async def up(self) -> None:
        return


@asynccontextmanager
async def town(
    folder: Path,
    database_url: str,
    *,
    workers: int = 1,
    watched: bool = False,
    begin: datetime = MORNING,
    door: Literal["http", "socket"] = "http",
    prepare: Prepare | None = None,
    **settings: str,
) -> AsyncIterator[Town]:
    """Set up, everybody's report begun and first asked: with that many bots in their own processes, behind a load balancer."""
    clock = ClockFile(folder / "clock", begin)
    async with Sandbox.serve(clock=clock) as slack, AsyncExitStack() as stack:
        environ = environ_of(slack, database_url, **KEYS, **(_through(slack, door) | settings))
        town = Town(slack, clock, environ, await _begun(slack, clock, environ, prepare))
        bots = [RemoteBot(slack, clock, environ, watched=watched, log=folder / "log") for _ in range(workers)]
        town.workers = bots
        if door == "http":
            slack.line.transport = balancer = LoadBalancer(slack, bots)
            stack.push_async_callback(balancer.close)
        for bot in bots:
            await stack.enter_async_context(bot.running())
        await town.settle()
        yield town


def _through(slack: Sandbox, door: str) -> dict[str, str]:
    if door == "socket":
        return {}
    return {"SLACK_SIGNING_SECRET": slack.signing_secret, "PORT": "0", "SLACK_APP_TOKEN": ""}


async def _begun(
    slack: Sandbox, clock: ClockFile, environ: dict[str, str], prepare: Prepare | None = None
) -> list[Person]:
    figures = open_accounts(slack, company(PEOPLE), "fr")
    async with Bot.open(Settings.from_env(environ), clock=clock) as bot:
        await set_up(bot, slack, figures, "fr")
        people = [person for person in figures.values() if person.joined]
        if prepare is not None:
            await prepare(bot, people)
        for number, person in enumerate(people):
            job, coop = people[number - 1], people[number - 2]
            cast = {SUBJECT: person.id, JOB_BUDDY: job.id, COOP_BUDDY: coop.id}
            await bot.desk.begin(slack.team_id, REPORT, cast, clock().date(), {})
    return people


_CALM: dict[Sequence[str], Counter[tuple[str, str]]] = {}


async def expected(steps: Sequence[str] = STEPS) -> Counter[tuple[str, str]]:
    """The messages of the same story when nothing is broken, told by a bot in this process; lived once."""
    if steps not in _CALM:
        with TemporaryDirectory() as folder:
            clock = ClockFile(Path(folder) / "clock", MORNING)
            async with Sandbox.serve(clock=clock) as slack:
                environ = environ_of(slack, f"sqlite:///{folder}/calm.db", **KEYS, **_through(slack, "http"))
                people = await _begun(slack, clock, environ)
                async with (
                    Bot.open(Settings.from_env(environ), clock=clock) as bot,
                    bot.answering() as port,
                ):
                    slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
                    calm = Town(slack, clock, environ, people, [Here(bot)])
                    await calm.settle()
                    await calm.live(steps)
                    _CALM[steps] = said_in(slack)
                    assert not slack.workspace.people["U01THEBOT0"].failures
    return _CALM[steps]
