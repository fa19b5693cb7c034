"""Telling Parcours of a departure: what is checked, who may know from then on, and the path that begins."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.conductor import Conductor
from bot.days import TWO_YEARS, fault_of_day
from bot.leaving.access import knowing_as, may_tell, note
from bot.leaving.silence import keep_silent, let_hear_again
from bot.leaving.telling import tell
from bot.polls.leads import leads
from flows.core.answers import Refused
from flows.core.model import NO_TIME, SUBJECT, Conversation, Start, StepState
from flows.core.people import MANAGEMENT, Member
from flows.leaving.departure import NO_LETTERS
from flows.leaving.kinds import DEATH, KINDS, STEPPING_BACK, Kind, Tone, tone_of
from flows.leaving.parts import DEBRIEFER, LAST_DAY, LEAD, SUPERVISOR, TOLD
from flows.leaving.paths import PATH_OF_TONE
from storage import departures, members, missions
from storage.departures import Capacity, Departure

LATEST_TOLD = timedelta(days=60)
"""After a death, nobody thinks of a robot at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a departure; people are Slack ids. `confidential_until`: the day before which nobody else is to know;
    None: until the announcement."""

    person: str
    last_day: date
    kind: str
    is_delicate: bool = False
    confidential_until: date | None = None
    supervisor: str | None = None
    lead: str | None = None
    debriefer: str | None = None
    may_know: tuple[str, ...] = ()


def tell_departure(conductor: Conductor, me: Member, told: Told) -> Mapping[str, Refused]:
    """Begin the path of a departure; what is wrong, by field, when it cannot begin (then nothing is written)."""
    person = members.by_slack_id(conductor.tx, told.person)
    if person is None:
        return {"person": Refused("unknown_person")}
    if not may_tell(conductor, me, person):
        who = [one.name for one in members.holders(conductor.tx, MANAGEMENT)]
        return {"person": Refused("not_allowed", {"who": who or [one.name for one in conductor.leaders()]})}
    faults = _faults(conductor, me, person, told)
    if faults:
        return faults
    known = departures.under_way(conductor.tx, person.id)
    if known is not None and known.state != "private":
        return _told_again(conductor, me, known, told)
    departure = _drawn(conductor, me, person, told, known)
    if known is not None and me.id != person.id:
        _keep_what_was_prepared_alone(conductor, known)
    begin(conductor, me, departure, _named(conductor, told.may_know))
    return {}


def _keep_what_was_prepared_alone(conductor: Conductor, known: Departure) -> None:
    """Somebody else has told of it: what the person had noted for themselves stays theirs to show."""
    for mission in missions.of_departure(conductor.tx, known.id):
        missions.save(conductor.tx, replace(mission, state="kept"))


def prepare(conductor: Conductor, me: Member, last_day: date, kind: str) -> Mapping[str, Refused]:
    """Prepare one's own departure: nothing of it leaves this before they say so."""
    told = Told(person=me.slack_id or "", last_day=last_day, kind=kind)
    faults = {name: why for name, why in _faults(conductor, me, me, told).items() if name != "lead"}
    known = departures.under_way(conductor.tx, me.id)
    if known is not None and known.state != "private":
        faults["last_day"] = Refused("leaving/already_leaving")
    if faults:
        return faults
    drawn = replace(_drawn(conductor, me, me, told, known), state="private")
    departures.save(conductor.tx, drawn)
    departures.allow(conductor.tx, drawn.id, me.id, "subject")
    conductor.refresh_homes([me.id])
    return {}


def let_know(conductor: Conductor, me: Member, told: Told) -> Mapping[str, Refused]:
    """What somebody prepared alone is now told, to those they name."""
    known = departures.under_way(conductor.tx, me.id)
    if known is None or known.state != "private":
        return {"last_day": Refused("gone")}
    return tell_departure(conductor, me, replace(told, person=me.slack_id or ""))


def give_up(conductor: Conductor, me: Member) -> Refused | None:
    """Forget what one prepared alone: nobody knew, and nothing is left."""
    known = departures.under_way(conductor.tx, me.id)
    if known is None or known.state != "private":
        return Refused("gone")
    departures.forget(conductor.tx, known.id)
    conductor.refresh_homes([me.id])
    return None


