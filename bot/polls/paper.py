"""A round's results on one page of paper, for the meeting where they are talked about."""

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from bot.polls.radar_picture import inline_svg
from bot.polls.sheet import (
    Line,
    Sheet,
    answered,
    cleaned,
    comments,
    decided,
    items_of,
    of_dimension,
    of_groups,
    of_item,
    recommendation,
    under,
)
from flows.core.report import DimensionResult
from messages.dates import spoken_day

TEMPLATE = Path(__file__).with_name("paper.html.j2")
HEADS = (
    "results",
    "item",
    "words",
    "n",
    "trend",
    "actions",
    "finding",
    "action",
    "owner",
    "due",
    "state",
    "outcome",
    "to_write",
)


def page(sheet: Sheet) -> str:
    """The page as HTML that asks for nothing from anywhere: it can be kept, sent, opened and printed as it is."""
    wording, round_ = sheet.wording, sheet.record.round
    locale = wording.voice.locale
    dimensions = [_dimension(sheet, one) for one in sheet.report.dimensions]
    return _template().render(
        lang=locale,
        title=cleaned(wording.title),
        under=under(sheet),
        answered=answered(sheet),
        drawing=_drawing(sheet),
        told=list(_told(sheet)),
        heads={name: sheet.say(f"export__{name}") for name in HEADS},
        dimensions=dimensions,
        moves=any(line.trend for one, items, _ in dimensions for line in (one, *items)),
        groups=list(of_groups(sheet)),
        comments=comments(sheet),
        actions=decided(sheet),
        spoken=partial(spoken_day, locale),
        colon="\N{NO-BREAK SPACE}:" if locale == "fr" else ":",
        how=sheet.say("export__how", scores=round_.thresholds.scores, comments=round_.thresholds.comments),
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))


def _drawing(sheet: Sheet) -> Markup:
    """Nothing where there is no dimension to draw."""
    if not sheet.report.dimensions:
        return Markup("")
    drawn = inline_svg(sheet.report, sheet.record.round.poll, sheet.wording, sheet.coop, sheet.day, sheet.before)
    return Markup(drawn)


def _told(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """What the meeting begins with."""
    report, wording = sheet.report, sheet.wording
    if report.no_highlights is not None:
        yield sheet.say("export__results"), wording.hidden(report.no_highlights)
    if report.strong is not None:
        yield sheet.say("export__strong"), cleaned(wording.dimension(report.strong))
    if report.to_discuss:
        yield sheet.say("export__to_discuss"), ", ".join(cleaned(wording.dimension(one)) for one in report.to_discuss)
    recommended = recommendation(sheet)
    if recommended is not None:
        yield recommended.name, recommended.words
    if sheet.record.discussion_on is not None:
        yield sheet.say("export__discussion"), spoken_day(wording.voice.locale, sheet.record.discussion_on)


def _dimension(sheet: Sheet, result: DimensionResult) -> tuple[Line, list[Line], str]:
    """Its line, those of its questions, and "". A question alone is its dimension: one line says it, and its words come last."""
    items = items_of(sheet, result)
    line = of_dimension(sheet, result)
    if len(items) != 1:
        return line, [of_item(sheet, item) for item in items], ""
    asked = of_item(sheet, items[0])
    line = line._replace(words=asked.words, trend=asked.trend or line.trend)
    return line, [], asked.name if asked.name != line.name else ""
