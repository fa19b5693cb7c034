"""A departure walked a few steps, as its people would."""

from datetime import timedelta
from typing import Any

from bot.leaving import announcing, handover
from bot.setting_up import SetUp
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative
from tests.bot.leaving.left import LEAVER, NOW, WITNESS, the_departure, told

SOON = NOW + timedelta(days=2)


async def decided(coop: Cooperative, by: str, take: Any) -> dict[str, str]:
    return dict(await coop.desk.decide(WORKSPACE, by, take))


async def with_mission(coop: Cooperative, by: str, title: str = "Les commandes de bois", taker: str = WITNESS) -> None:
    found = await the_departure(coop)
    assert not await decided(coop, by, lambda it, me: handover.add(it, me, found.id, title, taker))


async def announcing_under_way(coop: Cooperative) -> None:
    """Told, and the person has asked to write: the words, then the day are given."""
    assert not await told(coop)
    await coop.live_until(SOON)
    await announcement_written(coop)
    await coop.live_until(SOON + timedelta(days=1))


async def announcement_written(coop: Cooperative) -> None:
    """The person's words, for the fifth of October."""
    assert not await coop.desk.set_up(WORKSPACE, LEAD, SetUp(announcements_channel="C0NEWS"))
    found = await the_departure(coop)
    await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.write(it, me, found.id))
    await coop.speak()
    assert await coop.answer("departure_announcement", "words", {"word": "Merci à l'atelier."}) is None
    await coop.speak()
    assert await coop.answer("departure_announcement", "publish_on", "2026-10-05") is None


async def approve(coop: Cooperative) -> None:
    assert await coop.answer("announcement_approval", "leaver_approves", "approve") is None
    await coop.live_until(coop.clock() + timedelta(days=1))
    assert await coop.answer("announcement_approval", "lead_approves", "approve") is None
