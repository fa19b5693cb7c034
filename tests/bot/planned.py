"""A cooperative in the practice workspace with an improvement plan, as its lead writes it from the Home."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.setting_up import SetUp
from sandbox import Person
from sandbox.workspace import Channel
from storage import improvements
from storage.improvements import Improvement
from tests.bot.polls.led import Led, led

FINDING = "La charge déborde en fin de mois"
ACTION = "Un jour sans réunion par semaine"
LONG_AGO = date(2020, 1, 1)


class Planned(Led):
    """`channel` is where things are announced."""

    channel: Channel

    async def lines(self) -> list[Improvement]:
        """The whole plan, closed or not, as it was written."""
        found: list[Improvement] = await self.reads(lambda tx: improvements.opened_since(tx, LONG_AGO))
        return found

    async def line(self) -> Improvement:
        (only,) = await self.lines()
        return only

    async def write(self, to: Person, **changes: Any) -> Any:
        """The lead fills in the window of a new line and sends it; what is then in its place."""
        await self.press("add_improvement")
        return await self.send(**given(to, **changes))

    async def settle(self, by: Person, **answers: Any) -> Any:
        await self.press("settle_improvement", (await self.line()).id, by=by)
        return await self.send(by=by, **answers)

    def announced(self) -> list[str]:
        """What was said there since the bot introduced itself."""
        return [message.text for message in self.channel.messages[1:]]

    @property
    def today(self) -> date:
        return self.coop.clock().date()


def given(to: Person, **changes: Any) -> dict[str, Any]:
    return {"source": "other", "finding": FINDING, "action": ACTION, "owner": to.id, **changes}


@asynccontextmanager
async def planned(folder: Path, *, people: int = 5, locale: str = "fr") -> AsyncIterator[Planned]:
    async with led(folder, people=people, locale=locale) as home:
        coop = home.coop
        made = Planned(coop, home.others)
        made.channel = coop.slack.add_channel("annonces")
        await coop.slack.invite(made.channel)
        choices = SetUp(
            name="Les Lucioles",
            management=(coop.lead.id,),
            announcements_channel=made.channel.id,
            locale="en" if locale == "en" else "fr",
        )
        assert await coop.bot.desk.set_up(coop.slack.team_id, coop.lead.id, choices) == {}
        await coop.bot.settle()
        yield made


def in_days(home: Planned, count: int) -> str:
    return (home.today + timedelta(days=count)).isoformat()
