"""The picture of a round's results, to be pinned on a wall: a radar of its dimensions, with every figure in words beside it.

A figure that is a bound, or an earlier round's, has a hollow mark; one that is not shown has no mark, and the outline stops
on both sides of it: no line is drawn through what nobody may know.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, pi, sin
from pathlib import Path

import font_lato
import font_source_sans_pro
import resvg_py
from markupsafe import escape

from bot.blocks import cut
from bot.polls.axes import Axis, axes_of, has_before, words_of
from bot.polls.beside import CENTRE, EDGE, NOW, QUIET, RADIUS, WIDTH, Point, beside, point, said
from bot.polls.lettering import drawable, fitted, text, width
from bot.polls.sheet import cleaned
from bot.polls.wording import Wording
from flows.core.poll import Poll
from flows.core.report import Report

HEIGHT = 1350
PIXELS = 880
"""How wide the file is: more than a message shows it. Nearly all the time it takes to draw goes into packing its pixels; what is
printed is the drawing itself (`inline_svg`)."""
MARGIN = 64
"""Around the sheet."""
TOP, BOTTOM = 196, HEIGHT - 160
"""Between which heights the drawing is."""
LEGEND, UNDER_LEGEND = 44, 18
"""How far the legend is under the drawing, and what ends under the legend."""
FEWEST, MOST = 3, 12
"""Axes of a radar; with fewer or more of them, bars are read better."""
LONGEST_TITLE, LONGEST_ALT = 70, 2_000
"""Characters (docs.slack.dev/reference/block-kit/blocks/image-block)."""

GRID, BEFORE = "#cdd6d2", "#a34a12"
DASHES, DOTS = ' stroke-dasharray="16 12"', ' stroke-dasharray="4 10"'
ROUND = 'stroke-linejoin="round" stroke-linecap="round"'
FONTS = Path(font_lato.__file__).parent / "files"
WEIGHTS = ("Regular", "Bold")
OTHER_FONTS = Path(font_source_sans_pro.__file__).parent / "files"
"""For the letters that Lato has not: "ş", "ř", Greek, Cyrillic."""


@dataclass(frozen=True)
class Surroundings:
    """What surrounds the drawing, in words."""

    title: str
    under: str
    foot: str
    now: str
    before: str
    alt: str
    rings: tuple[str, ...]


def radar_svg(report: Report, poll: Poll, wording: Wording, coop: str, day: date, before: Report | None = None) -> str:
    """The picture, on a white sheet; bars instead of a radar where one would have too few axes, or too many."""
    axes, around = axes_of(report, poll, wording, before), _surroundings(report, poll, wording, coop, day)
    return _svg((*_heading(around), *_drawing(axes, around, BOTTOM)), around, 0, HEIGHT)


def inline_svg(report: Report, poll: Poll, wording: Wording, coop: str, day: date, before: Report | None = None) -> str:
    """The drawing alone, for a page that says the rest around it."""
    axes, around = axes_of(report, poll, wording, before), _surroundings(report, poll, wording, coop, day)
    top, bottom = _extent(axes)
    return _svg(_drawing(axes, around, bottom), around, top, bottom + has_before(axes) * (LEGEND + UNDER_LEGEND))


def png(svg: str) -> bytes:
    """The same picture, `PIXELS` wide, in letters that are ours: no machine's fonts are looked for."""
    fonts = [str(FONTS / f"Lato-{weight}.ttf") for weight in WEIGHTS]
    fonts += [str(OTHER_FONTS / f"SourceSansPro-{weight}.ttf") for weight in WEIGHTS]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawable(svg), width=PIXELS, skip_system_fonts=True, font_files=fonts, font_family="Lato"
        )
    )


def alt_text(report: Report, poll: Poll, wording: Wording, coop: str, day: date) -> str:
    """Every figure in words, for whoever does not see the picture."""
    figures = [f"{wording.short(one.name)} {words_of(one, poll, wording)}" for one in report.dimensions]
    # On a wall, a day keeps its year: nobody knows what today is there.
    between = "\N{NO-BREAK SPACE}; " if wording.voice.locale == "fr" else "; "
    told = {"poll": wording.title, "coop": coop, "day": day, "today": None, "figures": between.join(figures)}
    return cut(cleaned(wording.say("picture__alt", **told)), LONGEST_ALT)


