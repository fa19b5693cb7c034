"""What is asked at every tick goes by an index, however much is waiting."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import Store, Transaction, chores, conversations, members, outbox, turns, waking, withdrawing
from storage.turns import FEW
from storage.waking import Due
from tests.storage.conftest import HERE, HOUSE, NINE, OpenStore, a_conversation, an_intention, somebody


@pytest.fixture
async def sqlite_store(sqlite_url: str, open_store: OpenStore) -> Store:
    store = open_store(sqlite_url)

    def fill(tx: Transaction) -> None:
        conversations.begin(tx, a_conversation(), shape="x", parent=None, by=None, now=NINE)
        outbox.enqueue(tx, an_intention(), NINE)

    await store.run(fill, HERE)
    return store


MADE_HERE = frozenset(
    {"SCAN recipients", "SCAN (subquery-3)", "SCAN leap", "SCAN ready", "SCAN some", "SCAN found", "SCAN turn"}
)
"""What is read whole because the statement has just made it (short, but for what is put in turn: all that is due); and turns, of
which a workspace has one."""


def a_backlog_then(verb: Callable[[Transaction], Any]) -> Callable[[Transaction], Any]:
    def unit(tx: Transaction) -> None:
        for number in range(FEW):
            outbox.enqueue(tx, an_intention(str(number), f"m_{number}"), NINE)
        verb(tx)

    return unit


def plan_of(
    verb: Callable[[Transaction], Any], explain: str = "EXPLAIN QUERY PLAN"
) -> Callable[[Transaction], list[str]]:
    """A unit giving how the database goes about each statement of `verb`."""

    def unit(tx: Transaction) -> list[str]:
        said: list[tuple[str, Any]] = []
        sa.event.listen(tx.connection, "before_cursor_execute", lambda *args: said.append((args[2], args[3])))
        tx.scope.is_heard = True  # as it would find in the next transaction
        verb(tx)
        return [
            row[-1]
            for statement, parameters in list(said)
            for row in tx.connection.exec_driver_sql(
                f"{explain} {statement}", parameters[0] if isinstance(parameters, list) else parameters
            )
        ]

    return unit


@pytest.mark.parametrize(
    ("verb", "index"),
    [
        (lambda tx: waking.due(tx, NINE, 500), "ix_conversation_due"),
        (waking.next_wake, "ix_conversation_due"),
        (lambda tx: outbox.claim(tx, NINE, 500, timedelta(minutes=1)), "ix_outbox_ready_by_workspace"),
        (lambda tx: turns.waiting(tx, NINE, 100), "ix_outbox_ready"),
        (a_backlog_then(lambda tx: turns.waiting(tx, NINE, 100)), "ix_outbox_ready_by_workspace"),
        (lambda tx: turns.claim(tx, NINE, 100, timedelta(minutes=1), [HERE]), "sqlite_autoindex_turn_1"),
        (lambda tx: waking.in_turn(tx, NINE, 500), "ix_conversation_due"),
        (lambda tx: waking.still_due(tx, [Due(HERE, "c_1")], NINE), "sqlite_autoindex_conversation_1"),
        (lambda tx: chores.claim(tx, NINE, timedelta(minutes=1)), "ix_chore_due_at"),
        (lambda tx: outbox.claim(tx, NINE, 500, timedelta(minutes=1)), "SEARCH before USING INDEX ix_outbox_waiting"),
        (
            lambda tx: outbox.claim(tx, NINE, 500, timedelta(minutes=1)),
            "SEARCH candidate USING INDEX ix_outbox_waiting",
        ),
        (lambda tx: outbox.claim(tx, NINE, 500, timedelta(minutes=1)), "SEARCH earlier USING INDEX ix_outbox_waiting"),
        (lambda tx: turns.waiting(tx, NINE, 100), "SEARCH earlier USING INDEX ix_outbox_waiting"),
        (lambda tx: outbox.next_at(tx, NINE), "ix_outbox_ready"),
        (lambda tx: outbox.given_up(tx, 10), "ix_outbox_given_up"),
        (lambda tx: outbox.riders(tx, "D1", "1.0"), "ix_outbox_said"),
        (lambda tx: outbox.carriers(tx, "c_1", "welcome"), "sqlite_autoindex_outbox_1"),
        (lambda tx: withdrawing.withdraw(tx, ["c_1"], NINE), "sqlite_autoindex_outbox_1"),
        (lambda tx: conversations.load(tx, "c_1", somebody, HOUSE), "sqlite_autoindex_casting_1"),
        (
            lambda tx: conversations.load_all(tx, ["c_1", "c_2"], lambda _: somebody, HOUSE),
            "sqlite_autoindex_conversation_1",
        ),
        (lambda tx: conversations.engaged(tx, "onboarding", ("buddy",)), "ix_conversation_flow"),
        (lambda tx: members.find_all(tx, ["m_ana", "m_bob"]), "sqlite_autoindex_member_1"),
        (lambda tx: conversations.save(tx, a_conversation(), NINE), "sqlite_autoindex_casting_1"),
        (lambda tx: conversations.played_by(tx, "m_ana"), "ix_casting_address"),
        (lambda tx: waking.wake_changed(tx, {"onboarding": "y"}, NINE), "ix_conversation_open_shape"),
    ],
)
async def test_an_index_leads_there(sqlite_store: Store, verb: Callable[[Transaction], Any], index: str) -> None:
    plan = await sqlite_store.run(plan_of(verb), HERE)
    assert any(index in line for line in plan), plan
    whole_tables = [line for line in plan if line.startswith("SCAN") and "USING" not in line and line not in MADE_HERE]
    assert whole_tables == []


async def test_postgresql_reads_no_backlog_to_find_the_first_of_it(postgresql_url: str, open_store: OpenStore) -> None:
    store = open_store(postgresql_url)

    def fill(tx: Transaction) -> None:
        for number in range(3_000):
            outbox.enqueue(tx, an_intention(str(number), f"m_{number}"), NINE)

    await store.run(fill, HERE)
    await store.run(lambda tx: tx.connection.exec_driver_sql("ANALYZE outbox"))
    looked_at = (
        lambda tx: turns.waiting(tx, NINE, 100),
        lambda tx: outbox.claim(tx, NINE, 60, timedelta(minutes=1)),
        lambda tx: outbox.next_at(tx, NINE),
    )
    for verb in looked_at:
        plan = await store.run(plan_of(verb, "EXPLAIN (ANALYZE, FORMAT TEXT)"), HERE)
        assert not [line for line in plan if "Seq Scan on outbox" in line], plan
        assert max(int(found) for line in plan for found in re.findall(r"actual .* rows=(\d+)", line)) < 200, plan
