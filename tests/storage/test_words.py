"""What people write in answers, as the database has it: sealed, opened only where it was sealed, never written over unread."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from flows.core.model import Conversation, StepState
from storage import Store, StoreUnavailable, Transaction, conversations, missions, resealing, tables, words
from storage.missions import Mission
from storage.vault import Unopenable, Vault
from tests.storage.conftest import ELSEWHERE, HERE, HOUSE, NINE, OpenStore, a_conversation, somebody

OLD, NEW, LOST = bytes(32), bytes(range(32)), bytes([7] * 32)
WISH = "Du temps, & <plus> de clarté"
SAID = {"wish": {"kept": WISH, "lost": WISH}, "choice": "all_is_well", "scale": 4, "task": True, "skipped": None}


def answered(id: str = "c_1", **said: Any) -> Conversation:
    steps = {name: StepState("done", NINE, value=value, by="m_ana") for name, value in (said or SAID).items()}
    return a_conversation(id, steps=steps)


def begin(tx: Transaction, talk: Conversation) -> None:
    conversations.begin(tx, talk, shape="x", parent=None, by=None, now=NINE)


def load(tx: Transaction, id: str = "c_1") -> Conversation | None:
    return conversations.load(tx, id, somebody, HOUSE)


def answer(tx: Transaction, value: Any = "oui", id: str = "c_1", step: str = "choice") -> None:
    found = load(tx, id)
    assert found is not None
    steps = {**found.steps, step: StepState("done", NINE, value=value)}
    conversations.save(tx, replace(found, steps=steps), NINE)


def kept(tx: Transaction) -> list[tuple[Any, Any]]:
    """What the database has of each conversation: its words, its steps."""
    table = tables.conversation
    rows = tx.connection.execute(sa.select(table.c.words, table.c.steps).order_by(table.c.id))
    return [(row.words, row.steps) for row in rows]


async def reseal(store: Store, limit: int = 2) -> int:
    """How many rows that took."""
    count = 0
    for column in resealing.columns():
        last: str | None = ""
        while last is not None:
            batch = await store.run(lambda tx, it=column, after=last: resealing.next_batch(tx, it, after, limit))  # type: ignore[misc]
            assert batch.unopened == ()
            count, last = count + batch.sealed, batch.last
    return count


# ------------------------------------------------------------------------------------------------------------- answering


async def test_answers_come_back_as_they_were_given(database_url: str, open_store: OpenStore) -> None:
    store = open_store(database_url, vault=Vault((OLD,)))
    await store.run(lambda tx: begin(tx, answered()), HERE)
    assert await store.read(load, HERE) == answered()
    await store.run(lambda tx: answer(tx, "non"), HERE)
    changed = {**answered().steps, "choice": StepState("done", NINE, value="non")}
    assert await store.read(load, HERE) == replace(answered(), steps=changed)


async def test_nothing_that_can_hold_words_is_kept_in_clear(database_url: str, open_store: OpenStore) -> None:
    store = open_store(database_url, vault=Vault((OLD,)))
    await store.run(lambda tx: begin(tx, answered()), HERE)
    [(sealed, steps)] = await store.read(kept)
    assert {name: step.get("value") for name, step in steps.items()} == {
        **dict.fromkeys(SAID),
        "scale": 4,
        "task": True,
    }
    assert Vault((OLD,)).open(sealed, "c_1") == {"wish": SAID["wish"], "choice": "all_is_well"}


async def test_where_nothing_was_said_nothing_is_sealed(database_url: str, open_store: OpenStore) -> None:
    store = open_store(database_url, vault=Vault((OLD,)))
    await store.run(lambda tx: begin(tx, answered(task=True)), HERE)
    [(sealed, _)] = await store.read(kept)
    assert sealed is None
    assert await store.read(words.keys_in_use) == set()


async def test_words_that_are_blanked_leave_the_database(database_url: str, open_store: OpenStore) -> None:
    store = open_store(database_url, vault=Vault((OLD,)))
    await store.run(lambda tx: begin(tx, answered(wish=WISH)), HERE)
    await store.run(lambda tx: answer(tx, None, step="wish"), HERE)
    [(sealed, _)] = await store.read(kept)
    assert sealed is None


async def test_without_a_vault_words_are_kept_as_they_are_and_a_vault_still_reads_them(
    database_url: str, open_store: OpenStore
) -> None:
    plain, vaulted = open_store(database_url), open_store(database_url, vault=Vault((OLD,)))
    await plain.run(lambda tx: begin(tx, answered()), HERE)
    [(sealed, steps)] = await plain.read(kept)
    assert (sealed, steps["wish"]["value"]) == (None, SAID["wish"])
    assert await vaulted.read(load, HERE) == answered()
    await vaulted.run(lambda tx: answer(tx, "non"), HERE)
    [(sealed, steps)] = await plain.read(kept)
    assert "value" not in steps["wish"]
    assert Vault((OLD,)).open(sealed, "c_1")["wish"] == SAID["wish"]


@pytest.mark.parametrize("keys", [None, (NEW,)])
async def test_words_that_do_not_open_are_never_written_over(
    database_url: str, open_store: OpenStore, keys: tuple[bytes, ...] | None
) -> None:
    store = open_store(database_url, vault=Vault((OLD,)))
    await store.run(lambda tx: begin(tx, answered()), HERE)
    before = await store.read(kept)
    stranger = open_store(database_url, vault=Vault(keys) if keys else None)
    with pytest.raises(Unopenable):
        await stranger.run(answer, HERE)
    with pytest.raises(Unopenable):
        await stranger.read(load, HERE)
    assert await store.read(kept) == before


async def test_words_do_not_open_in_another_conversation(database_url: str, open_store: OpenStore) -> None:
    store = open_store(database_url, vault=Vault((OLD,)))
    for id in ("c_1", "c_2"):
        await store.run(lambda tx, id=id: begin(tx, answered(id)), HERE)  # type: ignore[misc]
    row = tables.conversation.c
    theirs = sa.select(row.words).where(row.id == "c_1").scalar_subquery()
    moved = sa.update(tables.conversation).where(row.id == "c_2").values(words=theirs)
    await store.run(lambda tx: tx.connection.execute(moved).rowcount)
    assert await store.read(load, HERE) == answered()
    with pytest.raises(Unopenable):
        await store.read(lambda tx: load(tx, "c_2"), HERE)


# ------------------------------------------------------------------------------------------------------------ their keys


async def test_the_first_key_comes_into_use_with_the_first_words(database_url: str, open_store: OpenStore) -> None:
    old, new = Vault((OLD,)), Vault((NEW, OLD))
    store = open_store(database_url, vault=old)
    await store.run(lambda tx: begin(tx, answered()), HERE)
    assert await store.read(words.keys_in_use) == set(old.prints)
    await open_store(database_url, vault=new).run(words.use_key)
    assert await store.read(words.keys_in_use) == set(new.prints)


async def test_nobody_seals_with_a_key_that_is_not_in_use(database_url: str, open_store: OpenStore) -> None:
    await open_store(database_url, vault=Vault((OLD,))).run(words.use_key)
    early = open_store(database_url, vault=Vault((NEW, OLD)))
    with pytest.raises(StoreUnavailable, match="WORDS_KEY"):
        await early.run(lambda tx: begin(tx, answered()), HERE)
    assert await early.read(kept) == []
    await early.run(lambda tx: begin(tx, answered(task=True)), HERE)


async def test_whoever_was_left_behind_by_a_change_of_keys_writes_no_words(
    database_url: str, open_store: OpenStore
) -> None:
    behind, ahead = open_store(database_url, vault=Vault((OLD,))), open_store(database_url, vault=Vault((NEW, OLD)))
    await behind.run(lambda tx: begin(tx, answered()), HERE)
    await ahead.run(words.use_key)
    await reseal(ahead)
    assert await ahead.run(resealing.let_go)
    with pytest.raises(StoreUnavailable, match="WORDS_KEY"):
        await behind.run(lambda tx: begin(tx, answered("c_2")), HERE)
    with pytest.raises(Unopenable):
        await behind.run(answer, HERE)
    assert await ahead.read(load, HERE) == answered()


# ------------------------------------------------------------------------------------------------------- changing the key


async def some_words(plain: Store, former: Store) -> None:
    """In two workspaces: three conversations in clear, three sealed, one without a word."""
    for number in range(6):
        talk = answered(f"c_{number}", wish=f"{WISH} {number}")
        where = HERE if number % 3 else ELSEWHERE
        await (plain if number < 3 else former).run(lambda tx, it=talk: begin(tx, it), where)  # type: ignore[misc]
    await former.run(lambda tx: begin(tx, answered("c_task", task=True)), HERE)


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
async def test_all_is_sealed_anew_in_every_workspace_and_again_is_nothing(
    database_url: str, open_store: OpenStore, limit: int
) -> None:
    former, store = open_store(database_url, vault=Vault((OLD,))), open_store(database_url, vault=Vault((NEW, OLD)))
    await some_words(open_store(database_url), former)
    await store.run(words.use_key)
    assert await store.read(lambda tx: resealing.sealed_with(tx, Vault((OLD, NEW)).prints)) == {Vault((OLD,)).prints[0]}
    assert await reseal(store, limit) == 6
    assert await reseal(store, limit) == 0
    assert await store.run(resealing.let_go)
    assert await store.read(words.keys_in_use) == {Vault((NEW,)).prints[0]}
    alone = open_store(database_url, vault=Vault((NEW,)))
    for number in range(6):
        where = HERE if number % 3 else ELSEWHERE
        found = await alone.read(lambda tx, id=f"c_{number}": load(tx, id), where)  # type: ignore[misc]
        assert found == answered(f"c_{number}", wish=f"{WISH} {number}")
    assert not any(WISH in str(row) for row in await alone.read(kept))


async def test_what_is_answered_while_its_words_are_sealed_anew_is_not_lost(
    postgresql_url: str, open_store: OpenStore
) -> None:
    answering = open_store(postgresql_url, vault=Vault((OLD, NEW)))
    resealing_it = open_store(postgresql_url, vault=Vault((NEW, OLD)))
    await resealing_it.run(words.use_key)
    await answering.run(words.use_key)
    await answering.run(lambda tx: begin(tx, answered(choice="0")), HERE)
    said = {f"step_{number}": str(number) for number in range(60)}

    async def answer_all() -> None:
        for step, value in said.items():
            await answering.run(partial(answer, step=step, value=value), HERE)

    over = asyncio.create_task(answer_all())
    while not over.done():
        await reseal(resealing_it)
    await over
    found = await answering.read(load, HERE)
    assert found is not None
    assert {name: state.value for name, state in found.steps.items()} == said | {"choice": "0"}


async def test_a_key_that_words_are_still_sealed_with_is_not_let_go(database_url: str, open_store: OpenStore) -> None:
    former, store = open_store(database_url, vault=Vault((OLD,))), open_store(database_url, vault=Vault((NEW, OLD)))
    await some_words(open_store(database_url), former)
    await store.run(words.use_key)
    in_use = await store.read(words.keys_in_use)
    assert not await store.run(resealing.let_go)
    assert await store.read(words.keys_in_use) == in_use
    await former.run(lambda tx: answer(tx, "oui", "c_5", "wish"), HERE)


async def test_words_that_do_not_open_are_left_and_named(database_url: str, open_store: OpenStore) -> None:
    for key, id in ((OLD, "c_1"), (LOST, "c_2")):
        one = open_store(database_url, vault=Vault((key,)))
        await one.run(words.use_key)
        await one.run(lambda tx, id=id: begin(tx, answered(id)), HERE)  # type: ignore[misc]
    store = open_store(database_url, vault=Vault((NEW, OLD)))
    await store.run(words.use_key)
    before = await store.read(kept)
    column = tables.conversation.c.words
    batch = await store.run(lambda tx: resealing.next_batch(tx, column, "", 10))
    assert (batch.sealed, batch.unopened, batch.last) == (1, ("c_2",), None)
    assert (await store.read(kept))[1] == before[1]
    assert not await store.run(resealing.let_go)


async def test_words_that_do_not_open_are_forgotten_when_so_told(database_url: str, open_store: OpenStore) -> None:
    for key, id in ((OLD, "c_1"), (LOST, "c_2")):
        one = open_store(database_url, vault=Vault((key,)))
        await one.run(words.use_key)
        await one.run(lambda tx, id=id: begin(tx, answered(id)), HERE)  # type: ignore[misc]
    store, column = open_store(database_url, vault=Vault((OLD,))), tables.conversation.c.words
    batch = await store.run(lambda tx: resealing.next_batch(tx, column, "", 10, forgets_unopened=True))
    assert (batch.sealed, batch.unopened) == (0, ("c_2",))
    assert await store.read(load, HERE) == answered()
    forgotten = await store.read(lambda tx: load(tx, "c_2"), HERE)
    assert forgotten is not None
    assert [forgotten.steps[name].value for name in SAID] == [None, None, 4, True, None]
    assert await store.run(resealing.let_go)


def test_every_column_of_sealed_words_is_found() -> None:
    found = {f"{column.table.name}.{column.name}" for column in resealing.columns()}
    assert found == {"conversation.words", "departure.words", "mission.title", "installation.token"}
    assert [
        resealing.about(column).unique or resealing.about(column).primary_key for column in resealing.columns()
    ] == [True] * 4


async def test_words_in_columns_of_their_own_are_sealed_anew_too(database_url: str, open_store: OpenStore) -> None:
    clear, old = open_store(database_url), open_store(database_url, vault=Vault((OLD,)))

    def write(tx: Transaction, id: str) -> None:
        tx.connection.execute(sa.insert(tables.member).values(a_member(id)))
        values = a_departure(f"d_{id}", id) | {"words": words.sealed(tx, {"thanks": WISH}, f"d_{id}")}
        tx.connection.execute(sa.insert(tables.metadata.tables["departure"]).values(values))
        missions.save(tx.within(HERE), Mission(id=f"h_{id}", departure_id=f"d_{id}", title=f"Les vœux de {id}"))

    await clear.run(lambda tx: write(tx, "m_ana"))
    await old.run(lambda tx: write(tx, "m_bob"))
    store = open_store(database_url, vault=Vault((NEW, OLD)))
    await store.run(words.use_key)
    assert await reseal(store) == 4
    assert await reseal(store) == 0
    row, mission = tables.metadata.tables["departure"].c, tables.metadata.tables["mission"].c
    found = await store.read(lambda tx: tx.connection.execute(sa.select(row.id, row.words).order_by(row.id)).all())
    assert [Vault((NEW,)).open(one.words, one.id) for one in found] == [{"thanks": WISH}] * 2
    plan = await store.read(lambda tx: tx.connection.execute(sa.select(mission.id, mission.title)).all())
    assert {Vault((NEW,)).open(one.title, one.id) for one in plan} == {"Les vœux de m_ana", "Les vœux de m_bob"}


def a_member(id: str) -> dict[str, Any]:
    flags = dict.fromkeys(("active", "is_admin", "has_opened_home"), True)
    return {"id": id, "workspace_id": HERE, **dict.fromkeys(("first_name", "last_name", "trade", "team"), ""), **flags}


def a_departure(id: str, member: str) -> dict[str, Any]:
    days = dict.fromkeys(("last_day", "begun_on"), NINE.date())
    kind = {"kind": "retirement", "is_delicate": False, "state": "open"}
    return {"id": id, "workspace_id": HERE, "member_id": member, **days, **kind}
