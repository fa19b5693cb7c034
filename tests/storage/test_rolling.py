"""One release after another without a pause: workers of the former one go on while the schema is that of the next."""

import logging
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, takewhile
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, event

from storage import Store, StoreUnavailable, engines, schema, seen
from tests.storage.conftest import HERE, NINE

FIRST = "0005"
"""The schema of the first release that others followed."""
REVISION = re.compile(r"\d{4}(_from_\d{4})?")
ROWS = 20_000


def floor_of(revision: str) -> str:
    """The oldest release that works with this schema."""
    return revision.partition("_from_")[2] or FIRST


def later() -> list[str]:
    """The revisions after the first release's, in the order they came."""
    return [revision for revision in reversed(schema.revisions()) if revision > FIRST]


# ---------------------------------------------------------------------------------------------- the rule, and who keeps to it

FORBIDDEN: Mapping[str, str] = {
    r"\bDROP (TABLE|COLUMN|CONSTRAINT)": "takes away what a former release reads or writes",
    r"\bDROP INDEX (?!CONCURRENTLY IF EXISTS)": "takes away what a former release looks for things by",
    r"\bRENAME\b": "takes a name away from a former release",
    r"ALTER COLUMN \w+ (TYPE|SET DATA TYPE|SET NOT NULL)": "changes what a former release writes",
    r"ADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL": "refuses the rows of a former release, which lack this column",
    r"ADD (CONSTRAINT|CHECK|FOREIGN KEY|UNIQUE)": "may refuse what a former release writes, and holds the table meanwhile",
    r"(ENABLE|FORCE) ROW LEVEL SECURITY": "hides rows from a former release, which does not say whose it asks for",
}
INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\S+ ON (\S+)")
CREATED = re.compile(r"CREATE TABLE (\S+)")


def faults_of(statements: Sequence[str]) -> list[str]:
    created = {found[1] for statement in statements if (found := CREATED.search(statement))}
    broken = [
        f"{statement}: {why}"
        for statement in statements
        for pattern, why in FORBIDDEN.items()
        if re.search(pattern, statement, re.IGNORECASE)
    ]
    slow = [
        f"{statement}: holds up whoever writes this table (storage/migrations/online.py)"
        for statement in statements
        if (found := INDEX.search(statement)) and found[1] not in created
    ]
    return broken + slow


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What is said to any database meanwhile, a line each."""
    heard: list[str] = []

    def listen(_connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        heard.append(" ".join(statement.split()))

    event.listen(sa.Engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(sa.Engine, "before_cursor_execute", listen)


def test_a_migration_only_adds_unless_its_name_says_which_release_it_leaves_behind(blank_postgresql_url: str) -> None:
    schema.upgrade(blank_postgresql_url, FIRST)
    faults = {}
    for revision in later():
        with overheard() as statements:
            schema.upgrade(blank_postgresql_url, revision)
        if floor_of(revision)[:4] != revision[:4]:
            faults[revision] = faults_of(statements)
    assert {revision: found for revision, found in faults.items() if found} == {}


def test_what_a_release_leaves_behind_stays_behind() -> None:
    assert [revision for revision in later() if not REVISION.fullmatch(revision)] == []
    floors = [floor_of(revision) for revision in later()]
    assert floors == sorted(floors), "a floor goes on in the names that follow: 0012_from_0010, 0013_from_0010"


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE member",
        "ALTER TABLE member DROP COLUMN email",
        "DROP INDEX ix_outbox_ready",
        "ALTER TABLE member RENAME email TO address",
        "ALTER TABLE member ALTER COLUMN email TYPE VARCHAR(20)",
        "ALTER TABLE member ALTER COLUMN email SET NOT NULL",
        "ALTER TABLE member ADD COLUMN age INTEGER NOT NULL",
        "ALTER TABLE member ADD CONSTRAINT ck CHECK (age > 0)",
        "ALTER TABLE member ENABLE ROW LEVEL SECURITY",
        "CREATE INDEX ix_member_age ON member (age)",
    ],
)
def test_what_a_former_release_would_not_bear_is_recognised(statement: str) -> None:
    assert len(faults_of([statement])) == 1


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE hat (id VARCHAR NOT NULL)", "CREATE INDEX ix_hat_id ON hat (id)"],
        ["ALTER TABLE member ADD COLUMN age INTEGER DEFAULT 0 NOT NULL"],
        ["ALTER TABLE member ADD COLUMN age INTEGER"],
        ["DROP INDEX CONCURRENTLY IF EXISTS ix_age", "CREATE INDEX CONCURRENTLY ix_age ON member (age)"],
    ],
)
def test_what_is_only_added_is_allowed(statements: list[str]) -> None:
    assert faults_of(statements) == []


# -------------------------------------------------------------------------------------------------- a worker of before

_QUEUE = """INSERT INTO outbox (workspace_id, conversation, step, message, recipient, occurrence, kind, at, planned, prompt,
    context, state, ready_at, attempts, uncertain, queued_at)
    VALUES ('T1', 'c_1', 'step', 'welcome', 'm_1', :number, 'post', :now, :now, true, '{}', 'pending', :now, 0, false, :now)"""
_SETTLE = "UPDATE outbox SET state = 'sent', ready_at = NULL, settled_at = :now WHERE occurrence = :number"
_SEEN = "INSERT INTO seen (workspace_id, event_id, at) VALUES ('T1', :number, :now)"


class FormerWorker(threading.Thread):
    """Writes as the first release did, one transaction after another, with its patience for others' locks."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._engine = engines.writing(engines.understood(url))
        self.acknowledged = 0
        self.failure: sa.exc.DBAPIError | None = None
        self.at_work, self.told_to_stop = threading.Event(), threading.Event()

    def run(self) -> None:
        numbers = takewhile(lambda _: not self.told_to_stop.is_set(), count())
        try:
            with self._engine.connect() as connection:
                for number in numbers:
                    self._write(connection, number)
        except sa.exc.DBAPIError as failure:
            self.failure = failure
        finally:
            self.at_work.set()
            self._engine.dispose()

    def _write(self, connection: Connection, number: int) -> None:
        connection.exec_driver_sql("BEGIN" if connection.dialect.name == "postgresql" else "BEGIN IMMEDIATE")
        for statement in (_SEEN, _QUEUE, _SETTLE):
            connection.execute(sa.text(statement), {"number": str(number), "now": "2026-12-01 09:00:00+00:00"})
        connection.exec_driver_sql("COMMIT")
        self.acknowledged += 1
        if self.acknowledged == 10:
            self.at_work.set()


