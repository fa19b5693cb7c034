"""Who leads the polls and the improvement plan: the QVCT leads and the management."""

from bot.conductor import Conductor
from flows.core.answers import Refused
from flows.core.people import MANAGEMENT, QVCT_LEAD, Member
from storage import members


def leads(conductor: Conductor) -> list[Member]:
    """Whom a poll is led by: the QVCT leads, else whoever leads the cooperative in Parcours."""
    holders = [one for one in members.holders(conductor.tx, QVCT_LEAD) if one.active and one.slack_id]
    return holders or conductor.leaders()


def may_lead(conductor: Conductor, member: Member) -> bool:
    return bool(member.roles & {QVCT_LEAD, MANAGEMENT}) or any(one.id == member.id for one in leads(conductor))


def unless_lead(conductor: Conductor, member: Member) -> Refused | None:
    """Why this gesture is not theirs; None when it is."""
    if may_lead(conductor, member):
        return None
    return Refused("not_allowed", {"who": [one.name for one in leads(conductor)]})
