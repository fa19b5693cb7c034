"""The conversations of a departure: all that were begun for it, and what moves or ends them together."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from bot.conductor import Conductor
from bot.leaving.beginning import details_of, tone_of_departure
from bot.people import rhythm_of
from flows.core.calendar import appointed_day
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Reanchored, Stopped
from flows.leaving.checklist import CHECKLIST, DUE, Item, departure_task
from flows.leaving.kinds import KINDS
from flows.leaving.parts import LAST_DAY, LEAD, OWNER, TOLD
from storage import conversations
from storage.departures import Departure

Shares = Literal["none", "kept", "to_redeem"]
TIME_TO_GRIEVE, NO_TIME = timedelta(days=10), timedelta(0)
"""After a death, nothing is recalled before so long."""
ITEMS = {item.name: item for item in CHECKLIST}


def begun_for(conductor: Conductor, departure: Departure) -> list[Conversation]:
    """The path and all that was begun from it, whatever has become of each, the path first."""
    return list(_begun_from(conductor, departure.path_id)) if departure.path_id else []


def ever_begun_for(conductor: Conductor, departure: Departure) -> list[Conversation]:
    """The same, with the paths it went on from each time its tone changed."""
    first = departure.path_id
    while first is not None and (before := conversations.parent_of(conductor.tx, first)) is not None:
        first = before[0]
    return list(_begun_from(conductor, first)) if first is not None else []


def _begun_from(conductor: Conductor, conversation: str) -> Iterator[Conversation]:
    yield from conductor.known([conversation])
    for child in conversations.children_of(conductor.tx, conversation):
        yield from _begun_from(conductor, child)


def still_open(conductor: Conductor, departure: Departure, *flows: str) -> list[Conversation]:
    """Those that are not over, of these flows (of any, when none is named)."""
    found = begun_for(conductor, departure)
    return [talk for talk in found if talk.status == "open" and (not flows or talk.flow in flows)]


def stop_all(conductor: Conductor, departure: Departure, by: str | None) -> list[Conversation]:
    """End all that goes on, and give what did."""
    stopped = still_open(conductor, departure)
    for talk in stopped:
        conductor.tell(talk.id, Stopped(by))
    return stopped


def reanchor(conductor: Conductor, departure: Departure, by: str) -> None:
    """Let all that is counted from the last day follow it."""
    for talk in still_open(conductor, departure):
        if LAST_DAY in talk.anchors and talk.id != departure.path_id:
            conductor.tell(talk.id, Reanchored(LAST_DAY, departure.last_day, by))
        elif talk.flow == departure_task.name and (item := ITEMS[talk.details["item"]]).due.anchor == LAST_DAY:
            owner = talk.cast[OWNER].id if OWNER in talk.cast else None
            conductor.tell(talk.id, Reanchored(DUE, due_day(conductor, departure, item, owner), by))
    # The path is moved last: it is the one that tells people.
    if departure.path_id is not None:
        conductor.tell(departure.path_id, Reanchored(LAST_DAY, departure.last_day, by))


# --------------------------------------------------------------------------------------------------------- the checklist


def due_day(conductor: Conductor, departure: Departure, item: Item, owner: str | None) -> date:
    """The day something of the checklist is recalled, on the days its owner works: never before today."""
    anchors = {TOLD: departure.begun_on, LAST_DAY: departure.last_day}
    rhythm = replace(rhythm_of(conductor.member(owner) if owner else None, conductor.workspace), paused_until=None)
    quiet_until = departure.begun_on + (TIME_TO_GRIEVE if tone_of_departure(departure) == "bereaved" else NO_TIME)
    return max(appointed_day(item.due, anchors[item.due.anchor], rhythm), quiet_until, conductor.today)


def begin_tasks(conductor: Conductor, departure: Departure) -> None:
    """Begin what is not begun of the checklist of its tone, each with its first owner."""
    assert departure.path_id is not None
    tone, begun = details_of(departure)["tone"], {talk.details["item"] for talk in tasks_of(conductor, departure)}
    for item in CHECKLIST:
        if tone in item.tones and item.name not in begun:
            owner = departure.supervisor_id if item.owner != LEAD else None
            _begin_task(conductor, departure, item, owner or departure.lead_id)


def _begin_task(conductor: Conductor, departure: Departure, item: Item, owner: str | None) -> None:
    conductor.begin(
        departure_task.name,
        {SUBJECT: departure.member_id} | ({OWNER: owner} if owner else {}),
        anchors={DUE: due_day(conductor, departure, item, owner)},
        details={**details_of(departure), "item": item.name, "shares": shares_of(conductor, departure)},
        parent=(departure.path_id or "", ""),
    )


def shares_of(conductor: Conductor, departure: Departure) -> Shares:
    """What becomes of the person's shares, as far as Parcours knows: the bylaws say the rest."""
    person = conductor.member(departure.member_id)
    if person is None or person.associate_since is None:
        return "none"
    return "kept" if KINDS[departure.kind].membership == "kept" else "to_redeem"


def tasks_of(conductor: Conductor, departure: Departure) -> list[Conversation]:
    """The checklist of a departure, in its order."""
    order = {item.name: at for at, item in enumerate(CHECKLIST)}
    found = [talk for talk in begun_for(conductor, departure) if talk.flow == departure_task.name]
    return sorted(found, key=lambda talk: order.get(talk.details["item"], len(order)))
