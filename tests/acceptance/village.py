"""A cooperative and its bot, whole, living from one due moment to the next: what a member would do and see."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import wire
from bot.app import Bot
from bot.clock import MovableClock
from bot.postman import Postman
from bot.setting_up import Card, SetUp
from sandbox import Message, Person, Sandbox
from sandbox.delivery import Ack
from storage import members, outbox, waking
from storage.keys import KEY_LENGTH
from storage.transaction import Transaction
from tests.bot.connected import settings_for

LONG_BEFORE = datetime(2026, 3, 31, 8, tzinfo=UTC)
FIRST_DAY = date(2026, 4, 28)
A_BREATH = timedelta(seconds=2)


@dataclass
class Village:
    """`awa` holds the management; the others have been associates for long."""

    bot: Bot
    slack: Sandbox
    clock: MovableClock
    awa: Person
    people: list[Person] = field(default_factory=list)

    async def breathe(self) -> None:
        """Let all that is to be said now be said: one message a second goes to one person."""
        for _ in range(40):
            await self.bot.settle()
            at = await self.bot.store.read(self._next_said)
            if at is None or at > self.clock() + A_BREATH:
                return
            self.clock.advance(A_BREATH)

    async def until(self, end: datetime) -> None:
        """Live until then, waking whenever something is due."""
        while (moment := await self._next()) is not None and moment <= end:
            if moment > self.clock():
                self.clock.move_to(moment)
            await self.breathe()
        if end > self.clock():
            self.clock.move_to(end)
        await self.breathe()

    async def on(self, day: date, hour: int = 10) -> None:
        await self.until(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))

    async def _next(self) -> datetime | None:
        moments = await self.bot.store.read(lambda tx: [waking.next_wake(tx), self._next_said(tx)])
        return min((moment for moment in moments if moment is not None), default=None)

    async def arrive(self, first_name: str, last_name: str = "", **more: Any) -> Person:
        person = self.slack.add_person(first_name, last_name, **more)
        assert (await self.slack.join(person)).acknowledged
        return person

    def _next_said(self, tx: Transaction) -> datetime | None:
        return outbox.next_at(tx, self.clock())

    async def welcome(self, who: Person, day: date = FIRST_DAY, **parts: Person) -> Ack:
        """Through the window of the shortcut, by Awa."""
        await self.awa.shortcut("welcome")
        given = {"person": who.id, "first_day": day.isoformat(), **{part: one.id for part, one in parts.items()}}
        ack = await self.awa.submit(self.awa.modal, {wire.field_block(name): value for name, value in given.items()})
        await self.breathe()
        return ack

    async def member_id(self, who: Person) -> str:
        found = await self.bot.store.read(lambda tx: members.by_slack_id(tx, who.id), self.slack.team_id)
        assert found is not None
        return found.id


def last(person: Person, part: str) -> Message:
    """The latest message of ours that says this."""
    return next(message for message in reversed(person.received) if part in message.words())


def button(message: Message, label: str) -> dict[str, str]:
    """What tells a button from its neighbours."""
    control = next(control for control in message.controls() if control.label == label)
    return {"action_id": control.action_id, "block_id": control.block_id}


@asynccontextmanager
async def village(
    folder: Path,
    *,
    size: int = 5,
    database_url: str | None = None,
    postman: Postman | None = None,
    names: Sequence[str] = ("Bastien", "Chloé", "Driss", "Elsa", "Farid", "Gaël", "Hawa", "Inès", "Jo", "Karim", "Lou"),
) -> AsyncIterator[Village]:
    """A cooperative of `size` people, set up."""
    clock = MovableClock(LONG_BEFORE)
    async with Sandbox.serve(clock=clock) as slack:
        awa = slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        people = [awa, *(slack.add_person(name, "Test") for name in names[: size - 1])]
        settings = settings_for(slack, folder)
        if database_url is not None:
            settings = replace(
                settings, database_url=database_url, ballot_key=bytes(KEY_LENGTH), words_keys=(bytes(KEY_LENGTH),)
            )
        async with Bot.open(settings, clock=clock, postman=postman) as bot, bot.answering():
            await slack.connected()
            here = Village(bot, slack, clock, awa, people)
            choices = SetUp(name="Les Lucioles", management=(awa.id,))
            assert await bot.desk.set_up(slack.team_id, awa.id, choices) == {}
            for person in people:
                card = Card(person=person.id, associate_since=date(2020, 1, 1))
                assert not await bot.desk.describe(slack.team_id, awa.id, card)
            await here.breathe()
            yield here
