"""Once a death is told, nothing is said to the account any more: neither what waited for its hour nor what comes meanwhile."""

from datetime import timedelta

from bot.conductor import Conductor
from bot.letterbox.addresses import withdraw
from flows.core.people import Member
from storage.departures import Departure

FOR_GOOD = timedelta(days=3_650)
"""What waits so long is erased with the person. Nobody takes a pause half as long: it is told from theirs, which is in it."""


def keep_silent(conductor: Conductor, departure: Departure) -> None:
    """Let nothing be said to whoever has died, nor go to the address they had given: their family would read it."""
    if (person := conductor.member(departure.member_id)) is not None:
        withdraw(conductor, person)
        if not _is_silent(conductor, person):
            until = max(person.paused_until or conductor.today, conductor.today)
            conductor.prefer(person.id, paused_until=until + FOR_GOOD)


def let_hear_again(conductor: Conductor, departure: Departure) -> None:
    """Whoever was thought dead is well: what waited comes, once a pause of their own is over."""
    person = conductor.member(departure.member_id)
    if person is not None and person.paused_until is not None and _is_silent(conductor, person):
        conductor.prefer(person.id, paused_until=max(person.paused_until - FOR_GOOD, conductor.today))
        conductor.look_again(person.id)


def _is_silent(conductor: Conductor, person: Member) -> bool:
    return person.paused_until is not None and person.paused_until > conductor.today + FOR_GOOD / 2
