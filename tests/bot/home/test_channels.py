"""The channels of the settings: any that whoever chooses them is in, private ones too."""

from pathlib import Path

import pytest

from bot import wire
from sandbox import Impossible
from storage import workspaces
from tests.bot.connected import connected

FIELD = wire.field_block("announcements_channel")


async def test_news_may_be_told_in_a_private_channel_that_whoever_settles_it_is_in(tmp_path: Path) -> None:
    async with connected(tmp_path) as coop:
        await coop.set_up()
        team = coop.slack.add_channel("equipe", members=[coop.lead], with_bot=True, is_private=True)
        elsewhere = coop.slack.add_channel("direction", with_bot=True, is_private=True)
        await coop.lead.open_home()
        await coop.bot.settle()
        assert coop.lead.home is not None
        await coop.lead.click(coop.lead.home, action_id="home.settings")
        with pytest.raises(Impossible):
            await coop.lead.submit(coop.lead.modal, {FIELD: elsewhere.id})
        assert (await coop.lead.submit(coop.lead.modal, {FIELD: team.id})).errors == {}
        await coop.bot.settle()
        known = await coop.bot.store.read(workspaces.find, coop.slack.team_id)
        assert known is not None
        assert known.announcements_channel == team.id
        assert team.messages[-1].by_app
