"""The whole bot, connected to a practice workspace through a real door, with a clock moved by hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bot.app import Bot
from bot.clock import MovableClock
from bot.postman import Postman
from bot.setting_up import SetUp
from bot.settings import Settings
from flows import ALL_FLOWS
from flows.core.model import Flow
from sandbox import Person, Sandbox

MORNING = datetime(2026, 3, 31, 8, tzinfo=UTC)
Door = Literal["socket", "http"]


@dataclass
class Connected:
    """A bot at work. `lead` is an owner; the cooperative is set up when they have said so."""

    bot: Bot
    slack: Sandbox
    clock: MovableClock
    lead: Person
    port: int | None

    async def set_up(self) -> None:
        choices = SetUp(name="Les Lucioles", management=(self.lead.id,))
        assert await self.bot.desk.set_up(self.slack.team_id, self.lead.id, choices) == {}
        await self.bot.settle()


@asynccontextmanager
async def connected(
    folder: Path,
    door: Door = "socket",
    flows: Sequence[Flow] = ALL_FLOWS,
    *,
    postman: Postman | None = None,
    **changes: Any,
) -> AsyncIterator[Connected]:
    """`changes`: what the settings say otherwise; `postman` carries e-mails."""
    clock = MovableClock(MORNING)
    async with Sandbox.serve(clock=clock) as slack:
        lead = slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        settings = replace(settings_for(slack, folder, door), **changes)
        opened = Bot.open(settings, clock=clock, flows=flows, postman=postman)
        async with opened as bot, bot.answering() as port:
            if door == "http":
                slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
            else:
                await slack.connected()
            await bot.settle()
            yield Connected(bot, slack, clock, lead, port)


def settings_for(slack: Sandbox, folder: Path, door: Door = "socket") -> Settings:
    return Settings(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
        database_url=f"sqlite:///{folder / 'parcours.db'}",
        port=0,
        door=door,
    )
