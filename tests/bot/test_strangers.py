"""Somebody of another workspace, in a channel shared with it, is nobody here: what they press and write has no effect."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import wire
from bot.doors import to_bolt
from bot.wire import Ref
from flows.core.people import Member
from storage import members
from tests.bot.connected import Connected, connected

ELSEWHERE, SOMEBODY = "T0ELSEWHERE", "U0ELSEWHERE"


@pytest.fixture
async def coop(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path, "http") as coop:
        await coop.set_up()
        yield coop


async def pressed(coop: Connected, slack_id: str, action: str, team: str = ELSEWHERE) -> int:
    """What Slack is answered when somebody of that workspace presses a button of ours in a shared channel."""
    body = {
        "type": "block_actions",
        "user": {"id": slack_id, "team_id": team},
        "team": {"id": coop.slack.team_id},
        "trigger_id": "1.2.3",
        "container": {"type": "message", "channel_id": "C1", "message_ts": "1.0"},
        "actions": [{"action_id": action, "block_id": wire.answer_block(Ref("c_1", "state")), "value": "r_1"}],
    }
    return (await to_bolt(coop.bot.app)(body)).status


async def known(coop: Connected, slack_id: str) -> Member | None:
    return await coop.bot.store.read(lambda tx: members.by_slack_id(tx, slack_id), coop.slack.team_id)


@pytest.mark.parametrize("action", ["answer.0", "offer.menu", "offer.export_results", "home.export_results", "skip"])
async def test_what_a_stranger_presses_makes_nobody_of_them_here(coop: Connected, action: str) -> None:
    before = len(coop.slack.transcript)
    assert await pressed(coop, SOMEBODY, action) == 200
    await coop.bot.settle()
    assert await known(coop, SOMEBODY) is None
    assert coop.slack.transcript[before:] == []


async def test_what_a_stranger_writes_to_us_makes_nobody_of_them_here(coop: Connected) -> None:
    event: dict[str, Any] = {"type": "message", "channel_type": "im", "channel": "D1", "text": "menu", "ts": "1.0"}
    told = {"team_id": coop.slack.team_id, "enterprise_id": None, "is_enterprise_install": False}
    body = {
        "type": "event_callback",
        "team_id": coop.slack.team_id,
        "event_id": "Ev1",
        "event_time": 1,
        "authorizations": [told],
        "event": {**event, "user": SOMEBODY, "user_team": ELSEWHERE},
    }
    assert (await to_bolt(coop.bot.app)(body)).status == 200
    assert await known(coop, SOMEBODY) is None


async def test_whoever_slack_s_list_has_told_of_is_answered_were_their_workspace_another_of_the_organisation(
    coop: Connected,
) -> None:
    before = len(coop.lead.received)
    assert await pressed(coop, coop.lead.id, "offer.menu") == 200
    await coop.bot.settle()
    assert len(coop.lead.received) == before + 1


async def test_a_stranger_who_was_taken_for_somebody_of_here_before_comes_back_by_no_gesture(coop: Connected) -> None:
    once = Member(id=members.new_id(), first_name="", slack_id=SOMEBODY, active=False)
    await coop.bot.store.run(lambda tx: members.remember(tx, once), coop.slack.team_id)
    assert await pressed(coop, SOMEBODY, "offer.menu") == 200
    found = await known(coop, SOMEBODY)
    assert found is not None
    assert not found.active
