"""SIGKILL at every point between a gesture and Slack, by name; and of one worker among several."""

from pathlib import Path

import pytest

from tests.chaos.telling import Tell
from tests.chaos.town import STEPS, expected, town
from tests.crash.points import POINTS

FEW = STEPS[:3]
EVERY_RUN = (
    "it was decided",
    "it was written",
    "its answer was made",
    "the claim was written",
    "it was about to be said",
    "what was said was about to be noted",
)
"""The points that every run of the tests affords."""


async def lived(folder: Path, url: str, points: tuple[str, ...], steps: tuple[str, ...], tell: Tell) -> None:
    """The bot dies at each of these points, one before each gesture."""
    async with town(folder, url, watched=True) as coop:
        [bot] = coop.bots
        left = list(points)

        async def doomed() -> None:
            await coop.quieten()  # the lease of whoever died before is over
            if left:
                assert bot.killed == len(points) - len(left), f"it did not come to where it was to die: {left}"
                await bot.die_at(left.pop(0))

        await coop.live(steps, doomed)
        counts = await coop.counts(await expected(steps))
        tell(counts)
        assert counts.killed == len(points)
        counts.require_nothing_lost_nor_doubled()


async def test_killed_between_a_gesture_and_slack_nothing_is_lost_nor_said_twice(
    tmp_path: Path, sqlite_url: str, tell: Tell
) -> None:
    await lived(tmp_path, sqlite_url, EVERY_RUN, FEW, tell)


@pytest.mark.whole
@pytest.mark.timeout(400)
async def test_killed_at_every_point_nothing_is_lost_nor_said_twice(
    tmp_path: Path, database_url: str, tell: Tell
) -> None:
    await lived(tmp_path, database_url, tuple(POINTS), STEPS, tell)
