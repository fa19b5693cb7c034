"""The picture of a round's results, to be pinned on a wall: a radar of its dimensions, with every figure in words beside it.

A figure that is a bound, or an earlier round's, has a hollow mark; one that is not shown has no mark, and the outline stops
on both sides of it: no line is drawn through what nobody may know.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, pi, sin
from pathlib import Path
from textwrap import wrap

import font_lato
import resvg_py
from markupsafe import escape

from bot.blocks import cut
from bot.polls.sheet import cleaned
from bot.polls.wording import Wording
from flows.core.poll import Poll
from flows.core.report import DimensionResult, Figure, Report

WIDTH, HEIGHT = 1200, 1320
CENTRE = (WIDTH / 2, 675.0)
RADIUS = 280.0
MARGIN = 64
LONGEST_LINE = 68
TEXT, LINE = 33.0, 1.16
"""Of labels: legible when the picture is shown a third of its size."""
CROWDED = 8
"""Axes above which labels are written smaller."""
WIDE, NARROW = 17, 13
"""Characters in a line of figures in words, and of a label."""
LONGEST_ALT = 2_000
"""Characters (docs.slack.dev/reference/block-kit/blocks/image-block)."""

INK, QUIET, GRID = "#1c2321", "#56615d", "#cdd6d2"
NOW, BEFORE = "#1e5b4f", "#a34a12"
FONTS = Path(font_lato.__file__).parent / "files"


@dataclass(frozen=True)
class Axis:
    """One dimension as it is drawn. `at`: how far from the centre, 0 to 1, None when it has no mark; `is_exact`: a mean of
    this round; `earlier`: where the round before was."""

    label: str
    words: str
    at: float | None
    is_exact: bool
    earlier: float | None


@dataclass(frozen=True)
class Sheet:
    """What surrounds the drawing, in words."""

    title: str
    under: str
    foot: str
    now: str
    before: str
    rings: tuple[str, ...]


def radar_svg(report: Report, poll: Poll, wording: Wording, coop: str, day: date, before: Report | None = None) -> str:
    """The picture, on a white square; bars instead of a radar for one or two dimensions."""
    axes = [_axis(one, poll, wording, before) for one in report.dimensions]
    sheet = _sheet(report, poll, wording, coop, day)
    drawn = _radar(axes, sheet) if len(axes) > 2 else _bars(axes)
    body = "".join((*_surroundings(axes, sheet), *drawn))
    alt = escape(cleaned(alt_text(report, poll, wording, coop, day)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'font-family="Lato"><title>{escape(cleaned(sheet.title))}</title><desc>{alt}</desc>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>{body}</svg>'
    )


def png(svg: str, width: int = WIDTH) -> bytes:
    """The same picture, `width` pixels wide, in letters that are ours: no machine's fonts are looked for."""
    fonts = [str(FONTS / f"Lato-{weight}.ttf") for weight in ("Regular", "Bold")]
    return bytes(
        resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True, font_files=fonts, font_family="Lato")
    )


def alt_text(report: Report, poll: Poll, wording: Wording, coop: str, day: date) -> str:
    """Every figure in words, for whoever does not see the picture."""
    figures = [f"{wording.short(one.name)} {_words(one, poll, wording)}" for one in report.dimensions]
    # On a wall, a day keeps its year: nobody knows what today is there.
    told = {"poll": wording.title, "coop": coop, "day": day, "today": None, "figures": " ; ".join(figures)}
    said = wording.say("picture__alt", **told)
    return said[:LONGEST_ALT]


# ------------------------------------------------------------------------------------------------------ what is drawn


def _axis(result: DimensionResult, poll: Poll, wording: Wording, before: Report | None) -> Axis:
    earlier = next((one.figure for one in before.dimensions if one.key == result.key), None) if before else None
    return Axis(
        label=wording.short(result.name),
        words=_words(result, poll, wording),
        at=_place(result, poll, result.figure),
        is_exact=result.figure.is_exact,
        earlier=_place(result, poll, earlier) if earlier is not None and earlier.is_exact else None,
    )


