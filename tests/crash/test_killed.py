"""A bot killed while it speaks, listens or decides tells the same story in the end."""

from pathlib import Path

import pytest

from tests.crash.remote import lived, told

DAYS = 33
WORDS = (1, 2, 3, 5, 8, 13, 34)
"""The words of the bot at which it dies: Slack has heard them, the bot never knows."""
MOMENTS = {2: 0.0, 5: 0.002, 9: 0.004, 14: 0.009, 20: 0.013, 27: 0.03}
"""Now deciding, now writing, now speaking, now listening to somebody: for each of these times, how many seconds later."""


@pytest.mark.timeout(400)
async def test_killed_at_any_moment_it_says_the_same_and_each_thing_once(tmp_path: Path) -> None:
    lines, _, calm = await lived(tmp_path / "calm", DAYS)
    hard_lines, bot, hard = await lived(tmp_path / "hard", DAYS, WORDS, MOMENTS)
    assert bot.killed >= len(WORDS) + len(MOMENTS) // 2
    assert hard_lines == lines
    assert told(hard) == told(calm)
