"""What the messages of polls speak of, found again from the small ids their rows carry; what is over is not said."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from bot.blocks import Block
from bot.polls.charts import chart
from bot.polls.leads import leads_of
from bot.polls.pictures import picture
from bot.polls.wording import Wording
from bot.scene import Context, Scene
from flows.core.people import Member
from flows.core.report import DimensionResult, Report
from storage import improvements, polls
from storage.improvements import Improvement
from storage.polls import RoundRecord

INVITING = ("invitation", "reminder", "last_reminder")
WAITING = ("another_key", "another_key_meanwhile", "broken_seal")
GATHERING = ("discussion_set", "discussion_moved", "discussion_today", "check_in", "check_in_moved", "check_in_today")
DRAWN = ("results", "results_in_channel")
OF_RESULTS = (*DRAWN, "dimension")
RECALLED = 6
"""Lines of the plan recalled in one message: the rest is in the Home."""

BESIDE: Mapping[str, tuple[str, ...]] = {
    "polls/invitation": ("vote",),
    "polls/reminder": ("vote",),
    "polls/last_reminder": ("vote",),
    "polls/results": ("read_results", "export_results"),
    "polls/results_in_channel": ("read_results",),
    "polls/discussion_set": ("read_results",),
    "polls/discussion_today": ("read_results",),
    "polls/check_in": ("check_in_guide",),
    "polls/check_in_today": ("check_in_guide",),
    "polls/not_reopened": ("add_improvement",),
}
"""The gestures beside these messages, each about the message's round."""


class Told(NamedTuple):
    """What a message may speak of, and what is shown under it."""

    context: Context
    drawn: list[Block]


def told_of(scene: Scene, me: Member | None, name: str, extra: Mapping[str, Any]) -> Told | None:
    """What goes with `polls/<name>`, beside what any message may speak of; None when there is nothing to say any more."""
    told = Told({"poll": scene.poll_title(extra.get("poll"), me)}, [])
    if "round" in extra and not _tell_of_round(scene, me, name, extra, told):
        return None
    if "day" in extra:
        told.context["gathered"] = date.fromisoformat(extra["day"])
        if name in GATHERING and not _is_to_come(scene, told.context):
            return None
    if "reason" in extra:
        why = scene.messages.plain(scene.voice(me), "refusals", extra["reason"], extra.get("details", {}))
        told.context["why"] = why
    if "improvement" in extra:
        found = improvements.find(scene.tx, extra["improvement"])
        if found is None:
            return None
        told.context.update(_of_improvement(found))
    return told


def _is_to_come(scene: Scene, context: Context) -> bool:
    """Whether people still gather that day: it may be over, or have been moved since."""
    gathered = context["gathered"]
    return gathered >= _today(scene) and context.get("discussion") in (None, gathered)


def _tell_of_round(scene: Scene, me: Member | None, name: str, extra: Mapping[str, Any], told: Told) -> bool:
    """Complete `told`; whether there is still something to say."""
    record = polls.find(scene.tx, extra["round"])
    if record is None or (name in INVITING and not _still_invites(scene, me, record)):
        return False
    if name in WAITING and record.state != "open":
        return False
    earlier = polls.closed_before(scene.tx, record)
    told.context.update(_of_round(scene, me, record, earlier))
    if name in OF_RESULTS:
        if record.report is None:
            return False
        told.context.update(_of_report(scene, me, record, record.report))
        told.context.update(_of_dimension(scene, me, record, record.report, extra.get("dimension")))
    if name in DRAWN and record.report is not None:
        told.drawn.extend(_drawn(scene, me, record, record.report, earlier))
    return True


def _drawn(
    scene: Scene, me: Member | None, record: RoundRecord, report: Report, earlier: RoundRecord | None
) -> list[Block]:
    """The chart and the picture that come with a round's results: none where there is nothing to show."""
    wording = scene.wording(record.round.poll, me)
    before = earlier.report if earlier is not None else None
    is_shown = any(one.figure.n is not None for one in report.dimensions)
    drawn = [chart(report, wording, before), picture(scene, record, report, wording) if is_shown else None]
    return [block for block in drawn if block is not None]


