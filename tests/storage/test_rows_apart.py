"""PostgreSQL itself keeps workspaces apart: whatever a statement forgets to say, it finds and writes only its own rows."""

import asyncio
import shlex
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from flows.core.people import MANAGEMENT, Member
from storage import (
    Store,
    Transaction,
    conversations,
    members,
    schema,
    scope,
    seen,
    serving_tables,
    tables,
    turns,
    waking,
    words,
)
from storage.scope import ALL, SETTING, Scope
from tests import postgres
from tests.forgetting import forgetting
from tests.storage.conftest import ELSEWHERE, HERE, HOUSE, NINE, OpenStore, somebody
from tests.storage.test_workspaces_apart import VERBS, furnish, tried

OPERATING = Path(__file__).parents[2] / "docs/operating.md"
KEPT_APART = [table for table in tables.metadata.sorted_tables if "workspace_id" in table.c]
NAMES = [table.name for table in KEPT_APART]


class Undo(Exception):
    """Undoes the unit that raises it."""


def serve(tx: Transaction) -> None:
    """What a deployment keeps of the workspaces that it serves."""
    let_in = {"workspace_id": tx.workspace, "name": "Les Lucioles", "bot_id": "B1", "bot_user_id": "U0", "scopes": ""}
    tx.connection.execute(sa.insert(serving_tables.installation).values(**let_in, installed_at=NINE))
    members.grant(tx, "m_bob", MANAGEMENT)
    tenure = {"workspace_id": tx.workspace, "member_id": "m_bob", "arrived_on": NINE.date()}
    tx.connection.execute(sa.insert(tables.metadata.tables["tenure"]).values(**tenure))


@pytest.fixture
async def furnished(postgresql_url: str, open_store: OpenStore) -> Store:
    """A workspace with something in each table."""
    store = open_store(postgresql_url)
    await store.run(furnish, HERE)
    await store.run(serve, HERE)
    return store


