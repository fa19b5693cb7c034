"""Around a radar: where each axis points to, and what is said beside it, on lines that run into nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from bot.polls.axes import Axis
from bot.polls.lettering import INK, balanced, fitted, text

WIDTH = 1200
"""Of the sheet."""
CENTRE, RADIUS = (WIDTH / 2, 690.0), 280.0
BESIDE = 1 + 46 / RADIUS
"""Where words begin, in radiuses."""
EDGE = 16
"""Around what is said."""
TEXT, LINE = 33.0, 1.16
"""Of labels: legible when the picture is shown a third of its size."""
CROWDED = 8
"""Axes above which what is said beside them is written smaller, on longer lines."""
WIDE, NARROW, ALONE = 17, 13, 24
"""Characters in a line of figures in words, of a label, and of either where nothing is beside it: above and below."""
NOW, QUIET = "#1e5b4f", "#56615d"

Point = tuple[float, float]


@dataclass(frozen=True)
class Beside:
    """What is said of an axis, and where on the sheet its lines begin and end."""

    axis: Axis
    labels: list[str]
    words: list[str]
    size: float
    anchor: str
    x: float
    top: float

    @property
    def bottom(self) -> float:
        return self.top + self.size * LINE * (len(self.labels) + len(self.words))


def angle(axes: Sequence[Axis], at: int) -> float:
    """Clockwise from the top."""
    return 2 * pi * at / len(axes)


def point(axes: Sequence[Axis], at: int, far: float) -> Point:
    """On an axis, `far` radiuses from the centre."""
    turned = angle(axes, at)
    return CENTRE[0] + RADIUS * far * sin(turned), CENTRE[1] - RADIUS * far * cos(turned)


def beside(axes: Sequence[Axis], at: int) -> Beside:
    """The label and its figure, on the side of the axis that is away from the centre."""
    axis, (x, y), smaller = axes[at], point(axes, at, BESIDE), max(1, len(axes) / CROWDED)
    side, longest = sin(angle(axes, at)), (round(NARROW * smaller), round(WIDE * smaller))
    anchor, room = ("start", WIDTH - x) if side > 0 else ("end", x)
    if abs(side) < 0.2:
        # As wide as there is between what is said beside the two nearest axes.
        anchor, room, longest = "middle", 2 * (point(axes, 1, BESIDE)[0] - CENTRE[0]), (ALONE, ALONE)
    labels, words = balanced(axis.label, longest[0]), _lines(axis.words, longest[1])
    size = fitted([*labels, *words], TEXT / smaller, room - EDGE)
    # Above the axis at the top of the radar, below it at the bottom, and halfway on its sides.
    top = y - size * LINE * (len(labels) + len(words)) * (1 + cos(angle(axes, at))) / 2
    return Beside(axis, labels, words, size, anchor, x, top)


def said(one: Beside) -> Iterator[str]:
    for number, line in enumerate((*one.labels, *one.words)):
        is_label = number < len(one.labels)
        ink = INK if is_label else NOW if one.axis.at is not None else QUIET
        baseline = one.top + one.size * LINE * number + one.size * 0.9
        yield text(one.x, baseline, line, size=one.size, bold=is_label, fill=ink, anchor=one.anchor)


def _lines(words: str, longest: int) -> list[str]:
    """What is between brackets begins a line of its own."""
    return [line for part in words.replace(" (", "\n(").split("\n") for line in balanced(part, longest)]
