"""The flows of Parcours: what is said and asked, as data. Standard library only."""

from flows.core.model import Flow
from flows.core.poll import Poll
from flows.joining.buddies import buddies, buddy_call, part_choice
from flows.joining.encounters import encounter, encounters
from flows.joining.fresh_eyes_report import fresh_eyes_report
from flows.joining.onboarding import onboarding
from flows.living.barometer import barometer
from flows.living.radar import radar

ALL_FLOWS: tuple[Flow, ...] = (onboarding, buddies, buddy_call, part_choice, encounters, encounter, fresh_eyes_report)
ALL_POLLS: tuple[Poll, ...] = (barometer, radar)

__all__ = ["ALL_FLOWS", "ALL_POLLS"]
