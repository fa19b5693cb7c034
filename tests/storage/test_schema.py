"""Bringing a database up to date."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import Store, StoreUnavailable, schema, tables
from tests.postgres import OWNER, TENANT, Server, as_owner


def test_the_migrations_lead_to_the_tables(blank_database_url: str) -> None:
    schema.upgrade(blank_database_url)
    engine = sa.create_engine(blank_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


def test_a_database_knows_whether_it_is_up_to_date(blank_database_url: str) -> None:
    assert schema.current(blank_database_url) is None
    assert not schema.is_current(blank_database_url)
    schema.upgrade(blank_database_url)
    assert schema.current(blank_database_url) == "0012_from_0007"
    assert schema.is_current(blank_database_url)
    schema.upgrade(blank_database_url)
    assert schema.is_current(blank_database_url)


async def test_the_files_of_a_new_database_are_for_its_owner_alone(blank_sqlite_url: str) -> None:
    generous = os.umask(0o022)
    try:
        schema.upgrade(blank_sqlite_url)
        async with Store.open(blank_sqlite_url) as store:
            await store.run(schema.revision)
            files = list(Path(blank_sqlite_url.removeprefix("sqlite:///")).parent.glob("*.db*"))
            assert {(file.suffix, stat.S_IMODE(file.stat().st_mode)) for file in files} == {
                (".db", 0o600),
                (".db-wal", 0o600),
                (".db-shm", 0o600),
            }
    finally:
        os.umask(generous)


def test_the_revisions_are_those_that_alembic_walks() -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert schema.revisions() == tuple(script.revision for script in walked)


def test_a_database_that_is_up_to_date_is_opened_without_alembic(blank_database_url: str) -> None:
    schema.upgrade(blank_database_url)
    program = (
        "import sys; from storage import schema; schema.upgrade(sys.argv[1]); print(schema.is_current(sys.argv[1]),"
        " 'alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, blank_database_url], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "False"]


def test_processes_that_start_together_do_not_disturb_each_other(blank_database_url: str) -> None:
    program = "import sys; from storage import schema; schema.upgrade(sys.argv[1])"
    starting = [
        subprocess.Popen([sys.executable, "-c", program, blank_database_url], stderr=subprocess.PIPE) for _ in range(3)
    ]
    complaints = [process.communicate(timeout=60)[1].decode() for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0], complaints
    assert schema.is_current(blank_database_url)


def test_a_database_out_of_reach_is_said_to_be() -> None:
    for url in ("sqlite:////nowhere/at/all/parcours.db", "postgresql://parcours@127.0.0.1:1/nothing"):
        with pytest.raises(StoreUnavailable):
            schema.upgrade(url)
        with pytest.raises(StoreUnavailable):
            schema.current(url)


@pytest.mark.parametrize(
    "theirs",
    [
        ("CREATE TABLE member (name TEXT)",),
        (
            "CREATE TABLE alembic_version (version_num VARCHAR(32))",
            "INSERT INTO alembic_version VALUES ('ae1027a6acf')",
        ),
    ],
    ids=["a table of our name", "migrations of its own"],
)
def test_what_another_program_keeps_is_left_as_it_is(blank_database_url: str, theirs: tuple[str, ...]) -> None:
    engine = sa.create_engine(blank_database_url)
    with engine.begin() as connection:
        for statement in theirs:
            connection.exec_driver_sql(statement)
    before = sa.inspect(engine).get_table_names()
    with pytest.raises(StoreUnavailable, match="the database holds tables of something else"):
        schema.upgrade(blank_database_url)
    assert sa.inspect(engine).get_table_names() == before
    engine.dispose()


def test_a_role_that_may_not_make_tables_is_told(postgresql: Server) -> None:
    with postgresql.fresh_database() as url:
        postgresql.execute(f"ALTER DATABASE {url.rpartition('/')[2]} OWNER TO {OWNER}")
        with pytest.raises(StoreUnavailable, match="does not give this role the rights it needs"):
            schema.upgrade(url)


def test_a_role_that_may_not_read_our_tables_is_told(postgresql_url: str) -> None:
    engine = sa.create_engine(as_owner(postgresql_url))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE alembic_version OWNER TO {OWNER}")
    engine.dispose()
    with pytest.raises(StoreUnavailable, match="does not give this role the rights it needs"):
        schema.current(postgresql_url)


def test_a_role_that_owns_our_tables_but_some_is_told_which(postgresql: Server, postgresql_url: str) -> None:
    schema.upgrade(postgresql_url)
    engine = sa.create_engine(as_owner(postgresql_url))
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE member OWNER TO {OWNER}")
        connection.exec_driver_sql(f"ALTER TABLE outbox OWNER TO {OWNER}")
        connection.exec_driver_sql(f"GRANT SELECT ON member TO {TENANT}")
    engine.dispose()
    with pytest.raises(StoreUnavailable, match=r"does not give this role the rights it needs \(on member, outbox\)"):
        schema.upgrade(postgresql_url)
