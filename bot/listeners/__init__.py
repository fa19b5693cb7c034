"""The gestures we listen to, one file each. Answers are taken first (`AnswerClicked`); Bolt tries the others in this order: what
happens most comes first. What Slack says of its events themselves is no gesture, and Bolt knows nothing of it."""

from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.gestures import Payload, place_of
from bot.listeners import (
    account_changed,
    command_typed,
    events_withheld,
    home_opened,
    home_used,
    left_over,
    offer_taken,
    put_out,
    shortcut_used,
    skipped,
    window_asked,
    window_submitted,
    words_written,
)
from bot.listeners.answer_clicked import AnswerClicked
from bot.listeners.parts import Parts
from bot.listeners.strangers import OursAlone
from bot.mishaps import Count

LISTENERS = (
    window_submitted,
    window_asked,
    words_written,
    skipped,
    offer_taken,
    home_opened,
    home_used,
    account_changed,
    command_typed,
    shortcut_used,
    put_out,
    left_over,  # the last: it takes what nobody took
)


def register(app: AsyncApp, parts: Parts, count: Count) -> Callable[[Payload], Awaitable[BoltResponse]]:
    """Gives what answers all that Slack says, once it is verified and decoded: Bolt would otherwise do both again."""
    app.use(OursAlone(parts.home))  # the first: it is asked of each gesture
    for listener in LISTENERS:
        listener.register(app, parts)
    answer_clicked = AnswerClicked(parts, count)

    async def dispatch(said: Payload) -> BoltResponse:
        taken = await answer_clicked(said) or events_withheld.acknowledged(said, count)
        if taken is not None:
            return taken
        request = AsyncBoltRequest(body=said, mode="socket_mode")
        # Bolt finds no workspace in what an organisation's own say.
        request.context["team_id"], request.context["enterprise_id"] = place_of(said)
        return await app.async_dispatch(request)

    return dispatch


__all__ = ["LISTENERS", "Parts", "register"]
