"""Slack's user objects (docs.slack.dev/reference/objects/user-object), as accounts."""

from collections.abc import Mapping
from typing import Any

from bot.accounts import Account

GUESTS = frozenset({"is_restricted", "is_ultra_restricted"})
"""What says that an account is a guest's: of several channels, of one alone."""
SLACKBOT = "USLACKBOT"


def is_of_here(user: Mapping[str, Any]) -> bool:
    """Whether a user object is an account of the workspace: neither a guest of another company's, nor somebody who was invited
    and has not come yet, whom Slack lists as closed (github.com/slack-go/slack/issues/552)."""
    return not (user.get("is_stranger") or user.get("is_invited_user"))


def account_of(user: Mapping[str, Any]) -> Account:
    """The account it tells of. Raises KeyError for what has no id."""
    profile = user.get("profile") or {}
    real_name = profile.get("real_name") or user.get("real_name") or user.get("name") or ""
    first, _, last = str(real_name).strip().partition(" ")
    return Account(
        slack_id=user["id"],
        first_name=profile.get("first_name") or first,
        last_name=profile["last_name"] if profile.get("first_name") and "last_name" in profile else last,
        email=profile.get("email") or None,
        locale=user.get("locale") or None,
        zone=user.get("tz") or None,
        active=not user.get("deleted", False),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_guest=any(user[one] for one in GUESTS if one in user) if user.keys() & GUESTS else None,
        is_bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
    )
