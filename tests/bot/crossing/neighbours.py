"""Two cooperatives on one database: in one, months were lived; in the other, somebody who holds every role tries the ids of the
first, in requests signed as Slack signs them."""

import json
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from bot.app import Bot
from bot.clock import MovableClock
from bot.improving import Line, add
from bot.installed import ManyWorkspaces
from bot.leaving.beginning import Told, tell_departure
from bot.leaving.handover import add as add_mission
from bot.polls.opening import open_by_hand
from bot.setting_up import Card, SetUp
from bot.settings import Settings
from bot.welcoming import Newcomer
from flows.core.people import ROLES
from sandbox import Person, Sandbox
from sandbox.delivery import Attempt
from sandbox.payloads import TOKEN
from sandbox.signed_http import SignedHttp
from storage import Transaction, conversations, departures, improvements, members, missions, outbox, polls
from storage.installations import Installation
from storage.keys import KEY_LENGTH
from storage.tables import metadata
from tests.bot.cooperative import WORKSPACE, Cooperative
from tests.bot.leaving.left import DEBRIEFER, LEAVER, supervised, the_departure, told
from tests.bot.rights import lived
from tests.storage.conftest import an_intention

MISSION, WORD = "Les commandes de mélèze", "Merci à la scie circulaire"
MARKERS = (
    *(f"Personne {number}" for number in range(12)),
    *("Lila", "Besson", "Noor", "Haddad", lived.EMAIL, lived.AT_HOME, "Le mot de "),
    *(lived.REPLIED, lived.OF_NOOR, lived.TO_NOOR, lived.ACTION, "Lila a vu ceci", lived.MISSING, MISSION, WORD),
)
"""What only the first cooperative says: nobody of the other is to read any of it."""
TWIN = "U00"
"""An account that both have, as people of an organisation do: it leads here, and there."""
MARGIN = timedelta(hours=2)
"""How long nothing of the first cooperative is due: whatever changes there then is the doing of the other."""

Rows = dict[str, list[str]]
Json = dict[str, Any]


@dataclass(frozen=True)
class Ids:
    """What there is of each kind in a cooperative: the id of one. `talks`: a conversation of each flow, and its steps."""

    one: Mapping[str, str]
    talks: Mapping[str, tuple[str, tuple[str, ...]]]

    def each(self) -> Iterator[str]:
        """Everything a button may carry or a window be about."""
        one = self.one
        yield from one.values()
        yield from (f"{one['departure']}|{one['mission']}", f"{one['departure']}|", f"{self.talks['buddies'][0]}|buddy")
        yield from (talk for talk, _ in self.talks.values())


MACHINERY = ("turn",)
"""What says when a cooperative was spoken to: its own hours move it, whoever makes a gesture."""


@dataclass
class Teller:
    """Sends what Slack sends for one person of one workspace: the one place that says which."""

    slack: Sandbox
    person: Person
    http: SignedHttp
    team: str

    async def event(self, event: Json) -> Attempt:
        told = {"team_id": self.team, "user_id": self.slack.bot_user_id, "is_bot": True, "enterprise_id": None}
        return await self.http.carry(
            "events_api",
            {
                "token": TOKEN,
                "type": "event_callback",
                "team_id": self.team,
                "context_team_id": self.team,
                "api_app_id": self.slack.workspace.app_id,
                "event": {**event, "event_ts": self.slack.workspace.new_ts()},
                "event_id": self.slack.workspace.new_id("Ev"),
                "event_time": int(self.slack.workspace.seconds()),
                "authorizations": [{**told, "is_enterprise_install": False}],
            },
            None,
        )

    async def command(self, text: str) -> Attempt:
        return await self.http.carry(
            "slash_commands",
            {
                "token": TOKEN,
                "team_id": self.team,
                "channel_id": self.slack.workspace.dm_with(self.person).id,
                "user_id": self.person.id,
                "command": "/parcours",
                "text": text,
                "is_enterprise_install": "false",
                "trigger_id": self.slack.permits.trigger(self.person),
            },
            None,
        )

    async def shortcut(self, callback_id: str) -> Attempt:
        return await self._interaction({"type": "shortcut", "callback_id": callback_id})

    async def pressed(self, action: Json, spot: tuple[str, str] | None = None) -> Attempt:
        """In the conversation with us, or on the message at `spot`."""
        channel, ts = spot or (self.slack.workspace.dm_with(self.person).id, "1.0")
        container = {"type": "message", "channel_id": channel, "message_ts": ts}
        return await self._interaction({"type": "block_actions", "container": container, "actions": [action]})

    async def submitted(self, view: Json) -> Attempt:
        full = {**view, "id": "V0", "app_installed_team_id": self.team, "team_id": self.team, "type": "modal"}
        return await self._interaction({"type": "view_submission", "view": full})

    async def _interaction(self, more: Json) -> Attempt:
        user = {"id": self.person.id, "name": self.person.name, "team_id": self.team}
        always = {"token": TOKEN, "team": {"id": self.team}, "user": user, "is_enterprise_install": False}
        trigger = self.slack.permits.trigger(self.person)
        return await self.http.carry("interactive", {**always, "trigger_id": trigger, **more}, None)


