"""The flows of Parcours: what is said and asked, as data. Standard library only."""

from flows.core.model import Flow
from flows.joining.buddies import buddies, buddy_call, part_choice
from flows.joining.encounters import encounter, encounters
from flows.joining.fresh_eyes_report import fresh_eyes_report
from flows.joining.onboarding import onboarding

ALL_FLOWS: tuple[Flow, ...] = (onboarding, buddies, buddy_call, part_choice, encounters, encounter, fresh_eyes_report)

__all__ = ["ALL_FLOWS"]
