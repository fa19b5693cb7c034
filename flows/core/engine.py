"""The one function every flow is walked by: `advance(flow, conversation, event, now) -> Move`.

Pure: no clock, no database, no Slack. Position is derived: a step is *ready* when its appointment has come (or, without
one, when the steps of its chapter before it are over), its guard holds, and whoever it is for can be reached. Nothing
points at "the next step", so a release may insert or remove steps under open conversations.
"""

from dataclasses import replace
from datetime import datetime

from flows.core.model import Conversation, Do, Flow, Start
from flows.core.moves import Answered, Event, Finished, Move, Reanchored, Recast, Skipped, Stopped, Woken
from flows.core.walk import Walk


def start(flow: Flow, conversation: Conversation, now: datetime, by: str | None = None) -> Move:
    """The first move of a new conversation. `by` is who asked for it: they are answered at once, whatever the hour.

    Raises ValueError when an anchor of the flow has no day, or a detail is none of the flow's: that is a programmer's mistake.
    """
    if lacking := set(flow.anchors) - set(conversation.anchors):
        raise ValueError(f"{flow.name!r} cannot begin without the days {sorted(lacking)}")
    if unknown := set(conversation.details) - set(flow.all_details):
        raise ValueError(f"{flow.name!r} is given {sorted(unknown)}, which are not among its `details`")
    walk = Walk(flow, replace(conversation, flow=flow.name, version=flow.version), now, by)
    for part in flow.cast:
        if walk.talk.plays(part) is None:
            walk.vacate(part)
    return walk.settle()


def advance(flow: Flow, conversation: Conversation, event: Event, now: datetime) -> Move:
    """What follows from `event` at the instant `now` (aware). An event for what is no longer open changes nothing."""
    if conversation.status != "open":
        return Move(conversation, stale=True)
    walk = Walk(flow, conversation, now, getattr(event, "by", None))
    match event:
        case Answered() | Skipped():
            if (turned_down := walk.take_answer(event)) is not None:
                return turned_down
        case Finished(step=name, outcome=outcome):
            if not walk.is_asked(name) or not isinstance(flow.step(name), Start | Do):
                return Move(conversation, stale=True)
            walk.done(name, value=outcome)
        case Recast(part=part, addressee=addressee):
            walk.recast(part, addressee)
        case Reanchored():
            walk.reanchor(event)
        case Stopped():
            return walk.end("stopped")
        case Woken():
            pass
    return walk.settle()