def fill(url: str) -> None:
    """Enough rows for an index to take a while."""
    engine = sa.create_engine(engines.understood(url))
    with engine.begin() as connection:
        rows = [{"number": f"old {number}", "now": "2026-11-01 09:00:00+00:00"} for number in range(ROWS)]
        connection.execute(sa.text(_QUEUE), rows)
    engine.dispose()


def test_a_worker_of_the_former_release_goes_on_while_the_schema_changes(blank_database_url: str) -> None:
    schema.upgrade(blank_database_url, FIRST)
    fill(blank_database_url)
    [*_, last] = takewhile(lambda revision: floor_of(revision) <= FIRST, later())
    worker = FormerWorker(blank_database_url)
    worker.start()
    try:
        assert worker.at_work.wait(30)
        schema.upgrade(blank_database_url, last)
        after = worker.acknowledged
        worker.join(0.3)
    finally:
        worker.told_to_stop.set()
        worker.join()
    assert worker.failure is None
    assert worker.acknowledged > after >= 10
    assert schema.current(blank_database_url) == last


def test_an_upgrade_that_was_interrupted_is_taken_up_again(blank_postgresql_url: str) -> None:
    """An index whose making was interrupted is there, and serves nobody."""
    schema.upgrade(blank_postgresql_url, FIRST)
    engine = sa.create_engine(engines.understood(blank_postgresql_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE INDEX ix_outbox_ready_by_workspace ON outbox (workspace_id, ready_at)")
    engine.dispose()
    schema.upgrade(blank_postgresql_url)
    assert schema.is_current(blank_postgresql_url)


# ------------------------------------------------------------------------------------ a database of a release to come


def move_to(url: str, revision: str) -> None:
    engine = sa.create_engine(engines.understood(url))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


@pytest.mark.parametrize("revision", ["0099", "0099_from_0006"])
async def test_a_worker_works_with_a_database_that_a_later_release_added_to(
    database_url: str, revision: str, caplog: pytest.LogCaptureFixture
) -> None:
    move_to(database_url, revision)
    schema.upgrade(database_url)
    assert schema.current(database_url) == revision
    assert f"later release ({revision})" in caplog.text
    assert caplog.records[-1].levelno == logging.WARNING
    async with Store.open(database_url) as store:
        assert await store.run(lambda tx: seen.first_sight(tx, "e_1", NINE), HERE)


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ("0099_from_0098", "later release .0099_from_0098., which this one cannot work with"),
        ("of_something_else", "the database holds tables of something else"),
    ],
)
def test_a_worker_leaves_alone_a_database_that_it_cannot_work_with(database_url: str, revision: str, told: str) -> None:
    move_to(database_url, revision)
    with pytest.raises(StoreUnavailable, match=told):
        schema.upgrade(database_url)
    assert schema.current(database_url) == revision
