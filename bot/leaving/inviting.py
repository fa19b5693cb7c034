"""Inviting those who have left, and want to hear of everything, to a highlight of the cooperative: each by their own letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.conductor import Conductor
from bot.days import A_YEAR, fault_of_day
from bot.leaders import unless_leader
from bot.people import rhythm_of
from flows.core.answers import Refused, Text
from flows.core.calendar import next_moment
from flows.core.model import SUBJECT
from flows.core.people import Member
from flows.leaving.afterwards import highlight_invitation
from storage import contacts, outbox, seen

WHAT = Text(longest=150)
"""A few words, within a sentence of the letter."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """What is proposed, on what day, and at what hour of the cooperative's wall, if it has one."""

    what: str
    day: date
    hour: time | None = None

    @property
    def when(self) -> str:
        """As the words of the letter read it (ISO 8601)."""
        return f"{self.day}T{self.hour:%H:%M}" if self.hour else f"{self.day}"


def why_not_invite(conductor: Conductor, me: Member) -> Refused | None:
    """What keeps `me` from inviting anybody, whatever to."""
    if refused := unless_leader(conductor.tx, me):
        return refused
    if not conductor.score.smtp:
        return Refused("leaving/no_letters_here")
    return None if contacts.hearing_everything(conductor.tx) else Refused("leaving/nobody_to_invite")


def invite(conductor: Conductor, me: Member, highlight: Highlight) -> Mapping[str, Refused]:
    """Invite all of them, once a day to the same highlight, however many times it is sent; what is wrong, by field."""
    what = WHAT.parse(" ".join(highlight.what.split()))
    found = {
        "what": why_not_invite(conductor, me) or (what if isinstance(what, Refused) else None),
        "day": fault_of_day(highlight.day, conductor.today, A_YEAR) or _fault_of_letters(conductor, highlight),
    }
    faults = {field: why for field, why in found.items() if why is not None}
    if faults:
        return faults
    details = {"what": str(what), "when": highlight.when}
    if seen.first_sight(conductor.tx, _print_of(details), conductor.now):
        for member in contacts.hearing_everything(conductor.tx):
            talk = conductor.begin(highlight_invitation.name, {SUBJECT: member}, details=details)
            # However long the mail server was away, and whenever what failed is tried again.
            outbox.say_until(conductor.tx, talk, _begins(conductor, highlight))
    return {}


def _fault_of_letters(conductor: Conductor, highlight: Highlight) -> Refused | None:
    """Letters leave in working hours: none is to come after what it invites to."""
    house = rhythm_of(None, conductor.workspace)
    leaves = next_moment(conductor.now, house).astimezone(ZoneInfo(house.zone))
    too_late = leaves >= _begins(conductor, highlight)
    return Refused("leaving/letters_too_late", {"day": leaves.date()}) if too_late else None


def _begins(conductor: Conductor, highlight: Highlight) -> datetime:
    """Without an hour, its day is taken whole."""
    zone = ZoneInfo(rhythm_of(None, conductor.workspace).zone)
    return datetime.combine(highlight.day, highlight.hour or time.max, zone)


def _print_of(details: Mapping[str, str]) -> str:
    """Which invitation this is, without its words."""
    return f"{highlight_invitation.name}-{sha256(repr(sorted(details.items())).encode()).hexdigest()}"
