"""Guests whom nobody has welcomed, a client or a partner in a channel: nothing is asked of them, and they hear who could."""

from collections.abc import Mapping
from typing import Any

from bot.conductor import Conductor
from bot.searching import JOURNEY
from bot.welcoming import who_may_start
from flows.core.people import Member
from storage import conversations

WORD = "visitor"
"""What they are told, on the page of the menu."""


def is_outside(conductor: Conductor, member: Member) -> bool:
    """Whether they are no member of the cooperative, and have no part in anything that goes on here."""
    return member.is_visitor and not conversations.played_by(conductor.tx, member.id)


def told(conductor: Conductor) -> Mapping[str, Any]:
    """Whom they could ask."""
    return {"who": who_may_start(conductor, JOURNEY)}


def turned_to_others(conductor: Conductor, member: Member) -> bool:
    """Whether they are outside: they have been told so, then."""
    outside = is_outside(conductor, member)
    if outside:
        conductor.note(f"menu/{WORD}", member.id, context=told(conductor))
    return outside
