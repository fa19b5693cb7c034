"""A buddy who gives the part up after a month beside the newcomer has accompanied somebody: their passport says so."""

from datetime import UTC, date, datetime
from functools import partial

import pytest

from bot.accounts import Account
from flows.joining.parts import BUDDIES, JOB_BUDDY
from storage import members, passport
from tests.bot.cooperative import LEAD, WORKSPACE, arrived


@pytest.mark.parametrize(("until", "is_stamped"), [(date(2026, 5, 20), False), (date(2026, 5, 28), True)])
async def test_a_buddy_who_hands_over_after_a_month_has_accompanied_somebody(
    sqlite_url: str, until: date, is_stamped: bool
) -> None:
    async with arrived(sqlite_url, datetime(until.year, until.month, until.day, 9, tzinfo=UTC)) as coop:
        journey = await coop.talk("onboarding")
        ids = [journey.cast[part].id for part in BUDDIES]
        job, coop_buddy = [await coop.store.read(partial(members.find, id=one), WORKSPACE) for one in ids]
        assert job is not None
        assert job.slack_id is not None
        assert coop_buddy is not None
        await coop.desk.hand_over(WORKSPACE, job.slack_id, journey.id, JOB_BUDDY)
        await coop.desk.accounts(WORKSPACE, [Account(slack_id=coop_buddy.slack_id or "", first_name="", active=False)])
        stamps = [await coop.store.read(partial(passport.stamps_of, member=one), WORKSPACE) for one in ids]
        assert ["accompanied_someone" in found for found in stamps] == [is_stamped, is_stamped]
        told = [one.recipient for one in await coop.speak() if one.message == "home/stamped"]
        assert told == ([job.id] if is_stamped else [])


async def test_a_buddy_of_a_week_has_not_accompanied_somebody_yet(sqlite_url: str) -> None:
    async with arrived(sqlite_url, datetime(2026, 7, 1, 9, tzinfo=UTC)) as coop:
        journey = await coop.talk("onboarding")
        await coop.desk.hand_over(WORKSPACE, LEAD, journey.id, JOB_BUDDY)
        await coop.speak()
        assert await coop.answer("buddies", "proposal", "accept") is None
        taker = (await coop.talk("onboarding")).cast[JOB_BUDDY].id
        await coop.live_until(datetime(2026, 7, 8, 9, tzinfo=UTC))
        await coop.desk.hand_over(WORKSPACE, LEAD, journey.id, JOB_BUDDY)
        assert not await coop.store.read(partial(passport.stamps_of, member=taker), WORKSPACE)