@dataclass
class Neighbours:
    """`theirs`: the ids of the first cooperative, `ours` those of the one from which they are tried."""

    first: Cooperative
    bot: Bot
    slack: Sandbox
    clock: MovableClock
    teller: Teller
    theirs: Ids
    ours: Ids
    before: Rows
    heard: int = 0
    answers: list[Any] = field(default_factory=list)
    uploaded: set[str] = field(default_factory=set)

    async def make(self, gesture: Awaitable[Attempt]) -> Attempt:
        """Have it made, and keep what is answered at once."""
        self.clock.advance(timedelta(milliseconds=100))
        attempt = await gesture
        assert attempt.acknowledged, attempt
        self.answers.append(attempt.body)
        return attempt

    def windows(self) -> list[Json]:
        """Those that were opened, the latest last."""
        shown = [call.payload["view"] for call in self.slack.transcript if call.method == "views.open"]
        return [json.loads(one) if isinstance(one, str) else one for one in shown]

    async def betrayals(self) -> list[str]:
        """What of the first cooperative is said, shown or given, since this was asked last."""
        await self.bot.settle()
        calls, answers = self.slack.transcript[self.heard :], self.answers[:]
        self.heard = len(self.slack.transcript)
        self.answers.clear()
        files = {id: one.content for id, one in self.slack.workspace.uploads.items() if id not in self.uploaded}
        self.uploaded |= files.keys()
        said = json.dumps([[call.payload for call in calls], answers], ensure_ascii=False, default=str)
        said += "".join((content or b"").decode(errors="replace") for content in files.values())
        return [marker for marker in MARKERS if marker in said]

    async def changes(self) -> Rows:
        """The rows of the first cooperative that are no more as they were, or are new."""
        after = await rows(self.first)
        return {name: changed for name in after if (changed := sorted({*after[name]} ^ {*self.before[name]}))}


async def rows(coop: Cooperative) -> Rows:
    """All that is kept of a cooperative."""

    def unit(tx: Transaction) -> Rows:
        kept = [one for one in metadata.sorted_tables if "workspace_id" in one.c and one.name not in MACHINERY]
        of_it = {one.name: sa.select(one).where(one.c.workspace_id == tx.workspace) for one in kept}
        return {name: sorted(map(repr, tx.connection.execute(wanted))) for name, wanted in of_it.items()}

    return await coop.store.read(unit, WORKSPACE)


def ids_of(tx: Transaction, bot: Any, now: Any) -> Ids:
    from bot.conductor import Conductor

    conductor = Conductor(tx, bot.desk._score, now)
    talks = {}
    for flow in bot.flows:
        for id in conversations.of_flow(tx, flow.name)[-1:]:
            reached = conductor.load(id).steps
            talks[flow.name] = (id, tuple(reached) or (flow.steps[0].name,))
    found = {
        one.id: one for member in members.everyone(tx, active_only=False) for one in departures.of_member(tx, member.id)
    }
    departure = sorted(found)[-1]
    failed = outbox.given_up(tx, 1)
    one = {
        "departure": departure,
        "mission": missions.of_departure(tx, departure)[0].id,
        "round": polls.all_rounds(tx)[-1].id,
        "line": improvements.under_way(tx)[0].id,
        "member": members.everyone(tx)[-1].id,
        "account": next(one.slack_id for one in members.everyone(tx) if one.slack_id not in (TWIN, None)) or "",
        "delivery": str(failed[0].id) if failed else "0",
    }
    return Ids(one, talks)