def counts(url: str, said: str | None) -> dict[str, int]:
    """How many rows of each table whoever connects by themselves sees, having said this or nothing."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        if said is not None:
            connection.execute(sa.select(sa.func.set_config(SETTING, said, True)))
        seen_there = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in KEPT_APART
        }
    engine.dispose()
    return seen_there


def everybody(tx: Transaction) -> list[str]:
    """A verb that forgets its workspace."""
    return list(tx.connection.execute(sa.select(tables.member.c.workspace_id).distinct()).scalars())


# ---------------------------------------------------------------------------------------------------------- policies


def test_no_table_of_a_workspace_lacks_its_policy(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        held = sa.text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        policies = sa.text("SELECT tablename FROM pg_policies WHERE cmd = 'ALL' AND permissive = 'PERMISSIVE'")
        assert sorted(connection.execute(held).scalars()) == sorted(NAMES)
        assert sorted(connection.execute(policies).scalars()) == sorted(NAMES), "one a table, and no other opens it"
    engine.dispose()


def test_the_migration_can_be_taken_back(postgresql_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        assert connection.execute(sa.text("SELECT count(*) FROM pg_policies")).scalar_one() == 0
        held = sa.text("SELECT count(*) FROM pg_class WHERE relrowsecurity OR relforcerowsecurity")
        assert connection.execute(held).scalar_one() == 0
    engine.dispose()
    schema.upgrade(postgresql_url)
    assert schema.is_current(postgresql_url)


def test_the_migration_names_the_tables_of_its_time() -> None:
    listed = import_module("storage.migrations.versions.0007_rows_apart").TABLES
    assert list(listed) == sorted(set(listed))
    assert set(listed) <= set(NAMES)


# ------------------------------------------------------------------------------------------- whoever connects by themselves


async def test_without_a_word_of_its_workspace_nobody_sees_a_row(furnished: Store, postgresql_url: str) -> None:
    there = counts(postgresql_url, ALL)
    assert [name for name, count in there.items() if count == 0] == [], "there is something to be seen in each table"
    assert counts(postgresql_url, HERE) == there
    for said in (None, "", ELSEWHERE, "%", "' OR ''='"):
        assert set(counts(postgresql_url, said).values()) == {0}, said


async def test_a_connection_that_said_it_before_sees_nothing_after(furnished: Store, postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        with connection.begin():
            connection.execute(sa.select(sa.func.set_config(SETTING, HERE, True)))
            assert connection.execute(sa.select(tables.member)).all()
        assert connection.execute(sa.select(tables.member)).all() == []
        for_all_of_them = sa.insert(serving_tables.chore).values(workspace_id="", name="night", due_at=NINE)
        with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
            connection.execute(for_all_of_them)
    engine.dispose()


# ------------------------------------------------------------------------------------------------- our own statements


async def test_a_row_of_another_workspace_is_not_written(furnished: Store) -> None:
    def insert(tx: Transaction) -> None:
        tx.connection.execute(sa.insert(tables.seen).values(workspace_id=HERE, event_id="Ev2", at=NINE))

    def take(tx: Transaction) -> int:
        return tx.connection.execute(sa.update(tables.seen).values(workspace_id=ELSEWHERE)).rowcount

    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        await furnished.run(insert, ELSEWHERE)
    assert await furnished.run(take, ELSEWHERE) == 0, "what is not seen is not changed"
    with pytest.raises(sa.exc.ProgrammingError, match="row-level security"):
        await furnished.run(take, HERE)


async def test_a_verb_that_forgets_its_workspace_sees_its_own_all_the_same(furnished: Store) -> None:
    await furnished.run(lambda tx: members.remember(tx, Member(id="m_zoe", first_name="Zoé")), ELSEWHERE)
    assert await furnished.read(everybody, ELSEWHERE) == [ELSEWHERE]
    assert await furnished.run(everybody, HERE) == [HERE]
    assert sorted(await furnished.read(everybody)) == sorted([HERE, ELSEWHERE])
    assert sorted(await furnished.run(everybody)) == sorted([HERE, ELSEWHERE])


@pytest.fixture
def without_conditions() -> Iterator[list[str]]:
    with forgetting(ELSEWHERE) as changed:
        yield changed


@pytest.mark.parametrize("held", [True, False], ids=["held by its policies", "held by none"])
async def test_no_verb_needs_its_condition_to_stay_in_its_workspace(
    furnished: Store, postgresql_url: str, open_store: OpenStore, without_conditions: list[str], held: bool
) -> None:
    elsewhere = furnished if held else open_store(postgres.as_owner(postgresql_url))
    found = [name for name, verb in VERBS if await tried(elsewhere, verb, ELSEWHERE)]
    assert len(without_conditions) > len(VERBS) / 2
    assert found == [] if held else len(found) > len(VERBS) / 2


# ------------------------------------------------------------------------------------------------ from unit to unit


@pytest.mark.parametrize("somebody_raises", [True, False])
async def test_each_unit_of_a_batch_is_held_to_its_own(furnished: Store, somebody_raises: bool) -> None:
    def undone(tx: Transaction) -> None:
        assert everybody(tx.within(HERE)) == [HERE]
        raise Undo

    def forgetful(tx: Transaction) -> list[str]:
        return [*everybody(tx), *everybody(tx.within(HERE))]

    asked: list[tuple[Callable[[Transaction], Any], str | None]] = [
        (everybody, HERE), (undone, ELSEWHERE), (everybody, ELSEWHERE), (forgetful, ELSEWHERE),
        (everybody, ELSEWHERE), (everybody, None), (undone, None), (everybody, ELSEWHERE),
    ]  # fmt: skip
    wanted: list[object] = [[HERE], Undo, [], [HERE], [], [HERE], Undo, []]
    if not somebody_raises:
        asked = [one for one in asked if one[0] is not undone]
        wanted = [one for one in wanted if one is not Undo]
    # Whatever is put in while one unit goes on makes one batch.
    units = [furnished.run(unit, workspace) for unit, workspace in asked]
    told = await asyncio.gather(furnished.run(everybody, HERE), *units, return_exceptions=True)
    assert [one if isinstance(one, list) else type(one) for one in told[1:]] == wanted


async def test_an_undone_unit_alone_in_its_batch_leaves_nothing_to_the_next(furnished: Store) -> None:
    def undone(tx: Transaction) -> None:
        raise Undo(everybody(tx))

    with pytest.raises(Undo):
        await furnished.run(undone, HERE)
    assert await furnished.run(everybody, ELSEWHERE) == []
    assert await furnished.read(everybody, ELSEWHERE) == []


@pytest.mark.parametrize("way", ["run", "read"])
async def test_transactions_within_several_workspaces_are_used_by_turns(furnished: Store, way: str) -> None:
    def unit(tx: Transaction) -> list[list[str]]:
        here, elsewhere = tx.within(HERE), tx.within(ELSEWHERE)
        return [everybody(one) for one in (elsewhere, here, tx, elsewhere, tx, here.within(ELSEWHERE), here)]

    assert await getattr(furnished, way)(unit) == [[], [HERE], [HERE], [], [HERE], [], [HERE]]


async def test_what_belongs_to_no_workspace_is_done_in_all(furnished: Store) -> None:
    def unit(tx: Transaction) -> tuple[Any, ...]:
        due = waking.due(tx, NINE, 10)
        for workspace, id in due:
            assert conversations.load(tx.within(workspace), id, somebody, HOUSE)
            conversations.wake_no_more(tx.within(workspace), id)
        left = waking.due(tx, NINE, 10)
        changed = waking.wake_changed(tx, {"onboarding": "another"}, NINE)
        claimed = turns.claim(tx, NINE + timedelta(hours=1), 10, timedelta(minutes=1))
        forgotten = seen.forget_before(tx, NINE + timedelta(days=1))
        return due, left, changed, [one.workspace for one in claimed], forgotten

    assert await furnished.run(unit) == ([(HERE, "c_1")], [], 1, [HERE], 1)


@pytest.mark.parametrize("workspace", ["", ALL, "T0\0HERE"])
async def test_nothing_but_the_id_of_a_workspace_is_taken_for_one(store: Store, workspace: str) -> None:
    for way in (store.run, store.read):
        with pytest.raises(ValueError, match="no id of a workspace"):
            await way(everybody, workspace)
        with pytest.raises(ValueError, match="no id of a workspace"):
            await way(lambda tx: tx.within(workspace))


async def test_an_id_of_any_letters_is_said_as_it_is(postgresql_url: str, open_store: OpenStore) -> None:
    store = open_store(postgresql_url)
    for number, strange in enumerate(("T'; DROP TABLE member; --", "T\\' OR 1=1", "T%s%(x)s", "Té")):
        zoe = Member(id=f"m_{number}", first_name="Zoé")
        await store.run(lambda tx, zoe=zoe: members.remember(tx, zoe), strange)  # type: ignore[misc]
        assert await store.read(everybody, strange) == [strange]


# ------------------------------------------------------------------------------------------------------ who is held


def test_a_superuser_is_not_held_and_it_is_known(postgresql_url: str, sqlite_url: str) -> None:
    asked = {url: schema.look(url, lambda tx: scope.is_held(tx.connection)) for url in (sqlite_url, postgresql_url)}
    assert set(asked.values()) == {True}
    assert not schema.look(postgres.as_owner(postgresql_url), lambda tx: scope.is_held(tx.connection))


def test_what_is_looked_at_before_a_store_opens_is_seen_in_all(postgresql_url: str) -> None:
    assert schema.look(postgresql_url, words.keys_in_use) == set()
    assert schema.look(postgresql_url, everybody) == []


def test_on_a_file_nothing_is_said(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    with engine.connect() as connection:
        held = Scope(connection)
        assert held.of(HERE) is held.of(ELSEWHERE) is connection
        assert not connection.in_transaction()
    engine.dispose()


# ------------------------------------------------------------------------------------------------------------ copies


async def test_a_copy_holds_every_workspace_when_it_is_made_as_the_page_says(
    furnished: Store, postgresql_url: str, postgresql: postgres.Server, tmp_path: Path
) -> None:
    folder, file = postgres.binaries(), tmp_path / "parcours.dump"
    assert folder is not None
    source = postgresql_url.replace("+psycopg", "")
    dump = [str(folder / "pg_dump"), "--format=custom", f"--file={file}"]
    [told] = [line for line in OPERATING.read_text().splitlines() if line.startswith("PGOPTIONS=")]
    said = shlex.split(told)
    options = {"PGOPTIONS": said[0].removeprefix("PGOPTIONS=")}
    assert said[1:] == ["pg_dump", "--enable-row-security", "--format=custom", "--file=parcours.dump", "$DATABASE_URL"]
    refused = subprocess.run([*dump, source], check=False, capture_output=True, text=True)
    assert "row-level security" in refused.stderr, "better none than one that lacks rows"
    subprocess.run([*dump, "--enable-row-security", source], check=True, env=options)
    with postgresql.fresh_database() as restored:
        into = restored.replace("+psycopg", "")
        subprocess.run([folder / "pg_restore", "--exit-on-error", f"--dbname={into}", file], check=True)
        assert counts(restored, ALL) == counts(postgresql_url, ALL)
        assert set(counts(restored, ELSEWHERE).values()) == {0}
