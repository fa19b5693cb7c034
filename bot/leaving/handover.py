"""The handover plan: each mission, proposed to one person at a time, until somebody accepts it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.conductor import Conductor
from bot.leaving import access
from bot.leaving.announcing import plan_changed
from bot.leaving.beginning import details_of, tone_of_departure
from bot.leaving.following import still_open
from flows.core.answers import Refused
from flows.core.model import SUBJECT
from flows.core.moves import Stopped
from flows.core.people import Member
from flows.leaving.parts import TAKER
from flows.leaving.support import mission_handover
from storage import departures, members, missions
from storage.departures import Capacity, Departure
from storage.missions import Mission

LONGEST_TITLE = 200
MOST = 20
"""Missions of one plan: what does not fit is for a document of the cooperative's own."""
PLANNERS: tuple[Capacity, ...] = ("subject", "lead", "supervisor")


def add(conductor: Conductor, me: Member, departure_id: str, title: str, taker: str | None) -> Mapping[str, Refused]:
    """One more mission; `taker` is a Slack id, or nobody yet."""
    found = access.known_to(conductor, me, departure_id, PLANNERS)
    if found is None or found.state not in ("open", "private"):
        return {"title": access.NOTHING_HERE}
    plan = missions.of_departure(conductor.tx, found.id)
    faults = _faults(conductor, found, title, taker)
    # What the person keeps to themselves counts for them alone: a refusal would say that there is some.
    if len(shown_to(me, found, plan)) >= MOST:
        faults["title"] = Refused("leaving/too_many_missions", {"most": MOST})
    if faults:
        return faults
    number = 1 + max((one.number for one in plan), default=0)
    mission = Mission(id=missions.new_id(), departure_id=found.id, title=_clean(title), number=number)
    missions.save(conductor.tx, mission)
    if taker:
        _propose(conductor, found, mission, taker)
    _changed(conductor, found)
    return {}


def change(conductor: Conductor, me: Member, mission_id: str, title: str, taker: str | None) -> Mapping[str, Refused]:
    """Other words, or somebody else."""
    mission, found = _planned_by(conductor, me, mission_id)
    if mission is None or found is None:
        return {"title": access.NOTHING_HERE}
    if faults := _faults(conductor, found, title, taker):
        return faults
    mission = replace(mission, title=_clean(title))
    missions.save(conductor.tx, mission)
    now_asked = members.by_slack_id(conductor.tx, taker) if taker else None
    if mission.state == "kept" or (now_asked.id if now_asked else None) != mission.taker_id:
        _stop_asking(conductor, found, mission)
        missions.save(conductor.tx, replace(mission, taker_id=None, state="free"))
        if taker:
            _propose(conductor, found, mission, taker)
    _changed(conductor, found)
    return {}


def remove(conductor: Conductor, me: Member, mission_id: str) -> Refused | None:
    mission, found = _planned_by(conductor, me, mission_id)
    if mission is None or found is None:
        return access.NOTHING_HERE
    _stop_asking(conductor, found, mission)
    missions.remove(conductor.tx, mission.id)
    _changed(conductor, found)
    return None


def shown_to(me: Member, found: Departure, plan: Sequence[Mission]) -> list[Mission]:
    """The missions `me` may see: what the person keeps to themselves is theirs alone."""
    return [one for one in plan if one.state != "kept" or me.id == found.member_id]


def _planned_by(conductor: Conductor, me: Member, mission_id: str) -> tuple[Mission | None, Departure | None]:
    mission = missions.find(conductor.tx, mission_id)
    found = access.known_to(conductor, me, mission.departure_id, PLANNERS) if mission is not None else None
    is_shown = mission is not None and found is not None and bool(shown_to(me, found, [mission]))
    return (mission, found) if is_shown else (None, None)


def waiting(conductor: Conductor, departure: Departure) -> list[Mission]:
    """The missions meant for somebody who may not know yet."""
    plan = missions.of_departure(conductor.tx, departure.id)
    return [one for one in plan if one.state == "free" and one.taker_id is not None]


