"""The practice workspace with the bot behind it, a page in front, and a memory: what `parcours demo` opens."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from starlette.routing import BaseRoute

from bot.alone import alone_on
from bot.app import Bot
from bot.clock import MovableClock, real_clock
from bot.rehearsal.backstage import OFFERS, Backstage
from bot.rehearsal.company import NAME, practising
from bot.rehearsal.mailbag import PageOfLetters
from bot.rehearsal.ports import HERE, free_port
from bot.rehearsal.stage import open_accounts, set_up, settings_for
from bot.settings import Settings
from sandbox import Sandbox
from sandbox.journal import Journal
from sandbox.memory import Keeper, Memory, Unreadable
from sandbox.page import page_routes


@dataclass
class _Front:
    """The page, made when the workspace is, before the bot connects to it."""

    backstage: Backstage
    memory: Memory
    locale: str
    journals: list[Journal] = field(default_factory=list)
    keepers: list[Keeper] = field(default_factory=list)

    def routes(self, slack: Sandbox) -> Sequence[BaseRoute]:
        journal = Journal(slack)
        keeper = Keeper(self.memory, slack, journal)
        self.memory.recall(slack, journal)
        self.journals.append(journal)
        self.keepers.append(keeper)
        return page_routes(
            slack, self.backstage, locale=self.locale, offers=OFFERS, journal=journal, on_change=keeper.ring
        )


@dataclass(frozen=True)
class Practice:
    """A practice workspace at work."""

    slack: Sandbox
    bot: Bot
    backstage: Backstage


def _with_pages(settings: Settings, port: int) -> Settings:
    """With a port for the pages that letters lead to: beside that of the practice page, so that their links still lead there
    another day."""
    beside = free_port(port + 1 if port else 0)
    return replace(settings, port=beside, public_url=f"http://{HERE}:{beside}")


def _memory_beside(database: Path) -> Memory:
    """Raises Unreadable, first of all for a database that no practice workspace made: people may be in it."""
    file = database.with_name(f"{database.name}.workspace")
    if database.exists() and not file.exists():
        raise Unreadable(f"{database} is there, and no {file.name} beside it. Nothing was written: give it a new file")
    return Memory(file)


@asynccontextmanager
async def practice(
    database: Path,
    *,
    port: int,
    people: int = 12,
    empty: bool = False,
    locale: str = "fr",
    texts: Path | None = None,
    begins: datetime | None = None,
) -> AsyncIterator[Practice]:
    """Open it; the page is at `slack.base_url`. The bot remembers in `database`, the workspace in a file beside it; what is there
    already is taken up where it was left, what is new begins now, or at `begins`. Raises Unreadable, StoreUnavailable,
    and OSError when the port is taken."""
    with alone_on(database), closing(_memory_beside(database)) as memory:
        is_new, clock = memory.is_empty, MovableClock(memory.clock() or begins or real_clock())
        backstage = Backstage(clock, texts)
        front = _Front(backstage, memory, locale)
        async with Sandbox.serve(clock=clock, port=port, routes=front.routes) as slack:
            figures = open_accounts(slack, practising(people), locale) if is_new else {}
            slack.workspace.name = NAME if is_new else slack.workspace.name
            settings = _with_pages(settings_for(slack, database, texts), port)
            async with (
                front.keepers[0].keeping(),
                Bot.open(settings, clock=clock, postman=PageOfLetters(slack.workspace)) as bot,
                bot.answering(),
            ):
                await slack.connected()
                if is_new and not empty:
                    await set_up(bot, slack, figures, locale)
                backstage.bot = bot
                await backstage.settle()
                yield Practice(slack, bot, backstage)
