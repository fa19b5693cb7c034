"""The polls, as a member sees them: what is open, what came of the last, their own radar; and for leads, how they are led."""

from bot.blocks import Block
from bot.home.sight import Sight


def polls(sight: Sight) -> list[Block]:  # noqa: ARG001
    return []
