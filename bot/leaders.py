"""Who leads the cooperative in Parcours."""

from flows.core.people import MANAGEMENT, STEWARD, Member
from storage import members
from storage.transaction import Transaction


def leaders(tx: Transaction) -> list[Member]:
    """The management, else the stewards, else the workspace's administrators: those who can be spoken to on Slack."""
    for role in (MANAGEMENT, STEWARD):
        if found := holders_here(tx, role):
            return found
    return [member for member in members.everyone(tx) if member.is_admin and member.slack_id]


def holders_here(tx: Transaction, role: str) -> list[Member]:
    """Those who hold this role and can be spoken to on Slack."""
    return [member for member in members.holders(tx, role) if member.active and member.slack_id]