def begin(conductor: Conductor, me: Member, departure: Departure, others: list[Member]) -> None:
    """Write the departure down, say who may know, and begin its path."""
    departures.save(conductor.tx, departure)
    for id, capacity in _who_may_know(departure, [me, *others]).items():
        departures.allow(conductor.tx, departure.id, id, capacity)
    let_subject_know(conductor, departure)
    path = walk(conductor, departure)
    started = replace(departure, path_id=path)
    departures.save(conductor.tx, started)
    note(conductor, started, "told", me.id)
    for one in (me, *others):
        if one.id not in (departure.lead_id, departure.member_id):
            tell(conductor, one.id, "you_know", started, departure.id)
    conductor.refresh_homes([departure.member_id, *departures.capacities(conductor.tx, departure.id)])


def let_subject_know(conductor: Conductor, departure: Departure) -> None:
    """Whoever leaves knows of it, but of their death."""
    if tone_of_departure(departure) == "bereaved":
        departures.disallow(conductor.tx, departure.id, departure.member_id)
        keep_silent(conductor, departure)
    else:
        departures.allow(conductor.tx, departure.id, departure.member_id, "subject")
        let_hear_again(conductor, departure)


def _who_may_know(departure: Departure, told: list[Member]) -> dict[str, Capacity]:
    """Each once, in the capacity that says most, but for whoever leaves; whoever is told now knows, were they to lead the debrief
    later."""
    found: dict[str | None, Capacity] = dict.fromkeys((one.id for one in told), "told")
    found.setdefault(departure.debriefer_id, "debriefer")
    found[departure.supervisor_id] = "supervisor"
    found[departure.lead_id] = "lead"
    found.pop(departure.member_id, None)
    return {id: capacity for id, capacity in found.items() if id is not None}


def begin_again(
    conductor: Conductor, departure: Departure, before: Conversation, again: Collection[str] = ()
) -> Departure:
    """Go on with the path of another tone, from where `before` was: what is over there, or was begun from there, is behind
    here, but for the steps `again`. What was only asked is asked in the other words."""
    flow = PATH_OF_TONE[tone_of_departure(departure)]
    begun = {name: state for name, state in before.steps.items() if name not in again and flow.step(name)}
    steps = {
        name: replace(state, state="done") if isinstance(flow.step(name), Start) else state
        for name, state in begun.items()
        if state.state != "asked" or isinstance(flow.step(name), Start)
    }
    path = walk(conductor, departure, steps, after=before.id)
    return departures.change(conductor.tx, departure.id, path_id=path) or departure


def walk(
    conductor: Conductor, departure: Departure, steps: Mapping[str, StepState] | None = None, after: str | None = None
) -> str:
    """Begin the path of its tone, and give the conversation's id; `steps` says what is behind already, `after` on what path."""
    tone = tone_of_departure(departure)
    parts = {
        SUBJECT: departure.member_id,
        LEAD: departure.lead_id,
        SUPERVISOR: departure.supervisor_id,
        DEBRIEFER: departure.debriefer_id,
    }
    return conductor.begin(
        PATH_OF_TONE[tone].name,
        {part: address for part, address in parts.items() if address},
        anchors={TOLD: departure.begun_on, LAST_DAY: departure.last_day},
        details={**details_of(departure), **({} if conductor.score.smtp else NO_LETTERS)},
        parent=(after, "") if after else None,
        steps=steps,
    )


def details_of(departure: Departure) -> dict[str, str]:
    """What every conversation of a departure is about: small words, never anybody's own."""
    return {"departure": departure.id, "tone": tone_of_departure(departure), "kind": departure.kind}


def tone_of_departure(departure: Departure) -> Tone:
    return tone_of(KINDS[departure.kind], is_delicate=departure.is_delicate)


# ------------------------------------------------------------------------------------------------------- what is checked


def fault_of_last_day(conductor: Conductor, day: date, kind: Kind | None) -> Refused | None:
    return fault_of_day(day, conductor.today, TWO_YEARS, ago=LATEST_TOLD if kind is DEATH else NO_TIME)


def fault_of_kind(conductor: Conductor, kind: Kind | None) -> Refused | None:
    if kind is None:
        return Refused("not_an_option")
    if kind is STEPPING_BACK and not conductor.workspace.allows_stepping_back:
        return Refused("leaving/bylaws_first")
    return None


