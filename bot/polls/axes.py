"""The dimensions of a round as they are drawn: where the mark of each is, and what is said beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.polls.sheet import cleaned
from bot.polls.wording import Wording
from flows.core.answers import Scale
from flows.core.poll import Poll
from flows.core.report import DimensionResult, Report


@dataclass(frozen=True)
class Axis:
    """One dimension as it is drawn. `at`: how far from the centre, 0 to 1, None when it has no mark; `is_exact`: a mean of
    this round; `reach`: how far it may go, when it is said between two bounds; `earlier`: where the round before was."""

    label: str
    words: str
    at: float | None
    is_exact: bool
    reach: float | None
    earlier: float | None


def axes_of(report: Report, poll: Poll, wording: Wording, before: Report | None) -> list[Axis]:
    earlier = {one.key: one.figure for one in before.dimensions if one.figure.is_exact} if before is not None else {}
    return [
        _axis(one, poll, wording, earlier[one.key].mean if one.key in earlier else None) for one in report.dimensions
    ]


def _axis(result: DimensionResult, poll: Poll, wording: Wording, earlier: float | None) -> Axis:
    figure, scale = result.figure, poll.scale_of(result.name)
    known = [value for value in (figure.mean, figure.at_least, figure.at_most) if value is not None]
    return Axis(
        label=cleaned(wording.short(result.name)),
        words=words_of(result, poll, wording),
        at=_place(scale, known[0]) if known else None,
        is_exact=figure.is_exact,
        reach=_place(scale, known[1]) if len(known) > 1 else None,
        earlier=_place(scale, earlier) if earlier is not None else None,
    )


def words_of(result: DimensionResult, poll: Poll, wording: Wording) -> str:
    if result.figure.n is None:
        return wording.say("picture__hidden")
    return wording.figure(result.figure, poll.scale_of(result.name))


def _place(scale: Scale, value: float) -> float:
    return (value - scale.low) / (scale.high - scale.low)


def has_before(axes: Sequence[Axis]) -> bool:
    return any(axis.earlier is not None for axis in axes)
