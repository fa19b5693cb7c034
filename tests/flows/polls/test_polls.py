"""What a poll is, what it cannot be, and how a cooperative makes one its own."""

import json
from dataclasses import replace
from datetime import date

import pytest

from flows import ALL_POLLS
from flows.core.amending import poll_of, reworded, with_item, without_item
from flows.core.answers import Refused
from flows.core.plain import from_plain, to_plain
from flows.core.poll import (
    AVERAGED,
    MOST_ITEMS,
    Cadence,
    Dimension,
    Item,
    Kind,
    Poll,
    PollDefinitionError,
    Thresholds,
    missing_texts,
)
from flows.living.barometer import barometer
from flows.living.radar import radar

DIALOGUE = Dimension("dialogue")


def reason(outcome: object) -> str | None:
    return outcome.reason if isinstance(outcome, Refused) else None


def kept(outcome: Poll | Refused) -> Poll:
    assert isinstance(outcome, Poll), outcome
    return outcome


def test_the_barometer_asks_two_things_of_each_of_anacts_six_subjects() -> None:
    assert [len(barometer.items_of(dimension.name)) for dimension in barometer.dimensions] == [2] * 6
    assert [item.kind for item in barometer.items[12:]] == [Kind.RECOMMENDATION, Kind.OPEN]
    assert barometer.cadence is Cadence.QUARTERLY


def test_the_radar_has_eight_axes_from_nought_to_five() -> None:
    assert len(radar.dimensions) == len(radar.items) == 8
    assert {(radar.scale_of(axis.name).low, radar.scale_of(axis.name).high) for axis in radar.dimensions} == {(0, 5)}
    assert radar.discussed == 2


def test_every_poll_of_ours_shows_nothing_under_five_nor_comments_under_eight() -> None:
    assert {(poll.thresholds.scores, poll.thresholds.comments) for poll in ALL_POLLS} == {(5, 8)}


def test_every_poll_has_its_own_name() -> None:
    assert len({poll.name for poll in ALL_POLLS}) == len(ALL_POLLS)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.AGREEMENT, "4", 4),
        (Kind.AGREEMENT, None, None),
        (Kind.AXIS, 0, 0),
        (Kind.RECOMMENDATION, "10", 10),
        (Kind.OPEN, "  garder le café ", "garder le café"),
        (Kind.OPEN, " ", None),
    ],
)
def test_an_answer_is_taken_as_given_and_none_is_an_answer(kind: Kind, raw: object, value: object) -> None:
    assert Item("any", kind).parse(raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "why"),
    [
        (Kind.AGREEMENT, 0, "not_on_the_scale"),
        (Kind.AGREEMENT, 6, "not_on_the_scale"),
        (Kind.AXIS, -1, "not_on_the_scale"),
        (Kind.RECOMMENDATION, 11, "not_on_the_scale"),
        (Kind.OPEN, "x" * 3001, "text_too_long"),
    ],
)
def test_an_answer_outside_its_scale_is_refused(kind: Kind, raw: object, why: str) -> None:
    assert reason(Item("any", kind).parse(raw)) == why


@pytest.mark.parametrize(
    ("items", "dimensions", "why"),
    [
        ((), (), "no_item"),
        ((Item("a", dimension="dialogue"),) * 2, (DIALOGUE,), "named_twice"),
        ((Item("a", dimension="dialogue"),), (DIALOGUE, DIALOGUE), "named_twice"),
        ((Item("A b", dimension="dialogue"),), (DIALOGUE,), "not_a_name"),
        ((Item("a"),), (), "item_without_dimension"),
        ((Item("a", Kind.OPEN, dimension="dialogue"),), (DIALOGUE,), "item_outside_dimensions"),
        ((Item("a", Kind.OPEN),), (DIALOGUE,), "dimension_without_item"),
        ((Item("a", dimension="dialogue"), Item("b", Kind.AXIS, "dialogue")), (DIALOGUE,), "mixed_scales"),
        ((Item("a", Kind.RECOMMENDATION), Item("b", Kind.RECOMMENDATION)), (), "two_recommendations"),
        ((Item("a", dimension="dialogue", since=2),), (DIALOGUE,), "wording_from_the_future"),
        (tuple(Item(f"a{n}", Kind.OPEN) for n in range(MOST_ITEMS + 1)), (), "too_many_items"),
    ],
)
def test_a_poll_that_makes_no_sense_is_refused_to_people_and_raises_for_us(
    items: tuple[Item, ...], dimensions: tuple[Dimension, ...], why: str
) -> None:
    assert reason(poll_of("trial", items, dimensions)) == why
    with pytest.raises(PollDefinitionError, match=why):
        Poll("trial", items, dimensions)


