"""When a person may be spoken to: appointments, working days and working hours, whatever the clocks do."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MONDAY_TO_FRIDAY = frozenset(range(5))
LONGEST_REST = 400  # days without a single working day, past which a rhythm is taken for a mistake
LAST_CALL = timedelta(minutes=15)  # before closing, so that the courier still has time to speak
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A step's moment relative to an anchor: "five working days before the last day".

    The parts add up in this order: months (clamped to the month's end), calendar days, the working day before when it is
    to be done `by` then, working days (the recipient's own; the day they are counted from is excluded).
    """

    anchor: str
    days: int = 0
    working_days: int = 0
    months: int = 0
    at: time | None = None
    """The hour on the recipient's wall; their own slot when there is none."""
    by: bool = False
    """At the latest then: a day off gives way to the working day before it."""

    def __post_init__(self) -> None:
        if self.at is not None:
            _require_wall_time("at", self.at)


def on(anchor: str, *, days: int = 0, months: int = 0, at: time | None = None) -> Appointment:
    return Appointment(anchor, days=days, months=months, at=at)


def by(anchor: str, *, working_days_before: int = 0, at: time | None = None) -> Appointment:
    """The last day somebody works up to the anchor, or so many working days before that one."""
    return Appointment(anchor, working_days=-working_days_before, by=True, at=at)


def working_days_before(anchor: str, count: int, *, at: time | None = None) -> Appointment:
    """The `count`-th working day before the anchor."""
    return Appointment(anchor, working_days=-_at_least_one(count), at=at)


def working_days_after(anchor: str, count: int, *, at: time | None = None) -> Appointment:
    """The `count`-th working day after the anchor."""
    return Appointment(anchor, working_days=_at_least_one(count), at=at)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a person (or a channel) may be spoken to. Raises ValueError if that is never."""

    zone: str
    """An IANA name, never an offset: Slack tells nobody when the clocks change."""
    working_days: frozenset[int] = MONDAY_TO_FRIDAY
    """Monday is 0."""
    opens: time = time(9)
    closes: time = time(18)
    slot: time = time(9)
    """The hour the member chose; outside their hours, the nearest moment inside."""
    holidays: Container[date] = frozenset()
    paused_until: date | None = None
    """The first day they may be spoken to again."""

    def __post_init__(self) -> None:
        _zone(self.zone)
        if not self.working_days:
            raise ValueError("A rhythm needs at least one working day a week.")
        if not self.working_days <= frozenset(range(7)):
            raise ValueError(f"Working days go from 0 (Monday) to 6 (Sunday), not {sorted(self.working_days)}.")
        for name, hour in (("opens", self.opens), ("closes", self.closes), ("slot", self.slot)):
            _require_wall_time(name, hour)
        if not self.opens < self.closes:
            raise ValueError(f"Working hours must open before they close, not {self.opens} to {self.closes}.")


def is_working_day(day: date, rhythm: Rhythm) -> bool:
    """Whether the person works on that day. A pause changes nothing here: it silences, it does not give leave."""
    return day.weekday() in rhythm.working_days and day not in rhythm.holidays


def working_days_from(day: date, count: int, rhythm: Rhythm) -> date:
    """The count-th working day after `day` (before it when negative), `day` excluded; `day` itself for 0."""
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day = _nearest_working_day(_shifted(day, step), step, rhythm)
    return day


def appointed_day(appointment: Appointment, anchor_day: date, rhythm: Rhythm) -> date:
    """The day of an appointment: always a working day, never before the pause ends.

    A day off gives way to the working day before it when the appointment precedes its anchor (a briefing must come
    before the first day) or is to be kept `by` then, to the one after it otherwise. A pause always pushes forward.
    """
    day = _shifted(months_later(anchor_day, appointment.months), appointment.days)
    day = _nearest_working_day(day, -1, rhythm) if appointment.by else day
    day = working_days_from(day, appointment.working_days, rhythm)
    day = _nearest_working_day(day, -1 if day < anchor_day else 1, rhythm)
    if rhythm.paused_until is not None and day < rhythm.paused_until:
        return _nearest_working_day(rhythm.paused_until, 1, rhythm)
    return day


def moment(appointment: Appointment, anchor_day: date, rhythm: Rhythm) -> datetime:
    """The instant of an appointment, in UTC: its hour, or the member's slot, brought within working hours."""
    day = appointed_day(appointment, anchor_day, rhythm)
    wanted = _instant(day, appointment.at or rhythm.slot, rhythm.zone)
    opening, closing = _hours(day, rhythm.opens, rhythm.closes, rhythm.zone)
    return max(opening, min(wanted, closing - LAST_CALL))


def next_moment(after: datetime, rhythm: Rhythm) -> datetime:
    """The earliest instant, in UTC and not before `after`, when the person may be spoken to."""
    if after.tzinfo is None:
        raise ValueError("A moment needs a time zone: a naive datetime belongs to nobody.")
    day = after.astimezone(_zone(rhythm.zone)).date()
    if rhythm.paused_until is not None:
        day = max(day, rhythm.paused_until)
    after = after.astimezone(UTC)
    for _ in range(LONGEST_REST):
        day = _nearest_working_day(day, 1, rhythm)
        opening, closing = _hours(day, rhythm.opens, rhythm.closes, rhythm.zone)
        if (earliest := max(after, opening)) < closing:
            return earliest
        day = _shifted(day, 1)
    raise ValueError(f"No working hour in the {LONGEST_REST} working days from {after:%Y-%m-%d}.")


def _nearest_working_day(day: date, step: int, rhythm: Rhythm) -> date:
    """`day` itself, or the first working day met from it in the direction of `step` (1 or -1)."""
    candidate = day
    for _ in range(LONGEST_REST):
        if is_working_day(candidate, rhythm):
            return candidate
        candidate = _shifted(candidate, step)
    raise ValueError(f"No working day within {LONGEST_REST} days of {day}: check the working days and the holidays.")


def _shifted(day: date, days: int) -> date:
    try:
        return day + days * ONE_DAY
    except OverflowError as overflow:
        raise ValueError(f"{days} days from {day} is beyond the calendar.") from overflow


def months_later(day: date, months: int) -> date:
    """The same day of the month, or its last one where that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return day if months == 0 else date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=4096)  # a rehearsal asks for the same mornings thousands of times
def _hours(day: date, opens: time, closes: time, zone_name: str) -> tuple[datetime, datetime]:
    """Opening and closing instants; an opening not before its closing means hours that the clock change swallowed."""
    return _instant(day, opens, zone_name), _instant(day, closes, zone_name)


@lru_cache(maxsize=4096)
def _instant(day: date, hour: time, zone_name: str) -> datetime:
    """The first instant when the wall shows that hour, or, if the clocks jump over it, the instant they jump."""
    zone = _zone(zone_name)
    wall = datetime.combine(day, hour.replace(fold=0), zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # In a gap, fold=1 reads the wall with the later offset, hence an instant before the jump (PEP 495).
    return _jump(wall.replace(fold=1).astimezone(UTC), instant, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the zone's offset becomes the one it has at `after`; zoneinfo does not publish it."""
    low, high = int(before.timestamp()), int(after.timestamp())
    offset = after.astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValueError(f"Unknown time zone {name!r}: an IANA name is needed, such as Europe/Paris.") from unknown


def _require_wall_time(name: str, hour: time) -> None:
    if hour.tzinfo is not None:
        raise ValueError(f"{name!r} is an hour on the person's wall: it carries no time zone.")


def _at_least_one(count: int) -> int:
    if count < 1:
        raise ValueError(f"Count at least one working day, not {count}.")
    return count
