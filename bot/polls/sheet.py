"""What a round's exports are made from, and the lines they all hold: figures in words, with a number where one is shown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from bot.polls.wording import Wording
from flows.core.report import DimensionResult, Figure, ItemResult, Report
from messages.outside import with_emoji
from storage.improvements import Improvement
from storage.polls import RoundRecord

PLAN = "plan"
"""The page whose words tell of the improvement plan."""
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML refuses, or no file can be written with (w3.org/TR/xml, section 2.2)."""
_BLANK = re.compile("[ \t\n\r\x0b\x0c\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A closed round and what goes with it. `improvements`: what was decided after it, each with its owner's name, or ""."""

    record: RoundRecord
    report: Report
    wording: Wording
    coop: str
    before: Report | None = None
    improvements: tuple[tuple[Improvement, str], ...] = ()

    @property
    def day(self) -> date:
        return self.record.closed_on or self.record.round.closes

    def say(self, name: str, **told: Any) -> str:
        return self.wording.say(name, **told)


class Line(NamedTuple):
    """One thing shown. `value` is there for what is exact alone: a bound, or an earlier round's figure, has words only."""

    kind: str
    name: str
    value: float | int | None = None
    words: str = ""
    n: int | None = None
    trend: str = ""


class Decided(NamedTuple):
    finding: str
    action: str
    owner: str
    due: date
    sign: str
    state: str
    outcome: str


def cleaned(text: str) -> str:
    """On one line, with its emoji, without what no file can hold. The layout of a comment goes too: some are known by it."""
    return with_emoji(_BLANK.sub(" ", _UNWRITABLE.sub("", text)).strip())


def lines(sheet: Sheet) -> Iterator[Line]:
    """All the figures that may be shown, each on a line."""
    count = sheet.report.participation.answered
    name = f"{cleaned(sheet.wording.title)}, {under(sheet)}"
    yield Line(sheet.say("export__participation"), name, count, answered(sheet), count)
    for result in sheet.report.dimensions:
        yield of_dimension(sheet, result)
        for item in items_of(sheet, result):
            yield of_item(sheet, item)
    recommended = recommendation(sheet)
    if recommended is not None:
        yield recommended
    yield from of_groups(sheet)


def under(sheet: Sheet) -> str:
    """Whose results these are, and of which day."""
    return cleaned(sheet.say("picture__under", coop=sheet.coop, day=sheet.day, today=None))


def answered(sheet: Sheet) -> str:
    participation = sheet.report.participation
    told = {"answered": participation.answered, "audience": participation.expected, "percent": participation.percent}
    return sheet.say("export__answered", **told)


def items_of(sheet: Sheet, dimension: DimensionResult) -> list[ItemResult]:
    own = {item.name for item in sheet.record.round.poll.items_of(dimension.name)}
    return [result for result in sheet.report.items if result.name in own]


def of_dimension(sheet: Sheet, result: DimensionResult) -> Line:
    name = cleaned(sheet.wording.dimension(result.name))
    return _line(sheet, sheet.say("export__dimension"), name, result)


def of_item(sheet: Sheet, result: ItemResult) -> Line:
    return _line(sheet, sheet.say("export__item"), question(sheet, result.name), result)


def question(sheet: Sheet, name: str) -> str:
    item = sheet.record.round.poll.item(name)
    return cleaned(sheet.wording.item(item)) if item is not None else name


def recommendation(sheet: Sheet) -> Line | None:
    found = sheet.report.recommendation
    if found is None:
        return None
    value = found.index if found.index is not None else found.median
    name, words = sheet.say("recommendation__title"), sheet.wording.recommendation(found)
    return Line(sheet.say("export__item"), name, value, words, found.n)


def of_groups(sheet: Sheet) -> Iterator[Line]:
    """Each group of each question shown by group; of a cut that is not shown, why, once."""
    for cut in dict.fromkeys(result.cut for result in sheet.report.cuts):
        kind = sheet.wording.cut(cut)
        of_it = [result for result in sheet.report.cuts if result.cut == cut]
        for result in of_it:
            for one in result.groups:
                group = cleaned(sheet.wording.group(cut, one.group))
                yield _of_figure(sheet, kind, f"{question(sheet, result.item)} ({group})", one.figure, result.item)
        hidden = next((result.hidden for result in of_it if result.hidden), None)
        if hidden is not None and not any(result.groups for result in of_it):
            yield Line(kind, "", words=sheet.wording.hidden(hidden))


def comments(sheet: Sheet) -> list[tuple[str, tuple[str, ...], str]]:
    """By open question: its words, what was written in the report's own order, and why nothing is shown when nothing is."""
    return [
        (
            question(sheet, one.item),
            tuple(map(cleaned, one.texts)),
            sheet.wording.hidden(one.hidden) if one.hidden is not None else "",
        )
        for one in sheet.report.comments
    ]


def decided(sheet: Sheet) -> list[Decided]:
    read = partial(sheet.wording.messages.elsewhere, sheet.wording.voice)
    return [
        Decided(
            cleaned(read(one.finding)),
            cleaned(read(one.action)),
            cleaned(owner),
            one.due_on,
            cleaned(read(one.sign)),
            of_plan(sheet, f"state__{one.state}"),
            cleaned(read(one.outcome)),
        )
        for one, owner in sheet.improvements
    ]


def of_plan(sheet: Sheet, name: str) -> str:
    wording = sheet.wording
    return wording.messages.plain(wording.voice, PLAN, name, wording.told)


def _line(sheet: Sheet, kind: str, name: str, result: ItemResult | DimensionResult) -> Line:
    poll = sheet.record.round.poll
    item = poll.item(result.name) if isinstance(result, ItemResult) else poll.items_of(result.name)[0]
    found = _of_figure(sheet, kind, name, result.figure, item.name if item is not None else "")
    return found._replace(trend=sheet.wording.trend(result.trend))


def _of_figure(sheet: Sheet, kind: str, name: str, figure: Figure, item_name: str) -> Line:
    item = sheet.record.round.poll.item(item_name)
    if item is None:
        return Line(kind, name)
    words = (sheet.wording.figure(figure, item.scale), sheet.wording.spread(figure.spread))
    value = figure.mean if figure.is_exact else None
    return Line(kind, name, value, _joined(words), figure.n)


def _joined(words: Iterable[str]) -> str:
    return ", ".join(word for word in words if word)
