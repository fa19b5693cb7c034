"""Whoever is about to leave is the last to be asked to accompany somebody for a year, and nobody learns why."""

from datetime import date

from bot.conductor import Conductor
from bot.searching import search_for
from flows.joining.matching import ranked
from flows.joining.parts import JOB_BUDDY
from storage.transaction import Transaction
from tests.bot.cooperative import WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import told


async def in_order(coop: Cooperative) -> list[str | None]:
    journey = await coop.talk("onboarding")

    def unit(tx: Transaction) -> list[str | None]:
        search = search_for(Conductor(tx, coop.score, coop.clock()), journey, JOB_BUDDY)
        return [one.slack_id for one in ranked(search)]

    return await coop.store.read(unit, WORKSPACE)


async def test_whoever_leaves_is_proposed_as_a_buddy_after_everybody_else(database_url: str) -> None:
    async with cooperative(database_url) as coop:
        await coop.welcome()
        first, *others = await in_order(coop)
        assert first is not None
        assert not await told(coop, person=first, last_day=date(2026, 9, 25))
        assert await in_order(coop) == [*others, first]
