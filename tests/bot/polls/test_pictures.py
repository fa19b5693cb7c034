"""Pictures given to Slack: what is remembered of them while Parcours runs."""

import asyncio
from pathlib import Path

from bot.polls.pictures import GIVEN_UP, Pictures
from bot.scene import Scene
from bot.slack import Slack
from storage.transaction import Transaction
from tests.bot.connected import connected


async def no_slack(workspace: str) -> Slack:
    raise AssertionError(workspace)


def no_scene(_tx: Transaction) -> Scene:
    raise AssertionError


async def test_what_is_remembered_of_pictures_does_not_grow_for_ever(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        pictures = Pictures(coop.bot.store, no_slack, no_scene)
        for number in range(GIVEN_UP + 5):
            image = {"type": "image", "alt_text": "", "slack_file": {"id": f"picture:r_{number}:fr"}}
            twice = await asyncio.gather(*(pictures.given(coop.slack.team_id, [image]) for _ in "ab"))
            assert twice == [[], []], "there is no such round"
        assert len(pictures._given_up) == GIVEN_UP
        assert len(pictures._one_at_a_time) == 0
