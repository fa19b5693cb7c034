"""A year lived by several people in a small cooperative, with all that may be kept of one of them: Lila."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.improving import Line, add
from bot.wire import Ref
from flows.core.answers import Form
from flows.joining.fresh_eyes_report import QUESTIONS
from storage import Transaction, contacts, conversations, members, self_radars
from storage.self_radars import SelfRadar
from storage.tables import metadata
from storage.vault import Vault
from tests.bot.cooperative import (
    FIRST_DAY,
    LEAD,
    NEWCOMER,
    VAULT,
    WORKSPACE,
    Cooperative,
    account,
    cooperative,
)
from tests.bot.polls.held import answered_by, opened

LILA, JOB_BUDDY, COOP_BUDDY, NOOR = NEWCOMER, "U02", "U03", "U98"
EMAIL, AT_HOME = "lila@exemple.coop", "lila@maison.exemple"
MISSING = "Un badge pour l'atelier des bois"
REPLIED = "On garde l'idée du tableau, merci de l'avoir dite"
OF_NOOR, TO_NOOR = "Noor trouve les réunions longues", "Une réponse de Lila à la question des réunions"
ACTION = "Isoler la scie à ruban"
WRITTEN = tuple(f"Lila a vu ceci, numéro {number}" for number in range(len(QUESTIONS)))
NAMES = ("Lila", "Besson", EMAIL, AT_HOME, LILA)
HER_WORDS = (MISSING, *WRITTEN, TO_NOOR)


@asynccontextmanager
async def a_year(database_url: str, *, vault: Vault | None = VAULT) -> AsyncIterator[Cooperative]:
    """Lila arrives, meets her buddies, lacks something, hands a report over and is answered; accompanies Noor; owns an action,
    draws her radar, gives an address, is invited to a round and has answered the one that is open."""
    async with cooperative(database_url, vault=vault) as coop:
        await _arrive(coop)
        await _report(coop, LILA, COOP_BUDDY, WRITTEN, {"kept": REPLIED})
        await coop.desk.accounts(
            WORKSPACE, [account(NOOR, first_name="Noor", last_name="Haddad", email="noor@exemple.coop")]
        )
        await _report(coop, NOOR, LILA, (OF_NOOR,) * len(QUESTIONS), {"kept": TO_NOOR})
        await _take_part(coop)
        yield coop


async def _arrive(coop: Cooperative) -> None:
    her = account(LILA, last_name="Besson", zone="Europe/Paris")
    await coop.desk.accounts(WORKSPACE, [her])
    assert not await coop.welcome(person=LILA, job_buddy=JOB_BUDDY, coop_buddy=COOP_BUDDY, first_day=FIRST_DAY)
    for number in (0, 1):
        await coop.answer("buddies", "proposal", "accept", number=number)
    await coop.live_until(datetime(2026, 4, 29, 9, tzinfo=UTC))
    await coop.answer("onboarding", "first_day_went", "something_missing")
    await coop.desk.words(WORKSPACE, LILA, MISSING, "Ev01")
    await coop.live_until(datetime(2026, 5, 4, 9, tzinfo=UTC))
    await coop.answer("onboarding", "met_buddies", "yes")
    await coop.live_until(datetime(2026, 5, 6, 9, tzinfo=UTC))
    await coop.answer("onboarding", "meet_the_team", "two_a_week")
    await coop.live_until(datetime(2026, 5, 28, 9, tzinfo=UTC))


async def _report(coop: Cooperative, author: str, reader: str, written: tuple[str, ...], reply: dict[str, str]) -> None:
    """A report written, sent and answered."""
    author_id, reader_id = await coop.member_id(author), await coop.member_id(reader)

    def begin(conductor: Any, _: Any) -> None:
        conductor.begin("fresh_eyes_report", {"subject": author_id, "coop_buddy": reader_id})

    await coop.desk.act(WORKSPACE, author, begin)
    await coop.speak()
    talk = await coop.talk("fresh_eyes_report")
    for question, words in zip(QUESTIONS, written, strict=True):
        fields = question.answer.fields if isinstance(question.answer, Form) else {}
        given = {list(fields)[-1]: words} if fields else words
        assert await coop.desk.answer(WORKSPACE, author, Ref(talk.id, question.name), given) is None
    assert await coop.answer("fresh_eyes_report", "review", "send") is None
    await coop.live_until(coop.clock() + timedelta(days=1))
    assert await coop.answer("fresh_eyes_report", "reply", reply) is None
    await coop.speak()


async def _take_part(coop: Cooperative) -> None:
    lila, day = await coop.member_id(LILA), coop.clock().date()
    line = Line(finding="Le bruit", action=ACTION, due_on=day + timedelta(days=20), owner=LILA)
    faults: list[Any] = []
    await coop.desk.act(WORKSPACE, LEAD, lambda it, me: faults.append(add(it, me, line)))
    assert faults == [{}]
    radar = SelfRadar(day, {"openness": 3, "decision": None})
    await coop.store.run(lambda tx: self_radars.keep(tx, lila, radar), WORKSPACE)
    await coop.store.run(lambda tx: contacts.give(tx, lila, AT_HOME, day), WORKSPACE)
    closed = await opened(coop, "radar")
    await answered_by(coop, closed, [f"U{number:02}" for number in range(11)] + [LILA], [2, 3, 4])
    await coop.live_until(coop.clock() + timedelta(days=12))
    under_way = await opened(coop, "barometer")
    await answered_by(coop, under_way, [LILA, "U04"], [3])
    await coop.speak()


# ----------------------------------------------------------------------------------------------------- what is kept


async def rows(coop: Cooperative) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, as it is kept."""

    def unit(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
        return {
            table.name: [dict(row) for row in tx.connection.execute(sa.select(table)).mappings()]
            for table in metadata.sorted_tables
        }

    return await coop.store.read(unit)


async def answers(coop: Cooperative) -> str:
    """All that was ever answered, opened."""

    def unit(tx: Transaction) -> str:
        ids = tx.connection.execute(sa.select(metadata.tables["conversation"].c.id)).scalars().all()
        from bot.conductor import Conductor

        conductor = Conductor(tx, coop.score, coop.clock())
        return repr([talk.steps for talk in conductor.known(ids)])

    return await coop.store.read(unit, WORKSPACE)


async def is_known(coop: Cooperative, member: str) -> bool:
    return await coop.store.read(lambda tx: members.find(tx, member), WORKSPACE) is not None


async def about(coop: Cooperative, member: str) -> list[str]:
    """The flows of the conversations in which they play a part."""

    def unit(tx: Transaction) -> list[str]:
        return [one.flow for one in conversations.played_by(tx, member, open_only=False)]

    return await coop.store.read(unit, WORKSPACE)
