"""Who leads the polls and the improvement plan: the QVCT leads and the management."""

from bot.conductor import Conductor
from bot.leaders import holders_here, leaders
from flows.core.answers import Refused
from flows.core.model import SUBJECT
from flows.core.people import MANAGEMENT, QVCT_LEAD, Member
from storage import conversations
from storage.transaction import Transaction

LED = ("poll_round", "poll_schedule", "check_in", "gathering")
"""The flows whose subject is whoever leads."""


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


def hand_over(conductor: Conductor) -> None:
    """Roles have changed: what is led by somebody whom polls are not led by any more goes on with whoever they are led by."""
    found = leads(conductor)
    under_way = [id for flow in LED for id in conversations.of_flow(conductor.tx, flow, open_only=True)]
    for talk in list(conductor.known(under_way)) if found else ():
        lead = talk.cast.get(SUBJECT)
        if lead is None or lead.id not in {one.id for one in found}:
            conductor.recast(talk.id, SUBJECT, found[0].id)
