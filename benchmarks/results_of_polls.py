"""The results of a barometer in every cooperative of the movement, against one SQL aggregation of the same answers.

4,500 workspaces and 87,000 members who all answer 14 questions: about the size of the movement (domain.md, introduction: 4,140
cooperatives, 78,405 employees at the end of 2024), sizes spread so that half of them have five members or fewer.
"""

import gc
import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from time import process_time

from benchmarks.lines import Line
from benchmarks.rounds import Scale, in_turn, ratio, spread
from flows.core.poll import Kind
from flows.core.results import results
from flows.core.rounds import Ballot, Round
from flows.living.barometer import barometer

WORKSPACES, MEMBERS = 4_500, 87_000
RUNS = 5
OPENS, CLOSES = date(2026, 6, 1), date(2026, 6, 10)

Answers = tuple[Round, Sequence[Ballot]]


def sizes(random: Random) -> list[int]:
    """As many as there are workspaces, adding up to all the members: half with five at most, a few with hundreds."""
    small = [random.randint(2, 5) for _ in range(WORKSPACES // 2 + 1)]
    weights = [random.expovariate(1) for _ in range(WORKSPACES - len(small))]
    left = MEMBERS - sum(small) - 6 * len(weights)
    large = [6 + int(left * weight / sum(weights)) for weight in weights]
    large[0] += MEMBERS - sum(small) - sum(large)
    return small + large


def ballot(random: Random) -> Ballot:
    answers: dict[str, int | str | None] = {}
    for item in barometer.items:
        if item.kind is Kind.OPEN:
            answers[item.name] = "Garder nos repas du jeudi." if random.random() < 0.4 else None
        else:
            scale = item.scale
            answers[item.name] = random.randint(scale.low, scale.high) if random.random() < 0.95 else None
    return Ballot(answers)


def answered(random: Random) -> Iterator[Answers]:
    for number, size in enumerate(sizes(random)):
        yield Round(f"r_{number}", barometer, OPENS, CLOSES, size), [ballot(random) for _ in range(size)]


def table_of(rounds: Sequence[Answers]) -> sqlite3.Connection:
    """The same answers, one a row, as a survey tool would keep them."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE answer (round TEXT, item TEXT, value)")
    rows = (
        (round_.id, item, value) for round_, ballots in rounds for one in ballots for item, value in one.answers.items()
    )
    connection.executemany("INSERT INTO answer VALUES (?, ?, ?)", rows)
    return connection


def ours(rounds: Sequence[Answers]) -> float:
    start = process_time()
    for round_, ballots in rounds:
        results(round_, ballots, random=Random(1))
    return process_time() - start


def in_sql(connection: sqlite3.Connection) -> float:
    start = process_time()
    connection.execute("SELECT round, item, count(value), avg(value) FROM answer GROUP BY round, item").fetchall()
    return process_time() - start


def measure(scale: Scale) -> Iterator[Line]:
    rounds = list(itertools.islice(answered(Random(20260601)), scale.of(WORKSPACES, 20)))
    connection = table_of(rounds)
    gc.collect()
    gc.freeze()  # all these answers are the harness's: no cooperative's results have a million objects around them
    seconds = in_turn({"ours": lambda: ours(rounds), "SQL": lambda: in_sql(connection)}, scale.of(RUNS, 1))
    gc.unfreeze()
    answers = sum(len(ballots) for _, ballots in rounds)
    yield Line(
        what=f"results of {answers:,} members × {len(barometer.items)} answers in {len(rounds):,} workspaces ÷ one SQL "
        "aggregation of the same rows",
        sides={side: f"{spread(took):.2f} s of processor" for side, took in seconds.items()},
        figure=ratio(seconds["ours"], seconds["SQL"]),
    )
