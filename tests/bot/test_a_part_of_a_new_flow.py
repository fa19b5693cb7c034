"""A part of a flow that is no welcome, empty: whoever can name somebody is asked, and whoever is named has it."""

from datetime import UTC, datetime

import pytest

from bot.admissions import ADMISSIONS
from bot.deeds import DEEDS
from bot.desk import Desk
from bot.score import Score
from flows.core.answers import Done
from flows.core.model import SUBJECT, Ask, Flow
from flows.joining.onboarding import onboarding
from flows.joining.parts import JOB_BUDDY
from messages import Messages
from tests.bot.cooperative import NEWCOMER, WORKSPACE, Cooperative, arrived

MAY = datetime(2026, 5, 4, 8, tzinfo=UTC)
PREPARED = Ask("prepared", Done(), to=JOB_BUDDY)


@pytest.mark.parametrize("subject", ["U05", NEWCOMER], ids=["somebody", "a newcomer who has a buddy"])
async def test_whoever_is_named_for_a_part_of_a_new_flow_plays_it(sqlite_url: str, subject: str) -> None:
    visit = Flow("visit", (PREPARED,), fills={JOB_BUDDY: "ask_for_part"})
    async with arrived(sqlite_url, MAY) as coop:
        welcome = await coop.talk(onboarding.name)
        await with_one_more(coop, visit, subject)
        assert await coop.answer("part_choice", "who_should", "U07") is None
        prepares = (await coop.talk(visit.name)).plays(JOB_BUDDY)
        assert prepares is not None
        assert prepares.id == await coop.member_id("U07")
        assert (await coop.talk(visit.name)).steps[PREPARED.name].state == "asked"
        assert (await coop.talk(onboarding.name)).plays(JOB_BUDDY) == welcome.plays(JOB_BUDDY)


async def with_one_more(coop: Cooperative, flow: Flow, subject: str) -> None:
    coop.score = Score({**coop.score.flows, flow.name: flow}, DEEDS, ADMISSIONS)
    coop.desk = Desk(coop.store, coop.score, Messages(), coop.clock, lambda: None)
    await coop.desk.begin(WORKSPACE, flow.name, {SUBJECT: subject}, coop.clock().date(), {})
