"""Who leads the polls and the improvement plan: the QVCT leads and the management."""

from bot.conductor import Conductor
from bot.leaders import holders_here, leaders
from flows.core.answers import Refused
from flows.core.people import MANAGEMENT, QVCT_LEAD, Member
from storage.transaction import Transaction


def leads(conductor: Conductor) -> list[Member]:
    """Whom a poll is led by: the QVCT leads, else whoever leads the cooperative in Parcours."""
    return leads_of(conductor.tx)


def leads_of(tx: Transaction) -> list[Member]:
    return holders_here(tx, QVCT_LEAD) or leaders(tx)


def may_lead(conductor: Conductor, member: Member) -> bool:
    return is_lead(conductor.tx, member)


def is_lead(tx: Transaction, member: Member) -> bool:
    return bool(member.roles & {QVCT_LEAD, MANAGEMENT}) or any(one.id == member.id for one in leads_of(tx))


def unless_lead(conductor: Conductor, member: Member) -> Refused | None:
    """Why this gesture is not theirs; None when it is."""
    if may_lead(conductor, member):
        return None
    return Refused("not_allowed", {"who": [one.name for one in leads(conductor)]})
