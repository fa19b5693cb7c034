"""Whom a newcomer meets next: coverage, not chance. Two proposals a week at most, and nobody overloaded."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from flows.core.calendar import Rhythm, working_days_from
from flows.core.people import Member
from flows.passport import MET_TEAM_FROM

PER_WEEK = 2
"""Proposals a newcomer gets in one week, and encounters asked of one member in one week."""
APART = 2
"""Working days between two proposals to the same newcomer."""
FIRST_YEAR = timedelta(days=365)
WITHIN_REACH = PER_WEEK * 52
"""How many a first year has room for: in a large cooperative nobody could meet all the others."""


def still_to_meet(newcomer: Member, members: Iterable[Member], met: frozenset[str]) -> list[Member]:
    """The active members with an account whom the newcomer has not met."""
    return [m for m in members if _is_here(m) and m.id != newcomer.id and m.id not in met]


def _is_here(member: Member) -> bool:
    return member.active and member.slack_id is not None and member.left_on is None and not member.is_visitor


def coverage(newcomer: Member, members: Iterable[Member], met: Collection[str]) -> tuple[int, int]:
    """How many members the newcomer has met, and how many there are to meet in all."""
    to_meet = still_to_meet(newcomer, members, frozenset())
    return sum(m.id in met for m in to_meet), len(to_meet)


def has_met_the_team(met: int, to_meet: int) -> bool:
    """Whether they have met enough of those there are to meet, or of those that a year has room for."""
    return to_meet > 0 and met >= MET_TEAM_FROM * min(to_meet, WITHIN_REACH)


def here_from(member: Member) -> date:
    """The first day they can be asked for a coffee: once they have arrived, and their pause is over."""
    return max(member.arrived_on or date.min, member.paused_until or date.min)


def next_encounters(
    candidates: Sequence[Member],
    *,
    waiting: int,
    proposed_to_newcomer: Sequence[date],
    asked_of: Mapping[str, Sequence[date]],
    today: date,
    rhythm: Rhythm,
) -> list[tuple[Member, date]]:
    """The proposals to make now, each with its day.

    `candidates`: whom to meet, without those already proposed; whoever is not here yet, or is away, is proposed for when they
    are: their silence would hold up the others. `waiting`: proposals not yet answered by both.
    `proposed_to_newcomer`: days of the proposals already made. `asked_of`: for each member, the days of all the encounters
    proposed with them, by any newcomer. `rhythm`: the newcomer's.
    """
    weeks = Counter(_week(day) for day in proposed_to_newcomer)
    loads = {member: Counter(map(_week, days)) for member, days in asked_of.items()}
    left = sorted(candidates, key=lambda m: (len(asked_of.get(m.id, ())), m.name, m.id))
    latest = max(proposed_to_newcomer, default=None)
    chosen: list[tuple[Member, date]] = []
    while left and waiting + len(chosen) < PER_WEEK:
        day = _next_day(today, latest, weeks, rhythm)
        while (free := next((m for m in left if _is_free(m, day, loads)), None)) is None:
            # Nobody is, that week: another one will come, and nobody would plan again before it.
            day = _next_day(day, latest, weeks, rhythm)
        left.remove(free)
        chosen.append((free, day))
        weeks[_week(day)] += 1
        latest = day
    return chosen


def _is_free(member: Member, day: date, loads: Mapping[str, Counter[tuple[int, int]]]) -> bool:
    return here_from(member) <= day and loads.get(member.id, Counter())[_week(day)] < PER_WEEK


def _next_day(after: date, latest: date | None, weeks: Mapping[tuple[int, int], int], rhythm: Rhythm) -> date:
    day = working_days_from(after, 1, rhythm)
    if latest is not None:
        day = max(day, working_days_from(latest, APART, rhythm))
    while weeks[_week(day)] >= PER_WEEK:
        day = working_days_from(day, 1, rhythm)
    return day


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]