def _decided_since(scene: Scene, record: RoundRecord, earlier: RoundRecord | None) -> list[Improvement]:
    """The lines of the plan opened since the round before this one, until this one closed: of this poll, or of none."""
    if earlier is None or earlier.closed_on is None:
        return []
    found = improvements.opened_since(scene.tx, earlier.closed_on)
    until = record.closed_on or _today(scene)
    return [one for one in found if one.poll in ("", record.poll_name) and one.opened_on < until]


# ------------------------------------------------------------------------------------------------------------- of a round


def _still_invites(scene: Scene, me: Member | None, record: RoundRecord) -> bool:
    if record.state != "open" or _today(scene) > record.round.closes:
        return False
    # Only where the invitation said that the list is kept: elsewhere nobody is told apart.
    listed = record.lists_participation and me is not None
    return not (listed and me is not None and polls.has_answered(scene.tx, record.id, me.id))


def promise(record: RoundRecord, wording: Wording) -> dict[str, Any]:
    """What is told of a round before anybody answers."""
    round_ = record.round
    return {
        "poll": wording.title,
        "about": wording.about,
        "opens": round_.opens,
        "closes": round_.closes,
        "scores": round_.thresholds.scores,
        "comments": round_.thresholds.comments,
        "hears_comments": round_.hears_comments and bool(round_.poll.open_items),
        "audience": round_.audience,
        "lists_participation": record.lists_participation,
    }


def _of_round(scene: Scene, me: Member | None, record: RoundRecord, earlier: RoundRecord | None) -> Context:
    return {
        **promise(record, scene.wording(record.round.poll, me)),
        "leads": [one.name for one in leads_of(scene.tx)],
        "actions": _decided_since(scene, record, earlier)[:RECALLED],
        "discussion": record.discussion_on,
    }


def _of_report(scene: Scene, me: Member | None, record: RoundRecord, report: Report) -> Context:
    wording = scene.wording(record.round.poll, me)
    is_shown = any(dimension.figure.n is not None for dimension in report.dimensions)
    lines = [(wording.dimension(one.name), wording.result(one)) for one in report.dimensions]
    return {
        "answered": report.participation.answered,
        "percent": report.participation.percent,
        "lines": lines if is_shown else [],
        "shows_more": _shows_more(report),
        "concludes": report.no_highlights is None,
        "strong": wording.dimension(report.strong) if report.strong else None,
        "to_discuss": [wording.dimension(name) for name in report.to_discuss],
    }


def _shows_more(report: Report) -> bool:
    """Whether there is something to read besides the dimensions."""
    recommended = report.recommendation
    is_recommended = recommended is not None and recommended.n is not None and recommended.hidden is None
    return is_recommended or any(one.texts for one in report.comments)


def _of_dimension(scene: Scene, me: Member | None, record: RoundRecord, report: Report, name: str | None) -> Context:
    found = next((one for one in report.dimensions if one.name == name), None)
    if found is None:
        return {}
    wording = scene.wording(record.round.poll, me)
    return {
        "dimension": wording.dimension(found.name),
        "figure": wording.result(found),
        "items": _items(record, report, found, wording),
    }


def _items(
    record: RoundRecord, report: Report, dimension: DimensionResult, wording: Wording
) -> Sequence[tuple[str, str]]:
    """Each question with its figure; one alone has its dimension's."""
    poll = record.round.poll
    results = {result.name: result for result in report.items}
    asked = [item for item in poll.items_of(dimension.name) if item.name in results]
    figure: Callable[[str], str] = (lambda _: "") if len(asked) == 1 else lambda name: wording.result(results[name])
    return [(wording.item(item), figure(item.name)) for item in asked]


def _of_improvement(found: Improvement) -> Context:
    is_done = found.state == "done"
    return {"finding": found.finding, "action": found.action, "outcome": found.outcome, "is_done": is_done}


def _today(scene: Scene) -> date:
    """The cooperative's day."""
    return scene.today(None)
