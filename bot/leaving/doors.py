"""The windows and gestures of departures, for the Home to open: the one list of each."""

from collections.abc import Mapping

from bot.home.inputs import View, notice
from bot.home.kinds import AtOnce, Submission, Window
from bot.home.sight import Sight
from bot.leaving.at_once import AT_ONCE, SHOWN_AFTER
from bot.leaving.changing_windows import CHANGED_IN_PLACE, CHANGING_SUBMITTED, CHANGING_WINDOWS
from bot.leaving.inviting_window import INVITING_SUBMITTED, INVITING_WINDOWS
from bot.leaving.secrecy import SECRECY, SECRECY_SUBMITTED, secrecy_window
from bot.leaving.sheet import SHEET_WINDOWS, sheet_window
from bot.leaving.telling_windows import TELLING_SUBMITTED, TELLING_WINDOWS, TOLD_IN_PLACE
from bot.leaving.traces import TRACE_WINDOWS, TRACED, saw
from bot.readings import read_window
from bot.wire import Ref


def _reading(verb: str) -> Window:
    """What this verb lets somebody read of a conversation, by its id."""

    def build(sight: Sight, conversation: str) -> View:
        found = read_window(sight.scene, sight.me, verb, Ref(conversation, ""))
        return found if found is not None else notice(sight, sight.say("gone", "refusals"))

    return build


LEAVING_WINDOWS: Mapping[str, Window] = {
    **TELLING_WINDOWS,
    **SHEET_WINDOWS,
    **TRACE_WINDOWS,
    **CHANGING_WINDOWS,
    SECRECY: secrecy_window,
    **INVITING_WINDOWS,
    "handover": sheet_window,
    "read_lesson": _reading("read_lesson"),
    "read_feedback": _reading("read_feedback"),
}
LEAVING_SUBMITTED: Mapping[str, Submission] = {
    **TELLING_SUBMITTED,
    **CHANGING_SUBMITTED,
    **SECRECY_SUBMITTED,
    **INVITING_SUBMITTED,
}
LEAVING_AT_ONCE: Mapping[str, AtOnce] = AT_ONCE
LEAVING_IN_PLACE = TOLD_IN_PLACE | CHANGED_IN_PLACE | {SECRECY}
__all__ = [
    "LEAVING_AT_ONCE",
    "LEAVING_IN_PLACE",
    "LEAVING_SUBMITTED",
    "LEAVING_WINDOWS",
    "SHOWN_AFTER",
    "TRACED",
    "saw",
]
