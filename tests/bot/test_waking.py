"""Waking what is due: a conversation that cannot be woken holds back nobody, wherever it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from bot.conductor import Conductor, CutShort
from bot.deeds import DEEDS
from bot.desk import Desk
from bot.score import Score
from bot.waking import AT_ONCE, SET_ASIDE, wake
from bot.wire import Ref
from flows.core.model import Conversation
from messages import Messages
from storage import Store, Transaction, conversations, tables, waking
from storage.ahead import Look
from tests.bot.cooperative import FIRST_DAY, WORKSPACE, cooperative

T = TypeVar("T")
MORNING_OF_THE_FIRST_DAY = datetime.combine(FIRST_DAY, time(8), UTC)


async def test_a_spoiled_conversation_is_set_aside_and_all_the_others_are_woken(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        spoiled = await coop.talk("onboarding")
        now, row = coop.clock(), tables.conversation.c

        def unit(tx: Transaction) -> None:
            """The spoiled one is due last."""
            backlog_elsewhere(tx, now, 2 * AT_ONCE)
            broken = sa.update(tables.conversation).where(row.id == spoiled.id)
            tx.connection.execute(broken.values(wake_at=now, steps={"welcome": {"state": "unheard of"}}))

        await coop.store.run(unit)
        await coop.desk.tick()
        assert caplog.text.count("cannot be woken") == 1
        left = await coop.store.run(lambda tx: waking.due(tx, now, 1_000))
        assert left == []
        assert await coop.store.read(lambda tx: wake_at(tx, spoiled.id), WORKSPACE) == now + SET_ASIDE


WITHOUT_A_FLOW = sa.update(tables.conversation).values(flow=None)
BY_NOTHING = sa.select(sa.literal(1) / sa.literal(0))


@pytest.mark.parametrize(
    ("database", "asked", "forbidden"),
    [
        ("sqlite_url", WITHOUT_A_FLOW, IntegrityError),
        ("postgresql_url", WITHOUT_A_FLOW, IntegrityError),
        ("postgresql_url", BY_NOTHING, DataError),  # SQLite divides by zero without a word
    ],
    ids=["sqlite-integrity", "postgresql-integrity", "postgresql-data"],
)
async def test_a_conversation_that_asks_the_database_for_what_it_forbids_is_set_aside_alone(
    database: str,
    asked: sa.Executable,
    forbidden: type[Exception],
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with cooperative(request.getfixturevalue(database)) as coop:
        names = ("Malik", "Lila", "Odile")
        for name in names:
            assert await coop.welcome(first_name=name, email=f"{name}@exemple.coop") == {}
        spoiled = await coop.talk("onboarding", names.index("Lila"))

        def look_for_account(conductor: Conductor, talk: Conversation, details: Mapping[str, str]) -> None:
            if talk.id == spoiled.id:
                conductor.tx.connection.execute(asked)

        score = replace(coop.score, deeds={**DEEDS, "look_for_account": look_for_account})
        coop.clock.move_to(MORNING_OF_THE_FIRST_DAY)
        while await wake(coop.store, score, coop.clock()):
            continue
        [trouble] = [record for record in caplog.records if "cannot be woken" in record.message]
        assert trouble.exc_info is not None
        assert trouble.exc_info[0] is forbidden
        looked = [(await coop.talk("onboarding", number)).is_over("look_for_account") for number in range(len(names))]
        assert looked == [True, False, True]
        until = await coop.store.read(lambda tx: wake_at(tx, spoiled.id), WORKSPACE)
        assert until == coop.clock() + SET_ASIDE


class Watched(Store):
    """After each unit, whether this conversation is still to be woken."""

    def watch(self, id: str, now: datetime) -> list[bool]:
        self._watched, self._now, self.waits = id, now, list[bool]()
        return self.waits

    async def run(
        self, unit: Callable[[Transaction], T], workspace: str | None = None, looks: Sequence[Look] = ()
    ) -> T:
        value = await super().run(unit, workspace, looks)
        at = await self.read(lambda tx: wake_at(tx, self._watched))
        self.waits.append(isinstance(at, datetime) and at <= self._now)
        return value


async def test_a_backlog_elsewhere_is_let_wait_while_others_have_their_turn(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        ours, now, row = await coop.talk("onboarding"), coop.clock(), tables.conversation.c

        def unit(tx: Transaction) -> None:
            backlog_elsewhere(tx, now, 4 * AT_ONCE)
            tx.connection.execute(sa.update(tables.conversation).where(row.id == ours.id).values(wake_at=now))

        await coop.store.run(unit)
        async with Watched.open(database_url) as store:
            waits = store.watch(ours.id, now)
            assert await wake(store, coop.score, now) == 4 * AT_ONCE + 1
        first, second, *later = waits
        assert (first, second, any(later), len(later)) == (True, False, False, 3)


async def test_a_flow_that_this_release_has_not_is_left_to_another_that_has_it(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        talk = await coop.talk("onboarding")
        assert talk.wake_at is not None
        coop.clock.move_to(talk.wake_at)
        await wake(coop.store, without(coop.score, "onboarding"), coop.clock())
        assert await coop.store.read(lambda tx: wake_at(tx, talk.id), WORKSPACE) == coop.clock() + SET_ASIDE
        coop.clock.advance(SET_ASIDE)
        await coop.desk.tick()
        assert (await coop.talk("onboarding")).steps.keys() > talk.steps.keys()


async def test_what_is_no_longer_open_is_not_woken_again(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        talk, row = await coop.talk("onboarding"), tables.conversation.c

        def unit(tx: Transaction) -> None:
            stopped = sa.update(tables.conversation).where(row.id == talk.id)
            tx.connection.execute(stopped.values(status="stopped", wake_at=coop.clock()))

        await coop.store.run(unit)
        await coop.desk.tick()
        assert await coop.store.read(lambda tx: wake_at(tx, talk.id), WORKSPACE) is None
        await coop.store.run(lambda tx: conversations.put_off(tx, talk.id, coop.clock()), WORKSPACE)
        assert await coop.store.read(lambda tx: wake_at(tx, talk.id), WORKSPACE) is None


async def test_of_a_move_whose_end_asks_for_what_another_release_has_nothing_is_kept(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        await coop.speak()
        talk = await coop.talk("buddies")
        by, proposal = await coop.asked(talk, "proposal"), Ref(talk.id, "proposal")
        former = Desk(coop.store, without(coop.score, "onboarding"), Messages(), coop.clock, lambda: None)
        with pytest.raises(CutShort):
            await former.answer(WORKSPACE, by, proposal, "decline")
        assert (await coop.talk("buddies")).steps == talk.steps
        assert await coop.speak() == []
        await coop.desk.answer(WORKSPACE, by, proposal, "decline")
        assert (await coop.talk("buddies")).steps["proposal"].to != talk.steps["proposal"].to


def without(score: Score, flow: str) -> Score:
    """As a release that has no such flow plays."""
    return replace(score, flows={name: known for name, known in score.flows.items() if name != flow})


def backlog_elsewhere(tx: Transaction, now: datetime, count: int) -> None:
    """Of flows that are no more, due longer ago than anything here."""
    gone = {"workspace_id": "T0ELSEWHERE", "flow": "no_more", "shape": "x", "status": "open", "version": 1}
    gone |= {"wake_at": now - timedelta(hours=1), "begun_at": now}
    tx.connection.execute(sa.insert(tables.conversation), [EMPTY | gone | {"id": f"c_{one}"} for one in range(count)])


EMPTY: dict[str, Any] = {"anchors": {}, "details": {}, "steps": {}, "vacant": []}


def wake_at(tx: Transaction, id: str) -> object:
    row = tables.conversation.c
    return tx.connection.execute(sa.select(row.wake_at).where(row.id == id)).scalar()
