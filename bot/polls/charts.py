"""The native chart of a round's results: one bar for each dimension whose mean is shown, beside that of the round before."""

from bot.blocks import Block, cut
from bot.polls.wording import Wording
from flows.core.report import DimensionResult, Report

FEWEST, MOST = 2, 20
"""Bars worth drawing, and bars Slack takes (docs.slack.dev/reference/block-kit/blocks/data-visualization-block)."""
TITLE = 50


def chart(report: Report, wording: Wording, before: Report | None = None) -> Block | None:
    """Only means of this very round are drawn: what is said as a bound, as before or not at all has no length of its own.

    The earlier means are drawn when each bar has its own, of the same questions. None when there is too little to compare.
    """
    drawn = [one for one in report.dimensions if one.figure.is_exact]
    if not FEWEST <= len(drawn) <= MOST:
        return None
    labels = [wording.short(one.name) for one in drawn]
    series = [_series(wording.say("series__now"), labels, drawn)]
    known = {one.key: one for one in before.dimensions if one.figure.is_exact} if before is not None else {}
    if all(one.key in known for one in drawn):
        series.append(_series(wording.say("series__before"), labels, [known[one.key] for one in drawn]))
    return {
        "type": "data_visualization",
        "title": _title(wording, len(drawn), len(report.dimensions)),
        "chart": {"type": "bar", "series": series, "axis_config": {"categories": labels}},
    }


def _title(wording: Wording, drawn: int, total: int) -> str:
    """What the bars are of; where some dimensions have none, how many have one."""
    some = wording.say("chart__some", drawn=drawn, total=total) if drawn < total else ""
    return f"{cut(wording.title, TITLE - len(some) - 1)} {some}".strip()


def _series(name: str, labels: list[str], drawn: list[DimensionResult]) -> Block:
    points = [{"label": label, "value": one.figure.mean} for label, one in zip(labels, drawn, strict=True)]
    return {"name": name, "data": points}
