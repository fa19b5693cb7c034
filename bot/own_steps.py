"""The steps that somebody adds to their own passport: what they have lived without us, or before us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.conductor import Conductor
from bot.days import A_WORKING_LIFE, fault_of_day
from bot.visitors import is_outside
from flows.core.answers import Refused
from flows.core.model import NO_TIME
from flows.core.people import Member
from flows.passport import STAMPS
from storage import passport

PAGE = "passport"
_FAULTS: Mapping[str, Refused] = {
    "day_too_far": Refused(f"{PAGE}/to_come"),
    "day_in_the_past": Refused(f"{PAGE}/long_ago"),
}
"""Why a day will not do, as it is said of what has been lived."""


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A step, and the day it was lived; without a day, it is to be taken off."""

    name: str
    day: date | None


def add(conductor: Conductor, me: Member, step: OwnStep) -> Mapping[str, Refused]:
    """Stamp a step in the passport of whoever lived it, who is not told of what they have just done; what is wrong, by field."""
    if is_outside(conductor, me):
        return {"step": Refused("not_a_member")}
    if step.name not in STAMPS:
        return {"step": Refused("not_an_option")}
    if step.day is None:
        return {"lived_on": Refused("not_a_day")}
    if fault := _fault_of(conductor, step.day):
        return {"lived_on": fault}
    is_new = passport.stamp(conductor.tx, me.id, step.name, step.day, by_oneself=True)
    # Sent once more, it is what they asked for.
    if not is_new and passport.added_by(conductor.tx, me.id).get(step.name) != step.day:
        return {"step": Refused(f"{PAGE}/already_there")}
    conductor.refresh_homes([me.id])
    return {}


def correct(conductor: Conductor, me: Member, step: OwnStep) -> Mapping[str, Refused]:
    """Change the day of a step they added themselves, or take it off; what is wrong, by field. What happened here stays as it
    is."""
    if step.day is not None and (fault := _fault_of(conductor, step.day)):
        return {"right_day": fault}
    if step.day is None:
        done = passport.take_off(conductor.tx, me.id, step.name)
    else:
        done = passport.correct(conductor.tx, me.id, step.name, step.day)
    if not done:
        return {"step": Refused(f"{PAGE}/not_there")}
    conductor.refresh_homes([me.id])
    return {}


def _fault_of(conductor: Conductor, day: date) -> Refused | None:
    fault = fault_of_day(day, conductor.today, NO_TIME, ago=A_WORKING_LIFE)
    return _FAULTS[fault.reason] if fault else None
