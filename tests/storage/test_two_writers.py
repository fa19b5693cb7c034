"""Two workers on one PostgreSQL, one of which waits for what the other has just written."""

import asyncio
import threading
from dataclasses import replace

import psycopg
import pytest

from storage import Store, Transaction, conversations
from storage.ahead import Look
from tests.postgres import as_owner
from tests.storage.conftest import HERE, HOUSE, NINE, OpenStore, a_conversation, somebody

WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted"
AHEAD = conversations.load_ahead("c_1")


@pytest.mark.parametrize("looks", [(), AHEAD], ids=["asked in its time", "asked ahead"])
async def test_whoever_waited_for_a_conversation_sees_who_plays_in_it_now(
    postgresql_url: str, open_store: OpenStore, looks: tuple[Look, ...]
) -> None:
    one, other = open_store(postgresql_url), open_store(postgresql_url)
    await begun(one)
    recast, written = threading.Event(), threading.Event()

    def give_the_part_to_another(tx: Transaction) -> None:
        talk = conversations.load(tx, "c_1", somebody, HOUSE)
        assert talk is not None
        conversations.save(tx, replace(talk, cast={**talk.cast, "buddy": somebody("m_cyr")}), NINE, talk)
        recast.set()
        assert written.wait(20)

    def go_on(tx: Transaction) -> str:
        talk = conversations.load(tx, "c_1", somebody, HOUSE)
        assert talk is not None
        conversations.save(tx, replace(talk, details={"said": "yes"}), NINE, talk)
        return talk.cast["buddy"].id

    first = asyncio.create_task(one.run(give_the_part_to_another, HERE))
    await asyncio.to_thread(recast.wait, 20)
    second = asyncio.create_task(other.run(go_on, HERE, looks))
    with psycopg.connect(as_owner(postgresql_url).replace("+psycopg", ""), autocommit=True) as watch:
        while not second.done() and watch.execute(WAITS).fetchone() is None:
            await asyncio.sleep(0)
    written.set()
    await first
    assert await second == "m_cyr"
    end = await one.read(lambda tx: conversations.load(tx, "c_1", somebody, HOUSE), HERE)
    assert end is not None
    assert (end.cast["buddy"].id, end.details) == ("m_cyr", {"said": "yes"})


async def begun(store: Store) -> None:
    await store.run(
        lambda tx: conversations.begin(tx, a_conversation(), shape="1", parent=None, by=None, now=NINE), HERE
    )
