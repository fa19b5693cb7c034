"""Leaving, staying in touch, coming back: one module a flow."""

from flows.core.model import Flow
from flows.leaving.afterwards import (
    after_bereavement,
    afterwards,
    experience_feedback,
    highlight_invitation,
    quiet_afterwards,
    still_in_touch,
)
from flows.leaving.announcement import (
    announcement_approval,
    bereavement_announcement,
    departure_announcement,
    published_announcement,
)
from flows.leaving.checklist import departure_task
from flows.leaving.coming_back import coming_back
from flows.leaving.debrief import debrief, debrief_meeting, debrief_talk, debrief_with, gentle_debrief
from flows.leaving.departure import departure, quiet_departure
from flows.leaving.grieving import bereavement
from flows.leaving.staying import stepping_back
from flows.leaving.support import departure_support, mission_handover

LEAVING_FLOWS: tuple[Flow, ...] = (
    departure,
    quiet_departure,
    bereavement,
    stepping_back,
    departure_task,
    departure_support,
    mission_handover,
    departure_announcement,
    announcement_approval,
    bereavement_announcement,
    published_announcement,
    debrief_talk,
    debrief_with,
    debrief_meeting,
    debrief,
    gentle_debrief,
    afterwards,
    quiet_afterwards,
    after_bereavement,
    experience_feedback,
    highlight_invitation,
    still_in_touch,
    coming_back,
)

__all__ = ["LEAVING_FLOWS"]
