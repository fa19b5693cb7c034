"""The windows everybody meets: answering a round, reading results, the guide of a météo collective, one's own radar."""

from collections.abc import Mapping

from bot.home.inputs import View
from bot.home.kinds import AtOnce, Submission, Window
from bot.home.sight import Sight
from bot.polls import own_radar
from bot.polls.ballot_window import BALLOT, VOTE, ballot_window
from bot.polls.reading_results import results_window
from bot.polls.sharing import export_results
from bot.polls.wording import PAGE
from bot.windows import reading


def guide_window(sight: Sight, _: str = "") -> View:
    """How a météo collective goes, to be read aloud."""
    parts = [("", sight.say("check_in_guide", PAGE))]
    return reading(sight.plain("check_in_guide__title", PAGE), parts, sight.plain("close", "setup"))


ANSWERING_WINDOWS: Mapping[str, Window] = {
    VOTE: ballot_window,
    "read_results": results_window,
    "check_in_guide": guide_window,
    own_radar.SELF_RADAR: own_radar.own_radar_window,
}
ANSWERING_SUBMITTED: Mapping[str, Submission] = {VOTE: BALLOT, own_radar.SELF_RADAR: own_radar.OWN_RADAR}
ANSWERING_AT_ONCE: Mapping[str, AtOnce] = {
    "forget_self_radar": own_radar.forget,
    "export_results": export_results,
}
