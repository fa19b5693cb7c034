"""A small cooperative on a real database, for tests of the desk: gestures go in, rows of the outbox come out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from bot.accounts import Account
from bot.admissions import ADMISSIONS
from bot.clock import MovableClock
from bot.deeds import DEEDS
from bot.desk import Complaint, Desk
from bot.score import Score
from bot.setting_up import Card, SetUp
from bot.welcoming import Newcomer
from bot.wire import Ref
from flows import ALL_FLOWS
from flows.core.model import Conversation
from messages import Messages
from storage import Store, conversations, members, outbox, schema, waking, words
from storage.keys import KEY_LENGTH
from storage.outbox import Delivery
from storage.transaction import Transaction
from storage.vault import Vault

WORKSPACE = "T0COOP"
LEAD, SUPERVISOR, NEWCOMER = "U00", "U01", "U99"
FIRST_DAY = date(2026, 4, 28)
LONG_BEFORE = datetime(2026, 3, 31, 8, tzinfo=UTC)
VAULT = Vault((bytes(KEY_LENGTH),))


@dataclass
class Cooperative:
    """`said` is everything the bot intended to say so far, as a courier would have found it."""

    store: Store
    desk: Desk
    clock: MovableClock
    score: Score
    said: list[Delivery] = field(default_factory=list)

    async def welcome(self, **changes: Any) -> dict[str, str]:
        newcomer = {
            "first_name": "Lila",
            "email": "lila@exemple.coop",
            "first_day": FIRST_DAY,
            "supervisor": SUPERVISOR,
        }
        return dict(await self.desk.welcome(WORKSPACE, LEAD, Newcomer(**{**newcomer, **changes})))

    async def live_until(self, end: datetime) -> list[Delivery]:
        """Let time go from one due moment to the next; what was said meanwhile."""
        before = len(self.said)
        while (moment := await self.next_event()) is not None and moment <= end:
            self.clock.move_to(moment)
            await self.speak()
        self.clock.move_to(end)
        await self.speak()
        return self.said[before:]

    async def speak(self) -> list[Delivery]:
        """What the bot says now."""
        await self.desk.tick()
        now = self.clock()
        found = await self.store.run(lambda tx: outbox.claim(tx, now, 1000, timedelta(minutes=2)), WORKSPACE)
        for one in found:
            number = str(len(self.said))
            await self.store.run(partial(_settled, id=one.id, ts=number, now=now), WORKSPACE)
            self.said.append(one)
        return found

    async def next_event(self) -> datetime | None:
        moments = await self.store.read(lambda tx: [waking.next_wake(tx), outbox.next_at(tx, self.clock())])
        return min((moment for moment in moments if moment is not None), default=None)

    async def member_id(self, slack_id: str) -> str:
        member = await self.store.read(lambda tx: members.by_slack_id(tx, slack_id), WORKSPACE)
        assert member is not None
        return member.id

    async def talk(self, flow: str, number: int = -1) -> Conversation:
        """The `number`-th conversation of this flow."""

        def unit(tx: Any) -> Conversation:
            from bot.conductor import Conductor

            conductor = Conductor(tx, self.score, self.clock())
            return conductor.load(conversations.of_flow(tx, flow)[number])

        return await self.store.read(unit, WORKSPACE)

    async def answer(self, flow: str, step: str, raw: Any, by: str | None = None, number: int = -1) -> Complaint | None:
        """Answer as whoever is asked (or as `by`, a Slack id)."""
        talk = await self.talk(flow, number)
        slack_id = by or await self.asked(talk, step)
        return await self.desk.answer(WORKSPACE, slack_id, Ref(talk.id, step), raw)

    async def asked(self, talk: Conversation, step: str) -> str:
        to = talk.steps[step].to
        member = await self.store.read(lambda tx: members.find(tx, to or ""), WORKSPACE)
        assert member is not None
        assert member.slack_id is not None
        return member.slack_id

    def named(self, *messages: str, kind: str = "post") -> list[Delivery]:
        return [one for one in self.said if one.message in messages and one.kind == kind]


def _settled(tx: Transaction, *, id: int, ts: str, now: datetime) -> bool:
    return outbox.settle_sent(tx, id, "D1", ts, now)


@asynccontextmanager
async def cooperative(
    database_url: str,
    *,
    size: int = 12,
    volunteers: str | None = None,
    now: datetime = LONG_BEFORE,
    vault: Vault | None = VAULT,
) -> AsyncIterator[Cooperative]:
    """A cooperative of `size`, set up by its management; all but the last two have been associates for long."""
    schema.upgrade(database_url)
    clock = MovableClock(now)
    score = Score({flow.name: flow for flow in ALL_FLOWS}, DEEDS, ADMISSIONS)
    async with Store.open(database_url, vault=vault) as store:
        await store.run(words.use_key)
        desk = Desk(store, score, Messages(), clock, lambda: None)
        accounts = [
            Account(slack_id=f"U{number:02}", first_name=f"Personne {number}", is_admin=number == 0)
            for number in range(size)
        ]
        await desk.accounts(WORKSPACE, accounts, complete=True)
        choices = SetUp(name="Les Lucioles", management=(LEAD,), volunteers_channel=volunteers)
        assert not await desk.set_up(WORKSPACE, LEAD, choices)
        for number in range(max(size - 2, 1)):
            card = Card(person=f"U{number:02}", associate_since=date(2020, 1, 1), trade="menuiserie")
            assert not await desk.describe(WORKSPACE, LEAD, card)
        coop = Cooperative(store, desk, clock, score)
        await coop.speak()
        coop.said.clear()
        yield coop


@asynccontextmanager
async def arrived(database_url: str, until: datetime) -> AsyncIterator[Cooperative]:
    """A newcomer with two buddies and an account, at the instant `until`."""
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        for number in (0, 1):
            await coop.answer("buddies", "proposal", "accept", number=number)
        await coop.live_until(datetime(2026, 4, 28, 6, tzinfo=UTC))
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
        await coop.live_until(until)
        yield coop


def account(slack_id: str, **changes: Any) -> Account:
    return Account(**{"slack_id": slack_id, "first_name": "Lila", "email": "lila@exemple.coop", **changes})
