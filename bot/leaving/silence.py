"""Once a death is told, nothing is said to the account any more: neither what waited for its hour nor what comes meanwhile."""

from datetime import timedelta

from bot.conductor import Conductor
from bot.letterbox.addresses import withdraw
from storage.departures import Departure

FOR_GOOD = timedelta(days=3_650)
"""What waits so long is erased with the person. Nobody takes a pause half as long."""


def keep_silent(conductor: Conductor, departure: Departure) -> None:
    """Let nothing be said to whoever has died, nor go to the address they had given: their family would read it."""
    if (person := conductor.member(departure.member_id)) is not None:
        withdraw(conductor, person)
        conductor.prefer(person.id, paused_until=conductor.today + FOR_GOOD)


def let_hear_again(conductor: Conductor, departure: Departure) -> None:
    """Whoever was thought dead is well: what waited comes."""
    person = conductor.member(departure.member_id)
    until = None if person is None else person.paused_until
    if person is not None and until is not None and until > conductor.today + FOR_GOOD / 2:
        conductor.prefer(person.id, paused_until=conductor.today)
        conductor.look_again(person.id)
