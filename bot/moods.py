"""Slack's moods: a refusal that passes, and one that does not."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

SOON, A_WHILE = 15.0, 60.0
"""Seconds."""


class Later(Exception):
    """Slack may take it in `seconds`. `uncertain`: it may have taken it already, without our knowing."""

    def __init__(self, seconds: float, reason: str, uncertain: bool = False) -> None:
        super().__init__(reason)
        self.seconds, self.reason, self.uncertain = seconds, reason, uncertain


class Halted(Later):
    """Later, in the midst of a list: what is left of it begins at `cursor`."""

    def __init__(self, later: Later, cursor: str) -> None:
        super().__init__(later.seconds, later.reason, later.uncertain)
        self.cursor = cursor


class Never(Exception):
    """Slack will not take it however often it is tried: `reason` is Slack's own name for it, `where` the faulty field."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason} {where}".strip())
        self.reason, self.where = reason, where


NOT_INSTALLED = "not_installed"
"""What is said of a workspace that has not let us in, or has put us out."""
LET_IN = "Install the app again; with SLACK_BOT_TOKEN, copy its new token there, and restart."
EXPIRES = (
    "The app has token rotation, and its tokens expire in twelve hours: make it again from our manifest, which has none, and "
    "install that one."
)
LET_IN_THERE = "An administrator of the organisation adds the app to this workspace."
# As long as these last, nobody can be told anything: what waits is kept, for whoever does this about it
# (docs.slack.dev/reference/methods/chat.postMessage, "Errors").
DEAF: Mapping[str, str] = MappingProxyType(
    {
        "invalid_auth": LET_IN,
        "not_authed": LET_IN,
        "account_inactive": LET_IN,
        "token_revoked": LET_IN,
        "token_expired": EXPIRES,
        "org_login_required": "Slack is moving this workspace into an organisation: wait until it is done.",
        "team_access_not_granted": LET_IN_THERE,
        "ekm_access_denied": "An administrator of the organisation has suspended all posts, and lets them again.",
        "accesslimited": "Slack refuses the network that this machine is on: connect it by another.",
        "messages_tab_disabled": "Allow messages again, under “App Home” of the app's page.",
        NOT_INSTALLED: LET_IN,
    }
)
GONE = frozenset({"account_inactive", "token_revoked", "team_access_not_granted"})
"""What is said of a token whose app, bot or workspace is no more, or that leads there no longer
(docs.slack.dev/reference/methods/users.list, "Errors")."""
# Errors that pass with time (docs.slack.dev/reference/methods/chat.postMessage, "Errors"); any other never does.
# Some of the operation may have succeeded, say the pages, after a fatal or an internal error.
PASSING: Mapping[str, tuple[float, bool]] = MappingProxyType(
    {
        "ratelimited": (A_WHILE, False),
        "rate_limited": (A_WHILE, False),
        "message_limit_exceeded": (A_WHILE, False),
        "service_unavailable": (A_WHILE, False),
        "team_added_to_org": (A_WHILE, False),
        "request_timeout": (SOON, False),
        "fatal_error": (A_WHILE, True),
        "internal_error": (A_WHILE, True),
    }
)
SLOW_DOWN = frozenset({"ratelimited", "rate_limited"})


LONGEST_SILENCE, DIGITS = 86_400.0, 9
"""Seconds: whatever Slack asks for, it is asked again after a day."""


def mood_of(response: Any) -> Later | Never:
    """What a refusal means for whoever wants to try again. `response`: the SDK's, or aiohttp's when it could not be read."""
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    if status == 429:
        wait = str(response.headers.get("Retry-After", ""))
        is_plain = wait.isdecimal() and len(wait) <= DIGITS
        return Later(min(float(wait), LONGEST_SILENCE) if is_plain else A_WHILE, "ratelimited")
    if status >= 500:
        return Later(A_WHILE, f"http_{status}", uncertain=True)
    said = getattr(response, "data", None)
    error = said.get("error") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(error, str):
        return Later(SOON, "unreadable_answer", uncertain=True)
    if error in PASSING:
        seconds, uncertain = PASSING[error]
        return Later(seconds, error, uncertain)
    return Never(error, _pointer(said))


def _pointer(said: dict[str, Any]) -> str:
    """Which field is at fault, when Slack says so: a JSON pointer, never what is in it."""
    beside = said.get("response_metadata")
    told = beside.get("messages") if isinstance(beside, dict) else None
    found = re.search(r"json-pointer:(/[\w/]*)", " ".join(map(str, told if isinstance(told, list) else ())))
    return found[1] if found else ""
