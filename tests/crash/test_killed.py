"""A bot killed while it speaks, listens or decides tells the same story in the end."""

from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.crash.remote import lived

DAYS = 40


def told(slack: Sandbox) -> list[tuple[str, str]]:
    """Every message people have before them, with its recipient."""
    channels = slack.workspace.channels.values()
    return sorted((it.dm_of or it.name, message.words()) for it in channels for message in it.messages)


@pytest.mark.timeout(280)
async def test_killed_at_any_word_it_says_the_same_and_each_thing_once(tmp_path: Path) -> None:
    (tmp_path / "calm").mkdir()
    (tmp_path / "hard").mkdir()
    lines, _, calm = await lived(tmp_path / "calm", DAYS)
    kills = (1, 2, 3, 5, 8, 13, 21, 34, 55)
    lines_of_the_killed, bot, hard = await lived(tmp_path / "hard", DAYS, kills)
    assert bot.killed >= len(kills)
    assert lines_of_the_killed == lines
    assert told(hard) == told(calm)