def _surroundings(report: Report, poll: Poll, wording: Wording, coop: str, day: date) -> Surroundings:
    count = {"answered": report.participation.answered, "audience": report.participation.expected}
    scales = [poll.scale_of(one.name) for one in report.dimensions[:1]]
    return Surroundings(
        title=cut(cleaned(wording.title), LONGEST_TITLE),
        under=cut(cleaned(wording.say("picture__under", coop=coop, day=day, today=None)), 2 * LONGEST_TITLE),
        foot=wording.say("picture__foot", **count),
        now=wording.say("series__now"),
        before=wording.say("series__before"),
        alt=alt_text(report, poll, wording, coop, day),
        rings=tuple(str(value) for scale in scales for value in range(scale.low, scale.high + 1)),
    )


# ---------------------------------------------------------------------------------------------------------- the sheet


def _svg(drawn: Iterable[str], around: Surroundings, top: int, bottom: int) -> str:
    """What is between two heights of the sheet."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {top} {WIDTH} {bottom - top}" width="{WIDTH}" '
        f'height="{bottom - top}" role="img" aria-labelledby="picture-title picture-words" font-family="Lato, sans-serif">'
        f'<title id="picture-title">{escape(around.title)}</title>'
        f'<desc id="picture-words">{escape(around.alt)}</desc>'
        f'<rect y="{top}" width="{WIDTH}" height="{bottom - top}" fill="#ffffff"/>{"".join(drawn)}</svg>'
    )


def _heading(around: Surroundings) -> Iterator[str]:
    room = WIDTH - 2 * MARGIN
    yield text(MARGIN, 102, around.title, size=fitted([around.title], 54, room), bold=True)
    yield text(MARGIN, 152, around.under, size=fitted([around.under], 31, room), fill=QUIET)
    yield text(MARGIN, HEIGHT - 56, around.foot, size=fitted([around.foot], 29, room), fill=QUIET)


def _drawing(axes: Sequence[Axis], around: Surroundings, bottom: int) -> Iterator[str]:
    yield from _radar(axes, around.rings) if _are_round(axes) else _bars(axes)
    if has_before(axes):
        yield from _legend(around, bottom + LEGEND)


def _are_round(axes: Sequence[Axis]) -> bool:
    return FEWEST <= len(axes) <= MOST


def _extent(axes: Sequence[Axis]) -> tuple[int, int]:
    """Between which heights something is drawn."""
    if not _are_round(axes):
        return TOP, round(TOP + _row(axes) * len(axes))
    labels = [beside(axes, at) for at in range(len(axes))]
    top = min(CENTRE[1] - RADIUS, *(one.top for one in labels))
    return round(top) - EDGE, round(max(CENTRE[1] + RADIUS, *(one.bottom for one in labels))) + EDGE


def _legend(around: Surroundings, y: int) -> Iterator[str]:
    left = float(MARGIN)
    for words, ink, dashes in ((around.now, NOW, ""), (around.before, BEFORE, DASHES)):
        yield f'<path d="M{left:.1f} {y - 9}h64" stroke="{ink}" stroke-width="7" fill="none"{dashes}/>'
        yield text(left + 80, y, words, size=29)
        left += 130 + 29 * width(words)


# ---------------------------------------------------------------------------------------------------------- the radar


def _radar(axes: Sequence[Axis], rings: Sequence[str]) -> Iterator[str]:
    last = len(rings) - 1
    for number in range(1, last + 1):
        ring = [point(axes, at, number / last) for at in range(len(axes))]
        yield f'<path d="{_closed(ring)}" fill="none" stroke="{GRID}" stroke-width="{3 if number == last else 2}"/>'
    for at, axis in enumerate(axes):
        ink, dashes = (GRID, "") if axis.at is not None else (QUIET, DOTS)
        yield f'<path d="M{_xy(CENTRE)}L{_xy(point(axes, at, 1))}" stroke="{ink}" stroke-width="3"{dashes}/>'
    yield from _outline([_mark(axes, at, axis.earlier) for at, axis in enumerate(axes)], BEFORE, 5, DASHES, 0)
    marks = [_mark(axes, at, axis.at) for at, axis in enumerate(axes)]
    yield from _outline(marks, NOW, 8, "", 0.16)
    for at, axis in enumerate(axes):
        yield from _marked(marks[at], _mark(axes, at, axis.reach), is_full=axis.is_exact)
    half = pi / len(axes)
    for number, words in enumerate(rings):
        # Between two axes, where no mark is.
        far = RADIUS * number / last * cos(half)
        x, y = CENTRE[0] + far * sin(half), CENTRE[1] - far * cos(half)
        yield text(x, y + 9, words, size=26, fill=QUIET, anchor="middle", halo=True)
    for at in range(len(axes)):
        yield from said(beside(axes, at))


def _outline(marks: Sequence[Point | None], ink: str, thick: int, dashes: str, opacity: float) -> Iterator[str]:
    """Around what is known; open where an axis has no mark."""
    known = [mark for mark in marks if mark is not None]
    stroke = f'stroke="{ink}" stroke-width="{thick}" {ROUND}{dashes}'
    if known and len(known) == len(marks):
        yield f'<path d="{_closed(known)}" fill="{ink}" fill-opacity="{opacity}" {stroke}/>'
        return
    for one, other in zip(marks, (*marks[1:], *marks[:1]), strict=True):
        if one is not None and other is not None:
            yield f'<path d="M{_xy(one)}L{_xy(other)}" {stroke}/>'
    if dashes:
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{ink}"/>' for x, y in known)


def _marked(mark: Point | None, reach: Point | None, *, is_full: bool) -> Iterator[str]:
    if mark is not None and reach is not None:
        yield f'<path d="M{_xy(mark)}L{_xy(reach)}" stroke="{NOW}" stroke-width="32" stroke-linecap="round"/>'
        yield f'<path d="M{_xy(mark)}L{_xy(reach)}" stroke="#ffffff" stroke-width="20" stroke-linecap="round"/>'
    elif mark is not None:
        inside = NOW if is_full else "#ffffff"
        yield f'<circle cx="{mark[0]:.1f}" cy="{mark[1]:.1f}" r="13" fill="{inside}" stroke="{NOW}" stroke-width="6"/>'


def _mark(axes: Sequence[Axis], at: int, far: float | None) -> Point | None:
    return point(axes, at, far) if far is not None else None


def _closed(points: Sequence[Point]) -> str:
    return "M" + "L".join(map(_xy, points)) + "Z"


def _xy(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


# ----------------------------------------------------------------------------------------------------------- the bars


def _bars(axes: Sequence[Axis]) -> Iterator[str]:
    """One above the other, each under its words."""
    room, row = WIDTH - 2 * MARGIN, _row(axes)
    for number, axis in enumerate(axes):
        y = TOP + row * number + row * 0.45
        size = fitted([f"{axis.label}   {axis.words}"], min(42, row * 0.4), room)
        yield text(MARGIN, y, axis.label, size=size, bold=True)
        yield text(WIDTH - MARGIN, y, axis.words, size=size, fill=NOW if axis.at is not None else QUIET, anchor="end")
        yield from _bar(axis, y + row * 0.12, row * 0.25, room)


def _row(axes: Sequence[Axis]) -> float:
    return min(240.0, (BOTTOM - TOP) / max(1, len(axes)))


def _bar(axis: Axis, y: float, high: float, room: int) -> Iterator[str]:
    dashes = "" if axis.at is not None else f' fill-opacity="0" stroke="{QUIET}" stroke-width="3"{DOTS}'
    yield f'<rect x="{MARGIN}" y="{y:.1f}" width="{room}" height="{high:.1f}" fill="{GRID}"{dashes}/>'
    if axis.at is not None:
        inside = NOW if axis.is_exact else "#ffffff"
        yield (
            f'<rect x="{MARGIN}" y="{y:.1f}" width="{max(high / 4, room * axis.at):.1f}" height="{high:.1f}" '
            f'fill="{inside}" stroke="{NOW}" stroke-width="4"/>'
        )
    if axis.reach is not None:
        x, long = MARGIN + room * (axis.at or 0), room * (axis.reach - (axis.at or 0))
        yield (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{long:.1f}" height="{high:.1f}" fill="none" stroke="{NOW}" '
            f'stroke-width="4"{DASHES}/>'
        )
    if axis.earlier is not None:
        x = MARGIN + room * axis.earlier
        yield f'<path d="M{x:.1f} {y - 8:.1f}v{high + 16:.1f}" stroke="{BEFORE}" stroke-width="7"{DASHES}/>'
