"""The gestures we listen to, one file each. Bolt tries them in this order: what happens most comes first."""

from slack_bolt.app.async_app import AsyncApp

from bot.listeners import (
    account_changed,
    answer_clicked,
    command_typed,
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
from bot.listeners.parts import Parts
from bot.listeners.strangers import OursAlone

LISTENERS = (
    answer_clicked,
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


def register(app: AsyncApp, parts: Parts) -> None:
    app.use(OursAlone(parts.home))  # the first: it is asked of each gesture
    for listener in LISTENERS:
        listener.register(app, parts)


__all__ = ["LISTENERS", "Parts", "register"]
