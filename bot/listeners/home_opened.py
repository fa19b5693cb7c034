"""Somebody looks at our Home."""

from slack_bolt.app.async_app import AsyncApp

from bot.gestures import Payload, workspace_of
from bot.listeners.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    @app.event("app_home_opened")
    async def home_opened(event: Payload, body: Payload) -> None:
        if event.get("tab") == "home":
            await parts.desk.home_opened(workspace_of(body), event["user"])
