"""Statements said straight to the driver: they give what SQLAlchemy would have given."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from storage import Store, tables
from storage.prepared import Prepared
from storage.statements import InsertUnlessThere
from storage.transaction import Transaction
from tests.storage.conftest import HERE, NINE

SEEN = tables.seen.c
FIND = sa.select(tables.seen).where(SEEN.event_id == sa.bindparam("wanted"))
SEE = InsertUnlessThere(tables.seen)
MOVE = (
    sa.update(tables.seen)
    .where(SEEN.event_id == sa.bindparam("wanted"))
    .values(at=sa.bindparam("new_at", type_=SEEN.at.type))
)


def a_row(event_id: str = "Ev1") -> dict[str, Any]:
    return {"workspace_id": HERE, "event_id": event_id, "at": NINE}


async def test_it_gives_the_rows_that_sqlalchemy_gives(store: Store) -> None:
    def unit(tx: Transaction) -> None:
        assert SEE(tx, a_row())
        said = Prepared(FIND)
        theirs = tx.connection.execute(FIND, {"wanted": "Ev1"}).mappings().all()
        assert said.all(tx, {"wanted": "Ev1"}) == [dict(row) for row in theirs] == [a_row()]
        assert said.first(tx, {"wanted": "Ev1"}) == a_row()
        assert said.first(tx, {"wanted": "Ev2"}) is None

    await store.run(unit, HERE)


async def test_whoever_listens_to_sqlalchemy_hears_it_too_from_the_next_transaction_on(store: Store) -> None:
    heard: list[str] = []

    def listen(tx: Transaction) -> None:
        sa.event.listen(tx.connection, "before_cursor_execute", lambda *args: heard.append(args[2]))

    def unit(tx: Transaction) -> None:
        assert SEE(tx, a_row())
        assert not SEE(tx, a_row())
        assert Prepared(FIND).first(tx, {"wanted": "Ev1"}) == a_row()

    await store.run(listen, HERE)
    await store.run(unit, HERE)
    assert [sql.split()[0] for sql in heard if "seen" in sql] == ["INSERT", "INSERT", "SELECT"]


async def test_it_counts_what_it_wrote(store: Store) -> None:
    def unit(tx: Transaction) -> None:
        SEE(tx, a_row())
        later = datetime(2026, 12, 2, tzinfo=UTC)
        assert Prepared(MOVE).count(tx, {"wanted": "Ev1", "new_at": later}) == 1
        assert Prepared(MOVE).count(tx, {"wanted": "Ev2", "new_at": later}) == 0
        found = Prepared(FIND).first(tx, {"wanted": "Ev1"})
        assert found is not None
        assert found["at"] == later

    await store.run(unit, HERE)


@pytest.mark.parametrize("values", [{}, {"wanted": "Ev1", "wnated": "Ev2"}])
async def test_a_value_too_few_or_too_many_is_a_mistake(store: Store, values: dict[str, str]) -> None:
    with pytest.raises(LookupError, match="it takes"):
        await store.run(lambda tx: Prepared(FIND).all(tx, values), HERE)


async def test_an_error_of_the_driver_is_said_as_sqlalchemy_says_it_and_quotes_no_value(store: Store) -> None:
    twice = Prepared(sa.insert(tables.seen).inline())

    def unit(tx: Transaction) -> None:
        twice.count(tx, a_row("a-secret"))
        twice.count(tx, a_row("a-secret"))

    with pytest.raises(sa.exc.IntegrityError) as caught:
        await store.run(unit, HERE)
    assert "hidden" in str(caught.value) or "parameters" not in str(caught.value)
