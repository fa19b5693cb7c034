"""Whom a newcomer meets next: everybody in the end, two a week, and nobody overloaded."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core.calendar import Rhythm, is_working_day, working_days_from
from flows.core.people import Member
from flows.joining.coverage import APART, PER_WEEK, has_met_the_team, next_encounters, still_to_meet

TODAY = date(2026, 4, 28)  # a Tuesday
RHYTHM = Rhythm("Europe/Paris", holidays=frozenset({date(2026, 5, 1), date(2026, 5, 8), date(2026, 5, 14)}))
NEWCOMER = Member(id="m_zoe", first_name="Zoé", slack_id="UZOE")
CROWD = [Member(id=f"m_{name}", first_name=name, slack_id=f"U{name}") for name in "abcdefg"]


def planned(crowd: list[Member] | None = None, **more: Any) -> list[tuple[str, date]]:
    given = {"waiting": 0, "proposed_to_newcomer": (), "asked_of": {}, "today": TODAY, "rhythm": RHYTHM, **more}
    return [(one.first_name, day) for one, day in next_encounters(CROWD if crowd is None else crowd, **given)]


def week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def test_those_to_meet_are_there_and_not_met_yet() -> None:
    gone = Member(id="m_gone", first_name="Gone", slack_id="UGONE", active=False)
    unknown = Member(id="m_new", first_name="New")
    left = Member(id="m_left", first_name="Left", slack_id="ULEFT", left_on=TODAY)
    client = Member(id="m_client", first_name="Client", slack_id="UCLIENT", is_guest=True)
    found = still_to_meet(NEWCOMER, [NEWCOMER, *CROWD[:3], gone, unknown, left, client], frozenset({"m_a"}))
    assert [one.first_name for one in found] == ["b", "c"]


def test_two_are_proposed_two_working_days_apart() -> None:
    assert planned() == [
        ("a", date(2026, 4, 29)),
        ("b", date(2026, 5, 4)),
    ]  # 1 May, then a weekend, are no working days


def test_what_still_waits_for_an_answer_leaves_less_room() -> None:
    assert [name for name, _ in planned(waiting=1)] == ["a"]
    assert planned(waiting=2) == []


def test_a_week_with_two_proposals_gets_no_third() -> None:
    proposed = [date(2026, 4, 27), date(2026, 4, 28)]
    assert [week(day) for _, day in planned(proposed_to_newcomer=proposed)] == [(2026, 19), (2026, 19)]


def test_a_week_with_one_proposal_gets_one_more() -> None:
    found = planned(proposed_to_newcomer=[date(2026, 6, 1)], today=date(2026, 6, 1))
    assert [day for _, day in found] == [date(2026, 6, 3), date(2026, 6, 8)]


def test_whoever_was_met_least_by_others_comes_first() -> None:
    asked_of = {"m_a": [date(2026, 1, 5)] * 2, "m_b": [date(2026, 1, 5)]}
    assert [name for name, _ in planned(CROWD[:3], asked_of=asked_of)] == ["c", "b"]


def test_nobody_meets_three_newcomers_in_a_week() -> None:
    full = {"m_a": [date(2026, 4, 28)] * PER_WEEK}
    assert planned(CROWD[:1] + CROWD[1:2], asked_of=full)[0] == ("b", date(2026, 4, 29))


def test_when_everybody_is_busy_that_week_another_one_comes() -> None:
    full = {"m_a": [date(2026, 4, 28)] * PER_WEEK + [date(2026, 5, 4)] * PER_WEEK}
    assert planned(CROWD[:1], asked_of=full) == [("a", date(2026, 5, 11))]


def test_whoever_is_not_here_yet_or_is_away_holds_up_nobody() -> None:
    absent = [replace(CROWD[0], arrived_on=date(2026, 9, 1)), replace(CROWD[1], paused_until=date(2026, 9, 1))]
    assert [name for name, _ in planned([*absent, *CROWD[2:4]])] == ["c", "d"]
    assert planned(absent) == [("a", date(2026, 9, 1)), ("b", date(2026, 9, 3))]


def test_with_nobody_left_nothing_is_proposed() -> None:
    assert planned([]) == []


DAYS = st.integers(-30, 30).map(lambda number: TODAY + timedelta(number))


@given(
    st.integers(0, 3),
    st.lists(DAYS, max_size=6),
    st.dictionaries(st.sampled_from([one.id for one in CROWD]), st.lists(DAYS, max_size=8)),
    DAYS,
)
def test_the_rules_hold_whatever_went_before(
    waiting: int, proposed: list[date], asked_of: dict[str, list[date]], today: date
) -> None:
    found = next_encounters(
        CROWD, waiting=waiting, proposed_to_newcomer=proposed, asked_of=asked_of, today=today, rhythm=RHYTHM
    )
    days = [day for _, day in found]
    assert len(found) == max(0, PER_WEEK - waiting), "as long as there is somebody to meet, a meeting comes"
    assert all(day > today and is_working_day(day, RHYTHM) for day in days)
    for day in days:
        assert Counter(map(week, [*proposed, *days]))[week(day)] <= max(
            PER_WEEK, Counter(map(week, proposed))[week(day)]
        )
    for one, day in found:
        assert Counter(map(week, asked_of.get(one.id, [])))[week(day)] < PER_WEEK
    for earlier, later in pairwise([*([max(proposed)] if proposed else []), *days]):
        assert later >= working_days_from(earlier, APART, RHYTHM)


def test_everybody_is_met_in_the_end_two_a_week() -> None:
    met: list[date] = []
    left, today = list(CROWD), TODAY
    while left:
        for one, day in next_encounters(
            left, waiting=0, proposed_to_newcomer=met, asked_of={}, today=today, rhythm=RHYTHM
        ):
            left.remove(one)
            met.append(day)
        today = met[-1]
    assert max(Counter(map(week, met)).values()) == PER_WEEK
    assert met[-1] < TODAY + timedelta(weeks=5)


@pytest.mark.parametrize(
    ("met", "to_meet", "is_enough"),
    [(0, 0, False), (3, 4, False), (4, 5, True), (79, 100, False), (80, 100, True), (83, 480, False), (84, 480, True)],
)
def test_the_team_is_met_at_four_fifths_of_whom_a_year_has_room_for(met: int, to_meet: int, is_enough: bool) -> None:
    assert has_met_the_team(met, to_meet) is is_enough
