"""Whoever is of another workspace, in a channel shared with it: their gestures are acknowledged, and nothing comes of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.gestures import Payload
from bot.home import Home

Next = Callable[[], Awaitable[BoltResponse]]


class OursAlone(AsyncMiddleware):
    """Lets on what the people of the workspace do. Whoever makes a gesture is remembered, and would be counted among them: asked
    to polls, and to accompany newcomers."""

    def __init__(self, home: Home) -> None:
        self._home = home

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next) -> BoltResponse:  # noqa: ARG002
        who, theirs = _who(req.body)
        here = req.context.team_id
        if theirs in (None, here) or here is None or await self._is_known(here, who):
            return await next()
        return BoltResponse(status=200)

    async def _is_known(self, workspace: str, slack_id: str) -> bool:
        """An organisation's people may be of another of its workspaces: Slack's lists told us of them, and of no stranger."""
        return await self._home.look(workspace, slack_id, lambda sight: bool(sight.me.id) and sight.me.active)


def _who(body: Payload) -> tuple[str, str | None]:
    """Who makes a gesture, or writes, and the workspace they are of, where it says so."""
    user: Any = body.get("user")
    if isinstance(user, dict):
        return str(user.get("id", "")), user.get("team_id")
    event = body.get("event") or {}
    return str(event.get("user", "")), event.get("user_team")
