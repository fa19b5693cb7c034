"""Consent does not last for ever: it is asked again every three years, and silence is a no (domain.md, section 8.1)."""

from collections.abc import Iterable
from datetime import timedelta

from bot.conductor import Conductor
from bot.letterbox.addresses import withdraw
from bot.retention import CONTACT
from flows.core.model import SUBJECT
from flows.core.people import Member
from flows.leaving.afterwards import still_in_touch
from storage import contacts
from storage.contacts import Contact

ANSWERED_WITHIN = timedelta(days=90)


def renew(conductor: Conductor) -> None:
    """Ask whoever last said yes three years ago, and erase the address of whoever was asked and did not answer. Whoever cannot be
    asked is not kept for that: a dead address goes then; where no letter can be sent, any goes when a silence would
    have ended."""
    said_yes_before = CONTACT.since_when(conductor.today)
    due = contacts.due_for_renewal(conductor.tx, said_yes_before)
    over = contacts.dead(conductor.tx, said_yes_before)
    over += contacts.unanswered(conductor.tx, conductor.today - ANSWERED_WITHIN)
    if not conductor.score.smtp:
        over += contacts.due_for_renewal(conductor.tx, said_yes_before - ANSWERED_WITHIN)
        due = []
    for gone in _gone(conductor, over):
        withdraw(conductor, gone)
    for gone in _gone(conductor, due):
        if still_in_touch.name in conductor.score.flows:
            contacts.asked_again(conductor.tx, gone.id, conductor.today)
            conductor.begin(still_in_touch.name, {SUBJECT: gone.id})


def _gone(conductor: Conductor, found: Iterable[Contact]) -> list[Member]:
    """Whose address it is, but for whoever is back."""
    people = (conductor.member(one.member_id) for one in found)
    return [member for member in people if member is not None and not member.active]
