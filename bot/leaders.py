"""Who leads the cooperative in Parcours."""

from collections.abc import Iterable

from flows.core.answers import Refused
from flows.core.model import SUBJECT, Conversation, Flow
from flows.core.people import MANAGEMENT, STEWARD, Member
from storage import members
from storage.transaction import Transaction


def leaders(tx: Transaction) -> list[Member]:
    """The management, else the stewards, else the workspace's administrators (those who have left last): those who can be spoken
    to on Slack."""
    for role in (MANAGEMENT, STEWARD):
        if found := holders_here(tx, role):
            return found
    administrators = [member for member in members.everyone(tx) if member.is_admin and member.slack_id]
    return [member for member in administrators if member.left_on is None] or administrators


def is_leader(tx: Transaction, member: Member) -> bool:
    return any(one.id == member.id for one in leaders(tx))


def unless_leader(tx: Transaction, member: Member) -> Refused | None:
    """Why this gesture is not theirs; None when it is."""
    return None if is_leader(tx, member) else Refused("not_allowed", {"who": [one.name for one in leaders(tx)]})


def holders_here(tx: Transaction, role: str) -> list[Member]:
    """Those who hold this role and can be spoken to on Slack."""
    return [member for member in members.holders(tx, role) if member.active and member.slack_id]


def may_see(flow: Flow, talk: Conversation, member: Member, *, leads: bool) -> bool:
    """Whether what goes wrong in a conversation is for this member, who `leads` the cooperative or not: in a private one, for
    whoever plays in it, is not whom it is about, and leads or hears of what is missed."""
    if not flow.private:
        return leads
    played = {part for part, who in talk.cast.items() if who.id == member.id}
    return bool(played) and SUBJECT not in played and (leads or flow.told_when_missed in played)


def is_hidden(flow: Flow, talk: Conversation, member: Member) -> bool:
    """Whether a conversation is to this member as one that is not: a private one, of which they never had a part."""
    concerned = {who.id for who in talk.cast.values()} | {state.to for state in talk.steps.values()}
    return flow.private and member.id not in concerned


def who_may_be_told(flow: Flow, talk: Conversation, leading: Iterable[Member]) -> list[Member]:
    """Those of the leaders who may be told of a conversation or asked about it: never whom it is about."""
    subject = talk.cast.get(SUBJECT)
    others = [member for member in leading if subject is None or member.id != subject.id]
    return [member for member in others if may_see(flow, talk, member, leads=True)]
