"""Slack tells that it gives us only a part of what happens in a workspace, or no more of it: over 30,000 events came in an hour,
or too few were acknowledged (docs.slack.dev/reference/events/app_rate_limited). It is no event as the others are, and Bolt
would acknowledge nothing.
"""

import logging

from slack_bolt.response import BoltResponse

from bot.gestures import Payload
from bot.mishaps import Count

log = logging.getLogger(__name__)

NAMED = "app_rate_limited"
WITHHELD = (
    "Slack no longer tells us all that happens in a workspace: over 30,000 events came in an hour, or too few were answered. "
    "What people write to us may not come; buttons, windows and commands do, and accounts are looked through at night. See "
    "what changes so many accounts there, that workers answer in three seconds, and that “Event Subscriptions” of the app's "
    "page are on."
)


def acknowledged(said: Payload, count: Count) -> BoltResponse | None:
    """What Slack is answered; None for anything else that it says."""
    if said.get("type") != NAMED:
        return None
    count("withheld")
    log.error(WITHHELD, extra={"workspace": said.get("team_id")})
    return BoltResponse(status=200)
