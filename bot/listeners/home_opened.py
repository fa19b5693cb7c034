"""Somebody looks at our Home."""

from slack_bolt.app.async_app import AsyncApp

from bot.gestures import Payload
from bot.listeners.parts import Parts


def register(app: AsyncApp, parts: Parts) -> None:
    @app.event("app_home_opened")
    async def home_opened(event: Payload) -> None:
        if event.get("tab") == "home":
            await parts.desk.home_opened(parts.workspace, event["user"])
