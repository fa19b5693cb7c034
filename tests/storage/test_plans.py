"""What is asked at every tick goes by an index, however much is waiting."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import Store, Transaction, conversations, members, outbox
from tests.storage.conftest import HERE, HOUSE, NINE, OpenStore, a_conversation, an_intention, somebody


@pytest.fixture
async def sqlite_store(ready_sqlite_url: str, open_store: OpenStore) -> Store:
    store = open_store(ready_sqlite_url)

    def fill(tx: Transaction) -> None:
        conversations.begin(tx, a_conversation(), shape="x", parent=None, by=None, now=NINE)
        outbox.enqueue(tx, an_intention(), NINE)

    await store.run(fill, HERE)
    return store


def plan_of(verb: Callable[[Transaction], Any]) -> Callable[[Transaction], list[str]]:
    """A unit giving how SQLite goes about each statement of `verb`."""

    def unit(tx: Transaction) -> list[str]:
        said: list[tuple[str, Any]] = []
        sa.event.listen(tx.connection, "before_cursor_execute", lambda *args: said.append((args[2], args[3])))
        verb(tx)
        return [
            row[3]
            for statement, parameters in list(said)
            for row in tx.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", parameters[0] if isinstance(parameters, list) else parameters
            )
        ]

    return unit


@pytest.mark.parametrize(
    ("verb", "index"),
    [
        (lambda tx: conversations.due(tx, NINE, 500), "ix_conversation_due"),
        (conversations.next_wake, "ix_conversation_due"),
        (lambda tx: outbox.claim(tx, NINE, 500, timedelta(minutes=1)), "ix_outbox_ready"),
        (lambda tx: outbox.claim(tx, NINE, 500, timedelta(minutes=1)), "ix_outbox_waiting"),
        (lambda tx: outbox.next_at(tx, NINE), "ix_outbox_ready"),
        (lambda tx: outbox.given_up(tx, 10), "ix_outbox_given_up"),
        (lambda tx: outbox.riders(tx, "D1", "1.0"), "ix_outbox_said"),
        (lambda tx: outbox.carriers(tx, "c_1", "welcome"), "sqlite_autoindex_outbox_1"),
        (lambda tx: outbox.withdraw(tx, ["c_1"], NINE), "sqlite_autoindex_outbox_1"),
        (lambda tx: conversations.load(tx, "c_1", somebody, HOUSE), "sqlite_autoindex_casting_1"),
        (
            lambda tx: conversations.load_all(tx, ["c_1", "c_2"], lambda _: somebody, HOUSE),
            "sqlite_autoindex_conversation_1",
        ),
        (lambda tx: conversations.engaged(tx, "onboarding", ("buddy",)), "ix_conversation_flow"),
        (lambda tx: members.find_all(tx, ["m_ana", "m_bob"]), "sqlite_autoindex_member_1"),
        (lambda tx: conversations.save(tx, a_conversation(), NINE), "sqlite_autoindex_casting_1"),
        (lambda tx: conversations.played_by(tx, "m_ana"), "ix_casting_address"),
        (lambda tx: conversations.wake_changed(tx, {"onboarding": "y"}, NINE), "ix_conversation_open_shape"),
    ],
)
async def test_an_index_leads_there(sqlite_store: Store, verb: Callable[[Transaction], Any], index: str) -> None:
    plan = await sqlite_store.run(plan_of(verb), HERE)
    assert any(index in line for line in plan), plan
    whole_tables = [line for line in plan if line.startswith("SCAN") and "USING" not in line and line != "SCAN turns"]
    assert whole_tables == []
