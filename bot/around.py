"""Those around a newcomer hear of what becomes of the year they had prepared."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.conductor import Conductor
from flows.core.model import SUBJECT, Conversation
from flows.core.people import Member
from flows.joining.parts import BUDDIES, SUPERVISOR


def tell_those_around(
    conductor: Conductor, journey: Conversation, message: str, occurrence: str, also: Iterable[Member]
) -> None:
    """The buddies, the supervisor and these."""
    newcomer = conductor.member(journey.cast[SUBJECT].id)
    context = {"name": newcomer.name if newcomer else ""}
    holders = (journey.plays(part) for part in (*BUDDIES, SUPERVISOR))
    told = [*(member.id for member in also), *(who.id for who in holders if who is not None)]
    tell_each(conductor, told, message, occurrence, context)


def tell_each(
    conductor: Conductor, members: Iterable[str], message: str, occurrence: str, context: Mapping[str, Any]
) -> None:
    """These members who have an account, each once, in their working hours; whoever has just acted at once."""
    for address in dict.fromkeys(members):
        member = conductor.member(address)
        if member is not None and member.active and member.slack_id:
            at = None if address == conductor.actor else conductor.hour_of(member)
            conductor.note(message, address, context=context, occurrence=occurrence, at=at)
