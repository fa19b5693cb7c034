"""A cooperative that somebody has left, a personal address in hand: the whole bot, its letters, and its pages over HTTP."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from bot.app import Bot
from bot.clock import MovableClock
from bot.conductor import Conductor
from bot.letterbox.links import letterbox_of
from bot.letters import Letter
from bot.postman import NobodyThere
from bot.rehearsal.mailbag import Mail, Mailbag
from bot.rehearsal.ports import free_port
from bot.setting_up import SetUp
from flows.core.answers import Choice, Done, Email, Form, Text
from flows.core.calendar import on
from flows.core.model import SUBJECT, Ask, Conversation, Flow, Say, days, hears_everything
from flows.core.people import Member
from flows.leaving.afterwards import still_in_touch
from sandbox import Person, Sandbox
from storage import contacts, conversations, members, outbox, waking
from storage.outbox import Delivery
from storage.transaction import Transaction
from tests.bot.connected import settings_for

T = TypeVar("T")
MORNING = datetime(2026, 3, 31, 8, tzinfo=UTC)
LAST_DAY = date(2026, 3, 31)
ADDRESS = "lila@exemple.org"
KEY = bytes(range(32))

feedback = Ask(
    "feedback",
    Form(brought=Text(), leaving_with=Text(longest=200)),
    at=on("last_day", days=30),
    by_email=True,
    skippable=True,
    remind_after=(days(5),),
    expires_after=days(60),
)
sharing = Ask(
    "sharing",
    Choice("named", "unnamed", "private"),
    by_email=True,
    only_if=lambda talk: talk.answer(feedback) is not None,
)
news = Flow(
    name="news",
    cast=(SUBJECT, "lead"),
    anchors=("last_day",),
    steps=(
        Say("farewell", at=on("last_day", days=1), by_email=True),
        Say("spared", at=on("last_day", days=7), by_email=True, only_if=hears_everything),
        feedback,
        sharing,
        Say("thanks", by_email=True, only_if=lambda talk: talk.answer(feedback) is not None),
        Say("kept_by_lead", to="lead", only_if=lambda talk: talk.answer(sharing) == "named"),
        Say("one_year", at=on("last_day", months=12), useful_for=days(60), by_email=True),
    ),
)
on_slack = Flow(name="on_slack", steps=(Ask("how_are_you", Text()),))
where_to = Flow(name="where_to", steps=(Ask("address", Email()),))
followed = Flow(
    name="followed",
    cast=(SUBJECT, "lead"),
    fills={SUBJECT: "goes_on"},
    steps=(
        Say("first_word", by_email=True),
        Ask("seen_to", Done(), to="lead", after=days(300), expires_after=days(60)),
    ),
)
"""Somebody else sees to it, whatever becomes of the person."""
OURS = (news, on_slack, where_to, followed)

WORDS = """
{% block farewell %}Bonne route, {{ me.first_name }}.{% endblock %}
{% block farewell__title %}Au revoir{% endblock %}
{% block farewell__subject %}Bonne route{% endblock %}
{% block spared %}Des nouvelles, sans plus.{% endblock %}
{% block spared__title %}Nouvelles{% endblock %}
{% block spared__subject %}Des nouvelles{% endblock %}
{% block feedback %}Deux questions{% if letterbox.rex %} : {{ letterbox.rex }}{% endif %}{% endblock %}
{% block feedback__title %}Ton passage{% endblock %}
{% block feedback__subject %}Comment va la suite ?{% endblock %}
{% block feedback__page %}Deux questions, et rien d'obligatoire.{% endblock %}
{% block feedback__brought %}Ce que j'ai apporté{% endblock %}
{% block feedback__leaving_with %}Ce que j'emporte{% endblock %}
{% block sharing %}Qui peut lire ?{% endblock %}
{% block sharing__title %}Le partage{% endblock %}
{% block sharing__subject %}Le partage{% endblock %}
{% block sharing__named %}Tout, avec mon nom{% endblock %}
{% block sharing__unnamed %}Tout, sans mon nom{% endblock %}
{% block sharing__private %}Rien, c'est pour moi{% endblock %}
{% block thanks %}Merci pour ces mots.{% endblock %}
{% block thanks__title %}Merci{% endblock %}
{% block thanks__subject %}Merci{% endblock %}
{% block kept_by_lead %}Un mot est arrivé.{% endblock %}
{% block kept_by_lead__title %}Un mot{% endblock %}
{% block one_year %}Un an déjà{% if letterbox.touch %} : {{ letterbox.touch }}{% endif %}{% endblock %}
{% block one_year__title %}Un an{% endblock %}
{% block one_year__subject %}Un an déjà{% endblock %}
{% block how_are_you %}Comment vas-tu ?{% endblock %}
{% block how_are_you__title %}Nouvelles{% endblock %}
{% block address %}Où t'écrire ?{% endblock %}
{% block address__title %}Adresse{% endblock %}
{% block first_word %}Un premier mot.{% endblock %}
{% block first_word__title %}Un mot{% endblock %}
{% block first_word__subject %}Un mot{% endblock %}
{% block seen_to %}As-tu pu y veiller ?{% endblock %}
{% block seen_to__title %}À voir{% endblock %}
"""


class Post(Mailbag):
    """A mailbag whose server may refuse an address for good."""

    refused: str | None = None

    async def send(self, to: str, letter: Letter) -> None:
        if self.refused is not None:
            raise NobodyThere(self.refused)
        await super().send(to, letter)


@dataclass
class Parted:
    """`lila` has left; `lead` saw her departure through."""

    bot: Bot
    slack: Sandbox
    clock: MovableClock
    lead: Person
    lila: Person
    post: Post
    url: str
    web: aiohttp.ClientSession

    # -- time, and what is remembered

    async def live(self, lapse: timedelta) -> list[Mail]:
        """Let time go from one due moment to the next; the letters sent meanwhile."""
        end = self.clock() + lapse
        self.post.emptied()
        while (moment := await self._next_event()) is not None and moment <= end:
            self.clock.move_to(max(moment, self.clock()))
            await self.bot.settle()
        self.clock.move_to(end)
        await self.bot.settle()
        return list(self.post.mails)

    async def settle(self) -> list[Mail]:
        self.post.emptied()
        await self.bot.settle()
        return list(self.post.mails)

    async def _next_event(self) -> datetime | None:
        moments = await self.bot.store.read(lambda tx: [waking.next_wake(tx), outbox.next_at(tx, self.clock())])
        return min((moment for moment in moments if moment is not None), default=None)

    async def reads(self, unit: Callable[[Transaction], T]) -> T:
        return await self.bot.store.read(unit, self.slack.team_id)

    async def does(self, unit: Callable[[Conductor], T]) -> T:
        return await self.bot.desk.do(self.slack.team_id, unit)

    async def member(self, person: Person | None = None) -> Member:
        wanted = (person or self.lila).id
        found = await self.reads(lambda tx: members.by_slack_id(tx, wanted))
        assert found is not None
        return found

    async def talk(self, flow: str = "news") -> Conversation:
        return await self.does(lambda it: it.load(conversations.of_flow(it.tx, flow)[-1]))

    async def given_up(self) -> list[Delivery]:
        return await self.reads(lambda tx: outbox.given_up(tx, 100))

    async def address(self) -> str | None:
        return (await self.member()).personal_email

    # -- leaving

    async def begin(self, flow: str = "news") -> None:
        lila, lead = await self.member(), await self.member(self.lead)
        found = next(one for one in OURS if one.name == flow)
        cast = {part: {"subject": lila.id, "lead": lead.id}[part] for part in found.cast}
        await self.does(lambda it: it.begin(flow, cast, anchors=dict.fromkeys(found.anchors, LAST_DAY)))

    async def consent(self, email: str = ADDRESS, pace: Any = "all") -> None:
        lila = await self.member()

        def unit(conductor: Conductor) -> None:
            contacts.give(conductor.tx, lila.id, email, conductor.today, pace)
            conductor.forget(lila.id)

        await self.does(unit)

    async def close_account(self) -> None:
        await self.slack.deactivate(self.lila)
        await self.slack.settled()
        assert not (await self.member()).active

    # -- the web

    async def get(self, url: str, **options: Any) -> tuple[int, str, Mapping[str, str]]:
        async with self.web.get(url, **options) as answer:
            return answer.status, await answer.text(), answer.headers

    async def post_to(self, url: str, given: Any, **options: Any) -> tuple[int, str, Mapping[str, str]]:
        async with self.web.post(url, data=given, **options) as answer:
            return answer.status, await answer.text(), answer.headers

    async def page(self) -> str:
        """The page of her letters: written to now, it leads there."""
        lila = await self.member()
        links = await self.reads(lambda tx: letterbox_of(tx, self.url, lila))
        assert links.rex is not None
        return links.rex.partition("#")[0]


def links_in(mail: Mail) -> list[str]:
    return re.findall(r"https?://\S+", mail.text)


@asynccontextmanager
async def parted(
    folder: Path,
    *,
    public: bool = True,
    smtp: bool = True,
    address: str = "tu",
    locale: str = "fr-FR",
    database_url: str | None = None,
) -> AsyncIterator[Parted]:
    texts = folder / "texts"
    for voice in ("fr", "en"):
        (texts / voice).mkdir(parents=True)
        for flow in OURS:
            (texts / voice / f"{flow.name}.j2").write_text(WORDS, encoding="utf-8")
    clock, post, port = MovableClock(MORNING), Post(), free_port()
    url = f"http://127.0.0.1:{port}"
    async with Sandbox.serve(clock=clock) as slack, aiohttp.ClientSession() as web:
        lead = slack.add_person("Awa", "Leroux", is_admin=True, is_owner=True)
        lila = slack.add_person("Lila", "Besson", locale=locale)
        settings = replace(
            settings_for(slack, folder, "http"),
            port=port,
            public_url=url if public else None,
            texts_folder=texts,
        )
        if database_url is not None:
            settings = replace(settings, database_url=database_url, words_keys=(KEY,), ballot_key=KEY)
        async with (
            Bot.open(settings, clock=clock, postman=post if smtp else None, flows=(*OURS, still_in_touch)) as bot,
            bot.answering(),
        ):
            slack.deliver_over_http(f"{url}/slack/events")
            await bot.settle()
            choices = SetUp(name="Les Lucioles", management=(lead.id,), address=address)  # type: ignore[arg-type]
            assert await bot.desk.set_up(slack.team_id, lead.id, choices) == {}
            await bot.settle()
            yield Parted(bot, slack, clock, lead, lila, post, url, web)
