"""The passport: its stamps, each told once."""

from collections.abc import Mapping

from bot.conductor import Conductor, Deed
from flows.core.model import SUBJECT, Conversation
from flows.joining.parts import BUDDIES
from storage import passport

Details = Mapping[str, str]


def stamp(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Stamp the subject's passport, and tell them the first time."""
    stamp_for(conductor, talk, talk.cast[SUBJECT].id, details["stamp"])


def stamp_buddies(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Stamp the passports of the two buddies."""
    for part in BUDDIES:
        if (buddy := talk.plays(part)) is not None:
            stamp_for(conductor, talk, buddy.id, details["stamp"])


def stamp_for(conductor: Conductor, talk: Conversation, member_id: str, name: str) -> None:
    """Stamp a member's passport, and tell them the first time: at once if they have just acted, else at their hour."""
    if not passport.stamp(conductor.tx, member_id, name, conductor.today):
        return
    member = conductor.member(member_id)
    if member is not None and member.slack_id and member.active:
        conductor.note(
            "home/stamped",
            member_id,
            conversation=talk.id,
            step="stamped",
            context={"stamp": name},
            occurrence=f"stamped-{name}",
            at=None if member_id == conductor.actor else conductor.hour_of(member),
        )
    conductor.refresh_homes([member_id])


STAMPING_DEEDS: Mapping[str, Deed] = {
    "stamp": stamp,
    "stamp_buddies": stamp_buddies,
}
