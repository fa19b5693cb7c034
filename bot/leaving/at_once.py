"""What a button of a departure does without a window, and what the window it was pressed in shows then."""

from collections.abc import Mapping
from functools import partial

from bot.desk import Desk
from bot.home.inputs import View, notice
from bot.home.kinds import AtOnce, Window
from bot.home.sight import Sight
from bot.leaving import announcing, beginning, changing, handover
from bot.leaving.access import SEES_ALL
from bot.leaving.context import PAGE
from bot.leaving.sheet import sheet_window
from storage import departures


async def _give_up(desk: Desk, workspace: str, slack_id: str, _: str) -> None:
    await desk.act(workspace, slack_id, beginning.give_up)


async def _call_off(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: changing.call_off(it, me, departure_id))


async def _undo(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: changing.undo(it, me, departure_id))


async def _stop_letters(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: changing.stop_letters(it, me, departure_id))


async def _write(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: announcing.write(it, me, departure_id))


async def _take_back(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: announcing.take_back(it, me, departure_id))


async def _propose(desk: Desk, workspace: str, slack_id: str, departure_id: str) -> None:
    await desk.act(workspace, slack_id, lambda it, me: handover.propose(it, me, departure_id))


# ------------------------------------------------------------------------------------------------ what is shown then


def _given_up(sight: Sight, _: str) -> View:
    return notice(sight, sight.say("give_up_departure__done", PAGE))


def _called_off(sight: Sight, departure_id: str, done: str) -> View:
    found = departures.find(sight.tx, departure_id)
    is_known = departures.capacity_of(sight.tx, departure_id, sight.me.id) is not None
    if is_known and found is not None and found.state == "called_off":
        return notice(sight, sight.say(done, PAGE))
    return sheet_window(sight, departure_id)


def _undone(sight: Sight, departure_id: str) -> View:
    # Whoever sees nothing of it is shown what they would be of one that is no more.
    if departures.capacity_of(sight.tx, departure_id, sight.me.id) not in SEES_ALL:
        return notice(sight, sight.say("undo_departure__done", PAGE))
    return sheet_window(sight, departure_id)


AT_ONCE: Mapping[str, AtOnce] = {
    "give_up_departure": _give_up,
    "call_off_departure": _call_off,
    "has_not_left": _call_off,
    "undo_departure": _undo,
    "stop_letters": _stop_letters,
    "write_announcement": _write,
    "ask_for_announcement": _write,
    "rewrite_announcement": _write,
    "take_announcement_back": _take_back,
    "propose_missions": _propose,
}
SHOWN_AFTER: Mapping[str, Window] = {
    "give_up_departure": _given_up,
    "call_off_departure": partial(_called_off, done="call_off_departure__done"),
    "has_not_left": partial(_called_off, done="has_not_left__done"),
    "undo_departure": _undone,
    "stop_letters": sheet_window,
    "write_announcement": sheet_window,
    "ask_for_announcement": sheet_window,
    "rewrite_announcement": sheet_window,
    "take_announcement_back": sheet_window,
    "propose_missions": sheet_window,
}
"""What takes the place of the window such a button was pressed in: it would be out of date."""
