"""A round freezes what protects people when it opens, and takes ballots that say nothing of who gave them."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core.answers import Refused
from flows.core.plain import from_plain, to_plain
from flows.core.poll import Thresholds
from flows.core.rounds import Ballot, Kinship, Labels, Round, can_be_anonymous, kinship, open_round, safe_cuts
from flows.living.barometer import barometer
from tests.flows.polls.rounds_of import CLOSES, ITEM, OPENS, labels_of, poll_of_one, round_of

FULL = {item.name: 3 for item in barometer.averaged} | {"recommendation": "8", "keep_and_improve": "Le café"}


def reason(outcome: object) -> str | None:
    return outcome.reason if isinstance(outcome, Refused) else None


@pytest.mark.parametrize(
    ("expected", "turnout", "possible"),
    [(4, 100, False), (5, 100, True), (8, 60, False), (9, 60, True), (8, 70, True), (7, 70, False), (0, 60, False)],
)
def test_under_five_people_or_up_to_eight_at_sixty_percent_the_meteo_is_offered(
    expected: int, turnout: int, possible: bool
) -> None:
    assert can_be_anonymous(expected, Thresholds(), turnout) is possible
    opened = open_round(
        barometer, id="r1", opens=OPENS, closes=CLOSES, audience=[{}] * expected, turnout_percent=turnout
    )
    assert isinstance(opened, Round) is possible
    assert possible or reason(opened) == "too_few_for_anonymity"


def test_a_round_does_not_close_before_it_opens() -> None:
    opened = open_round(barometer, id="r1", opens=OPENS, closes=OPENS - timedelta(1), audience=[{}] * 12)
    assert reason(opened) == "closes_before_it_opens"


def test_a_threshold_is_raised_before_the_opening_only() -> None:
    planned = round_of(barometer, 12)
    eve = OPENS - timedelta(days=1)
    raised = planned.with_thresholds(Thresholds(6, 9), eve)
    assert isinstance(raised, Round)
    assert raised.thresholds == Thresholds(6, 9)
    assert reason(planned.with_thresholds(Thresholds(6, 9), OPENS)) == "threshold_frozen"
    assert reason(planned.with_thresholds(Thresholds(4, 8), eve)) == "threshold_lowered"
    assert reason(planned.with_thresholds(Thresholds(4, 8), CLOSES)) == "threshold_frozen"
    assert reason(planned.with_thresholds(Thresholds(9, 9), eve)) == "too_few_for_anonymity"


def test_a_raised_threshold_takes_away_the_cuts_it_makes_unsafe() -> None:
    audience = [{"team": team, "member": member} for team in "ab" for member in ("yes", "no") for _ in range(5)]
    planned = round_of(barometer, audience, cuts=["team", "member"])
    raised = planned.with_thresholds(Thresholds(10, 10), OPENS - timedelta(days=1))
    assert isinstance(raised, Round)
    assert [cut.name for cut in raised.cuts] == ["team"]
    assert raised.cuts_left_out == ("member",)


# -------------------------------------------------------------------------------------------------------------- ballots


@pytest.mark.parametrize(
    ("day", "why"),
    [(OPENS - timedelta(1), "round_not_open"), (OPENS, None), (CLOSES, None), (CLOSES + timedelta(1), "round_closed")],
)
def test_a_ballot_is_taken_from_the_first_day_to_the_last(day: date, why: str | None) -> None:
    assert reason(round_of(barometer, 12).ballot(FULL, {}, day)) == why


def test_a_ballot_holds_the_answers_and_nothing_else() -> None:
    ballot = round_of(barometer, 12).ballot({**FULL, "member_id": "U1", "plain_speaking": None}, {"team": "a"}, OPENS)
    assert isinstance(ballot, Ballot)
    assert set(ballot.answers) == {item.name for item in barometer.items}
    assert ballot.answers["plain_speaking"] is None
    assert ballot.groups == ()


def test_a_wrong_answer_says_which_item() -> None:
    outcome = round_of(barometer, 12).ballot({**FULL, "recommendation": 11}, {}, OPENS)
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.details["item"]) == ("not_on_the_scale", "recommendation")


def test_a_ballot_with_nothing_in_it_is_refused() -> None:
    assert reason(round_of(barometer, 12).ballot({"plain_speaking": None}, {}, OPENS)) == "empty_ballot"


def test_a_comment_that_could_never_be_shown_is_not_asked() -> None:
    few, enough = round_of(barometer, 7), round_of(barometer, 8)
    assert "keep_and_improve" not in {item.name for item in few.items}
    assert "keep_and_improve" in {item.name for item in enough.items}
    ballot = few.ballot(FULL, {}, OPENS)
    assert isinstance(ballot, Ballot)
    assert "keep_and_improve" not in ballot.answers


def test_whoever_changed_group_since_the_opening_has_no_group_of_their_own() -> None:
    opened = round_of(poll_of_one(), labels_of({"a": 6, "b": 5}), cuts=["team"])
    ballot = opened.ballot({ITEM: 4}, {"team": "brand new"}, OPENS)
    assert isinstance(ballot, Ballot)
    assert ballot.groups == ("a",)


# ----------------------------------------------------------------------------------------------------------------- cuts


def test_cuts_are_off_unless_asked_for() -> None:
    assert round_of(poll_of_one(), labels_of({"a": 9, "b": 9})).cuts == ()


@pytest.mark.parametrize(("sizes", "safe"), [({"a": 5, "b": 5}, True), ({"a": 20, "b": 4}, False), ({"a": 9}, False)])
def test_a_cut_needs_both_the_group_and_the_rest_to_be_enough(sizes: dict[str, int], safe: bool) -> None:
    opened = round_of(poll_of_one(), labels_of(sizes), cuts=["team"])
    assert [cut.name for cut in opened.cuts] == (["team"] if safe else [])
    assert opened.cuts_left_out == (() if safe else ("team",))


def test_a_cut_nested_in_another_but_for_one_person_is_left_out() -> None:
    audience = (
        [{"team": "a", "member": "yes"}] * 5 + [{"team": "b", "member": "yes"}] + [{"team": "b", "member": "no"}] * 5
    )
    assert [cut.name for cut in safe_cuts(["team", "member"], audience, 5)] == ["team"]
    assert [cut.name for cut in safe_cuts(["member", "team"], audience, 5)] == ["member"]


def test_those_a_cut_says_nothing_of_are_a_group_too() -> None:
    audience: list[Labels] = [*labels_of({"a": 6}), *([{}] * 4)]
    assert safe_cuts(["team"], audience, 5) == ()
    assert safe_cuts(["team"], [*audience, {}], 5)[0].groups == {"a": 6, "other": 5}


@given(
    st.lists(st.fixed_dictionaries({cut: st.sampled_from("xyz") for cut in "pqr"}), max_size=40),
    st.permutations("pqr"),
    st.integers(3, 6),
)
def test_no_crossing_of_the_cuts_kept_is_a_small_group(audience: list[Labels], asked: Sequence[str], k: int) -> None:
    names = [cut.name for cut in safe_cuts(asked, audience, k)]
    crossings = [tuple(labels[name] for name in names) for labels in audience]
    assert all(crossings.count(crossing) >= k for crossing in crossings if names)


def test_kinship_counts_people_and_forgets_them() -> None:
    before = {"ada": {"team": "a"}, "lou": {"team": "a"}, "zoe": {"team": "b"}}
    now = {"ada": {"team": "a"}, "lou": {"team": "b"}, "max": {"team": "b"}}
    found = kinship(before, now)
    assert found[""][""] == Kinship(apart=2, common=2)
    assert found["team=a"]["team=a"] == Kinship(apart=1, common=1)
    assert found["team=a"][""] == Kinship(apart=1, common=2)
    assert "ada" not in json.dumps(found)


def test_an_open_round_comes_back_whole_from_json() -> None:
    kin = {"r0": kinship({"ada": {}}, {"ada": {"team": "a"}})}
    opened = round_of(barometer, labels_of({"a": 6, "b": 6}), cuts=["team"], kin=kin)
    assert from_plain(Round, json.loads(json.dumps(to_plain(opened)))) == opened
