"""Tests of what whoever watches over us is told: alive, able to serve; and where."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.metronome import DEAF, Metronome
from storage.store import READERS
from tests.bot.connected import MORNING, Connected, connected
from tests.bot.watched import Watcher
from tests.storage.test_rolling import move_to

HERE = ("127.0.0.1", 0)


@pytest.fixture(params=["socket", "http"])
async def coop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path, request.param, metrics_address=HERE) as coop, coop.bot.beating():
        yield coop


@pytest.fixture
async def watcher(coop: Connected) -> AsyncIterator[Watcher]:
    async with coop.bot.health.watched() as port:
        assert port is not None
        yield Watcher(port)


async def test_all_is_told_to_be_well_without_a_secret(coop: Connected, watcher: Watcher) -> None:
    alive, ready = await watcher.ask("/healthz"), await watcher.ask("/readyz")
    assert alive == (200, {"ok": True, "metronome": "beats"})
    slack = {"slack": "connected"} if coop.bot.socket else {}
    assert ready == (200, {"ok": True, "worker": "at work", "metronome": "beats", "store": "answers", **slack})


async def test_a_database_that_is_away_stops_the_work_and_not_the_life(
    coop: Connected, watcher: Watcher, tmp_path: Path
) -> None:
    file = tmp_path / "parcours.db"
    coop.bot.store._reading.dispose()
    file.rename(tmp_path / "elsewhere.db")
    (tmp_path / "parcours.db").mkdir()
    status, told = await watcher.ask("/readyz")
    assert (status, told["ok"], told["store"]) == (503, False, "the database file cannot be opened")
    assert (await watcher.ask("/healthz"))[0] == 200
    figures = await watcher.figures()
    assert figures["parcours_database_up"] == 0
    assert "parcours_outbox_lag_seconds" not in figures


async def test_a_database_of_an_earlier_release_is_not_served(
    coop: Connected, watcher: Watcher, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "parcours.db")) as other:
        other.execute("UPDATE alembic_version SET version_num = '0005'")
        other.commit()
    status, told = await watcher.ask("/readyz")
    assert (status, told["store"]) == (503, "the database is not brought up to date (0005)")


async def test_a_worker_that_stops_says_so_and_is_alive(coop: Connected, watcher: Watcher) -> None:
    coop.bot.health.is_stopping = True
    status, told = await watcher.ask("/readyz")
    assert (status, told["worker"]) == (503, "stopping")
    assert (await watcher.ask("/healthz"))[0] == 200


async def test_a_metronome_that_no_longer_beats_is_not_alive(coop: Connected, watcher: Watcher) -> None:
    coop.clock.advance(DEAF + timedelta(seconds=1))
    assert await watcher.ask("/healthz") == (503, {"ok": False, "metronome": "silent"})
    assert (await watcher.ask("/readyz"))[0] == 503


async def test_the_door_of_all_tells_nothing_but_that_we_are_alive(coop: Connected) -> None:
    assert coop.port is not None
    at_the_door = Watcher(coop.port)
    assert (await at_the_door.ask("/healthz"))[0] == 200
    for path in ("/readyz", "/metrics"):
        assert (await at_the_door.ask(path))[0] == 404


async def test_nothing_is_served_apart_unless_it_is_asked_for(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop, coop.bot.health.watched() as port:
        assert port is None


async def test_a_socket_that_is_not_connected_is_not_ready(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        assert coop.bot.socket is not None
        await coop.bot.socket.client.disconnect()  # type: ignore[no-untyped-call]
        told = await coop.bot.health.ready()
        assert (told["ok"], told["slack"]) == (False, "connecting")


async def test_a_database_that_hangs_is_asked_once_however_often_we_are(coop: Connected) -> None:
    store, watched_over, let_go = coop.bot.store, coop.bot.health, threading.Event()
    watched_over.patience = 0.01
    hanging = [asyncio.ensure_future(store.read(lambda _: let_go.wait(30))) for _ in range(READERS)]
    for _ in range(3):
        assert (await watched_over.ready())["store"] == "silent"
    assert store._reads == len(hanging) + 1
    let_go.set()
    assert await asyncio.gather(*hanging) == [True] * len(hanging)
    await asyncio.wait(set(watched_over._looking.values()))
    assert (await watched_over.ready())["store"] == "answers"


async def test_the_metronome_beats_while_what_is_due_is_looked_for() -> None:
    clock, begun, let_go = MovableClock(MORNING), [], asyncio.Event()

    async def tick() -> None:
        begun.append(clock())
        await let_go.wait()

    async def deliver() -> None: ...

    metronome = Metronome(clock, tick, deliver)
    looking = asyncio.create_task(metronome._beat())
    while not begun:
        await asyncio.sleep(0)
    clock.advance(DEAF)
    await metronome._beat()
    assert (begun, metronome.last_beat, metronome.is_alive) == ([MORNING], MORNING + DEAF, True)
    let_go.set()
    await looking
    await metronome._beat()
    assert len(begun) == 2


async def test_a_worker_works_on_a_database_that_a_later_release_added_to(tmp_path: Path) -> None:
    """While workers are upgraded one by one, one of the former release that dies starts again."""
    async with connected(tmp_path):
        pass
    move_to(f"sqlite:///{tmp_path / 'parcours.db'}", "0099")
    async with connected(tmp_path) as coop:
        assert (await coop.lead.write("menu")).acknowledged
        told = await coop.bot.health.ready()
        assert (told["ok"], told["store"]) == (True, "answers")
