"""Waking what is due: a conversation that cannot be woken holds back nobody, wherever it is."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.waking import AT_ONCE, SET_ASIDE
from storage import Transaction, conversations, tables
from tests.bot.cooperative import WORKSPACE, cooperative


async def test_a_spoiled_conversation_is_set_aside_and_all_the_others_are_woken(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        spoiled = await coop.talk("onboarding")
        now, row = coop.clock(), tables.conversation.c

        def unit(tx: Transaction) -> None:
            """The spoiled one is due last, behind a backlog of another cooperative, of flows that are no more."""
            for number in range(2 * AT_ONCE):
                gone: dict[str, Any] = {
                    "id": f"c_{number}",
                    "workspace_id": "T0ELSEWHERE",
                    "flow": "no_more",
                    "shape": "x",
                }
                gone |= {"wake_at": now - timedelta(hours=1), "begun_at": now, "status": "open", "version": 1}
                tx.connection.execute(sa.insert(tables.conversation), EMPTY | gone)
            broken = sa.update(tables.conversation).where(row.id == spoiled.id)
            tx.connection.execute(broken.values(wake_at=now, steps={"welcome": {"state": "unheard of"}}))

        await coop.store.run(unit)
        await coop.desk.tick()
        assert caplog.text.count("cannot be woken") == 1
        left = await coop.store.run(lambda tx: conversations.due(tx, now, 1_000))
        assert left == []
        assert await coop.store.read(lambda tx: wake_at(tx, spoiled.id), WORKSPACE) == now + SET_ASIDE


EMPTY: dict[str, Any] = {"anchors": {}, "details": {}, "steps": {}, "vacant": []}


def wake_at(tx: Transaction, id: str) -> object:
    row = tables.conversation.c
    return tx.connection.execute(sa.select(row.wake_at).where(row.id == id)).scalar()
