"""The flows of Parcours: what is said and asked, as data. Standard library only."""

from flows.core.model import Flow
from flows.core.poll import Poll
from flows.joining.buddies import buddies, buddy_call, part_choice
from flows.joining.encounters import encounter, encounters
from flows.joining.fresh_eyes_report import fresh_eyes_report
from flows.joining.onboarding import onboarding
from flows.leaving import LEAVING_FLOWS
from flows.living.action_follow_up import action_follow_up
from flows.living.barometer import barometer
from flows.living.gatherings import check_in, gathering, poll_round, poll_schedule
from flows.living.radar import radar

ALL_FLOWS: tuple[Flow, ...] = (
    onboarding,
    buddies,
    buddy_call,
    part_choice,
    encounters,
    encounter,
    fresh_eyes_report,
    poll_round,
    poll_schedule,
    check_in,
    gathering,
    action_follow_up,
    *LEAVING_FLOWS,
)
ALL_POLLS: tuple[Poll, ...] = (barometer, radar)

__all__ = ["ALL_FLOWS", "ALL_POLLS"]
