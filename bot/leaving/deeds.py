"""What the steps of a departure make the shell do, by name; announcement and debriefs apart. Harmless when done twice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.accounts import release
from bot.conductor import Conductor, Deed
from bot.leaving import access
from bot.leaving.announcing import ANNOUNCING_DEEDS, plan_changed, publish_announcement
from bot.leaving.beginning import details_of, tone_of_departure
from bot.leaving.changing import close, give_lead
from bot.leaving.debriefing import DEBRIEFING_DEEDS
from bot.leaving.following import begin_tasks, shares_of
from bot.leaving.handover import propose_waiting
from bot.leaving.hats import hats_of
from bot.leaving.telling import tell
from bot.searching import JOURNEYS
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Stopped
from flows.core.people import Member, Pace
from flows.leaving.afterwards import AFTER_TONE, MEETINGS, NOT_IN_TOUCH
from flows.leaving.departure import personal_email, stay_in_touch
from flows.leaving.parts import LAST_DAY, LEAD, OWNER, SUPERVISOR, TAKER
from flows.leaving.staying import decided, go_on
from flows.leaving.support import take_it
from storage import contacts, conversations, departures, members, missions
from storage.departures import Departure
from storage.missions import MissionState

Details = Mapping[str, str]
MEETING_DAY = (6, 15)
"""General meetings are held within six months of the closing of accounts, most often in December (domain.md, section 6.3)."""


def departure_of(conductor: Conductor, talk: Conversation) -> Departure | None:
    """The departure a conversation is about; None once nothing is kept of it."""
    return departures.find(conductor.tx, talk.details.get("departure", ""))


def goes_on(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Nothing is to be done: the conversation goes on without them."""


# ------------------------------------------------------------------------------------------------- whoever is not there


