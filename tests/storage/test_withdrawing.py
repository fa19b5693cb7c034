"""What was decided by mistake is unsaid: what waits never leaves, what was said is to be taken back, and no row remains."""

from datetime import timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from storage import Delivery, Store, Transaction, outbox, tables, withdrawing
from storage.outbox import BY_EMAIL
from storage.withdrawing import Withdrawn
from tests.storage.conftest import HERE, NINE, an_intention
from tests.storage.test_outbox import LEASE, MINUTE, claim, occurrences, queue, sent

KEPT = "c_kept"
PLACE = {"channel": "D1", "ts": "1.1"}


async def withdraw(store: Store, *conversations: str) -> Withdrawn:
    return await store.run(lambda tx: withdrawing.withdraw(tx, conversations or ("c_1",), NINE), HERE)


async def rows_of(store: Store, conversation: str = "c_1") -> list[Any]:
    """The rows that still say something of this conversation: what kind they are, and what they hold."""
    row = tables.outbox.c
    found = sa.select(row.kind, row.context).where(row.conversation == conversation).order_by(row.id)
    return [tuple(one) for one in await store.read(lambda tx: tx.connection.execute(found).all(), HERE)]


async def give_up(store: Store, delivery: Delivery, *, uncertain: bool = False) -> None:
    settle = partial(outbox.settle_given_up, id=delivery.id, reason="http_500", now=NINE, uncertain=uncertain)
    assert await store.run(settle, HERE)


async def test_what_waits_is_never_said_and_leaves_no_row(store: Store) -> None:
    names = {"first_name": "Lila"}
    await queue(
        store,
        an_intention("now", context=names),
        an_intention("tomorrow", at=NINE + timedelta(days=1), context=names),
        an_intention("shown", kind="refresh"),
        an_intention("kept", conversation=KEPT),
    )
    assert await withdraw(store) == Withdrawn(messages=0, letters=0)
    assert await rows_of(store) == []
    assert await occurrences(store, NINE + timedelta(days=2)) == ["kept"]


async def test_what_was_given_up_cannot_be_tried_again_any_more(store: Store) -> None:
    await queue(store, an_intention())
    await give_up(store, (await claim(store))[0])
    await withdraw(store)
    assert await store.run(lambda tx: outbox.retry_all(tx, NINE), HERE) == 0
    assert await rows_of(store) == []


async def test_a_message_that_was_said_is_to_be_taken_back_once(store: Store) -> None:
    await queue(
        store, an_intention("1", context={"name": "Lila"}), an_intention("2"), an_intention("3", recipient="m_bob")
    )
    first, second, bob = await claim(store)
    for delivery, ts in ((first, "1.1"), (second, "1.1"), (bob, "2.2")):
        await sent(store, delivery, ts)
    assert await withdraw(store) == Withdrawn(messages=2, letters=0)
    assert await rows_of(store) == [("retract", PLACE), ("retract", {"channel": "D1", "ts": "2.2"})]
    found = await claim(store)
    assert [(each.kind, each.recipient, each.step, each.message) for each in found] == [
        ("retract", "m_ana", "", "retract"),
        ("retract", "m_bob", "", "retract"),
    ]


async def test_what_else_was_said_in_the_message_is_still_known(store: Store) -> None:
    await queue(store, an_intention("gone"), an_intention("kept", conversation=KEPT))
    for delivery in await claim(store):
        await sent(store, delivery)
    await withdraw(store)
    riders = await store.read(lambda tx: outbox.riders(tx, "D1", "1.1"), HERE)
    assert [each.occurrence for each in riders] == ["kept"]
    assert await store.read(lambda tx: outbox.carriers(tx, "c_1", "welcome"), HERE) == []


async def test_what_is_being_said_is_looked_for_once_its_lease_is_over(store: Store) -> None:
    await queue(store, an_intention(at=NINE - MINUTE, planned=NINE - timedelta(hours=1)))
    [in_hand] = await claim(store)
    await withdraw(store)
    assert not await store.run(lambda tx: outbox.settle_sent(tx, in_hand.id, "D1", "1.1", NINE), HERE)
    assert not await store.read(lambda tx: outbox.still_there(tx, [in_hand.id]), HERE)
    assert await claim(store, NINE + LEASE - MINUTE) == []
    [sought] = await claim(store, NINE + LEASE)
    assert (sought.kind, sought.context) == ("retract", {"delivery": str(in_hand.id)})
    assert min(sought.at, sought.planned) == in_hand.planned


async def test_what_may_have_been_said_is_looked_for_at_once(store: Store) -> None:
    await queue(store, an_intention("put back"), an_intention("given up", recipient="m_bob"))
    put_back, given_up = await claim(store)
    settle = partial(outbox.settle_later, at=NINE + timedelta(hours=1), reason="no_answer", counts=True, uncertain=True)
    assert await store.run(lambda tx: settle(tx, put_back.id), HERE)
    await give_up(store, given_up, uncertain=True)
    await withdraw(store)
    assert [each.context for each in await claim(store)] == [
        {"delivery": str(put_back.id)},
        {"delivery": str(given_up.id)},
    ]


async def test_what_is_being_shown_again_comes_to_its_end_first(store: Store) -> None:
    await queue(store, an_intention("said"), an_intention("shown", kind="refresh"))
    said, shown = await claim(store)
    await sent(store, said)
    await withdraw(store)
    assert await claim(store) == []
    await store.run(lambda tx: outbox.settle_sent(tx, shown.id, None, None, NINE), HERE)
    assert [each.context for each in await claim(store)] == [PLACE]


async def test_letters_are_counted_as_nobody_can_take_them_back(store: Store) -> None:
    await queue(store, an_intention("letter"), an_intention("said"))
    letter, said = await claim(store)
    await store.run(lambda tx: outbox.settle_sent(tx, letter.id, BY_EMAIL, None, NINE), HERE)
    await sent(store, said)
    assert await withdraw(store) == Withdrawn(messages=1, letters=1)
    assert await rows_of(store) == [("retract", PLACE)]


async def test_a_second_withdrawal_keeps_what_the_first_has_still_to_do(store: Store) -> None:
    await queue(store, an_intention())
    await sent(store, (await claim(store))[0])
    await withdraw(store)
    assert await withdraw(store) == Withdrawn(messages=0, letters=0)
    [retraction] = await claim(store)
    assert retraction.context == PLACE
    assert await store.run(lambda tx: outbox.forget(tx, retraction.id), HERE)
    assert await rows_of(store) == []


async def test_several_conversations_are_withdrawn_together_and_none_is_no_harm(store: Store) -> None:
    await queue(store, an_intention("1"), an_intention("2", conversation="c_2"), an_intention("3", conversation=KEPT))
    for delivery in await claim(store):
        await sent(store, delivery)
    await store.run(lambda tx: withdrawing.withdraw(tx, (), NINE), HERE)
    assert (await withdraw(store, "c_1", "c_2")).messages == 1
    assert await rows_of(store, KEPT) == [("post", {})]


async def test_what_is_given_up_in_doubt_is_looked_for_when_tried_again(store: Store) -> None:
    await queue(store, an_intention("doubtful"), an_intention("certain", recipient="m_bob"))
    doubtful, certain = await claim(store)
    await give_up(store, doubtful, uncertain=True)
    await give_up(store, certain)

    def retry(tx: Transaction) -> int:
        return outbox.retry_all(tx, NINE)

    assert await store.run(retry, HERE) == 2
    assert [(each.occurrence, each.uncertain) for each in await claim(store)] == [
        ("doubtful", True),
        ("certain", False),
    ]
