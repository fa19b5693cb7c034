"""Tests of the figures: each is counted where it happens, on both databases, and says nothing of anybody."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.metrics import Metrics
from bot.metronome import run_safely
from bot.moods import Later
from flows.core.model import Conversation
from sandbox import Refused
from storage import Intention, Store, StoreBusy, StoreUnavailable, conversations, installations, outbox, schema, turns
from storage.backlog import Backlog, backlog
from storage.installations import Installation
from storage.store import Load
from storage.transaction import Transaction
from tests.bot.connected import MORNING, Connected, connected
from tests.bot.watched import figures_of

IDLE = Load(0, 1024, 0, (0,) * 65)
LATE = timedelta(minutes=3)


@pytest.fixture(params=["socket", "http"])
async def coop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path, request.param) as coop:
        yield coop


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    await asyncio.to_thread(schema.upgrade, database_url)
    async with Store.open(database_url) as store:
        yield store


async def figures(coop: Connected) -> dict[str, float]:
    return figures_of((await coop.bot.health.figures()).decode())


async def test_a_gesture_is_counted_by_its_kind(coop: Connected) -> None:
    await coop.lead.write("menu")
    await coop.lead.command("/parcours")
    counted = await figures(coop)
    taken = {
        name: value
        for name, value in counted.items()
        if name.startswith("parcours_acknowledgement_seconds_count") and value
    }
    assert taken["parcours_acknowledgement_seconds_count{command,acked}"] == 1
    assert taken["parcours_acknowledgement_seconds_count{event,acked}"] >= 1
    assert {name for name in taken if "acked" not in name} == set()


async def test_what_went_wrong_is_counted(coop: Connected) -> None:
    async def fail(error: Exception) -> None:
        raise error

    for error in (StoreBusy("many"), StoreUnavailable("away"), ValueError("?"), KeyError("?")):
        await run_safely(lambda error=error: fail(error), coop.bot.metrics.failed)  # type: ignore[misc]
    counted = await figures(coop)
    assert [counted[f"parcours_failures_total{{{kind}}}"] for kind in ("busy", "store", "unforeseen")] == [1, 1, 2]


async def test_a_call_that_slack_slows_down_is_counted_by_its_method(coop: Connected) -> None:
    coop.slack.faults.next("chat.postMessage", Refused("ratelimited"))
    coop.slack.faults.next("chat.update", Refused("ratelimited"))
    with pytest.raises(Later):
        await (await coop.bot.installed.slack(coop.slack.team_id)).post("C1", "text", [])
    assert (await figures(coop))["parcours_slack_rate_limited_total{chat.postMessage}"] == 1


async def test_that_slack_withholds_what_happens_is_acknowledged_told_and_counted(
    coop: Connected, caplog: pytest.LogCaptureFixture
) -> None:
    said = {
        "token": "XXYYZZ",
        "type": "app_rate_limited",
        "team_id": coop.slack.team_id,
        "minute_rate_limited": 1518467820,
    }
    assert (await coop.bot.dispatch({**said, "api_app_id": "A123456"})).status == 200
    assert (await figures(coop))["parcours_failures_total{withheld}"] == 1
    [line] = [record for record in caplog.records if "Event Subscriptions" in record.getMessage()]
    assert line.workspace == coop.slack.team_id  # type: ignore[attr-defined]


async def test_the_beat_is_told_when_there_is_one(coop: Connected) -> None:
    async with coop.bot.beating():
        assert (await figures(coop))["parcours_last_beat_timestamp_seconds"] == MORNING.timestamp()


async def test_nothing_told_names_a_workspace_nor_anybody(coop: Connected) -> None:
    await coop.lead.write("menu")
    await coop.bot.settle()
    told = (await coop.bot.health.figures()).decode()
    for name in (coop.slack.team_id, coop.lead.id, "Awa", "Leroux", "Lucioles", "parcours.db"):
        assert name not in told


async def test_two_bots_in_one_process_count_apart(tmp_path: Path) -> None:
    one, other = Metrics(), Metrics()
    one.delivered("sent", 3)
    told = [figures_of(metrics.told(IDLE, None, MORNING).decode()) for metrics in (one, other)]
    assert [counted["parcours_deliveries_total{sent}"] for counted in told] == [3, 0]


def test_what_is_committed_together_is_told_as_a_histogram() -> None:
    batches = [0] * 65
    batches[1], batches[3], batches[64] = 5, 2, 1
    told = figures_of(Metrics().told(Load(7, 1024, 2, tuple(batches)), None, MORNING).decode())
    assert told["parcours_writer_waiting_units"] == 7
    assert told["parcours_writer_refused_units_total"] == 2
    within = [told[f"parcours_writer_batch_units_bucket{{{most}}}"] for most in (1.0, 2.0, 4.0, 64.0, "+Inf")]
    assert within == [5, 5, 7, 8, 8]
    assert told["parcours_writer_batch_units_sum"] == 5 + 6 + 64


async def test_a_unit_refused_for_lack_of_room_is_counted(ready: Store) -> None:
    with pytest.raises(StoreBusy):
        await asyncio.gather(*(ready.run(nothing) for _ in range(50)))
    assert ready.load.refused > 0
    assert ready.load.waiting <= ready.load.room == 1


def nothing(tx: Transaction) -> None: ...


@pytest.fixture
async def ready(tmp_path: Path) -> AsyncIterator[Store]:
    url = f"sqlite:///{tmp_path / 'parcours.db'}"
    await asyncio.to_thread(schema.upgrade, url)
    async with Store.open(url, room=1) as store:
        yield store


# ------------------------------------------------------------------------------------------------------- what waits


def said(tx: Transaction, occurrence: str, at_minute: int) -> None:
    at = MORNING + timedelta(minutes=at_minute)
    outbox.enqueue(tx, Intention("c_1", "welcome", "welcome", f"m_{occurrence}", occurrence, "post", at, at), MORNING)


async def test_nothing_waits_in_an_empty_database(store: Store) -> None:
    assert await store.read(lambda tx: backlog(tx, MORNING)) == Backlog(0, 0, 0, None, 0, None)


async def test_what_waits_is_counted_in_all_workspaces_together(store: Store) -> None:
    def unit(tx: Transaction) -> None:
        for name, minute in (("1", -10), ("2", -3), ("3", 5)):
            said(tx, name, minute)
        talk = Conversation("c_1", "onboarding", {}, wake_at=MORNING - LATE)
        conversations.begin(tx, talk, shape="", parent=None, by=None, now=MORNING)

    await store.run(unit, "T1")
    await store.run(lambda tx: said(tx, "4", 60), "T2")
    [first] = await store.run(lambda tx: outbox.claim(tx, MORNING, 1, timedelta(minutes=2)), "T1")
    await store.run(lambda tx: outbox.settle_given_up(tx, first.id, "user_disabled", MORNING), "T1")
    assert await store.read(lambda tx: backlog(tx, MORNING)) == Backlog(1, 2, 1, MORNING - LATE, 1, MORNING - LATE)


async def test_what_is_tried_again_and_again_is_late_since_it_was_to_be_said(store: Store) -> None:
    """And so is what waits behind it."""

    def unit(tx: Transaction) -> None:
        for occurrence in ("first", "second"):
            intention = Intention("c_1", occurrence, "welcome", "m_1", occurrence, "post", MORNING, MORNING)
            outbox.enqueue(tx, intention, MORNING)
        first = outbox.claim(tx, MORNING, 1, timedelta(minutes=2))[0]
        outbox.settle_later(tx, first.id, MORNING + timedelta(hours=1), "http_500", counts=True)

    await store.run(unit, "T1")
    found = await store.read(lambda tx: backlog(tx, MORNING + LATE))
    assert (found.due, found.said_since) == (1, MORNING)


async def test_where_slack_lets_nobody_speak_what_waits_is_late(store: Store) -> None:
    await store.run(lambda tx: said(tx, "1", 0), "T1")
    [turn] = await store.run(lambda tx: turns.claim(tx, MORNING, 1, timedelta(minutes=2)))
    quiet_until = MORNING + timedelta(minutes=10)
    await store.run(lambda tx: turns.give_back(tx, turn.until, MORNING, quiet_until, {}), "T1")
    assert (await store.read(lambda tx: backlog(tx, MORNING + LATE))).said_since == MORNING


async def test_nothing_is_late_for_a_workspace_that_has_put_us_out(store: Store) -> None:
    let_in = Installation(id="T1", installed_at=MORNING, purged_at=MORNING + timedelta(days=30))
    await store.run(lambda tx: said(tx, "1", 0), "T1")
    await store.run(lambda tx: installations.save(tx, let_in), "T1")
    assert (await store.read(lambda tx: backlog(tx, MORNING + LATE))).said_since is None


async def test_what_waits_for_its_hour_is_not_late(store: Store) -> None:
    def unit(tx: Transaction) -> None:
        said(tx, "1", 0)
        [one] = outbox.claim(tx, MORNING, 1, timedelta(minutes=2))
        outbox.settle_later(tx, one.id, MORNING + timedelta(minutes=30), "no_account", counts=False)

    await store.run(unit, "T1")
    assert (await store.read(lambda tx: backlog(tx, MORNING + LATE))).said_since is None


async def test_counting_what_waits_looks_at_no_row_that_is_settled(store: Store) -> None:
    """Whatever the database plans with, it has an index for each."""
    from storage.backlog import _BACKLOG

    def plan(tx: Transaction) -> str:
        on_postgresql = tx.connection.dialect.name == "postgresql"
        if on_postgresql:
            tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        text = str(_BACKLOG.compile(tx.connection, compile_kwargs={"render_postcompile": True}))
        explain = "EXPLAIN " if on_postgresql else "EXPLAIN QUERY PLAN "
        values = (
            dict.fromkeys(("now", "lately", "soon"), MORNING) if on_postgresql else ("2026-01-01",) * text.count("?")
        )
        return "\n".join(str(tuple(row)) for row in tx.connection.exec_driver_sql(explain + text, values))

    told = await store.read(plan)
    assert "Seq Scan" not in told
    for index in ("ix_outbox_ready", "ix_outbox_given_up", "ix_conversation_due"):
        assert index in told
    assert "SCAN outbox\n" not in told
