"""One bot that serves every workspace that installs it, over signed HTTP, with a clock moved by hand."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import aiohttp

from bot.app import Bot
from bot.clock import MovableClock
from bot.postman import Postman
from bot.setting_up import SetUp
from bot.settings import Settings
from sandbox import ManyWorkspaces, Organisation, Person, Team
from tests.bot.connected import MORNING

PUBLIC = "http://127.0.0.1"
KEY = bytes(range(32))


@dataclass
class Page:
    """What a browser is shown; `cookie`: what it is told to bring back."""

    status: int
    text: str
    cookie: str

    @property
    def link(self) -> str:
        """Where the one button leads."""
        [found] = re.findall(r'href="([^"]+)"', self.text)
        return unescape(found)


@dataclass
class Hosted:
    bot: Bot
    slack: ManyWorkspaces
    clock: MovableClock
    port: int
    session: aiohttp.ClientSession

    async def browse(self, path: str, cookie: str = "", language: str = "fr") -> Page:
        """Open a page of ours: `path`, or the whole address where Slack sends the browser back to."""
        address = f"http://127.0.0.1:{self.port}{path.removeprefix(PUBLIC)}"
        sent = {"cookie": cookie.partition(";")[0], "accept-language": language}
        async with self.session.get(address, headers=sent) as answer:
            return Page(answer.status, await answer.text(), answer.headers.get("set-cookie", ""))

    async def installed_by(self, place: Team | Organisation, person: Person) -> Page:
        """The whole way: our page, Slack's, and back."""
        page = await self.browse("/slack/install")
        back = await self.slack.consent(place, person, page.link)
        return await self.browse(back, page.cookie)

    async def settle(self) -> None:
        """Do what is due, then say what is to be said."""
        await self.bot.nights.do_what_is_due()
        await self.bot.settle()
        await self.slack.settled()


@asynccontextmanager
async def hosted(database_url: str, *, postman: Postman | None = None, **changes: Any) -> AsyncIterator[Hosted]:
    """`changes`: what the settings say otherwise; `postman` carries letters."""
    clock = MovableClock(MORNING)
    async with (
        ManyWorkspaces.serve(clock=clock) as slack,
        at_work(slack, clock, database_url, postman=postman, **changes) as bot,
    ):
        yield bot


@asynccontextmanager
async def at_work(
    slack: ManyWorkspaces, clock: MovableClock, database_url: str, *, postman: Postman | None = None, **changes: Any
) -> AsyncIterator[Hosted]:
    """One worker; there may be others on the same database."""
    usual = Settings(
        signing_secret=slack.signing_secret,
        client_id=slack.client_id,
        client_secret=slack.client_secret,
        slack_api_url=slack.api_url,
        database_url=database_url,
        words_keys=(KEY,),
        ballot_key=KEY[::-1],
        public_url=PUBLIC,
        port=0,
        door="http",
    )
    settings = replace(usual, **changes)
    opened = Bot.open(settings, clock=clock, postman=postman)
    async with aiohttp.ClientSession() as session, opened as bot, bot.answering() as port:
        assert port is not None, "the door over HTTP has a port"
        slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        yield Hosted(bot, slack, clock, port, session)


def team_of(slack: ManyWorkspaces, name: str) -> tuple[Team, Person]:
    """A workspace that has not let us in, and whoever administers it."""
    team = slack.add_workspace(name)
    return team, team.add_person("Awa", "Leroux", is_admin=True, is_owner=True)


async def set_up(host: Hosted, team: Team, lead: Person) -> None:
    choices = SetUp(name=team.workspace.name, management=(lead.id,))
    assert await host.bot.desk.set_up(team.team_id, lead.id, choices) == {}
    await host.settle()
