"""Whoever is of another workspace, in a channel shared with it, and the guests of this one: their gestures are acknowledged, and
nothing comes of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.gestures import Payload
from bot.listeners.parts import Parts
from bot.moods import Later, Never

Next = Callable[[], Awaitable[BoltResponse]]
OWN_CONVERSATION = "D"
"""What the ids of conversations of two begin with: there, we speak to members alone."""


class OursAlone(AsyncMiddleware):
    """Lets on what the people of the workspace do. Whoever makes a gesture is remembered, and would be counted among them: asked
    to polls, and to accompany newcomers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next) -> BoltResponse:  # noqa: ARG002
        who, theirs = _who(req.body)
        here = req.context.team_id
        is_ours = theirs in (None, here)
        if here is None or (is_ours and not (who and _is_open_to_all(req.body))) or await self._is_known(here, who):
            return await next()
        return await next() if is_ours and not await self._is_guest(here, who) else BoltResponse(status=200)

    async def _is_known(self, workspace: str, slack_id: str) -> bool:
        """An organisation's people may be of another of its workspaces: Slack's lists told us of them, and of no stranger."""
        return await self._parts.home.look(workspace, slack_id, lambda sight: bool(sight.me.id) and sight.me.active)

    async def _is_guest(self, workspace: str, slack_id: str) -> bool:
        """Asked of whom no list has told us of, or whose account was closed. In doubt, they are somebody: the night tells."""
        try:
            return (await (await self._parts.installed.slack(workspace)).who(slack_id)).is_guest
        except (Later, Never):
            return False


def _who(body: Payload) -> tuple[str, str | None]:
    """Who makes a gesture, or writes, and the workspace they are of, where it says so."""
    user: Any = body.get("user")
    if isinstance(user, dict):
        return str(user.get("id", "")), user.get("team_id")
    event = body.get("event") or body
    who = "" if event.get("bot_id") else event.get("user", event.get("user_id", ""))
    return who if isinstance(who, str) else "", event.get("user_team")


def _is_open_to_all(body: Payload) -> bool:
    """Whether anybody who sees us in Slack may do this, were they spoken to by us or not."""
    if body.get("type") == "block_actions":
        channel = str((body.get("container") or {}).get("channel_id") or OWN_CONVERSATION)
        return not channel.startswith(OWN_CONVERSATION)
    return body.get("type") != "view_submission"
