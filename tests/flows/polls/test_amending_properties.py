"""A poll that a cooperative makes its own, by properties: whatever it changes, in any order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows.core.amending import poll_of, reworded, with_item, without_item
from flows.core.answers import Refused
from flows.core.poll import Dimension, Item, Kind, Poll

NAMES = st.sampled_from(["load", "means", "voice", "free"])
ADDED = st.tuples(st.just("add"), NAMES, st.sampled_from([Kind.AGREEMENT, Kind.OPEN, Kind.RECOMMENDATION]))
CHANGES: st.SearchStrategy[tuple[str, str, Any]] = st.one_of(
    ADDED, st.tuples(st.just("drop"), NAMES, st.none()), st.tuples(st.just("reword"), NAMES, st.booleans())
)
WORK = Dimension("work", {"fr": "Le travail"})


def first_poll() -> Poll:
    made = poll_of("ours", (Item("load", dimension="work"),), (WORK,))
    assert isinstance(made, Poll)
    return made


def changed(poll: Poll, change: tuple[str, str, Any], *, round_open: bool) -> Poll | Refused:
    match change:
        case ("add", name, kind):
            is_averaged = kind is Kind.AGREEMENT
            new = WORK if is_averaged and not poll.dimensions else None
            return with_item(poll, Item(name, kind, "work" if is_averaged else None), new, round_open=round_open)
        case ("drop", name, _):
            return without_item(poll, name, round_open=round_open)
        case (_, name, same):
            return reworded(poll, name, {"fr": "Autrement"}, same_meaning=same, round_open=round_open)


@given(st.lists(CHANGES, max_size=12))
def test_the_key_of_a_question_never_means_another_one(changes: list[tuple[str, str, Any]]) -> None:
    poll, meanings = first_poll(), {"load@1": 0}
    for number, change in enumerate(changes, 1):
        outcome = changed(poll, change, round_open=False)
        if isinstance(outcome, Refused):
            continue
        assert outcome.version == poll.version + 1
        others = [item for item in poll.items if item.name != change[1]]
        assert [item for item in outcome.items if item.name != change[1]] == others
        item = outcome.item(change[1])
        if item is not None and (change[0] == "add" or not change[2]):
            assert item.key not in meanings
            meanings[item.key] = number
        assert {one.key for one in outcome.items} <= set(meanings)
        poll = outcome


@given(st.lists(CHANGES, max_size=6), CHANGES)
def test_nothing_changes_under_an_open_round(before: list[tuple[str, str, Any]], change: tuple[str, str, Any]) -> None:
    poll = first_poll()
    for one in before:
        outcome = changed(poll, one, round_open=False)
        poll = poll if isinstance(outcome, Refused) else outcome
    assert isinstance(changed(poll, change, round_open=True), Refused)
