"""Who did and saw what of a departure: written down as they do, read by the person it is about."""

from collections.abc import Mapping
from datetime import datetime

from bot.blocks import section
from bot.home.inputs import View, frame, notice
from bot.home.kinds import Window
from bot.home.sight import Sight
from bot.leaving.access import SEES_ALL
from bot.leaving.context import PAGE
from flows.core.people import Member
from storage import departures
from storage.transaction import Transaction

TRACE = "departure_trace"
MOST_SHOWN = 60
"""The latest first: the whole is in the export of one's data."""


def trace_window(sight: Sight, departure_id: str) -> View:
    """Who did and saw what, for the person it is about."""
    if departures.capacity_of(sight.tx, departure_id, sight.me.id) != "subject":
        return notice(sight, sight.say("gone", "refusals"))
    found = departures.traces(sight.tx, departure_id)[::-1]
    lines = [
        sight.say(
            f"trace__{one.verb}",
            PAGE,
            day=sight.day_of(one.at),
            by=sight.scene.member(one.by_id) if one.by_id else None,
            about=sight.scene.member(one.about_id) if one.about_id else None,
        )
        for one in found[:MOST_SHOWN]
    ]
    shown = [section("\n".join(lines[at : at + 10])) for at in range(0, len(lines), 10)]
    return frame(sight, sight.plain("trace__title", PAGE), [section(sight.say("trace__intro", PAGE)), *shown])


def saw(tx: Transaction, me: Member, verb: str, departure_id: str, now: datetime) -> None:
    """Write in the trace that `me` has looked at it, once a day: the person looking at their own leaves none, nor does whoever
    was shown nothing."""
    capacity = departures.capacity_of(tx, departure_id, me.id)
    if capacity not in SEES_ALL or capacity == "subject":
        return
    found = departures.traces(tx, departure_id)
    if not any(one.by_id == me.id and one.verb == verb and one.at.date() == now.date() for one in found):
        departures.trace(tx, departure_id, now, me.id, verb)


TRACE_WINDOWS: Mapping[str, Window] = {TRACE: trace_window}
TRACED: Mapping[str, str] = {"departure": "saw_sheet", "handover": "saw_sheet"}
"""The windows whose opening leaves a trace, by verb: what is written."""
