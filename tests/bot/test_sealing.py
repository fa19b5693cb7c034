"""A sealed ballot says nothing without its key, not even how much was written; with it, what was answered and nothing else."""

import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing import BrokenSeal, Seals
from flows.core.answers import LONGEST_TEXT
from flows.core.poll import Item, Kind
from flows.core.rounds import Ballot, Round, open_round
from flows.living.barometer import barometer
from flows.living.radar import radar

SEALS = Seals.fresh()
TEAMS = ("menuiserie", "charpente, ossature bois et isolation")


def a_round(poll: Any = barometer, id: str = "r_0123456789abcdef") -> Round:
    labels = [{"team": TEAMS[number % 2], "membership": "associate"} for number in range(20)]
    opened = open_round(
        poll, id=id, opens=date(2026, 6, 1), closes=date(2026, 6, 10), audience=labels, cuts=("team", "membership")
    )
    assert isinstance(opened, Round)
    return opened


ROUNDS = (a_round(), a_round(radar))
SHORTEST = Ballot({ROUNDS[0].items[0].name: 1})


def values_of(item: Item) -> st.SearchStrategy[int | str | None]:
    """Whatever a person may give: any text, of any length that is taken, in any alphabet."""
    if item.kind is Kind.OPEN:
        return st.none() | st.text(max_size=40) | st.characters().map(lambda one: one * LONGEST_TEXT)
    return st.none() | st.integers(0, 10)


@st.composite
def ballots(draw: st.DrawFn) -> tuple[Round, Ballot]:
    round_ = draw(st.sampled_from(ROUNDS))
    answers = {item.name: draw(values_of(item)) for item in round_.items}
    return round_, Ballot(answers, tuple(draw(st.sampled_from(sorted(cut.groups))) for cut in round_.cuts))


@given(ballots())
def test_any_ballot_of_a_round_seals_to_one_length_and_opens_to_itself(filled: tuple[Round, Ballot]) -> None:
    round_, ballot = filled
    sealed = SEALS.seal(ballot, round_)
    assert len(sealed) == len(SEALS.seal(SHORTEST, round_))
    assert SEALS.open(sealed, round_) == ballot
    assert sealed != SEALS.seal(ballot, round_), "nobody sees that two said the same"


@given(st.data())
def test_one_byte_changed_anywhere_breaks_the_seal(data: st.DataObject) -> None:
    sealed = bytearray(SEALS.seal(SHORTEST, ROUNDS[0]))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BrokenSeal):
        SEALS.open(bytes(sealed), ROUNDS[0])


@given(st.integers(0, 200))
def test_a_ballot_cut_short_does_not_open(length: int) -> None:
    with pytest.raises(BrokenSeal):
        SEALS.open(SEALS.seal(SHORTEST, ROUNDS[0])[:length], ROUNDS[0])


def test_a_ballot_carried_into_another_round_does_not_open() -> None:
    sealed = SEALS.seal(SHORTEST, ROUNDS[0])
    with pytest.raises(BrokenSeal):
        SEALS.open(sealed, a_round(id="r_fedcba9876543210"))


@given(st.binary(min_size=32, max_size=32))
def test_no_other_key_opens_it(key: bytes) -> None:
    with pytest.raises(BrokenSeal):
        Seals(key).open(SEALS.seal(SHORTEST, ROUNDS[0]), ROUNDS[0])
    assert Seals(key).print != SEALS.print


def test_a_key_is_never_shown_by_mistake() -> None:
    assert SEALS.key.hex() not in f"{SEALS} {SEALS!r} {SEALS.print}"
    assert str(SEALS.key) not in f"{SEALS} {SEALS!r}"


def test_a_key_kept_in_a_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "parcours.db.key"
    kept = Seals.kept_in(file)
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert Seals.kept_in(file) == kept


@pytest.mark.parametrize("content", ["", "abcd\n", "not a key\n"])
def test_a_file_that_holds_no_key_is_told_and_left_as_it_is(tmp_path: Path, content: str) -> None:
    file = tmp_path / "parcours.db.key"
    file.write_text(content, encoding="ascii")
    with pytest.raises(ValueError, match=r"key|hex"):
        Seals.kept_in(file)
    assert file.read_text(encoding="ascii") == content
