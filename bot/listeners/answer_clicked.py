"""An answer given in a message: a button, or something chosen in a list or a calendar.

By far the most frequent gesture, it is taken as soon as Bolt has found that its workspace lets us in, before it is compared with
what each of the other listeners listens to. Whatever goes wrong ends where it does for them (`bot/mishaps.py`).
"""

import re
from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import wire
from bot.gestures import Payload, given_by, person_of, spot_of
from bot.listeners.parts import Parts

ANSWER = re.compile(rf"^(answer\.\d+|{wire.PICK})$")
Next = Callable[[], Awaitable[BoltResponse]]


def register(app: AsyncApp, parts: Parts) -> None:
    app.use(AnswerClicked(parts))


class AnswerClicked(AsyncMiddleware):
    """Takes answers; all other gestures go on to the listeners."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next) -> BoltResponse:  # noqa: ARG002
        action, workspace = _answer_in(req.body), req.context.team_id
        if action is None:
            return await next()
        assert workspace is not None, "nobody is authorized who names no workspace"
        if (ref := wire.ref_of(action["block_id"])) is not None:
            person, spot = person_of(req.body), spot_of(req.body)
            await self._parts.desk.clicked(workspace, person, ref, given_by(action), spot)
        return BoltResponse(status=200)


def _answer_in(body: Payload) -> Payload | None:
    if body.get("type") != "block_actions" or not body.get("actions"):
        return None
    action: Payload = body["actions"][0]
    return action if ANSWER.match(action["action_id"]) else None
