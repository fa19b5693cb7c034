"""Undoing an arrival that was announced by mistake, or will not be: all of it stops, and those who prepared it are told."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from bot.around import tell_those_around
from bot.conductor import Conductor
from bot.offers import shown
from bot.searching import JOURNEY, JOURNEYS
from bot.welcoming import may_start, who_may_start
from flows.core.answers import Refused
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Stopped
from flows.core.people import Member
from flows.joining.encounters import encounter
from flows.joining.onboarding import FIRST_DAY
from storage import conversations, members

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
    if journey.flow == JOURNEY:
        _put_back(conductor, journey)
    else:
        _let_them_be_gone(conductor, journey)
    tell_those_around(conductor, journey, CANCELLED, f"cancelled-{journey.id}", [me])
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


def _put_back(conductor: Conductor, journey: Conversation) -> None:
    """Whoever never had an account is expected no more; of somebody else, what was known before is known again, unless it was
    corrected since."""
    newcomer, was = conductor.member(journey.cast[SUBJECT].id), journey.details
    if newcomer is None:
        return
    if newcomer.slack_id is None:
        conductor.remember(replace(newcomer, active=False))
    elif newcomer.is_guest and _was_a_visitor(was) and newcomer.associate_since is None:
        conductor.remember(replace(newcomer, arrived_on=None, trade="", team="", supervisor_id=None))
        members.is_not_coming(conductor.tx, newcomer.id)
        conductor.forget(newcomer.id)
    elif "was_arrived_on" in was and newcomer.arrived_on == journey.anchors[FIRST_DAY]:
        # A date is never unwritten: whoever has an account already is here today at the latest.
        former = was["was_arrived_on"] or min(newcomer.arrived_on, conductor.today).isoformat()
        conductor.remember(
            replace(
                newcomer,
                arrived_on=date.fromisoformat(former),
                trade=was["was_trade"],
                team=was["was_team"],
                supervisor_id=was["was_supervisor_id"] or None,
            )
        )


def _was_a_visitor(was: Mapping[str, str]) -> bool:
    """Whether the cooperative had said nothing of them before they were welcomed."""
    return "was_arrived_on" in was and not any(said for name, said in was.items() if name.startswith("was_"))


def _let_them_be_gone(conductor: Conductor, journey: Conversation) -> None:
    """Whoever was to come back, and is not here, has left as before: else they would be counted with those who are, and welcomed
    as if for the first time."""
    newcomer = conductor.member(journey.cast[SUBJECT].id)
    if newcomer is not None and (journey.anchors[FIRST_DAY] > conductor.today or not newcomer.active):
        members.is_not_back(conductor.tx, newcomer.id)
        conductor.forget(newcomer.id)
