"""What is measured is what the lines say is measured."""

from random import Random
from statistics import median

from benchmarks.results_of_polls import CLOSES, MEMBERS, OPENS, WORKSPACES, ballot, sizes, table_of
from flows.core.rounds import Round
from flows.living.barometer import barometer


def test_the_movement_has_its_size_and_half_of_it_is_tiny() -> None:
    found = sizes(Random(1))
    assert (len(found), sum(found)) == (WORKSPACES, MEMBERS)
    assert median(found) == 5
    assert max(found) > 150


def test_both_sides_are_given_the_same_answers() -> None:
    ballots = [ballot(Random(seed)) for seed in range(6)]
    connection = table_of([(Round("r_1", barometer, OPENS, CLOSES, 6), ballots)])
    rows = connection.execute("SELECT item, value FROM answer").fetchall()
    assert sorted(map(repr, rows)) == sorted(repr(pair) for one in ballots for pair in one.answers.items())