def _faults(conductor: Conductor, me: Member, person: Member, told: Told) -> dict[str, Refused]:
    kind = KINDS.get(told.kind)
    found = {"last_day": fault_of_last_day(conductor, told.last_day, kind), "kind": fault_of_kind(conductor, kind)}
    if told.confidential_until is not None and told.confidential_until > told.last_day:
        found["confidential_until"] = Refused("leaving/confidential_too_long")
    for field in ("supervisor", "lead", "debriefer"):
        found[field] = _fault_of_part(conductor, person, getattr(told, field))
    if person.left_on is not None:
        found["person"] = Refused("leaving/left_already")
    if found["lead"] is None and _lead(conductor, me, person, told) is None:
        found["lead"] = Refused("leaving/lead_wanted")
    supervisor = _supervisor(conductor, person, told)
    if found["debriefer"] is None and told.debriefer and supervisor and supervisor.slack_id == told.debriefer:
        found["debriefer"] = Refused("leaving/debriefer_is_supervisor")
    return {field: why for field, why in found.items() if why is not None}


def _fault_of_part(conductor: Conductor, person: Member, slack_id: str | None) -> Refused | None:
    if not slack_id:
        return None
    who = members.by_slack_id(conductor.tx, slack_id)
    if who is None:
        return Refused("unknown_person")
    if who.id == person.id:
        return Refused("leaving/somebody_else")
    return None if who.active else Refused("deactivated")


def _told_again(conductor: Conductor, me: Member, known: Departure, told: Told) -> Mapping[str, Refused]:
    """Somebody who may know is told that it is under way. Anybody else is shown nothing of it for having said it: whoever leads
    hears that they did, and the person reads it."""
    if me.id in knowing_as(conductor, known):
        return {"person": Refused("leaving/already_leaving")}
    note(conductor, known, "told_again", me.id)
    otherwise = {"day": told.last_day.isoformat()} if told.last_day != known.last_day else {}
    tell(conductor, known.lead_id, "told_again", known, f"{me.id}-{told.last_day}", who=me.name, **otherwise)
    return {}


# -------------------------------------------------------------------------------------------------------- who does what


def _drawn(conductor: Conductor, me: Member, person: Member, told: Told, known: Departure | None) -> Departure:
    supervisor, lead = _supervisor(conductor, person, told), _lead(conductor, me, person, told)
    debriefer = _member(conductor, told.debriefer) or usual_debriefer(conductor, person, supervisor)
    return Departure(
        id=known.id if known is not None else departures.new_id(),
        member_id=person.id,
        kind=told.kind,
        last_day=told.last_day,
        is_delicate=told.is_delicate,
        confidential_until=told.confidential_until,
        lead_id=lead.id if lead else None,
        supervisor_id=supervisor.id if supervisor else None,
        debriefer_id=debriefer.id if debriefer else None,
        begun_on=conductor.today,
        words=known.words if known is not None else {},
    )


def _supervisor(conductor: Conductor, person: Member, told: Told) -> Member | None:
    named = _member(conductor, told.supervisor)
    usual = conductor.member(person.supervisor_id) if person.supervisor_id else None
    return named or (usual if usual is not None and usual.active else None)


def _lead(conductor: Conductor, me: Member, person: Member, told: Told) -> Member | None:
    """Whoever was named; else whoever tells, when they hold the management; else the management; never the person."""
    if (named := _member(conductor, told.lead)) is not None:
        return named
    management = [one for one in conductor.leaders() if one.id != person.id]
    return next((one for one in management if one.id == me.id), management[0] if management else None)


def usual_debriefer(conductor: Conductor, person: Member, supervisor: Member | None) -> Member | None:
    """A QVCT lead, else the management; never the direct supervisor (domain.md, section 7.3), nor somebody who has left."""
    barred = {person.id, supervisor.id if supervisor else ""}
    here = (one for one in (*leads(conductor), *conductor.leaders()) if one.left_on is None)
    return next((one for one in here if one.id not in barred), None)


def _member(conductor: Conductor, slack_id: str | None) -> Member | None:
    return members.by_slack_id(conductor.tx, slack_id) if slack_id else None


def _named(conductor: Conductor, slack_ids: tuple[str, ...]) -> list[Member]:
    return [one for slack_id in slack_ids if (one := _member(conductor, slack_id)) is not None]