def leaver_out_of_reach(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """What can no longer be said to the person is told to whoever leads, step by step: never into the void."""
    found = departure_of(conductor, talk)
    person = conductor.member(talk.cast[SUBJECT].id) if SUBJECT in talk.cast else None
    if found is None or (person is not None and person.active and person.slack_id):
        return
    waiting = sorted(noticed.partition("/")[2] for noticed in talk.vacant if noticed.startswith(f"{SUBJECT}/"))
    about = f"{talk.id}-{len(waiting)}"
    tell(conductor, found.lead_id, "out_of_reach", found, about, within=talk.id, steps=waiting)


def another_lead(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever saw it through has left: the one who does now, else somebody of the management, goes on."""
    _give_to_lead(conductor, talk, LEAD)


def lead_sees_to_it(conductor: Conductor, talk: Conversation, details: Details) -> None:
    _give_to_lead(conductor, talk, OWNER)


def lead_stands_in(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Nobody supervises the person, or not any more: whoever leads prepares the talk and the handover with them. Whoever did, and
    has left, still knows of it, and sees no more of it."""
    found = departure_of(conductor, talk)
    supervisor = conductor.member(found.supervisor_id) if found is not None and found.supervisor_id else None
    if found is not None and supervisor is not None and supervisor.left_on is not None:
        departures.allow(conductor.tx, found.id, supervisor.id, "told")
    _give_to_lead(conductor, talk, SUPERVISOR)


def _give_to_lead(conductor: Conductor, talk: Conversation, part: str) -> None:
    found = departure_of(conductor, talk)
    if found is not None and (lead := _lead_of(conductor, found)) is not None:
        conductor.recast(talk.id, part, lead)


def _lead_of(conductor: Conductor, found: Departure) -> str | None:
    """Whoever sees it through. Once they have left, were their account still open, somebody else does, and is told: of the
    management first, else the person's supervisor."""
    holder = conductor.member(found.lead_id) if found.lead_id else None
    if holder is not None and holder.active and holder.left_on is None:
        return holder.id
    knowing = {one.id for one in access.knowing(conductor, found)}
    supervisor = conductor.member(found.supervisor_id) if found.supervisor_id else None
    heirs = [*sorted(conductor.leaders(), key=lambda one: one.id not in knowing), *([supervisor] if supervisor else [])]
    barred = {found.member_id, found.lead_id}
    heir = next((one for one in heirs if one.id not in barred and one.active and one.left_on is None), None)
    if heir is None:
        return None
    give_lead(conductor, found, heir)
    tell(conductor, heir.id, "lead_inherited", found, heir.id)
    return heir.id


# --------------------------------------------------------------------------------------------------- along the path


def begin_checklist(conductor: Conductor, talk: Conversation, details: Details) -> None:
    found = departure_of(conductor, talk)
    if found is not None:
        # The path is being begun: the row does not know of it yet.
        begin_tasks(conductor, departures.change(conductor.tx, found.id, path_id=talk.id) or found)


def keep_contact(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Write down the address they agree to be written to at, and how often."""
    address = talk.answer(personal_email)
    if address is not None:
        pace: Pace = "less" if talk.answer(stay_in_touch) == "less" else "all"
        contacts.give(conductor.tx, talk.cast[SUBJECT].id, address, conductor.today, pace)
        conductor.forget(talk.cast[SUBJECT].id)


def call_departure_off(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The person stays as they are."""
    found = departure_of(conductor, talk)
    if found is not None and found.state == "open":
        close(conductor, found, "called_off")
        if "is_told" not in details:
            tell(conductor, found.lead_id, "called_off", found, found.id)


def end_welcome(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """A first year ends with the last day: what was to come of it the next morning would be said to somebody who has left."""
    for flow in JOURNEYS:
        for year in conversations.of_flow(conductor.tx, flow, subject=talk.cast[SUBJECT].id, open_only=True):
            conductor.tell(year, Stopped())


def leave(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The last day is behind: the tenure is closed, what is still held is handed over, and what follows begins."""
    found = departure_of(conductor, talk)
    person = conductor.member(talk.cast[SUBJECT].id)
    if found is None or person is None or found.state != "open":
        return
    # Whoever has died may have had another last day, still to come.
    is_cut_short = tone_of_departure(found) == "bereaved" and found.last_day > conductor.today
    left_on = conductor.today if is_cut_short else found.last_day
    found = departures.change(conductor.tx, found.id, state="left", last_day=left_on) or found
    access.note(conductor, found, "left")
    if hats := hats_of(conductor.tx, person, seen_by=found.lead_id):
        unheld = [hat.name for hat in hats if hat.kind == "only_role"]
        tell(conductor, found.lead_id, "hats_left", found, found.id, count=len(hats), unheld=unheld)
    shares = shares_of(conductor, found)
    members.leave(conductor.tx, person.id, found.last_day)
    for role in person.roles:
        members.revoke(conductor.tx, person.id, role)
    conductor.forget(person.id)
    release(conductor, person)
    declined = NOT_IN_TOUCH if talk.answer(stay_in_touch) == "no" else {}
    _begin_afterwards(conductor, found, person, {"shares": shares, **declined})


def _begin_afterwards(conductor: Conductor, found: Departure, person: Member, more: Details) -> None:
    flow = AFTER_TONE[tone_of_departure(found)]
    cast = {SUBJECT: person.id} | ({LEAD: found.lead_id} if found.lead_id else {})
    conductor.begin(
        flow.name,
        cast,
        anchors={LAST_DAY: found.last_day, **_meetings_after(found.last_day)},
        details={**details_of(found), **more},
        parent=(found.path_id or "", ""),
    )


def _meetings_after(last_day: date) -> dict[str, date]:
    """The day around which each general meeting to come is held."""
    first = last_day.year + (last_day >= date(last_day.year, *MEETING_DAY))
    return {anchor: date(first + at, *MEETING_DAY) for at, anchor in enumerate(MEETINGS)}


def step_back(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Membership ends, the job goes on."""
    found = departure_of(conductor, talk)
    if found is not None and found.state == "open":
        members.end_membership(conductor.tx, found.member_id, max(found.last_day, _chosen_on(conductor, talk)))
        departures.change(conductor.tx, found.id, state="over")
        access.note(conductor, found, "stepped_back")
        conductor.forget(found.member_id)
        conductor.refresh_homes([found.member_id, *departures.capacities(conductor.tx, found.id)])


def _chosen_on(conductor: Conductor, talk: Conversation) -> date:
    """The day they chose to leave membership: whoever needed time may have let the day pass that was foreseen."""
    chosen = max(talk.steps[one.name].at for one in (go_on, decided) if one.name in talk.steps)
    return chosen.astimezone(ZoneInfo(talk.house.zone)).date()


# ------------------------------------------------------------------------------------------------------------ missions


def publish(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Say the announcement; from then on, whoever is meant for a mission may be asked."""
    publish_announcement(conductor, talk, details)
    found = departure_of(conductor, talk)
    if found is not None and found.published_id is not None:
        propose_waiting(conductor, found)


STATE_OF_ANSWER: Mapping[str, MissionState] = {"accept": "accepted", "talk": "to_talk", "decline": "declined"}


def note_mission(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """What somebody answered about taking a mission over; who looks after the plan hears of it."""
    found, mission = departure_of(conductor, talk), missions.find(conductor.tx, talk.details.get("mission", ""))
    taker = talk.cast[TAKER].id if TAKER in talk.cast else None
    if found is None or mission is None or mission.taker_id != taker:
        return
    state = STATE_OF_ANSWER.get(talk.answer(take_it) or "", "free")
    missions.save(conductor.tx, replace(mission, state=state, taker_id=None if state == "free" else taker))
    if state != "accepted":
        for one in dict.fromkeys((found.supervisor_id, found.lead_id)):
            tell(conductor, one, f"mission_{state}", found, talk.id, within=talk.id)
    plan_changed(conductor, found)
    conductor.refresh_homes([found.member_id, *departures.capacities(conductor.tx, found.id)])


def mission_free_again(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever was asked has left."""
    found, mission = departure_of(conductor, talk), missions.find(conductor.tx, talk.details.get("mission", ""))
    if found is not None and mission is not None and mission.state != "accepted":
        missions.save(conductor.tx, replace(mission, taker_id=None, state="free"))
        tell(conductor, found.supervisor_id or found.lead_id, "mission_free", found, talk.id, within=talk.id)


LEAVING_DEEDS: Mapping[str, Deed] = {
    "goes_on": goes_on,
    "leaver_out_of_reach": leaver_out_of_reach,
    "another_departure_lead": another_lead,
    "lead_sees_to_it": lead_sees_to_it,
    "lead_stands_in": lead_stands_in,
    "begin_checklist": begin_checklist,
    "keep_contact": keep_contact,
    "call_departure_off": call_departure_off,
    "end_welcome": end_welcome,
    "leave": leave,
    "step_back": step_back,
    "note_mission": note_mission,
    "mission_free_again": mission_free_again,
    **ANNOUNCING_DEEDS,
    "publish_announcement": publish,
    **DEBRIEFING_DEEDS,
}
