"""Undoing an arrival that was announced by mistake, or will not be: all of it stops, and those who prepared it are told."""

from collections.abc import Iterator

from bot.conductor import Conductor
from bot.offers import shown
from bot.people import rhythm_of
from bot.searching import JOURNEY, JOURNEYS
from bot.welcoming import may_start, who_may_start
from flows.core.answers import Refused
from flows.core.calendar import next_moment
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Post, Stopped
from flows.core.people import Member
from flows.joining.encounters import encounter
from flows.joining.parts import BUDDIES, SUPERVISOR
from storage import conversations

CANCELLED = "menu/arrival_cancelled"


def cancel(conductor: Conductor, me: Member, journey_id: str) -> Refused | None:
    """Stop a newcomer's year and all that was begun for it; why not, when it may not be. Raises UnknownConversation."""
    journey = shown(conductor, me, conductor.load(journey_id))
    if not may_start(conductor, JOURNEY, me):
        return Refused("not_allowed", {"who": who_may_start(conductor, JOURNEY)})
    if journey.flow not in JOURNEYS or journey.status != "open":
        return Refused("gone")
    for talk in _begun_for(conductor, journey):
        if talk.status == "open":
            conductor.tell(talk.id, Stopped(me.id))
    _tell_those_around(conductor, me, journey)
    conductor.refresh_homes([me.id])
    return None


def _begun_for(conductor: Conductor, journey: Conversation) -> Iterator[Conversation]:
    """The journey, what it began, and the newcomer's encounters."""
    yield journey
    for child in conductor.known(conversations.children_of(conductor.tx, journey.id)):
        yield from _begun_for(conductor, child)
    if journey.flow == JOURNEY:
        subject = journey.cast[SUBJECT].id
        found = conversations.of_flow(conductor.tx, encounter.name, subject=subject, open_only=True)
        yield from conductor.known(found)


def _tell_those_around(conductor: Conductor, me: Member, journey: Conversation) -> None:
    """The buddies and the supervisor, each once, in their working hours; whoever cancels at once."""
    newcomer = conductor.member(journey.cast[SUBJECT].id)
    context = {"name": newcomer.name if newcomer else ""}
    holders = (journey.plays(part) for part in (*BUDDIES, SUPERVISOR))
    for address in dict.fromkeys([me.id, *(who.id for who in holders if who is not None)]):
        member = conductor.member(address)
        if member is not None and member.slack_id:
            prompt = address == me.id
            at = conductor.now if prompt else next_moment(conductor.now, rhythm_of(member, conductor.workspace))
            occurrence = f"cancelled-{journey.id}"
            conductor.say(None, Post("", CANCELLED, address, occurrence, at, conductor.now, prompt, context=context))
