"""An answer, end to end: a signed click over HTTP, verified, decided, durable, acknowledged.

Our whole bot answers, on one core, clicks sent from the other; so do, in turn, a bare Bolt listener that verifies and
acknowledges and writes nothing, and a floor written by hand: ASGI without a framework, and the very statements of one of our
answers said again through the driver, in the same batches. Each click answers another conversation, which then asks its next
question. Nobody is spoken to meanwhile: that is the courier's work.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from benchmarks.answers.load import Heard
from benchmarks.answers.stage import BARE, FLOOR, OURS, WARMING, Stage, on_postgresql, on_sqlite, staged
from benchmarks.lines import Goal, Line
from benchmarks.rounds import Scale, figures, in_turn, ratio, spread

CONNECTIONS = (1, 32, 128)
RATES = (340, 1_000)


def measure(scale: Scale) -> Iterator[Line]:
    for name, waiting_on in (("SQLite", on_sqlite), ("PostgreSQL", on_postgresql)):
        with waiting_on(_answers(scale)) as (waiting, urls), staged(waiting, urls) as stage:
            yield from _closed(scale, name, stage)
            yield from _open(scale, name, stage)
            stage.check()


def _bursts(scale: Scale) -> list[tuple[int, int, float | None]]:
    """Connections, answers and rate of each burst of a round."""
    closed = [(connections, scale.of(500 if connections == 1 else 3_000, 40)) for connections in CONNECTIONS]
    opened = [(rate, scale.of(rate * 5, 40)) for rate in RATES]
    return [(it, count, None) for it, count in closed] + [(128, count, float(rate)) for rate, count in opened]


def _rounds(scale: Scale) -> int:
    return scale.of(5, 1)


def _answers(scale: Scale) -> int:
    return 1 + WARMING + _rounds(scale) * sum(count for _, count, _ in _bursts(scale))


def _closed(scale: Scale, database: str, stage: Stage) -> Iterator[Line]:
    for connections, count, rate in _bursts(scale):
        if rate is None:
            yield from _lines(database, connections, _played(stage, scale, connections, count, None))


def _played(stage: Stage, scale: Scale, connections: int, count: int, rate: float | None) -> dict[str, list[Heard]]:
    turns = {side: partial(stage.send, side, connections, count, rate) for side in stage.ports}
    return in_turn(turns, _rounds(scale))


def _lines(database: str, connections: int, heard: Mapping[str, list[Heard]]) -> Iterator[Line]:
    rates = {side: figures(found, "rate") for side, found in heard.items()}
    late = {side: figures(found, "p99") for side, found in heard.items()}
    what = f"answers, {database}, {connections} connection{'s' * (connections > 1)}"
    goals = {("SQLite", 32): (1.2, 0.4), ("PostgreSQL", 32): (1.0, None)}
    of_bare, of_floor = goals.get((database, connections), (None, None))
    yield Line(
        number="1",
        what=f"{what} ÷ bare Bolt",
        sides={side: _shown(heard[side]) for side in (OURS, BARE)},
        figure=ratio(rates[OURS], rates[BARE]),
        goal=None if of_bare is None else Goal("least", of_bare),
    )
    yield Line(
        number="1",
        what="p99 of the same ÷ bare Bolt's",
        figure=ratio(late[OURS], late[BARE]),
        goal=None if of_bare is None else Goal("most", 1.0),
    )
    yield Line(
        number="2",
        what=f"{what} ÷ floor",
        sides={side: _shown(heard[side]) for side in (OURS, FLOOR)},
        figure=ratio(rates[OURS], rates[FLOOR]),
        goal=None if of_floor is None else Goal("least", of_floor),
    )


def _open(scale: Scale, database: str, stage: Stage) -> Iterator[Line]:
    for connections, count, rate in _bursts(scale):
        if rate is not None:
            heard = _played(stage, scale, connections, count, rate)
            yield Line(
                number="8",
                what=f"p99 at {rate:,.0f} answers/s, {database}",
                sides={side: _shown(found) for side, found in heard.items()},
                figure=spread(figures(heard[OURS], "p99")),
                unit="ms",
                digits=1,
                goal=Goal("most", 25 if rate == RATES[0] else 50),
            )
            yield Line(
                number="8",
                what=f"acknowledged after 3 s at {rate:,.0f} answers/s, {database}",
                figure=spread(figures(heard[OURS], "late")),
                unit="answers",
                digits=0,
                goal=Goal("most", 0),
            )


def _shown(heard: list[Heard]) -> str:
    rate, p50, p99 = (spread(figures(heard, name)).middle for name in ("rate", "p50", "p99"))
    return str(Heard(rate, p50, p99, sum(one.late for one in heard), 0))
