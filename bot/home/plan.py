"""The improvement plan, as everybody sees it, and the windows its lines are written in."""

from collections.abc import Mapping

from bot.blocks import Block
from bot.home.kinds import Submission, Window
from bot.home.sight import Sight

PLAN_WINDOWS: Mapping[str, Window] = {}
PLAN_SUBMITTED: Mapping[str, Submission] = {}


def plan(sight: Sight) -> list[Block]:  # noqa: ARG001
    return []
