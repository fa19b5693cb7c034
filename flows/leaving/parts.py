"""The parts people play around somebody who leaves, and the days it all is counted from."""

from flows.core.model import SUBJECT, days
from flows.joining.parts import ANNOUNCEMENTS, COOP_BUDDY, SUPERVISOR

LEAD = "lead"
"""Whoever sees the departure through to its end: never the person who leaves."""
DEBRIEFER = "debriefer"
"""Whoever listens to the debrief: not the direct supervisor, unless the person asks for them (domain.md, section 7.3)."""
TAKER = "taker"
"""Whoever is asked to take a mission over."""
OWNER = "owner"
"""Whoever sees to one thing of the checklist."""

TOLD = "told"
"""The day Parcours was told."""
LAST_DAY = "last_day"
"""The last day, as it was given: what is done at work before it is over is done `by` then."""

ABOUT = ("departure", "tone", "kind")
"""What every conversation of a departure is about: small words, passed from one to the next."""

ALWAYS = days(3_650)
"""What must be done however late."""
UNTIL_THE_END = days(60)

_FILLS = {
    SUBJECT: "leaver_out_of_reach",
    LEAD: "another_departure_lead",
    SUPERVISOR: "lead_stands_in",
    DEBRIEFER: "another_debriefer",
}


def filled(*parts: str) -> dict[str, str]:
    """The deeds that see to these parts once empty: what cannot be said to somebody who is gone is told to whoever leads."""
    return {part: _FILLS[part] for part in parts}


__all__ = [
    "ABOUT",
    "ALWAYS",
    "ANNOUNCEMENTS",
    "COOP_BUDDY",
    "DEBRIEFER",
    "LAST_DAY",
    "LEAD",
    "OWNER",
    "SUBJECT",
    "SUPERVISOR",
    "TAKER",
    "TOLD",
    "UNTIL_THE_END",
    "filled",
]
