"""Who may tell of a departure, who may know of it, and the trace of what they do: decided person by person, never by role."""

from collections.abc import Iterable

from bot.conductor import Conductor
from bot.leaders import leaders
from flows.core.answers import Refused
from flows.core.model import Conversation, Flow
from flows.core.people import MANAGEMENT, Member
from flows.leaving.parts import DEBRIEFER
from storage import conversations, departures
from storage.departures import Capacity, Departure

STEERING: tuple[Capacity, ...] = ("lead",)
SEES_ALL: tuple[Capacity, ...] = ("subject", "lead", "supervisor")
"""Who sees the path, its checklist and its plan; the others who know are only told what concerns them."""
NOTHING_HERE = Refused("gone")
"""What anybody is told of a departure they may not know of: the same as of one that is not."""


def may_tell(conductor: Conductor, me: Member, person: Member) -> bool:
    """Whether `me` may tell of this person's departure: the person, their supervisor, the management; or whoever leads, as
    long as nobody holds the management."""
    if me.id == person.id or person.supervisor_id == me.id or MANAGEMENT in me.roles:
        return True
    leading = leaders(conductor.tx)
    return any(one.id == me.id for one in leading) and not any(MANAGEMENT in one.roles for one in leading)


def known_to(
    conductor: Conductor,
    me: Member,
    departure_id: str,
    capacities: Iterable[Capacity] | None = None,
    *,
    lock: bool = True,
) -> Departure | None:
    """The departure, when `me` may know of it (in one of these capacities); None as if there were none."""
    capacity = departures.capacity_of(conductor.tx, departure_id, me.id)
    if capacity is None or (capacities is not None and capacity not in capacities):
        return None
    return departures.find(conductor.tx, departure_id, lock=lock and not conductor.tx.read_only)


def leads(conductor: Conductor, me: Member, departure_id: str) -> Departure | None:
    """The departure, when `me` sees it through."""
    return known_to(conductor, me, departure_id, STEERING)


def note(
    conductor: Conductor, departure: Departure, verb: str, by: str | None = None, about: str | None = None
) -> None:
    """Write in the trace what was done: `verb` has its words in the messages (`leaving/trace__<verb>`)."""
    departures.trace(conductor.tx, departure.id, conductor.now, by or conductor.actor, verb, about)


def knowing(conductor: Conductor, departure: Departure) -> list[Member]:
    """Whoever knows, the person apart."""
    known = knowing_as(conductor, departure)
    found = [conductor.member(id) for id, capacity in sorted(known.items()) if capacity != "subject"]
    return [one for one in found if one is not None]


def knowing_as(conductor: Conductor, departure: Departure) -> dict[str, Capacity]:
    """Those who know, each in their capacity; whoever is to lead the debrief knows nothing before it begins."""
    known = departures.capacities(conductor.tx, departure.id)
    return {
        id: capacity
        for id, capacity in known.items()
        if capacity != "debriefer" or _has_heard(conductor, departure, id)
    }


def _has_heard(conductor: Conductor, departure: Departure, debriefer: str) -> bool:
    """Whether anything of it was said to them: to prepare the debrief or to read it, or to take a mission over."""
    castings = conversations.played_by(conductor.tx, debriefer, open_only=False)
    played = dict.fromkeys(it.conversation for it in castings if it.subject == departure.member_id)
    return any(
        heard_in(conductor.score.flows[talk.flow], talk, debriefer)
        for talk in conductor.known(played)
        if talk.details.get("departure") == departure.id
    )


def heard_in(flow: Flow, talk: Conversation, debriefer: str) -> bool:
    """Whether whoever is to lead the debrief was told or asked anything in this conversation, where they play a part."""
    return DEBRIEFER in flow.briefed or any(state.to == debriefer for state in talk.steps.values())
