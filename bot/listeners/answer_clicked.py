"""An answer given in a message: a button, or something chosen in a list or a calendar.

By far the most frequent gesture, it is taken before Bolt, which would prepare for it what only other listeners ask: that is more
work than to decide what follows.
"""

import re
from dataclasses import dataclass

from slack_bolt.response import BoltResponse

from bot import wire
from bot.gestures import Payload, given_by, person_of, place_of, spot_of
from bot.listeners.parts import Parts
from bot.listeners.strangers import is_ours
from bot.mishaps import Count, write_down

ANSWER = re.compile(rf"^(answer\.\d+|{wire.PICK})$")


@dataclass(frozen=True, slots=True)
class AnswerClicked:
    parts: Parts
    count: Count

    async def __call__(self, said: Payload) -> BoltResponse | None:
        """What Slack is answered; None for what Bolt is to see to: any other gesture, and a workspace that does not let us in."""
        try:
            action = _answer_in(said)
            return None if action is None else await self._taken(said, action)
        except Exception as trouble:
            write_down(trouble, self.count)
            return BoltResponse(status=500)

    async def _taken(self, said: Payload, action: Payload) -> BoltResponse | None:
        workspace, organisation = place_of(said)
        if workspace is None or await self.parts.installed.authorized(workspace, organisation) is None:
            return None
        ref = wire.ref_of(action["block_id"])
        if ref is not None and await is_ours(self.parts.home, said, workspace):
            await self.parts.desk.clicked(workspace, person_of(said), ref, given_by(action), spot_of(said))
        return BoltResponse(status=200)


def _answer_in(body: Payload) -> Payload | None:
    if body.get("type") != "block_actions" or not body.get("actions"):
        return None
    action: Payload = body["actions"][0]
    return action if ANSWER.match(action["action_id"]) else None
