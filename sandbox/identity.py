"""By what Slack knows a workspace, the organisation it may belong to, and the app in it.

Source: docs.slack.dev/enterprise (an organisation of several workspaces) and docs.slack.dev/enterprise/organization-ready-apps.
"""

from __future__ import annotations

from dataclasses import dataclass

IDS_EACH = 10_000_000
"""How many ids each of many workspaces may make before one of them would be another's too."""


@dataclass
class Enterprise:
    """An organisation of Slack's Enterprise plan, as payloads name it. `app_installed`: for all of it at once."""

    id: str
    name: str
    domain: str
    app_installed: bool = False


@dataclass
class Identity:
    """One workspace's. `first_number`: where the ids made in it begin, so that two workspaces never make the same."""

    team_id: str = "T01SANDBOX"
    domain: str = "cooperative-essai"
    app_id: str = "A01SANDBOX"
    bot_id: str = "B01SANDBOX"
    bot_user_id: str = "U01THEBOT0"
    enterprise: Enterprise | None = None
    first_number: int = 0


def numbered(number: int, domain: str, team_id: str = "", enterprise: Enterprise | None = None) -> Identity:
    """The identity of the `number`-th of many workspaces, counted from 1."""
    return Identity(
        team_id=team_id or f"T{number:010X}",
        domain=domain,
        bot_id=f"B{number:010X}",
        bot_user_id=f"UB{number:09X}",
        enterprise=enterprise,
        first_number=number * IDS_EACH,
    )
