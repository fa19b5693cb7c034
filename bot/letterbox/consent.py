"""Consent does not last for ever: it is asked again every three years, and silence is a no (domain.md, section 8.1)."""

from datetime import timedelta

from bot.conductor import Conductor
from bot.letterbox.gestures import withdraw
from bot.retention import CONTACT
from flows.core.model import SUBJECT
from flows.leaving.afterwards import still_in_touch
from storage import contacts

ANSWERED_WITHIN = timedelta(days=90)


def renew(conductor: Conductor) -> None:
    """Ask whoever last said yes three years ago; erase the address of whoever was asked, and did not answer. Nothing of either
    where no letter can be sent: nobody could have answered."""
    if not conductor.score.smtp:
        return
    for silent in contacts.unanswered(conductor.tx, conductor.today - ANSWERED_WITHIN):
        member = conductor.member(silent.member_id)
        if member is not None and not member.active:
            withdraw(conductor, member)
    for due in contacts.due_for_renewal(conductor.tx, CONTACT.since_when(conductor.today)):
        member = conductor.member(due.member_id)
        if member is not None and not member.active and still_in_touch.name in conductor.score.flows:
            contacts.asked_again(conductor.tx, member.id, conductor.today)
            conductor.begin(still_in_touch.name, {SUBJECT: member.id})
