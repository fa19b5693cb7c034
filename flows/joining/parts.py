"""The parts people play around a newcomer."""

from flows.core.model import SUBJECT

JOB_BUDDY = "job_buddy"
COOP_BUDDY = "coop_buddy"
SUPERVISOR = "supervisor"
CANDIDATE = "candidate"
"""Whoever is asked to become a buddy."""
VOLUNTEERS = "volunteers"
"""The channel where people offer themselves."""
ANNOUNCEMENTS = "announcements"
"""The channel where the cooperative's news is told."""
CHOOSER = "chooser"
"""Whoever can say who should play a part."""
OTHER = "other"
"""The member a newcomer is to meet."""

BUDDIES = (JOB_BUDDY, COOP_BUDDY)

__all__ = [
    "ANNOUNCEMENTS",
    "BUDDIES",
    "CANDIDATE",
    "CHOOSER",
    "COOP_BUDDY",
    "JOB_BUDDY",
    "OTHER",
    "SUBJECT",
    "SUPERVISOR",
    "VOLUNTEERS",
]
