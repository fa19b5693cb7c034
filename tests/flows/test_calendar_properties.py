"""Working moments by properties, on the days around both clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from flows.core.calendar import (
    Appointment,
    Rhythm,
    appointed_day,
    is_working_day,
    moment,
    next_moment,
    on,
    working_days_after,
    working_days_before,
    working_days_from,
)

EVERY_DAY = frozenset(range(7))
ZONES = (
    "Europe/Paris",
    "America/Martinique",
    "Indian/Reunion",
    "Pacific/Noumea",
    "America/Miquelon",
    "Asia/Kathmandu",
)
# The last Sundays of March and October, and Miquelon's own changes.
CLOCK_CHANGES = (
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2027, 3, 28),
    date(2027, 10, 31),
)


@st.composite
def days(draw: st.DrawFn) -> date:
    return draw(st.sampled_from(CLOCK_CHANGES)) + timedelta(draw(st.integers(-12, 12)))


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    seconds = st.integers(0, 24 * 3600 - 1)
    return datetime.combine(draw(days()), time(), UTC) + timedelta(seconds=draw(seconds))


@st.composite
def rhythms(draw: st.DrawFn, paused: bool = True) -> Rhythm:
    opens, closes = sorted(draw(st.lists(st.integers(0, 95), min_size=2, max_size=2, unique=True)))
    return Rhythm(
        draw(st.sampled_from(ZONES)),
        working_days=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        opens=quarter(opens),
        closes=quarter(closes),
        slot=quarter(draw(st.integers(0, 95))),
        holidays=draw(st.frozensets(days(), max_size=6)),
        paused_until=draw(st.none() | days()) if paused else None,
    )


@st.composite
def appointments(draw: st.DrawFn) -> Appointment:
    small = st.integers(-15, 15)
    at = draw(st.none() | st.integers(0, 95).map(quarter))
    return Appointment("first_day", draw(small), draw(small), draw(st.integers(-3, 3)), at)


def quarter(number: int) -> time:
    return time(number // 4, number % 4 * 15)


def wall(instant: datetime, rhythm: Rhythm) -> datetime:
    return instant.astimezone(ZoneInfo(rhythm.zone))


def assert_may_be_spoken_to(instant: datetime, rhythm: Rhythm) -> None:
    local = wall(instant, rhythm)
    assert instant.tzinfo is UTC
    assert local.weekday() in rhythm.working_days
    assert local.date() not in rhythm.holidays
    assert rhythm.paused_until is None or local.date() >= rhythm.paused_until
    # On the night the clocks go back, hours that have begun stay begun.
    assert rhythm.opens <= local.time() or local.fold == 1
    assert local.time() < rhythm.closes


@given(instants(), rhythms())
def test_the_next_moment_is_one_when_the_person_may_be_spoken_to(after: datetime, rhythm: Rhythm) -> None:
    found = next_moment(after, rhythm)
    assert found >= after
    assert_may_be_spoken_to(found, rhythm)


@given(instants(), rhythms())
def test_the_next_moment_of_the_next_moment_is_itself(after: datetime, rhythm: Rhythm) -> None:
    found = next_moment(after, rhythm)
    assert next_moment(found, rhythm) == found


@given(instants(), instants(), rhythms())
def test_who_asks_later_is_never_answered_earlier(one: datetime, other: datetime, rhythm: Rhythm) -> None:
    sooner, later = sorted((one, other))
    assert next_moment(sooner, rhythm) <= next_moment(later, rhythm)


@given(instants(), rhythms(), st.integers(1, 10_000))
def test_no_good_moment_is_passed_over(after: datetime, rhythm: Rhythm, minutes: int) -> None:
    found = next_moment(after, rhythm)
    passed_over = found - timedelta(minutes=minutes)
    assume(passed_over >= after)
    assert next_moment(passed_over, rhythm) == found


@given(instants(), rhythms(), st.sampled_from(ZONES))
def test_the_zone_in_which_one_asks_changes_nothing(after: datetime, rhythm: Rhythm, zone: str) -> None:
    assert next_moment(after.astimezone(ZoneInfo(zone)), rhythm) == next_moment(after, rhythm)


@given(appointments(), days(), rhythms())
def test_every_appointment_falls_when_the_person_may_be_spoken_to(
    appointment: Appointment, anchor_day: date, rhythm: Rhythm
) -> None:
    # Hours of a few minutes may not exist on the night the clocks go forward.
    assume(rhythm.closes > quarter(12))
    found = moment(appointment, anchor_day, rhythm)
    assert_may_be_spoken_to(found, rhythm)
    assert next_moment(found, rhythm) == found
    assert wall(found, rhythm).date() == appointed_day(appointment, anchor_day, rhythm)


@given(st.integers(1, 20), days(), rhythms(paused=False))
def test_what_comes_before_its_anchor_stays_before(count: int, anchor_day: date, rhythm: Rhythm) -> None:
    for appointment in (on("a", days=-count), on("a", months=-count), working_days_before("a", count)):
        assert appointed_day(appointment, anchor_day, rhythm) < anchor_day


@given(st.integers(1, 20), days(), rhythms())
def test_what_comes_after_its_anchor_stays_after(count: int, anchor_day: date, rhythm: Rhythm) -> None:
    for appointment in (on("a", days=count), on("a", months=count), working_days_after("a", count)):
        assert appointed_day(appointment, anchor_day, rhythm) > anchor_day
    assert appointed_day(on("a"), anchor_day, rhythm) >= anchor_day


@given(st.integers(-15, 15), st.integers(-15, 15), days(), rhythms())
def test_appointments_keep_the_order_of_their_days(one: int, other: int, anchor_day: date, rhythm: Rhythm) -> None:
    sooner, later = sorted((one, other))
    first = appointed_day(on("a", days=sooner), anchor_day, rhythm)
    assert first <= appointed_day(on("a", days=later), anchor_day, rhythm)


@given(appointments(), days(), rhythms())
def test_a_pause_postpones_what_it_covers_and_nothing_else(
    appointment: Appointment, anchor_day: date, rhythm: Rhythm
) -> None:
    assume(rhythm.paused_until is not None)
    assert rhythm.paused_until is not None
    unpaused = Rhythm(rhythm.zone, rhythm.working_days, holidays=rhythm.holidays)
    planned = appointed_day(appointment, anchor_day, unpaused)
    if planned >= rhythm.paused_until:
        assert appointed_day(appointment, anchor_day, rhythm) == planned
    else:
        return_day = working_days_from(rhythm.paused_until - timedelta(1), 1, rhythm)
        assert appointed_day(appointment, anchor_day, rhythm) == return_day


@given(days(), st.integers(-30, 30), rhythms())
def test_as_many_working_days_back_lead_to_the_same_day(day: date, count: int, rhythm: Rhythm) -> None:
    assume(is_working_day(day, rhythm))
    there = working_days_from(day, count, rhythm)
    assert is_working_day(there, rhythm)
    assert working_days_from(there, -count, rhythm) == day


@given(days(), st.integers(0, 20), rhythms())
def test_working_days_are_counted_without_their_first_and_with_their_last(
    day: date, count: int, rhythm: Rhythm
) -> None:
    there = working_days_from(day, count, rhythm)
    between = [day + timedelta(n) for n in range(1, (there - day).days + 1)]
    assert sum(is_working_day(each, rhythm) for each in between) == count


@given(days(), st.integers(0, 95), st.sampled_from(ZONES))
@example(date(2026, 3, 29), 10, "Europe/Paris")
def test_the_wall_shows_the_hour_asked_or_the_first_one_that_exists(day: date, number: int, zone: str) -> None:
    rhythm = Rhythm(zone, EVERY_DAY, time(0), time(23, 59, 59), quarter(number))
    assume(number < 95)
    found = moment(on("a"), day, rhythm)
    shown = wall(found, rhythm).replace(tzinfo=None)
    asked = datetime.combine(day, quarter(number))
    assert shown >= asked
    assert wall(found, rhythm).fold == 0
    if shown != asked:  # the clocks jumped: a second before, the wall still showed an hour before the one asked
        assert wall(found - timedelta(seconds=1), rhythm).replace(tzinfo=None) < asked
