"""Working moments by examples: the days and hours one would choose with a calendar on the wall."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from flows.core.calendar import (
    MONDAY_TO_FRIDAY,
    Appointment,
    Rhythm,
    appointed_day,
    by,
    is_working_day,
    moment,
    next_moment,
    on,
    working_days_after,
    working_days_before,
    working_days_from,
)

FRENCH_2026 = frozenset(
    {
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    }
)
PARIS = Rhythm("Europe/Paris", holidays=FRENCH_2026)
EVERY_DAY = frozenset(range(7))


def wall(instant: datetime, rhythm: Rhythm) -> datetime:
    return instant.astimezone(ZoneInfo(rhythm.zone))


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Paris", date(2026, 3, 29), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("America/Miquelon", date(2026, 3, 8), datetime(2026, 3, 8, 5, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2026, 10, 4), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_swallowed_in_spring_becomes_the_first_that_exists(zone: str, day: date, expected: datetime) -> None:
    night_owl = Rhythm(zone, EVERY_DAY, time(0), time(6))
    assert moment(on("a", at=time(2, 15, 30, 5)), day, night_owl) == expected


def test_an_hour_that_comes_twice_in_autumn_is_the_first() -> None:
    night_owl = Rhythm("Europe/Paris", EVERY_DAY, time(0), time(6))
    found = moment(on("a", at=time(2, 30)), date(2026, 10, 25), night_owl)
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_nine_o_clock_is_nine_o_clock_in_winter_and_in_summer() -> None:
    assert moment(on("a"), date(2026, 3, 27), PARIS) == datetime(2026, 3, 27, 8, tzinfo=UTC)
    assert moment(on("a"), date(2026, 3, 30), PARIS) == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_hours_that_the_clock_change_swallows_wait_for_the_next_day() -> None:
    rhythm = Rhythm("Europe/Paris", EVERY_DAY, time(2), time(3))
    found = next_moment(datetime(2026, 3, 28, 12, tzinfo=UTC), rhythm)
    assert found == datetime(2026, 3, 30, 0, tzinfo=UTC)


def test_a_newcomer_of_april_hears_nothing_on_the_holidays_of_may() -> None:
    start = date(2026, 4, 28)
    found = {wall(moment(on("first_day", days=n), start, PARIS), PARIS).date() for n in range(31)}
    assert not found & FRENCH_2026
    assert all(day.weekday() < 5 for day in found)
    assert {date(2026, 5, 4), date(2026, 5, 11), date(2026, 5, 15), date(2026, 5, 26)} <= found


@pytest.mark.parametrize(
    ("appointment", "anchor_day", "expected"),
    [
        (on("first_day", days=-3), date(2026, 5, 4), date(2026, 4, 30)),  # 1 May gives way to the eve
        (on("first_day", days=3), date(2026, 4, 28), date(2026, 5, 4)),  # 1 May gives way to the Monday
        (on("first_day"), date(2026, 5, 1), date(2026, 5, 4)),
        (working_days_before("last_day", 5), date(2026, 5, 15), date(2026, 5, 6)),
        (by("last_day"), date(2026, 5, 15), date(2026, 5, 15)),
        (by("last_day"), date(2026, 5, 17), date(2026, 5, 15)),  # a Sunday gives way to the Friday
        (by("last_day", working_days_before=1), date(2026, 5, 17), date(2026, 5, 13)),  # the 14th is Ascension Day
        (working_days_after("first_day", 5), date(2026, 5, 6), date(2026, 5, 15)),
        (working_days_after("first_day", 1), date(2026, 5, 2), date(2026, 5, 4)),
        (on("first_day", months=1), date(2026, 1, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (on("first_day", months=1), date(2026, 3, 31), date(2026, 4, 30)),
        (on("first_day", months=-2), date(2026, 4, 30), date(2026, 2, 27)),
        (on("first_day", months=12), date(2028, 2, 29), date(2029, 2, 28)),
        (Appointment("x", months=-1, days=3, working_days=-1), date(2026, 5, 30), date(2026, 4, 30)),
    ],
)
def test_an_appointment_gives_the_day_a_calendar_on_the_wall_gives(
    appointment: Appointment, anchor_day: date, expected: date
) -> None:
    assert appointed_day(appointment, anchor_day, PARIS) == expected


def test_a_part_timer_counts_their_own_working_days() -> None:
    monday_and_thursday = Rhythm("Europe/Paris", frozenset({0, 3}), holidays=FRENCH_2026)
    assert working_days_from(date(2026, 5, 11), 2, monday_and_thursday) == date(2026, 5, 21)


def test_a_pause_pushes_even_a_briefing_forward() -> None:
    away = Rhythm("Europe/Paris", holidays=FRENCH_2026, paused_until=date(2026, 5, 8))
    assert appointed_day(on("first_day", days=-7), date(2026, 5, 6), away) == date(2026, 5, 11)
    assert next_moment(datetime(2026, 5, 5, 8, tzinfo=UTC), away) == datetime(2026, 5, 11, 7, tzinfo=UTC)


def test_a_pause_silences_without_giving_leave() -> None:
    away = Rhythm("Europe/Paris", paused_until=date(2026, 5, 8))
    assert is_working_day(date(2026, 5, 5), away)
    assert working_days_from(date(2026, 5, 4), 1, away) == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("slot", "shown"),
    [(time(7), time(9)), (time(14, 30), time(14, 30)), (time(18), time(17, 45)), (time(23), time(17, 45))],
)
def test_a_slot_outside_working_hours_is_brought_inside(slot: time, shown: time) -> None:
    rhythm = Rhythm("Europe/Paris", slot=slot)
    assert wall(moment(on("a"), date(2026, 5, 5), rhythm), rhythm).time() == shown
    assert wall(moment(on("a", at=slot), date(2026, 5, 5), PARIS), PARIS).time() == shown


def test_hours_shorter_than_the_last_call_are_kept_to_their_opening() -> None:
    rhythm = Rhythm("Europe/Paris", opens=time(9), closes=time(9, 10), slot=time(12))
    assert moment(on("a"), date(2026, 5, 5), rhythm) == datetime(2026, 5, 5, 7, tzinfo=UTC)


def test_an_appointment_at_midnight_is_no_appointment_without_an_hour() -> None:
    night_owl = Rhythm("Europe/Paris", opens=time(0), slot=time(9))
    assert moment(on("a", at=time(0)), date(2026, 5, 5), night_owl) == datetime(2026, 5, 4, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (datetime(2026, 5, 5, 10, 12, 13, 14, tzinfo=UTC), datetime(2026, 5, 5, 10, 12, 13, 14, tzinfo=UTC)),
        (datetime(2026, 5, 5, 5, tzinfo=UTC), datetime(2026, 5, 5, 7, tzinfo=UTC)),
        (datetime(2026, 5, 5, 16, tzinfo=UTC), datetime(2026, 5, 6, 7, tzinfo=UTC)),  # closed at 18:00 sharp
        (datetime(2026, 4, 30, 16, tzinfo=UTC), datetime(2026, 5, 4, 7, tzinfo=UTC)),
        (datetime(2026, 5, 5, 23, tzinfo=timezone(timedelta(hours=-11))), datetime(2026, 5, 6, 10, tzinfo=UTC)),
    ],
)
def test_the_next_moment_is_the_one_anybody_would_choose(after: datetime, expected: datetime) -> None:
    assert next_moment(after, PARIS) == expected


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        next_moment(datetime(2026, 5, 5, 10), PARIS)  # noqa: DTZ001


def test_a_rhythm_that_can_never_be_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        Rhythm("Europe/Paris", working_days=frozenset())
    with pytest.raises(ValueError, match="from 0"):
        Rhythm("Europe/Paris", working_days=MONDAY_TO_FRIDAY | {7})
    with pytest.raises(ValueError, match="open before they close"):
        Rhythm("Europe/Paris", opens=time(18), closes=time(18))
    with pytest.raises(ValueError, match="no time zone"):
        Rhythm("Europe/Paris", slot=time(9, tzinfo=UTC))


@pytest.mark.parametrize("zone", ["Europe/Lutece", "+02:00", "UTC+2", "Europe", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="Unknown time zone"):
        Rhythm(zone)


def test_an_appointment_that_can_never_be_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        working_days_before("last_day", 0)
    with pytest.raises(ValueError, match="at least one working day"):
        working_days_after("first_day", -5)
    with pytest.raises(ValueError, match="no time zone"):
        on("first_day", at=time(9, tzinfo=UTC))


def test_a_life_of_holidays_is_said_rather_than_searched_for_ever() -> None:
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    idle = Rhythm("Europe/Paris", holidays=Always())
    with pytest.raises(ValueError, match="No working day within 400 days"):
        next_moment(datetime(2026, 5, 5, tzinfo=UTC), idle)
    with pytest.raises(ValueError, match="No working day within 400 days"):
        moment(on("a", days=-1), date(2026, 5, 5), idle)
    with pytest.raises(ValueError, match="No working day within 400 days"):
        working_days_from(date(2026, 5, 5), -3, idle)


def test_the_end_of_the_calendar_is_said_plainly() -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        appointed_day(on("a", days=400), date(9999, 12, 1), PARIS)
    with pytest.raises(ValueError, match="beyond the calendar"):
        working_days_from(date(9999, 12, 31), 1, PARIS)
    with pytest.raises(ValueError, match="year"):
        appointed_day(on("a", months=1), date(9999, 12, 1), PARIS)


def test_a_pause_without_end_is_a_pause_until_the_end_of_the_calendar() -> None:
    away = Rhythm("Europe/Paris", paused_until=date.max)
    assert next_moment(datetime(2026, 5, 5, tzinfo=UTC), away).date() == date.max
