"""The results of a round, to be read from beginning to end: all that may be shown, in words."""

from collections.abc import Iterator

from bot.home.inputs import View, notice
from bot.home.sight import Sight
from bot.polls.wording import PAGE, Wording
from bot.readings import escaped
from bot.windows import reading
from flows.core.report import DimensionResult, Report
from storage import polls
from storage.polls import RoundRecord

Part = tuple[str, str]
"""A heading, and what is under it in mrkdwn."""


def results_window(sight: Sight, round_id: str) -> View:
    record = polls.find(sight.tx, round_id)
    if record is None or record.report is None:
        return notice(sight, sight.say("no_results_yet", "refusals"))
    wording = sight.scene.wording(record.round.poll, sight.me)
    parts = list(_parts(sight, record, record.report, wording))
    return reading(sight.plain("results__title", PAGE), parts, sight.plain("close", "setup"))


def _parts(sight: Sight, record: RoundRecord, report: Report, wording: Wording) -> Iterator[Part]:
    participation = report.participation
    told = {
        "poll": wording.title,
        "closed": record.closed_on or record.round.closes,
        "answered": participation.answered,
        "audience": participation.expected,
        "percent": participation.percent,
    }
    yield "", sight.say("results__participation", PAGE, told)
    for dimension in report.dimensions:
        yield escaped(wording.dimension(dimension.name)), _dimension(record, report, dimension, wording)
    if report.recommendation is not None:
        yield wording.say("recommendation__title"), escaped(wording.recommendation(report.recommendation))
    yield from _groups(record, report, wording)
    for comments in report.comments:
        item = record.round.poll.item(comments.item)
        title = wording.item(item) if item is not None else wording.say("results__comments")
        quoted = "\n".join(f"• {escaped(' '.join(text.split()))}" for text in comments.texts)
        yield escaped(title), quoted or escaped(wording.hidden(comments.hidden) if comments.hidden else "")
    if record.discussion_on is not None:
        yield "", sight.say("results__discussion", PAGE, discussion=record.discussion_on)


def _dimension(record: RoundRecord, report: Report, dimension: DimensionResult, wording: Wording) -> str:
    poll = record.round.poll
    own = [poll_item.name for poll_item in poll.items_of(dimension.name)]
    items = [item for item in report.items if item.name in own]
    lines = [escaped(wording.result(dimension))] if len(items) != 1 else []
    for item in items:
        found = poll.item(item.name)
        question = wording.item(found) if found is not None else item.name
        lines.append(f"• {escaped(question)}\n   {escaped(wording.result(item))}")
    return "\n".join(lines)


def _groups(record: RoundRecord, report: Report, wording: Wording) -> Iterator[Part]:
    poll = record.round.poll
    for cut in dict.fromkeys(result.cut for result in report.cuts):
        lines = []
        for result in (one for one in report.cuts if one.cut == cut and one.groups):
            item = poll.item(result.item)
            if item is not None:
                said = [
                    f"{wording.group(cut, one.group)} {wording.figure(one.figure, item.scale)}" for one in result.groups
                ]
                lines.append(f"• {escaped(wording.item(item))}\n   {escaped(' · '.join(said))}")
        hidden = next((one.hidden for one in report.cuts if one.cut == cut and one.hidden), None)
        yield wording.cut(cut), "\n".join(lines) or escaped(wording.hidden(hidden) if hidden else "")
