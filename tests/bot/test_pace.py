"""How fast we speak."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pace import A_MINUTE, BURST_IN_ONE_PLACE, POST, WORTH, Pace, burst_of, spacing_of

NOW = datetime(2026, 4, 28, 7, tzinfo=UTC)
SECOND, NONE = timedelta(seconds=1), timedelta()
IN_C, IN_D = {POST: 1, "C": 1}, {POST: 1, "D": 1}
KEYS = (POST, "chat.update", "views.publish", "m_ana", "C0VOLUNTEERS")
HARDLY_ENOUGH = [spacing_of(key) // timedelta(microseconds=1) - 1 for key in KEYS]
LAPSES = st.one_of(
    st.just(0), st.sampled_from(HARDLY_ENOUGH), st.integers(0, 3_000_000), st.integers(0, 100_000_000)
).map(lambda micros: timedelta(microseconds=micros))


def test_a_short_burst_then_a_message_a_second() -> None:
    pace = Pace()
    assert [pace.wait(IN_C, NOW) for _ in range(BURST_IN_ONE_PLACE)] == [NONE] * BURST_IN_ONE_PLACE
    assert pace.wait(IN_C, NOW) == SECOND
    assert pace.wait(IN_D, NOW) == NONE
    assert Pace(pace.saved(NOW)).wait(IN_C, NOW + SECOND) == NONE
    assert Pace(pace.saved(NOW)).wait(IN_C, NOW + SECOND / 2) == SECOND / 2


def test_a_workspace_has_a_burst_too_then_so_many_messages_a_minute() -> None:
    pace = Pace()
    places = ({POST: 1, f"m_{number}": 1} for number in range(1_000))
    said = sum(pace.wait(next(places), NOW) == NONE for _ in range(500))
    assert (said, pace.room(NOW)) == (burst_of(POST), 0)
    assert pace.worth_at(NOW) == NOW + WORTH * spacing_of(POST)
    assert pace.room(pace.worth_at(NOW)) == WORTH


def test_nothing_is_counted_unless_all_that_it_takes_is_there() -> None:
    pace = Pace()
    for _ in range(BURST_IN_ONE_PLACE):
        pace.wait({"C": 1}, NOW)
    assert pace.wait(IN_C, NOW) == SECOND
    assert pace.room(NOW) == burst_of(POST)


def test_those_who_wait_for_one_method_come_one_after_another() -> None:
    pace, update = Pace(), {"chat.update": 1}
    for _ in range(burst_of("chat.update")):
        pace.wait(update, NOW)
    spacing = spacing_of("chat.update")
    assert [pace.wait(update, NOW) for _ in range(3)] == [spacing, 2 * spacing, 3 * spacing]


def test_what_cannot_be_cut_is_done_whole_and_paid_for_afterwards() -> None:
    pace, burst = Pace(), burst_of("chat.update")
    assert pace.wait({"chat.update": burst + 3}, NOW) == NONE
    assert pace.wait({"chat.update": 1}, NOW) == 4 * spacing_of("chat.update")


@pytest.mark.parametrize("key", KEYS)
def test_a_microsecond_too_early_is_too_early(key: str) -> None:
    pace, call, spacing = Pace(), {key: 1}, spacing_of(key)
    for _ in range(burst_of(key)):
        pace.wait(call, NOW)
    assert Pace(pace.saved(NOW)).wait(call, NOW + spacing - timedelta(microseconds=1)) == timedelta(microseconds=1)
    assert pace.wait(call, NOW + spacing) == NONE


def test_full_buckets_are_not_kept() -> None:
    pace = Pace()
    pace.wait(IN_C, NOW)
    assert set(pace.saved(NOW)) == {POST, "C"}
    assert pace.saved(NOW + SECOND) == {}


def test_a_clock_set_back_does_not_make_us_mute() -> None:
    pace = Pace()
    for _ in range(BURST_IN_ONE_PLACE):
        pace.wait({"C": 1}, NOW)
    assert pace.wait({"C": 1}, NOW - timedelta(days=1)) <= 2 * BURST_IN_ONE_PLACE * SECOND


@given(st.lists(st.tuples(LAPSES, st.sets(st.sampled_from(KEYS), min_size=1)), max_size=200))
def test_whatever_is_asked_no_more_than_a_burst_and_the_pace_goes_through(
    asked: list[tuple[timedelta, set[str]]],
) -> None:
    pace, now = Pace(), NOW
    let_through: dict[str, list[datetime]] = {key: [] for key in KEYS}
    for lapse, keys in asked:
        now += lapse
        if pace.wait(dict.fromkeys(keys, 1), now) == NONE:
            for key in keys:
                let_through[key].append(now)
    for key, moments in let_through.items():
        for first, begin in enumerate(moments):
            for last in range(first, len(moments)):
                assert last - first + 1 <= burst_of(key) + (moments[last] - begin) / spacing_of(key)


@given(st.lists(st.tuples(LAPSES, st.dictionaries(st.sampled_from(KEYS), st.integers(1, 20), min_size=1)), max_size=50))
def test_a_pace_saved_and_loaded_is_the_same_pace(asked: list[tuple[timedelta, Mapping[str, int]]]) -> None:
    kept, now = Pace(), NOW
    for lapse, calls in asked:
        now += lapse
        loaded = Pace(json.loads(json.dumps(kept.saved(now))))
        kept = Pace(kept.saved(datetime.min.replace(tzinfo=UTC)))  # another turn, with nothing left out
        assert loaded.room(now) == kept.room(now)
        assert loaded.wait(calls, now) == kept.wait(calls, now)
        assert loaded.saved(now) == kept.saved(now)


def test_each_method_has_a_spacing_that_is_exact() -> None:
    assert all(spacing_of(key) * a_minute == timedelta(minutes=1) for key, a_minute in A_MINUTE.items())
