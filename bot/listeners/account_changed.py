"""An account was opened, or what it says has changed: its name, its language, its zone, its being open."""

import re

from slack_bolt.app.async_app import AsyncApp

from bot.gestures import Payload, workspace_of
from bot.listeners.parts import Parts
from bot.user_objects import account_of, is_of_here

TOLD = re.compile(r"^(team_join|user_change)$")


def register(app: AsyncApp, parts: Parts) -> None:
    @app.event(TOLD)
    async def account_changed(event: Payload, body: Payload) -> None:
        if is_of_here(event["user"]):
            workspace, account = workspace_of(body), account_of(event["user"])
            await parts.desk.accounts(workspace, [await parts.with_language(workspace, account)])
