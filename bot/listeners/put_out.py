"""A workspace removes the app, or revokes its token; an organisation takes us away from some of its workspaces.

The first two come together, in any order (docs.slack.dev/reference/events/app_uninstalled).
"""

from slack_bolt.app.async_app import AsyncApp

from bot.gestures import Payload, place_of
from bot.listeners.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    @app.event("app_uninstalled")
    async def uninstalled(body: Payload) -> None:
        await parts.installed.put_out(_who(body))

    @app.event("tokens_revoked")
    async def revoked(event: Payload, body: Payload) -> None:
        if event.get("tokens", {}).get("bot"):
            await parts.installed.put_out(_who(body))

    @app.event("team_access_revoked")
    async def taken_away(event: Payload, body: Payload) -> None:
        if (organisation := place_of(body).organisation) is not None:
            await parts.installed.take_away(organisation, [str(team) for team in event.get("team_ids", ())])


def _who(body: Payload) -> str:
    place = place_of(body)
    return place.workspace or place.organisation or ""
