"""Who may accompany a newcomer, and who is asked first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core.people import Member
from flows.joining.matching import LIMIT, SMALL, Search, impossible, ranked, why_not
from flows.joining.parts import BUDDIES, COOP_BUDDY, JOB_BUDDY

TODAY = date(2026, 4, 1)


def member(name: str, **more: Any) -> Member:
    return Member(**{"id": f"m_{name}", "first_name": name, "slack_id": f"U{name.upper()}", **more})


def associate(name: str, **more: Any) -> Member:
    return member(name, associate_since=date(2020, 1, 1), **more)


NEWCOMER = member("zoe", trade="web", team="west")
ADA = associate("ada", trade="web", team="west")
LOU = associate("lou", trade="web", team="east")
KIM = associate("kim", trade="web", team="west")


def search(part: str, *members: Member, **more: Any) -> Search:
    more = {"loads": {}, "taken": {}, "newcomer": NEWCOMER, **more}
    return Search(part=part, members=(NEWCOMER, *members), today=TODAY, **more)


def names(found: list[Member]) -> list[str]:
    return [one.first_name for one in found]


def test_a_job_buddy_has_the_newcomer_s_trade() -> None:
    cook = associate("cook", trade="kitchen")
    wanted = search(JOB_BUDDY, ADA, LOU, cook)
    assert (why_not(ADA, wanted), why_not(cook, wanted)) == (None, "not_eligible")


def test_a_trade_nobody_wrote_down_sets_nobody_aside() -> None:
    assert names(ranked(search(JOB_BUDDY, member("sam"), replace(ADA, trade="WEB")))) == ["ada", "sam"]


def test_a_coop_buddy_has_been_an_associate_for_a_year() -> None:
    young = member("young", associate_since=TODAY - timedelta(days=364))
    ripe = member("ripe", associate_since=TODAY - timedelta(days=365))
    assert names(ranked(search(COOP_BUDDY, member("none"), young, ripe))) == ["ripe"]


def test_what_nobody_can_meet_gives_way() -> None:
    young = member("young", associate_since=TODAY - timedelta(days=30))
    assert names(ranked(search(COOP_BUDDY, young, member("none")))) == ["none", "young"]
    assert names(ranked(search(JOB_BUDDY, member("cook", trade="kitchen"), member("clerk", trade="office")))) == [
        "clerk",
        "cook",
    ]


def test_what_those_left_cannot_meet_gives_way_once_the_others_declined() -> None:
    young = member("young", associate_since=TODAY - timedelta(days=30))
    wanted = search(COOP_BUDDY, ADA, young, KIM, taken={JOB_BUDDY: KIM.id})
    assert names(ranked(wanted)) == ["ada"]
    assert names(ranked(replace(wanted, asked=frozenset({ADA.id})))) == ["young"]
    assert why_not(ADA, replace(wanted, asked=frozenset({ADA.id}))) is None, "one may change one's mind"


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (NEWCOMER, "is_yourself"),
        (replace(ADA, active=False), "deactivated"),
        (replace(ADA, slack_id=None), "deactivated"),
        (Member(id="m_client", first_name="Client", slack_id="UC", is_guest=True), "not_a_member"),
        (replace(ADA, is_guest=True), None),
        (replace(ADA, arrived_on=TODAY + timedelta(days=1)), "not_eligible"),
        (replace(ADA, arrived_on=TODAY), None),
    ],
)
def test_what_never_gives_way(candidate: Member, reason: str | None) -> None:
    assert why_not(candidate, search(COOP_BUDDY, candidate)) == reason


@pytest.mark.parametrize("part", BUDDIES)
def test_nobody_goes_beyond_the_limit_were_there_nobody_else(part: str) -> None:
    assert why_not(ADA, search(part, ADA, loads={ADA.id: LIMIT})) == "too_many_newcomers"
    assert why_not(ADA, search(part, ADA, loads={ADA.id: LIMIT - 1})) is None


@pytest.mark.parametrize("part", BUDDIES)
def test_the_supervisor_holds_no_part_and_nobody_two_unless_they_are_few(part: str) -> None:
    other = next(buddy for buddy in BUDDIES if buddy != part)
    large = search(part, ADA, LOU, KIM, supervisor_id=LOU.id, taken={other: KIM.id})
    assert not large.is_small
    assert [why_not(one, large) for one in (ADA, LOU, KIM)] == [None, "not_eligible", "not_eligible"]
    small = search(part, LOU, KIM, supervisor_id=LOU.id, taken={other: KIM.id})
    assert small.is_small
    assert [why_not(one, small) for one in (LOU, KIM)] == [None, None]


@pytest.mark.parametrize("part", BUDDIES)
def test_up_to_five_one_person_may_hold_several_parts_once_nobody_else_is_left(part: str) -> None:
    other = next(buddy for buddy in BUDDIES if buddy != part)
    few = search(part, ADA, LOU, KIM, associate("sam"), supervisor_id=LOU.id, taken={other: KIM.id})
    assert names(ranked(few)) == ["sam", "ada"] if part == COOP_BUDDY else ["ada", "sam"]
    assert impossible(KIM, few) is None, "the management may say so"
    declined = replace(few, asked=frozenset({ADA.id, "m_sam"}))
    assert {one.first_name for one in ranked(declined)} == {"lou", "kim"}
    six = replace(declined, members=(*few.members, associate("max")))
    assert names(ranked(six)) == ["max"]
    assert impossible(KIM, six) == "not_eligible"


def test_whoever_has_left_makes_a_cooperative_no_larger() -> None:
    gone = [replace(associate(f"gone_{number}"), active=False) for number in range(SMALL)]
    assert search(COOP_BUDDY, ADA, *gone).is_small


def test_whoever_plays_the_part_already_may_keep_it() -> None:
    assert why_not(ADA, search(COOP_BUDDY, ADA, LOU, KIM, taken={COOP_BUDDY: ADA.id})) is None


def test_the_least_busy_is_asked_first_then_the_likeliest_then_by_name() -> None:
    crowd = (ADA, LOU, KIM)
    assert names(ranked(search(JOB_BUDDY, *crowd))) == ["ada", "kim", "lou"]  # of the same team first
    assert names(ranked(search(COOP_BUDDY, *crowd))) == ["lou", "ada", "kim"]  # of another team first
    assert names(ranked(search(JOB_BUDDY, *crowd, loads={ADA.id: 1}))) == ["kim", "lou", "ada"]


@pytest.mark.parametrize(("silent_days", "asked"), [(2, ["ada", "kim"]), (30, ["kim", "ada"])])
def test_whoever_is_away_for_long_is_asked_last(silent_days: int, asked: list[str]) -> None:
    away = replace(ADA, paused_until=TODAY + timedelta(days=silent_days))
    assert names(ranked(search(JOB_BUDDY, away, replace(KIM, trade=""), loads={KIM.id: 1}))) == asked


def test_whoever_leaves_is_asked_last() -> None:
    assert names(ranked(search(JOB_BUDDY, ADA, KIM, LOU, leaving=frozenset({ADA.id})))) == ["kim", "lou", "ada"]


def test_nobody_is_asked_twice() -> None:
    assert names(ranked(search(JOB_BUDDY, ADA, LOU, KIM, asked=frozenset({ADA.id})))) == ["kim", "lou"]


@st.composite
def searches(draw: st.DrawFn) -> Search:
    crowd = [
        member(
            f"one_{number}",
            active=draw(st.booleans()),
            trade=draw(st.sampled_from(["", "web", "kitchen"])),
            team=draw(st.sampled_from(["", "east", "west"])),
            associate_since=draw(st.none() | st.dates(date(2024, 1, 1), TODAY)),
            slack_id=draw(st.sampled_from([None, f"U{number}", f"U{number}"])),
        )
        for number in range(draw(st.integers(0, 7)))
    ]
    ids = st.sampled_from([one.id for one in (NEWCOMER, *crowd)])
    return search(
        draw(st.sampled_from(BUDDIES)),
        *crowd,
        loads=draw(st.dictionaries(ids, st.integers(0, 3))),
        taken=draw(st.dictionaries(st.sampled_from(BUDDIES), ids)),
        supervisor_id=draw(st.none() | ids),
        asked=draw(st.frozensets(ids)),
    )


@given(searches())
def test_whoever_is_asked_may_take_the_part_and_whoever_may_is_asked(wanted: Search) -> None:
    found = ranked(wanted)
    assert all(why_not(one, wanted) is None for one in found)
    assert {one.id for one in found}.isdisjoint(wanted.asked | {wanted.newcomer.id})
    able = [one for one in wanted.members if impossible(one, wanted) is None and one.id not in wanted.asked]
    assert bool(found) == bool(able), "as long as somebody could, somebody is asked"


def test_choosing_among_five_hundred_looks_at_each_of_them_a_few_times() -> None:
    """Slack waits three seconds for whoever declines, and somebody else is sought meanwhile."""

    class Crowd(list[Member]):
        looked_through = 0

        def __iter__(self) -> Iterator[Member]:
            Crowd.looked_through += 1
            return super().__iter__()

    crowd = Crowd(associate(f"a{number}") for number in range(500))
    asked = Search(part=COOP_BUDDY, newcomer=NEWCOMER, members=crowd, today=TODAY, loads={}, taken={})
    assert len(ranked(asked)) == 500
    assert why_not(crowd[0], asked) is None
    assert Crowd.looked_through < 10