@asynccontextmanager
async def neighbours(database_url: str) -> AsyncIterator[Neighbours]:
    async with lived.a_year(database_url) as first:
        await _go_on(first)
        clock = MovableClock(first.clock())
        async with Sandbox.serve(clock=clock) as slack:
            slack.ack_seconds = 30.0  # a slow machine is not what is tried here
            lead = slack.add_person("Awa", "Leroux", id=TWIN, is_admin=True, is_owner=True)
            others = [slack.add_person(f"Prénom{number}", "Martin") for number in range(9)]
            key = bytes(KEY_LENGTH)
            settings = Settings(
                client_id="1000.sandbox",
                client_secret="a-secret",
                signing_secret=slack.signing_secret,
                public_url="http://127.0.0.1",
                slack_api_url=slack.api_url,
                database_url=database_url,
                words_keys=(key,),
                ballot_key=key,
                port=0,
                door="http",
            )
            async with Bot.open(settings, clock=clock) as bot, bot.answering() as port:
                await _let_in(bot, {WORKSPACE: "xoxb-theirs", slack.team_id: slack.bot_token})
                slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
                await _live_here(bot, slack.team_id, lead, others)
                teller = Teller(slack, lead, slack.http, slack.team_id)
                ours = await bot.store.read(lambda tx: ids_of(tx, bot, clock()), slack.team_id)
                theirs = await bot.store.read(lambda tx: ids_of(tx, bot, clock()), WORKSPACE)
                made = Neighbours(first, bot, slack, clock, teller, theirs, ours, await rows(first))
                await made.betrayals()
                yield made


async def _let_in(bot: Bot, tokens: Mapping[str, str]) -> None:
    """One process serves both."""
    assert isinstance(bot.installed, ManyWorkspaces)
    for id, token in tokens.items():
        await bot.installed.let_in(
            Installation(id=id, token=token, bot_id="B1", bot_user_id="UBOT", installed_at=bot.clock())
        )
    await bot.nights.do_what_is_due()  # who is there is learnt


async def _go_on(first: Cooperative) -> None:
    """After a year, somebody leaves; and something could not be said."""
    await supervised(first)
    assert not await told(first, by="U00", lead="U04", debriefer=DEBRIEFER)
    found = await the_departure(first)
    await first.store.run(lambda tx: departures.change(tx, found.id, words={"word": WORD}), WORKSPACE)
    assert not await first.desk.decide(WORKSPACE, LEAVER, lambda it, me: add_mission(it, me, found.id, MISSION, "U05"))
    while await first.speak():
        continue
    now = first.clock()
    failing = an_intention("failing", recipient=await first.member_id("U04"), at=now, planned=now)
    await first.store.run(lambda tx: outbox.enqueue(tx, failing, now), WORKSPACE)

    def fail(tx: Transaction) -> None:
        (one,) = outbox.claim(tx, now, 10, timedelta(minutes=2))
        outbox.settle_given_up(tx, one.id, "channel_not_found", now)

    await first.store.run(fail, WORKSPACE)
    while (moment := await first.next_event()) is not None and moment < first.clock() + MARGIN:
        await first.live_until(moment)


async def _live_here(bot: Bot, team: str, lead: Person, others: list[Person]) -> None:
    """Enough that each window opens."""
    desk, today = bot.desk, bot.clock().date()
    assert not await desk.set_up(team, lead.id, SetUp(name="La Maison d'à côté", management=(lead.id,)))
    assert not await desk.describe(team, lead.id, Card(person=lead.id, roles=frozenset(ROLES)))
    new, leaver, boss, debriefer, taker = others[:5]
    arriving = Newcomer(first_day=today + timedelta(days=20), person=new.id, supervisor=boss.id)
    assert not await desk.welcome(team, lead.id, arriving)
    done: list[Any] = []
    await desk.act(team, lead.id, lambda it, me: done.append(open_by_hand(it, me, "radar", None)))
    line = Line(finding="Le froid", action="Un poêle", due_on=today + timedelta(days=30), owner=lead.id)
    await desk.act(team, lead.id, lambda it, me: done.append(add(it, me, line)))
    assert done == [None, {}]
    leaving = Told(
        person=leaver.id, last_day=date(2026, 12, 18), kind="resignation", supervisor=boss.id, debriefer=debriefer.id,
        lead=lead.id,
    )  # fmt: skip
    assert not await desk.decide(team, lead.id, lambda it, me: tell_departure(it, me, leaving))

    def plan(tx: Transaction) -> str:
        person = members.by_slack_id(tx, leaver.id)
        assert person is not None
        return departures.of_member(tx, person.id)[0].id

    id = await bot.store.read(plan, team)
    assert not await desk.decide(team, leaver.id, lambda it, me: add_mission(it, me, id, "Le planning", taker.id))
    await bot.settle()
