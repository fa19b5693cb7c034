"""The windows of whoever leads the polls: opening a round, how a poll is held, its questions, polls of their own."""

from collections.abc import Mapping

from bot.home.kinds import AtOnce, Submission, Window

LEADING_WINDOWS: Mapping[str, Window] = {}
LEADING_SUBMITTED: Mapping[str, Submission] = {}
LEADING_AT_ONCE: Mapping[str, AtOnce] = {}
