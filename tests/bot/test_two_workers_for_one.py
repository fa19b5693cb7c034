"""Two gestures of one person at the same moment, each taken by a worker of its own on one PostgreSQL."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import psycopg

from bot.answering import answered
from bot.conductor import Conductor
from bot.wire import Ref
from storage import Store, Transaction
from tests.bot.cooperative import NEWCOMER, VAULT, WORKSPACE, Cooperative, arrived
from tests.postgres import as_owner

THE_DAY_AFTER = datetime(2026, 4, 29, 9, tzinfo=UTC)
WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted"
PATIENCE = 20


async def test_the_menu_comes_although_another_worker_holds_a_conversation_of_theirs(postgresql_url: str) -> None:
    async with arrived(postgresql_url, THE_DAY_AFTER) as coop:
        async with another_worker_answers(coop, postgresql_url, await what_is_missing(coop)):
            await coop.desk.offer(WORKSPACE, NEWCOMER, "menu")
        [menu] = [one for one in await coop.speak() if one.message == "menu/menu"]
        assert "resume" not in menu.context["hidden"]


async def test_words_typed_as_a_window_is_sent_are_said_to_come_too_late(postgresql_url: str) -> None:
    async with arrived(postgresql_url, THE_DAY_AFTER) as coop:
        async with another_worker_answers(coop, postgresql_url, await what_is_missing(coop)) as let_it_write:
            typing = asyncio.create_task(coop.desk.words(WORKSPACE, NEWCOMER, "Une clé", "Ev01"))
            with psycopg.connect(as_owner(postgresql_url).replace("+psycopg", ""), autocommit=True) as watch:
                while not typing.done() and watch.execute(WAITS).fetchone() is None:
                    await asyncio.sleep(0)
            let_it_write()
            await typing
        assert (await coop.talk("onboarding")).steps["what_is_missing"].value == "Un badge"
        assert "shared/stale" in [one.message for one in await coop.speak()]


async def what_is_missing(coop: Cooperative) -> Ref:
    """The question a newcomer has just been asked."""
    await coop.answer("onboarding", "first_day_went", "something_missing")
    await coop.speak()
    return Ref((await coop.talk("onboarding")).id, "what_is_missing")


@asynccontextmanager
async def another_worker_answers(coop: Cooperative, url: str, ref: Ref) -> AsyncIterator[Callable[[], None]]:
    """In a transaction that lasts until what is given lets it write, or until the end."""
    holds, may_write = threading.Event(), threading.Event()

    def unit(tx: Transaction) -> None:
        conductor = Conductor(tx, coop.score, coop.clock())
        me = conductor.by_slack_id(NEWCOMER)
        assert me is not None
        assert answered(conductor, me, ref, "Un badge", None) is None
        holds.set()
        assert may_write.wait(PATIENCE)

    async with Store.open(url, vault=VAULT) as store:
        answering = asyncio.create_task(store.run(unit, WORKSPACE))
        await asyncio.to_thread(holds.wait, PATIENCE)
        try:
            yield may_write.set
        finally:
            may_write.set()
            await answering
