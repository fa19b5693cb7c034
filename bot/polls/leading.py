"""The windows of whoever leads the polls: opening a round, how a poll is held, its questions, polls of their own."""

from collections.abc import Mapping

from bot.home.kinds import AtOnce, Submission, Window
from bot.polls import (
    gathering_window,
    opening_window,
    own_poll_window,
    questions_changed,
    questions_windows,
    round_windows,
)
from bot.polls.settings_window import POLL_SETTINGS, SETTINGS, poll_settings_window

LEADING_WINDOWS: Mapping[str, Window] = {
    opening_window.OPEN_POLL: opening_window.open_poll_window,
    opening_window.CHECK_IN: opening_window.check_in_window,
    POLL_SETTINGS: poll_settings_window,
    questions_windows.EDIT_POLL: questions_windows.edit_poll_window,
    questions_windows.ADD_ITEM: questions_windows.add_item_window,
    questions_windows.REWORD_ITEM: questions_windows.reword_item_window,
    questions_windows.REMOVE_ITEM: questions_windows.remove_item_window,
    own_poll_window.NEW_POLL: own_poll_window.new_poll_window,
    gathering_window.MOVE_GATHERING: gathering_window.move_gathering_window,
    gathering_window.SET_DISCUSSION: gathering_window.set_discussion_window,
    round_windows.WHO_ANSWERED: round_windows.who_answered_window,
}
LEADING_SUBMITTED: Mapping[str, Submission] = {
    opening_window.OPEN_POLL: opening_window.OPENING,
    opening_window.CHECK_IN: opening_window.CHECKING_IN,
    POLL_SETTINGS: SETTINGS,
    questions_windows.ADD_ITEM: questions_changed.ADDING,
    questions_windows.REWORD_ITEM: questions_changed.REWORDING,
    questions_windows.REMOVE_ITEM: questions_changed.REMOVING,
    own_poll_window.NEW_POLL: own_poll_window.COMPOSING,
    gathering_window.MOVE_GATHERING: gathering_window.MOVING,
    gathering_window.SET_DISCUSSION: gathering_window.DISCUSSING,
}
LEADING_AT_ONCE: Mapping[str, AtOnce] = {round_windows.CANCEL_ROUND: round_windows.cancel_round}

LEADING_IN_PLACE = frozenset({questions_windows.ADD_ITEM, questions_windows.REWORD_ITEM, questions_windows.REMOVE_ITEM})
"""The windows that take the place of the list they are asked for in: it would be out of date beneath them."""
