"""The disk is full, the database locked or read-only; PostgreSQL itself is killed, or stopped at once, and started again."""

import resource
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from itertools import count, cycle
from pathlib import Path

import pytest

from sandbox import Call
from tests import postgres
from tests.chaos.telling import Tell
from tests.chaos.town import STEPS, Town, expected, town
from tests.crash.remote import RemoteBot
from tests.lacking import lacking

FEW = STEPS[:2]
OFTEN = 3
"""Every how many gestures something breaks."""

Break = Callable[[], None]


async def lived(coop: Town, steps: tuple[str, ...], broken: Break, mended: Break, tell: Tell) -> None:
    """Every few gestures something breaks; it is mended once somebody was told that their gesture did not work."""
    number = count(1)

    async def before() -> None:
        if next(number) % OFTEN == 0:
            broken()

    async def after() -> None:
        mended()

    coop.troubled = after
    await coop.live(steps, before)
    counts = await coop.counts(await expected(steps))
    tell(counts)
    counts.require_nothing_lost_nor_doubled()
    assert sum(len(one.attempts) > 1 for one in coop.slack.deliveries) > 0, "something did not work at first"


# ----------------------------------------------------------------------------------------------------------------- SQLite


async def test_while_the_disk_takes_nothing_more_nothing_is_lost(tmp_path: Path, sqlite_url: str, tell: Tell) -> None:
    async with town(tmp_path, sqlite_url) as coop:
        [bot] = coop.bots
        files = [path for path in tmp_path.glob("parcours.db*") if path.suffix != ".key"]

        def full() -> None:
            limit(bot, min(path.stat().st_size for path in files if path.stat().st_size))

        await lived(coop, FEW, full, lambda: limit(bot, resource.RLIM_INFINITY), tell)


def limit(bot: RemoteBot, size: int) -> None:
    """No file of its may grow past this size: the system refuses, as it does when there is no room."""
    _, most = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (size, most))


async def test_while_another_program_holds_the_database_nothing_is_lost(
    tmp_path: Path, sqlite_url: str, tell: Tell
) -> None:
    with closing(sqlite3.connect(tmp_path / "parcours.db", isolation_level=None)) as other:

        def locked() -> None:
            other.execute("BEGIN IMMEDIATE")

        def free() -> None:
            if other.in_transaction:
                other.execute("ROLLBACK")

        async with town(tmp_path, sqlite_url) as coop:
            await lived(coop, FEW, locked, free, tell)


# ------------------------------------------------------------------------------------------------------------- PostgreSQL


@pytest.fixture(scope="module")
def lasting() -> Iterator[postgres.Server]:
    """A server of which nothing that was written may be lost."""
    folder = postgres.binaries()
    if folder is None:
        lacking("PostgreSQL is not on this machine")
    with postgres.running(folder, postgres.LASTING) as server:
        yield server


@pytest.fixture
def lasting_url(lasting: postgres.Server) -> Iterator[str]:
    with lasting.fresh_database() as url:
        yield url
        lasting.start()


@pytest.mark.parametrize(
    "ending",
    [pytest.param(postgres.Server.kill, id="killed"), pytest.param(postgres.Server.stop_at_once, id="stopped at once")],
)
async def test_when_postgresql_itself_dies_nothing_is_lost(
    tmp_path: Path, lasting: postgres.Server, lasting_url: str, tell: Tell, ending: Callable[[postgres.Server], None]
) -> None:
    async with town(tmp_path, lasting_url) as coop:
        await lived(coop, FEW, lambda: ending(lasting), lasting.start, tell)


@pytest.mark.whole
@pytest.mark.timeout(400)
async def test_when_postgresql_dies_as_slack_hears_us_nothing_is_said_twice(
    tmp_path: Path, lasting: postgres.Server, lasting_url: str, tell: Tell
) -> None:
    async with town(tmp_path, lasting_url, workers=2) as coop:
        heard = count(1)

        def dies(call: Call) -> None:
            if call.method == "chat.postMessage" and next(heard) % 7 == 0:
                lasting.kill()

        async def mended() -> None:
            lasting.start()

        coop.slack.on_call(dies)
        coop.troubled = mended
        await coop.live(STEPS, mended)
        coop.slack.front.listeners.clear()
        await coop.quieten()
        counts = await coop.counts(await expected(STEPS))
        tell(counts)
        counts.require_nothing_lost_nor_doubled()


async def test_while_postgresql_takes_nothing_more_nothing_is_lost(
    tmp_path: Path, postgresql: postgres.Server, postgresql_url: str, tell: Tell
) -> None:
    name = postgresql_url.rpartition("/")[2]

    def read_only(on: str) -> None:
        postgresql.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {on}")
        postgresql.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    async with town(tmp_path, postgresql_url) as coop:
        await lived(coop, FEW, lambda: read_only("on"), lambda: read_only("off"), tell)


APART = 7
"""Words from one death to the next."""
Hook = Callable[[], Awaitable[None]]


@pytest.mark.whole
@pytest.mark.timeout(400)
@pytest.mark.parametrize("workers", [2, 4])
async def test_of_several_workers_one_may_die_at_any_moment(
    tmp_path: Path, postgresql_url: str, tell: Tell, workers: int
) -> None:
    await killed_in_turn(tmp_path, postgresql_url, workers, STEPS, tell)


async def test_of_two_workers_one_may_die_at_any_moment(tmp_path: Path, postgresql_url: str, tell: Tell) -> None:
    await killed_in_turn(tmp_path, postgresql_url, 2, FEW, tell)


async def killed_in_turn(folder: Path, url: str, workers: int, steps: tuple[str, ...], tell: Tell) -> None:
    """As Slack hears its fifth word from them, then after so many more, one of the workers is killed: whichever's turn it is, at
    work or not."""
    async with town(folder, url, workers=workers) as coop:
        whose, words = cycle(range(workers)), count(1)
        fatal = 5

        def dies(call: Call) -> None:
            nonlocal fatal
            if next(words) == fatal:
                fatal += APART
                coop.bots[next(whose)].kill()

        coop.slack.on_call(dies)
        await coop.live(steps)
        coop.slack.front.listeners.clear()
        await coop.quieten()
        counts = await coop.counts(await expected(steps))
        tell(counts)
        assert counts.killed >= len(steps)
        counts.require_nothing_lost_nor_doubled()
