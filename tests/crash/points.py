"""The points between a gesture and Slack at which the bot can be made to die, by name.

A point is the beginning or the end of a function. The interpreter tells of each (`sys.setprofile`), so that nothing in the bot
knows of it, and a point whose function is no more is never met: whoever waits for the death notices.
"""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any, Literal, NamedTuple


class Point(NamedTuple):
    """`module` and `function` (its qualified name), met at its beginning ("call") or its end ("return"), once the function
    `after` has begun. Of a coroutine only the beginning can be met."""

    module: str
    function: str
    when: Literal["call", "return"]
    after: tuple[str, str] | None = None


_SETTLED = ("storage.outbox", "settle_sent")
_CLAIMED = ("storage.outbox", "claim")

BETWEEN_A_GESTURE_AND_ITS_ACKNOWLEDGEMENT = {
    "a gesture came in": Point("bot.doors", "decoded", "return"),
    "it was understood": Point("bot.desk", "Desk.do", "call"),
    "its transaction began": Point("storage.engines", "Line._say", "return"),
    "it was decided": Point("storage.conversations", "save", "return"),
    "what follows was queued": Point("storage.outbox", "enqueue_all", "return"),
    "it was about to be written": Point("storage.engines", "Line.commit", "call"),
    "it was written": Point("storage.engines", "Line.commit", "return"),
    "its caller heard of it": Point("storage.writer", "_resolve", "call"),
    "it was about to be acknowledged": Point("bot.doors", "_response", "call"),
    "its answer was made": Point("bot.doors", "_response", "return"),
}
BETWEEN_THE_OUTBOX_AND_SLACK = {
    "the outbox was about to be read": Point(*_CLAIMED, "call"),
    "a message was claimed": Point(*_CLAIMED, "return"),
    "the claim was written": Point("storage.engines", "Line.commit", "return", _CLAIMED),
    "what to say was decided": Point("bot.dispatch", "Dispatcher.errands", "return"),
    "it was about to be said": Point("bot.slack", "Slack.post", "call"),
    "what was said was about to be noted": Point(*_SETTLED, "call"),
    "what was said was noted": Point(*_SETTLED, "return"),
    "the note was written": Point("storage.engines", "Line.commit", "return", _SETTLED),
}
POINTS = BETWEEN_A_GESTURE_AND_ITS_ACKNOWLEDGEMENT | BETWEEN_THE_OUTBOX_AND_SLACK
"""In the order they are met. "Slack heard it" is not one of them: Slack itself kills there (tests/crash/remote.py)."""


class Watch:
    """Looks out for one point in every thread begun since, and dies there."""

    def __init__(self) -> None:
        self._wanted: tuple[str, str] | None = None
        self._when = ""
        self._then: Point | None = None
        threading.setprofile(self._met)
        sys.setprofile(self._met)

    def die_at(self, point: Point) -> None:
        self._then = point
        if point.after is not None:
            self._look_for(point.after, "call")
        else:
            self._look_for((point.module, point.function), point.when)

    def _look_for(self, wanted: tuple[str, str], when: str) -> None:
        self._when, self._wanted = when, wanted

    def _met(self, frame: FrameType, event: str, _argument: Any) -> None:
        wanted = self._wanted
        if wanted is None or event != self._when or frame.f_code.co_qualname != wanted[1]:
            return
        if frame.f_globals.get("__name__") != wanted[0] or self._then is None:
            return
        if (wanted, event) == ((self._then.module, self._then.function), self._then.when):
            os.kill(os.getpid(), signal.SIGKILL)
        self._look_for((self._then.module, self._then.function), self._then.when)