@pytest.mark.parametrize(
    ("scores", "comments", "why"),
    [(3, 3, None), (2, 8, "threshold_under_floor"), (5, 2, "threshold_under_floor"), (8, 5, "comments_under_scores")],
)
def test_no_threshold_goes_under_three(scores: int, comments: int, why: str | None) -> None:
    assert reason(Thresholds.typed(scores, comments)) == why


def test_a_threshold_under_the_floor_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="threshold_under_floor"):
        Thresholds(2, 8)


@pytest.mark.parametrize(("scores", "comments"), [(4, 8), (5, 7)])
def test_a_threshold_is_never_lowered(scores: int, comments: int) -> None:
    assert reason(barometer.with_thresholds(Thresholds(scores, comments))) == "threshold_lowered"


def test_a_threshold_may_be_raised() -> None:
    assert kept(barometer.with_thresholds(Thresholds(6, 12))).thresholds == Thresholds(6, 12)


@pytest.mark.parametrize(
    ("cadence", "opened", "due"),
    [
        (Cadence.QUARTERLY, date(2026, 11, 30), date(2027, 2, 28)),
        (Cadence.TWICE_A_YEAR, date(2026, 3, 2), date(2026, 9, 2)),
        (Cadence.YEARLY, date(2028, 2, 29), date(2029, 2, 28)),
        (Cadence.ONE_OFF, date(2026, 3, 2), None),
    ],
)
def test_the_next_round_is_due_by_the_cadence(cadence: Cadence, opened: date, due: date | None) -> None:
    assert cadence.next_after(opened) == due


# --------------------------------------------------------------------------------------------------------- made its own


def test_a_new_wording_with_another_meaning_starts_its_trend_again() -> None:
    changed = kept(
        reworded(barometer, "plain_speaking", {"fr": "On peut tout dire."}, same_meaning=False, round_open=False)
    )
    assert changed.version == barometer.version + 1
    assert [item.name for item in changed.items if item.since == changed.version] == ["plain_speaking"]


def test_a_typo_mended_keeps_the_trend() -> None:
    changed = kept(
        reworded(barometer, "plain_speaking", {"fr": "On peut parler."}, same_meaning=True, round_open=False)
    )
    assert [item.key for item in changed.items] == [item.key for item in barometer.items]
    assert changed.version == barometer.version + 1


def test_an_item_added_again_under_an_old_name_is_another_item() -> None:
    without = kept(without_item(barometer, "plain_speaking", round_open=False))
    again = kept(with_item(without, Item("plain_speaking", dimension="dialogue"), round_open=False))
    assert again.items[-1].key != "plain_speaking@1"


def test_an_item_may_come_with_its_own_dimension_and_take_it_away() -> None:
    item = Item("premises", dimension="place", texts={"fr": "Les locaux conviennent."})
    wider = kept(with_item(barometer, item, Dimension("place", {"fr": "Lieu"}), round_open=False))
    assert [found.name for found in wider.items_of("place")] == ["premises"]
    assert kept(without_item(wider, "premises", round_open=False)).dimensions == barometer.dimensions


def test_nothing_changes_while_a_round_is_open() -> None:
    item = Item("premises", dimension="dialogue")
    outcomes = (
        with_item(barometer, item, round_open=True),
        without_item(barometer, "plain_speaking", round_open=True),
        reworded(barometer, "plain_speaking", {}, same_meaning=True, round_open=True),
    )
    assert {reason(outcome) for outcome in outcomes} == {"frozen_while_open"}


def test_what_is_not_there_cannot_be_changed() -> None:
    assert reason(without_item(barometer, "x", round_open=False)) == "no_such_item"
    assert reason(reworded(barometer, "x", {}, same_meaning=True, round_open=False)) == "no_such_item"


def test_a_poll_is_never_left_without_an_item() -> None:
    poll = Poll("trial", (Item("a", dimension="dialogue"),), (DIALOGUE,))
    assert reason(without_item(poll, "a", round_open=False)) == "no_item"


def test_a_typed_item_without_words_in_one_locale_is_found() -> None:
    poll = Poll("trial", (Item("a", dimension="dialogue", texts={"fr": "Oui ?", "en": " "}),), (DIALOGUE,))
    assert [dict(hole.details) for hole in missing_texts(poll, ("fr", "en"))] == [{"name": "a", "locale": "en"}]
    assert missing_texts(barometer, ("fr", "en")) == ()


@pytest.mark.parametrize("poll", ALL_POLLS, ids=lambda poll: poll.name)
def test_a_poll_comes_back_whole_from_json(poll: Poll) -> None:
    amended = replace(poll, thresholds=Thresholds(6, 9), dimensions=(*poll.dimensions,))
    assert from_plain(Poll, json.loads(json.dumps(to_plain(amended)))) == amended


def test_only_agreements_and_axes_have_a_mean() -> None:
    assert {item.kind for poll in ALL_POLLS for item in poll.averaged} == set(AVERAGED)
