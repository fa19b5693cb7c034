"""Conversations waiting for an answer, as many as there will be answers, and what one answer says to the database.

The first of them is begun, asked and answered for real, in a practice workspace; the others are copies of its rows as they
were before the answer, so that each answer is a true one: decided, written, and followed by the next question.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson
import sqlalchemy as sa
from sqlalchemy import Engine, event

from bot.app import Bot
from bot.clock import MovableClock
from bot.setting_up import SetUp
from bot.settings import Settings
from flows import ALL_FLOWS
from flows.core.model import Flow
from sandbox import Person, Sandbox
from storage import tables
from storage.transaction import Transaction

MORNING = datetime(2026, 3, 31, 8, tzinfo=UTC)
"""A Tuesday, when it is time to ask: the bot's clock stands there, the stopwatch is another."""
FLOW, QUESTION, ANSWER, NEXT = "action_follow_up", "state", "done", "outcome"
DETAILS = {"improvement": "i_1", "finding": "Trop de bruit à l'atelier", "action": "Poser un plafond acoustique"}
PEOPLE = 200
AT_ONCE = 5_000
"""Copies in one transaction."""


class Statement(NamedTuple):
    """As the driver was given it."""

    sql: str
    parameters: Any


@dataclass(frozen=True, slots=True)
class Waiting:
    """What each side is given. `conversations[i]` is about `members[i]`, whose Slack id is `people[i]`; the `body` and the
    `statements` are those of the first."""

    team: str
    secret: str
    body: bytes
    statements: tuple[Statement, ...]
    conversations: tuple[str, ...]
    members: tuple[str, ...]
    people: tuple[str, ...]

    def bodies(self, start: int, count: int) -> list[bytes]:
        """Clicks, each on another conversation, by whoever it is about."""
        first = (self.conversations[0].encode(), self.people[0].encode())
        return [
            self.body.replace(first[0], self.conversations[at].encode()).replace(first[1], self.people[at].encode())
            for at in range(start, start + count)
        ]


def settings_of(slack: Sandbox, url: str) -> Settings:
    return Settings(
        bot_token=slack.bot_token,
        signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
        database_url=url,
        ballot_key=bytes(32),
        words_keys=(bytes(32),),
        port=0,
        door="http",
    )


@asynccontextmanager
async def cooperative(
    url: str, flows: Sequence[Flow] = ALL_FLOWS
) -> AsyncIterator[tuple[Bot, Sandbox, list[Person], int]]:
    """The whole bot in a practice workspace, listening; its people have the same ids each time."""
    clock = MovableClock(MORNING)
    async with Sandbox.serve(clock=clock) as slack:
        people = [
            slack.add_person(f"Personne {number}", id=f"U8{number:08}", is_admin=number == 0, is_owner=number == 0)
            for number in range(PEOPLE)
        ]
        async with Bot.open(settings_of(slack, url), clock=clock, flows=flows) as bot, bot.answering() as port:
            assert port is not None, "an HTTP door has one"
            yield bot, slack, people, port


async def prepare(url: str, count: int) -> Waiting:
    """Let `count` conversations wait for an answer in the database at `url`."""
    async with cooperative(url) as (bot, slack, people, port):
        lead, person = people[0], people[1]
        assert not await bot.desk.set_up(slack.team_id, lead.id, SetUp(name="Les Lucioles", management=(lead.id,)))
        await bot.desk.begin(slack.team_id, FLOW, {"subject": person.id}, date(2026, 3, 31), DETAILS)
        await bot.settle()
        ids = await bot.store.run(lambda tx: _copied(tx, count), slack.team_id)
        slack.deliver_over_http(f"http://127.0.0.1:{port}/slack/events")
        with recorded() as statements:
            message = slack.workspace.dm_with(person).messages[-1]
            ack = await person.click(message, value=ANSWER)
        assert ack.acknowledged, ack.problem
        body = urlencode({"payload": orjson.dumps(slack.deliveries[-1].payload).decode()}).encode()
        conversations, members, slack_ids = zip(*ids, strict=True)
        return Waiting(slack.team_id, slack.signing_secret, body, tuple(statements), conversations, members, slack_ids)


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """What the database is told meanwhile."""
    heard: list[Statement] = []

    def hear(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        heard.append(Statement(sql, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def answered(tx: Transaction) -> int:
    """How many conversations were answered: each is asked the next question, once."""
    row = tables.outbox.c
    told = sa.select(sa.func.count(row.conversation.distinct())).where(row.step == NEXT, row.kind == "post")
    return tx.connection.execute(told).scalar_one()


def _copied(tx: Transaction, count: int) -> list[tuple[str, str, str]]:
    """Copy the one conversation there is. The ids of all, itself first: its own, its member's, and their Slack id."""
    everyone = tx.connection.execute(sa.select(tables.member.c.id, tables.member.c.slack_id)).all()
    talk, cast, said = (_only_row(tx, table) for table in (tables.conversation, tables.casting, tables.outbox))
    first, me = talk["id"], talk["subject"]
    ids = [(first, me, next(row.slack_id for row in everyone if row.id == me))]
    ids += [(f"c_{at:016x}", *everyone[at % len(everyone)]) for at in range(1, count)]
    for start in range(1, count, AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        for table, row in ((tables.conversation, talk), (tables.casting, cast), (tables.outbox, said)):
            tx.connection.execute(sa.insert(table), [_renamed(row, {first: one[0], me: one[1]}) for one in batch])
    return ids


def _only_row(tx: Transaction, table: sa.Table) -> dict[str, Any]:
    rows = sa.select(table).where(table.c.step == QUESTION) if table is tables.outbox else sa.select(table)
    row = dict(tx.connection.execute(rows).mappings().one())
    number = table.autoincrement_column
    return {name: value for name, value in row.items() if number is None or name != number.name}


def _renamed(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The row with other ids, wherever they are written in it."""
    renamed = {}
    for name, value in row.items():
        if isinstance(value, dict):
            text = orjson.dumps(value).decode()
            for old, new in names.items():
                text = text.replace(old, new)
            renamed[name] = orjson.loads(text)
        else:
            renamed[name] = names.get(value, value) if isinstance(value, str) else value
    return renamed
