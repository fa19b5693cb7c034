"""A cooperative at work, set up in a moment: the practice workspace, the bot connected to it, and a clock moved by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.app import Bot
from bot.clock import MovableClock
from bot.desk import Desk
from bot.rehearsal.company import LINKS, NAME, Figure, company
from bot.rehearsal.mailbag import Mailbag
from bot.setting_up import Card, SetUp
from bot.settings import Settings
from flows import ALL_FLOWS
from flows.core.model import SUBJECT, Flow
from flows.core.people import QVCT_LEAD
from flows.joining.parts import CHOOSER, JOB_BUDDY, SUPERVISOR
from flows.joining.parts import VOLUNTEERS as VOLUNTEERS_PART
from sandbox import Person, Sandbox
from storage import outbox, waking
from storage.store import Store
from storage.transaction import Transaction

ZONE = ZoneInfo("Europe/Paris")
VOLUNTEERS, NEWS = "volontaires", "annonces"


@dataclass
class Stage:
    """A cooperative at work. `settle` lets the bot do all that is due at the clock's hour, wherever the bot runs; `store`
    looks at what it remembers."""

    slack: Sandbox
    store: Store
    clock: MovableClock
    people: Mapping[Figure, Person]
    mailbag: Mailbag
    settle: Callable[[], Awaitable[None]]
    desk: Desk | None = None

    async def begin(self, flow: str, subject: Person, start: date) -> None:
        """Begin a flow by itself about `subject`, every other part played by somebody, every anchor being `start`."""
        assert self.desk is not None, "only where the bot runs here"
        found = next(known for known in ALL_FLOWS if known.name == flow)
        played = _parts_of(found, self.people, subject, self.slack.channel(VOLUNTEERS).id)
        sought = {"part": JOB_BUDDY} if "part" in found.all_details else {}
        await self.desk.begin(self.slack.team_id, flow, played, start, sought)

    async def next_event(self) -> datetime | None:
        """When something is due next for the bot."""
        return await next_event(self.store, self.clock)


async def next_event(store: Store, clock: MovableClock) -> datetime | None:
    """When something is due next for whoever remembers in `store`."""

    def moments(tx: Transaction) -> list[datetime | None]:
        return [waking.next_wake(tx), outbox.next_at(tx, clock())]

    return min((moment for moment in await store.read(moments) if moment), default=None)


@asynccontextmanager
async def staged(begin: datetime, *, people: int, locale: str, texts: Path | None = None) -> AsyncIterator[Stage]:
    """Set the stage at the instant `begin`: everybody has an account but the newcomer, and the cooperative is set up."""
    clock = MovableClock(begin)
    mailbag = Mailbag()
    with TemporaryDirectory() as folder:
        async with Sandbox.serve(clock=clock) as slack:
            figures = open_accounts(slack, company(people), locale)
            settings = settings_for(slack, Path(folder) / "rehearsal.db", texts)
            async with Bot.open(settings, clock=clock, postman=mailbag) as bot, bot.answering():
                await slack.connected()
                await set_up(bot, slack, figures, locale)
                yield Stage(slack, bot.store, clock, figures, mailbag, bot.settle, bot.desk)


def _parts_of(flow: Flow, people: Mapping[Figure, Person], subject: Person, volunteers: str) -> dict[str, str]:
    """Who plays what (parts to Slack ids): the supervisor and the management their own, the others in order."""
    figures = {figure: person.id for figure, person in people.items() if person is not subject}
    supervisor = next((who for figure, who in figures.items() if figure.is_supervisor), next(iter(figures.values())))
    lead = next(who for figure, who in figures.items() if figure.is_management)
    known = {SUBJECT: subject.id, SUPERVISOR: supervisor, CHOOSER: lead, VOLUNTEERS_PART: volunteers}
    others = cycle([who for who in figures.values() if who not in (supervisor, lead)] or [lead])
    return {part: known.get(part) or next(others) for part in flow.parts}


def settings_for(slack: Sandbox, database: Path, texts: Path | None = None) -> Settings:
    """What a bot is told to live in the practice workspace."""
    return Settings(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        slack_api_url=slack.api_url,
        database_url=f"sqlite:///{database}",
        texts_folder=texts,
    )


def open_accounts(slack: Sandbox, figures: Iterable[Figure], locale: str) -> dict[Figure, Person]:
    """Give everybody an account, but the newcomers, who will have one on their first day."""
    spoken = {"fr": "fr-FR", "en": "en-US"}[locale]
    people = {}
    for figure in figures:
        lead, here = figure.is_management, not figure.is_newcomer
        people[figure] = slack.add_person(
            figure.first_name,
            figure.last_name,
            locale=spoken,
            title=figure.title(locale),
            is_admin=lead,
            is_owner=lead,
            joined=here,
        )
    joined = [person for person in people.values() if person.joined]
    for name in (VOLUNTEERS, NEWS):
        slack.add_channel(name, members=joined, with_bot=True)
    return people


async def set_up(bot: Bot, slack: Sandbox, people: Mapping[Figure, Person], locale: str) -> None:
    """Decide for the cooperative what its management would decide in the windows."""
    lead = next(person for figure, person in people.items() if figure.is_management)
    choices = SetUp(
        name=NAME,
        legal_form="scop",
        locale=locale,
        volunteers_channel=slack.channel(VOLUNTEERS).id,
        announcements_channel=slack.channel(NEWS).id,
        management=(lead.id,),
        links=LINKS,
    )
    await bot.settle()
    await bot.desk.set_up(slack.team_id, lead.id, choices)
    today = bot.clock().astimezone(ZONE).date()
    for figure, person in people.items():
        if person.joined:
            since = today.replace(day=1, year=today.year - figure.years) if figure.years is not None else None
            roles = frozenset({QVCT_LEAD}) if figure.is_qvct_lead else None
            card = Card(person=person.id, trade=figure.trade, team=figure.team, associate_since=since, roles=roles)
            await bot.desk.describe(slack.team_id, lead.id, card)
    await bot.settle()
