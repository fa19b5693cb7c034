"""Tests of the metronome: no nudge is lost, nothing stops it, and it lets a delivery finish."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat

import pytest

from bot.clock import MovableClock
from bot.metronome import BEAT, Metronome, cron
from storage import StoreUnavailable

MORNING = datetime(2026, 4, 28, 7, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MORNING)


class Deliveries:
    """Counts deliveries; each waits to be let go."""

    def __init__(self) -> None:
        self.begun, self.over = 0, 0
        self.begins = asyncio.Event()
        self.let_go = asyncio.Semaphore(0)

    async def __call__(self) -> None:
        self.begun += 1
        self.begins.set()
        await self.let_go.acquire()
        self.over += 1

    async def next(self) -> None:
        await asyncio.wait_for(self.begins.wait(), 5)
        self.begins.clear()


async def nothing() -> None:
    return None


async def test_it_beats_at_once(clock: MovableClock) -> None:
    beats = []

    async def tick() -> None:
        beats.append(clock())

    async with Metronome(clock, tick, nothing):
        assert beats == [MORNING]


async def test_a_nudge_during_a_delivery_brings_another(clock: MovableClock) -> None:
    deliveries = Deliveries()
    async with Metronome(clock, nothing, deliveries) as metronome:
        await deliveries.next()  # the first beat's
        metronome.nudge()
        metronome.nudge()
        deliveries.let_go.release()
        await deliveries.next()
        assert (deliveries.begun, deliveries.over) == (2, 1)
        deliveries.let_go.release()


async def test_a_nudge_between_two_deliveries_is_taken_at_once(clock: MovableClock) -> None:
    deliveries = Deliveries()
    async with Metronome(clock, nothing, deliveries) as metronome:
        for _ in range(3):
            await deliveries.next()
            deliveries.let_go.release()
            metronome.nudge()
        await deliveries.next()
        deliveries.let_go.release()


async def test_closing_lets_the_delivery_under_way_finish(clock: MovableClock) -> None:
    deliveries = Deliveries()
    async with Metronome(clock, nothing, deliveries):
        await deliveries.next()
        asyncio.get_running_loop().call_later(0.05, deliveries.let_go.release)
    assert (deliveries.begun, deliveries.over) == (1, 1)


async def test_what_waits_for_the_pace_is_delivered_before_the_next_beat(clock: MovableClock) -> None:
    deliveries = Deliveries()
    moments = iter([MORNING, MORNING + 2 * BEAT])
    async with Metronome(clock, nothing, deliveries, again_at=lambda: next(moments, None)):
        for _ in range(2):
            await deliveries.next()
            deliveries.let_go.release()
    assert deliveries.begun == 2


async def test_closing_asks_the_delivery_under_way_to_begin_nothing_more(clock: MovableClock) -> None:
    deliveries = Deliveries()
    async with Metronome(clock, nothing, deliveries, stop=deliveries.let_go.release):
        await deliveries.next()
    assert (deliveries.begun, deliveries.over) == (1, 1)


async def test_a_failure_is_written_down_and_does_not_stop_it(
    clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    failures: Iterator[Exception | None] = chain(
        [StoreUnavailable("the disk of the database is full"), ZeroDivisionError()], repeat(None)
    )
    tried = asyncio.Event()

    async def deliver() -> None:
        tried.set()
        if (failure := next(failures)) is not None:
            raise failure

    async with Metronome(clock, nothing, deliver) as metronome:
        for _ in range(3):
            await asyncio.wait_for(tried.wait(), 5)
            tried.clear()
            metronome.nudge()
    assert "Make room on that disk" in caplog.text
    assert "should not have" in caplog.text


async def test_without_a_beat_it_is_not_alive(clock: MovableClock) -> None:
    metronome = Metronome(clock, nothing, nothing)
    assert not metronome.is_alive
    async with metronome:
        assert metronome.is_alive
        clock.advance(10 * BEAT)
        assert not metronome.is_alive


async def test_what_is_due_now_does_not_wait_for_the_next_beat(clock: MovableClock) -> None:
    beaten = asyncio.Event()

    async def tick() -> None:
        beaten.set()

    async with Metronome(clock, tick, nothing) as metronome:
        beaten.clear()  # the first beat's
        metronome.look()
        await asyncio.wait_for(beaten.wait(), 5)


async def test_what_is_to_be_said_does_not_wait_until_all_that_is_due_was_looked_at(clock: MovableClock) -> None:
    looking, seen_it_all, said = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        looking.set()
        await seen_it_all.wait()

    async def deliver() -> None:
        said.set()

    async def open_and_close(metronome: Metronome) -> None:
        async with metronome:
            pass

    metronome = Metronome(clock, tick, deliver)
    beating = asyncio.create_task(open_and_close(metronome))
    await asyncio.wait_for(looking.wait(), 5)
    metronome.look()  # as the next beat does
    await asyncio.wait_for(said.wait(), 5)
    seen_it_all.set()
    await beating


async def test_what_is_due_while_it_looks_is_looked_for_at_once_after(
    clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    looks = Deliveries()
    looks.let_go.release()  # the first beat's
    async with Metronome(clock, looks, nothing) as metronome:
        looks.begins.clear()
        metronome.look()
        await looks.next()
        metronome.look()
        looks.let_go.release()
        await looks.next()
        looks.let_go.release()
    assert looks.begun == 3
    assert "skipped" not in caplog.text


async def test_a_clock_that_is_set_back_does_not_silence_it(clock: MovableClock) -> None:
    beaten = asyncio.Event()

    async def tick() -> None:
        beaten.set()

    async with Metronome(clock, tick, nothing, beat=timedelta(milliseconds=20)) as metronome:
        for _ in range(2):  # it beats on, and not once only
            metronome._scheduler.modify_job(
                "beat", next_run_time=datetime(2999, 1, 1, tzinfo=UTC)
            )  # as such a clock leaves it
            beaten.clear()
            await asyncio.wait_for(beaten.wait(), 5)


def test_days_of_the_week_are_written_by_name() -> None:
    monday = cron("0 9 * * mon").get_next_fire_time(None, MORNING)
    assert (monday.weekday(), monday - MORNING < timedelta(days=7)) == (0, True)


def test_a_day_of_the_week_written_as_a_digit_is_refused() -> None:
    with pytest.raises(ValueError, match="by name"):
        cron("0 9 * * 1")
