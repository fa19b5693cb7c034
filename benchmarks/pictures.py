"""The picture of a round's results, as a file to be given to Slack: SVG drawn by resvg, against matplotlib.

A barometer of six dimensions. Matplotlib draws a bare radar, without a word beside it; where it is not installed (`make bench`
installs it apart), its line lacks. Each is drawn in a process of its own, which also tells what memory it then holds more.
"""

import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

import orjson

from benchmarks.lines import Goal, Line
from benchmarks.peers import peer
from benchmarks.rounds import Scale, Spread, figures, in_turn, ratio, spread

OURS = """
from datetime import date
from statistics import median
from time import perf_counter
from bot.polls.radar_picture import png, radar_svg
from benchmarks.memory import resident
from tests.bot.polls.reported import COOP, report_of, wording_of
from flows.living.barometer import barometer
report, wording = report_of(barometer), wording_of(barometer, "fr", COOP)
radar_svg(report, barometer, wording, COOP, date(2026, 11, 13))  # the words are read, as for the message above it
before = resident()
def draw():
    start = perf_counter()
    content = png(radar_svg(report, barometer, wording, COOP, date(2026, 11, 13)))
    assert content.startswith(b"\\x89PNG")
    return perf_counter() - start
took = [draw() for _ in range({count})]
import orjson
print(orjson.dumps({{"milliseconds": median(took) * 1e3, "megabytes": resident() - before}}).decode())
"""


class Drawn(NamedTuple):
    milliseconds: float
    megabytes: float


def measure(scale: Scale) -> Iterator[Line]:
    count, rounds = scale.of(15, 1), scale.of(5, 1)
    sides = {"ours": lambda: _ours(count)}
    if peer("matplotlib"):
        sides["matplotlib"] = lambda: Drawn(**peer("matplotlib", "radar.py", str(count)) or {})
    drawn = in_turn(sides, rounds)
    shown = {
        side: f"{spread(figures(found, 'milliseconds')):.0f} ms, {spread(figures(found, 'megabytes')).middle:.1f} MB"
        for side, found in drawn.items()
    }
    took, grew = (spread(figures(drawn["ours"], name)) for name in Drawn._fields)
    yield _line("a picture of results drawn", shown, took, "ms", 60)
    yield _line("memory held more once it is", {}, grew, "MB", 5)
    if "matplotlib" in drawn:
        theirs = figures(drawn["matplotlib"], "milliseconds")
        yield Line(
            number="18", what="the same ÷ matplotlib", figure=ratio(figures(drawn["ours"], "milliseconds"), theirs)
        )


def _line(what: str, sides: dict[str, str], figure: Spread, unit: str, bound: float) -> Line:
    return Line(number="18", what=what, sides=sides, figure=figure, unit=unit, digits=1, goal=Goal("most", bound))


def _ours(count: int) -> Drawn:
    program = OURS.format(count=count)
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    return Drawn(**orjson.loads(said))
