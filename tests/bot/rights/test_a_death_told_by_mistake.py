"""What somebody reads of themselves when they were thought dead: no cold word while it stands, nothing once it is put right."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.conductor import Conductor
from bot.keeping import forget_who_left
from bot.leaving import changing
from storage import conversations, departures
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import LEAVER, NOW, the_departure, told
from tests.bot.leaving.walked import decided
from tests.bot.rights.test_exporting import page
from tests.bot.rights.test_exporting import told as read_by

COLD = ("décès", "death", "deuil", "famille", "héritiers", "bereave")


async def forgets(coop: Cooperative) -> None:
    await coop.store.run(lambda tx: forget_who_left(Conductor(tx, coop.score, coop.clock())), WORKSPACE)


async def what_they_read(coop: Cooperative) -> tuple[Any, str]:
    told_them = await read_by(coop, LEAVER)
    return told_them, repr({name: told_them[name] for name in told_them if name != "kept"}) + await page(coop, LEAVER)


@pytest.mark.parametrize("days", [0, 20])
async def test_while_it_stands_their_own_copy_says_whom_to_ask_and_no_cold_word(sqlite_url: str, days: int) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death", last_day=NOW.date())
        await coop.live_until(NOW + timedelta(days=days))
        copy, written = await what_they_read(coop)
        (one,) = copy["departures"]
        assert set(one) == {"status"}
        assert "Personne 0" in one["status"], "whoever can put it right"
        assert [word for word in COLD if word in written.lower()] == []


async def test_once_it_is_put_right_nothing_of_it_is_read_and_a_week_later_nothing_is_kept(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death", last_day=NOW.date())
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        copy, written = await what_they_read(coop)
        assert copy["departures"] == []
        assert [word for word in COLD if word in written.lower()] == []
        await coop.live_until(NOW + timedelta(days=6))
        await forgets(coop)
        assert await the_departure(coop), "those who were told of it may be away"
        await coop.live_until(NOW + timedelta(days=8))
        await forgets(coop)
        leaver = await coop.member_id(LEAVER)
        left = await coop.store.read(lambda tx: departures.of_member(tx, leaver), WORKSPACE)
        talks = await coop.store.read(lambda tx: conversations.of_flow(tx, "bereavement"), WORKSPACE)
        assert (left, talks) == ([], [])


async def test_a_death_that_was_another_kind_of_departure_is_read_as_that_one(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death", last_day=NOW.date() + timedelta(days=30))
        found = await the_departure(coop)
        change = partial(changing.change_kind, departure_id=found.id, kind="resignation", is_delicate=False)
        assert not await decided(coop, LEAD, change)
        copy, written = await what_they_read(coop)
        assert copy["departures"][0]["kind"] == "démission"
        assert [word for word in COLD if word in written.lower()] == []