def _words(result: DimensionResult, poll: Poll, wording: Wording) -> str:
    if result.figure.n is None:
        return wording.say("picture__hidden")
    return wording.figure(result.figure, poll.scale_of(result.name))


def _place(result: DimensionResult, poll: Poll, figure: Figure) -> float | None:
    scale = poll.scale_of(result.name)
    known = [value for value in (figure.mean, figure.at_least, figure.at_most) if value is not None]
    return (sum(known) / len(known) - scale.low) / (scale.high - scale.low) if known else None


def _sheet(report: Report, poll: Poll, wording: Wording, coop: str, day: date) -> Sheet:
    scale = poll.scale_of(report.dimensions[0].name)
    participation = report.participation
    told = {
        "coop": coop,
        "day": day,
        "today": None,
        "answered": participation.answered,
        "audience": participation.expected,
    }
    return Sheet(
        title=wording.title,
        under=wording.say("picture__under", **told),
        foot=wording.say("picture__foot", **told),
        now=wording.say("series__now"),
        before=wording.say("series__before"),
        rings=tuple(str(value) for value in range(scale.low, scale.high + 1)),
    )


# ---------------------------------------------------------------------------------------------------------- the sheet


def _surroundings(axes: Sequence[Axis], sheet: Sheet) -> Iterator[str]:
    yield _text(MARGIN, 102, sheet.title, size=54, bold=True)
    yield _text(MARGIN, 152, cut(sheet.under, LONGEST_LINE), size=31, fill=QUIET)
    yield _text(MARGIN, HEIGHT - 56, sheet.foot, size=29, fill=QUIET)
    if _has_before(axes):
        yield from _legend(sheet)


def _legend(sheet: Sheet) -> Iterator[str]:
    y, left = HEIGHT - 112, MARGIN
    for words, ink, dashes in ((sheet.now, NOW, ""), (sheet.before, BEFORE, DASHES)):
        yield f'<path d="M{left} {y - 9}h64" stroke="{ink}" stroke-width="7" fill="none"{dashes}/>'
        yield _text(left + 80, y, words, size=29)
        left += 130 + round(len(words) * 15.5)


DASHES = ' stroke-dasharray="16 12"'


def _has_before(axes: Sequence[Axis]) -> bool:
    return all(axis.earlier is not None for axis in axes)


# ---------------------------------------------------------------------------------------------------------- the radar


def _radar(axes: Sequence[Axis], sheet: Sheet) -> Iterator[str]:
    last = len(sheet.rings) - 1
    for number in range(1, last + 1):
        ring = [_point(axes, at, number / last) for at in range(len(axes))]
        yield f'<path d="{_closed(ring)}" fill="none" stroke="{GRID}" stroke-width="{3 if number == last else 2}"/>'
    for at, axis in enumerate(axes):
        x, y = _point(axes, at, 1)
        ink, dashes = (GRID, "") if axis.at is not None else (QUIET, ' stroke-dasharray="4 10"')
        yield f'<path d="M{_xy(CENTRE)}L{_xy((x, y))}" stroke="{ink}" stroke-width="3"{dashes}/>'
    half = pi / len(axes)
    for number, words in enumerate(sheet.rings):
        # Between two axes, where no mark is.
        far = RADIUS * number / last * cos(half)
        x, y = CENTRE[0] + far * sin(half), CENTRE[1] - far * cos(half)
        yield _text(x, y + 8, words, size=23, fill=QUIET, anchor="middle", halo=True)
    if _has_before(axes):
        outline = [_point(axes, at, axis.earlier or 0) for at, axis in enumerate(axes)]
        yield f'<path d="{_closed(outline)}" fill="none" stroke="{BEFORE}" stroke-width="5"{DASHES}/>'
    yield from _outline(axes)
    for at, axis in enumerate(axes):
        yield from _said_beside(axes, at, axis)