def propose(conductor: Conductor, me: Member, departure_id: str) -> Refused | None:
    """The person lets those they are meant for know, and be asked."""
    found = access.known_to(conductor, me, departure_id, ("subject",))
    if found is None or found.state != "open":
        return access.NOTHING_HERE
    propose_waiting(conductor, found)
    _changed(conductor, found)
    return None


def propose_waiting(conductor: Conductor, departure: Departure) -> None:
    """Ask whoever was meant for a mission and could not know."""
    for mission in waiting(conductor, departure):
        taker = conductor.member(mission.taker_id or "")
        if taker is not None and taker.slack_id:
            _ask(conductor, departure, mission, taker)


def _propose(conductor: Conductor, found: Departure, mission: Mission, slack_id: str) -> None:
    """Ask them, if they may know that somebody leaves; else the name waits with the plan, for the person to say so."""
    taker = members.by_slack_id(conductor.tx, slack_id)
    assert taker is not None, "checked with the other faults"
    if _may_know(conductor, found, taker):
        _ask(conductor, found, mission, taker)
    else:
        missions.save(conductor.tx, replace(mission, taker_id=taker.id, state="free"))


def _may_know(conductor: Conductor, found: Departure, taker: Member) -> bool:
    """Everybody, once it is announced or when nobody is left to say so; before, whom the person asks themselves, and whoever
    knows already."""
    if found.state != "open":
        return False
    if is_known_to_all(found):
        return True
    return conductor.actor == found.member_id or departures.capacity_of(conductor.tx, found.id, taker.id) is not None


def is_known_to_all(found: Departure) -> bool:
    """Once it is announced, over, or a death."""
    is_behind = found.state not in ("private", "open")
    return is_behind or found.published_on is not None or tone_of_departure(found) == "bereaved"


def let_know(conductor: Conductor, found: Departure, member_id: str) -> None:
    """Whoever is asked something of it is from then on among those who know, and named as such."""
    if departures.capacity_of(conductor.tx, found.id, member_id) is None and not is_known_to_all(found):
        departures.allow(conductor.tx, found.id, member_id, "told")


def _ask(conductor: Conductor, found: Departure, mission: Mission, taker: Member) -> None:
    missions.save(conductor.tx, replace(mission, taker_id=taker.id, state="proposed"))
    let_know(conductor, found, taker.id)
    conductor.begin(
        mission_handover.name,
        {SUBJECT: found.member_id, TAKER: taker.id},
        details={**details_of(found), "mission": mission.id},
        parent=(found.path_id or "", ""),
    )
    access.note(conductor, found, "mission_proposed", about=taker.id)


def _stop_asking(conductor: Conductor, found: Departure, mission: Mission) -> None:
    for talk in still_open(conductor, found, mission_handover.name):
        if talk.details.get("mission") == mission.id:
            conductor.tell(talk.id, Stopped())


def _changed(conductor: Conductor, found: Departure) -> None:
    plan_changed(conductor, found)
    conductor.refresh_homes([found.member_id, *departures.capacities(conductor.tx, found.id)])


def _faults(conductor: Conductor, found: Departure, title: str, taker: str | None) -> dict[str, Refused]:
    faults: dict[str, Refused] = {}
    if not _clean(title):
        faults["title"] = Refused("empty_text")
    elif len(_clean(title)) > LONGEST_TITLE:
        faults["title"] = Refused("text_too_long", {"longest": LONGEST_TITLE, "length": len(_clean(title))})
    if taker:
        who = members.by_slack_id(conductor.tx, taker)
        if who is None or not who.active:
            faults["taker"] = Refused("unknown_person" if who is None else "deactivated")
        elif who.id == found.member_id:
            faults["taker"] = Refused("leaving/somebody_else")
    return faults


def _clean(words: str) -> str:
    return " ".join(words.replace("\x00", "").split())
