"""The windows everybody meets: answering a round, reading results, the guide of a météo collective, one's own radar."""

from collections.abc import Mapping

from bot.home.kinds import AtOnce, Submission, Window

ANSWERING_WINDOWS: Mapping[str, Window] = {}
ANSWERING_SUBMITTED: Mapping[str, Submission] = {}
ANSWERING_AT_ONCE: Mapping[str, AtOnce] = {}