def _outline(axes: Sequence[Axis]) -> Iterator[str]:
    """Around what is known; open where an axis has no mark."""
    marks = [_point(axes, at, axis.at) if axis.at is not None else None for at, axis in enumerate(axes)]
    known = [mark for mark in marks if mark is not None]
    if len(known) == len(marks):
        yield f'<path d="{_closed(known)}" fill="{NOW}" fill-opacity="0.16" stroke="{NOW}" stroke-width="8" {ROUND}/>'
    else:
        for one, other in zip(marks, (*marks[1:], marks[0]), strict=True):
            if one is not None and other is not None:
                yield f'<path d="M{_xy(one)}L{_xy(other)}" stroke="{NOW}" stroke-width="8" {ROUND}/>'
    for mark, axis in zip(marks, axes, strict=True):
        if mark is not None:
            inside = NOW if axis.is_exact else "#ffffff"
            yield f'<circle cx="{mark[0]:.1f}" cy="{mark[1]:.1f}" r="13" fill="{inside}" stroke="{NOW}" stroke-width="6"/>'


ROUND = 'stroke-linejoin="round" stroke-linecap="round"'


def _said_beside(axes: Sequence[Axis], at: int, axis: Axis) -> Iterator[str]:
    """The label and its figure, on the side of the axis that is away from the centre."""
    size = TEXT if len(axes) <= CROWDED else TEXT * CROWDED / len(axes)
    labels, words = wrap(axis.label, NARROW), _lines(axis.words)
    height = size * LINE * (len(labels) + len(words))
    angle = _angle(axes, at)
    x, y = _point(axes, at, 1 + 46 / RADIUS)
    # Above the axis at the top of the radar, below it at the bottom, and halfway on its sides.
    top = y - height * (1 + cos(angle)) / 2
    side = sin(angle)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    for number, line in enumerate((*labels, *words)):
        is_label = number < len(labels)
        ink = INK if is_label else NOW if axis.at is not None else QUIET
        baseline = top + size * LINE * number + size * 0.9
        yield _text(x, baseline, line, size=size, bold=is_label, fill=ink, anchor=anchor)


def _lines(words: str) -> list[str]:
    """What is between brackets begins a line of its own."""
    return [line for part in words.replace(" (", "\n(").split("\n") for line in wrap(part, WIDE)]


def _angle(axes: Sequence[Axis], at: int) -> float:
    """Clockwise from the top."""
    return 2 * pi * at / len(axes)


def _point(axes: Sequence[Axis], at: int, far: float) -> tuple[float, float]:
    angle = _angle(axes, at)
    return CENTRE[0] + RADIUS * far * sin(angle), CENTRE[1] - RADIUS * far * cos(angle)


# ----------------------------------------------------------------------------------------------------------- the bars


def _bars(axes: Sequence[Axis]) -> Iterator[str]:
    """One or two dimensions make no radar."""
    wide = WIDTH - 2 * MARGIN
    for number, axis in enumerate(axes):
        y = 380 + 300 * number
        yield _text(MARGIN, y, axis.label, size=44, bold=True)
        yield _text(MARGIN, y + 58, axis.words, size=38, fill=NOW if axis.at is not None else QUIET)
        yield f'<rect x="{MARGIN}" y="{y + 84}" width="{wide}" height="44" rx="22" fill="{GRID}"/>'
        if axis.at is not None:
            inside = NOW if axis.is_exact else "#ffffff"
            long = max(44.0, wide * axis.at)
            yield (
                f'<rect x="{MARGIN}" y="{y + 84}" width="{long:.1f}" height="44" rx="22" fill="{inside}" '
                f'stroke="{NOW}" stroke-width="5"/>'
            )
        if axis.earlier is not None:
            x = MARGIN + wide * axis.earlier
            yield f'<path d="M{x:.1f} {y + 70}v72" stroke="{BEFORE}" stroke-width="7"{DASHES}/>'


# ------------------------------------------------------------------------------------------------------------- pieces


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: float,
    bold: bool = False,
    fill: str = INK,
    anchor: str = "start",
    halo: bool = False,
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    around = ' stroke="#ffffff" stroke-width="6" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" fill="{fill}" text-anchor="{anchor}"{weight}{around}>'
        f"{escape(cleaned(words))}</text>"
    )


def _closed(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(map(_xy, points)) + "Z"


def _xy(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
