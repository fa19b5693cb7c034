"""The passport: its stamps, each told once."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.conductor import Conductor, Deed
from bot.searching import JOURNEY, searches_of
from flows.core.model import SUBJECT, Conversation
from flows.joining.buddies import FIRST_DAY
from flows.joining.parts import BUDDIES, CANDIDATE
from flows.passport import STAMPS
from storage import passport

Details = Mapping[str, str]
ACCOMPANIED = "accompanied_someone"
A_MONTH = timedelta(days=30)
TAKEN = "take_the_part"
"""The step of a search by which somebody becomes a buddy."""


def stamp(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Stamp the subject's passport, and tell them the first time."""
    stamp_for(conductor, talk, talk.cast[SUBJECT].id, details["stamp"])


def stamp_buddies(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Stamp the passports of the two buddies."""
    for part in BUDDIES:
        if (buddy := talk.plays(part)) is not None:
            stamp_for(conductor, talk, buddy.id, details["stamp"])


def stamp_if_they_accompanied(conductor: Conductor, talk: Conversation, part: str, *, told: bool = True) -> None:
    """Whoever gives up a buddy's part, were their account just closed, has accompanied somebody all the same after a month
    beside them. `told`: see `stamp_for`."""
    buddy = talk.cast.get(part)
    if talk.flow != JOURNEY or part not in BUDDIES or buddy is None:
        return
    since = max(talk.anchors[FIRST_DAY], _taken_on(conductor, talk, part, buddy.id))
    if conductor.today >= since + A_MONTH:
        stamp_for(conductor, talk, buddy.id, ACCOMPANIED, told=told)


def _taken_on(conductor: Conductor, journey: Conversation, part: str, member_id: str) -> date:
    """The day they took the part, as far as it is known."""
    taken = [
        search.steps[TAKEN].at.date()
        for search in searches_of(conductor, journey.id, part)
        if (one := search.cast.get(CANDIDATE)) is not None and one.id == member_id and TAKEN in search.steps
    ]
    return max(taken, default=date.min)


def stamp_for(conductor: Conductor, talk: Conversation, member_id: str, name: str, *, told: bool = True) -> None:
    """Stamp a member's passport, and tell them the first time, if they are to be `told`: at once if they have just acted, else
    at their hour."""
    if not passport.stamp(conductor.tx, member_id, name, conductor.today):
        return
    member = conductor.member(member_id)
    if told and member is not None and member.slack_id and member.active:
        conductor.note(
            "home/stamped",
            member_id,
            conversation=talk.id,
            step="stamped",
            context={"stamp": name, "is_complete": set(STAMPS) <= set(passport.stamps_of(conductor.tx, member_id))},
            occurrence=f"stamped-{name}",
            at=None if member_id == conductor.actor else conductor.hour_of(member),
        )
    conductor.refresh_homes([member_id])


STAMPING_DEEDS: Mapping[str, Deed] = {
    "stamp": stamp,
    "stamp_buddies": stamp_buddies,
}
