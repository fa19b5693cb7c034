"""A workspace removes the app, or revokes its token; an organisation takes us away from some of its workspaces, or adds us there.

The first two come together, in any order (docs.slack.dev/reference/events/app_uninstalled). Any may come late, or again: each is
told with its moment.
"""

from slack_bolt.app.async_app import AsyncApp

from bot.gestures import Payload, moment_of, place_of
from bot.listeners.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    @app.event("app_uninstalled")
    async def uninstalled(body: Payload) -> None:
        await parts.installed.put_out(_who(body), moment_of(body))

    @app.event("tokens_revoked")
    async def revoked(event: Payload, body: Payload) -> None:
        if event.get("tokens", {}).get("bot"):
            await parts.installed.put_out(_who(body), moment_of(body))

    @app.event("team_access_revoked")
    async def taken_away(event: Payload, body: Payload) -> None:
        if (organisation := place_of(body).organisation) is not None:
            await parts.installed.take_away(organisation, _teams(event), moment_of(body))

    @app.event("team_access_granted")
    async def added(event: Payload, body: Payload) -> None:
        if (organisation := place_of(body).organisation) is not None:
            await parts.installed.add_to(organisation, _teams(event), moment_of(body))


def _who(body: Payload) -> str:
    place = place_of(body)
    return place.workspace or place.organisation or ""


def _teams(event: Payload) -> list[str]:
    return [str(team) for team in event.get("team_ids", ())]
