"""A departure that was none, found out once the last day is behind, or once the team has read of it."""

from datetime import date, timedelta
from functools import partial

import pytest

from bot.home import Home
from bot.leaving import announcing, changing
from bot.setting_up import SetUp
from messages import Messages
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import LEAVER, NOW, member, said_to, the_departure, told
from tests.bot.leaving.walked import announcing_under_way, approve, decided

NEWS = "C0NEWS"
SOON = NOW.date() + timedelta(days=3)


def home_of(coop: Cooperative) -> Home:
    return Home(coop.store, coop.score, Messages(), coop.clock)


async def proposed(coop: Cooperative, to: str) -> bool:
    found = await the_departure(coop)
    return "home.has_not_left" in str(await home_of(coop).window("departure", WORKSPACE, to, found.id))


@pytest.mark.parametrize(("kind", "is_told"), [("death", False), ("resignation", True)])
async def test_whoever_was_counted_among_those_who_have_left_is_there_again(
    sqlite_url: str, kind: str, *, is_told: bool
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        day = NOW.date() if kind == "death" else SOON
        assert not await told(coop, kind=kind, last_day=day)
        await coop.live_until(NOW + timedelta(days=9))
        assert (await member(coop, LEAVER)).left_on == day
        assert await proposed(coop, LEAD)
        assert not await proposed(coop, SUPERVISOR)
        found = await the_departure(coop)
        await home_of(coop).act(coop.desk, "has_not_left", WORKSPACE, LEAD, found.id)
        coop.said.clear()
        await coop.live_until(NOW + timedelta(days=400))
        again = await member(coop, LEAVER)
        assert (again.left_on, again.associate_since) == (None, date(2020, 1, 1)), "as if nobody had left"
        assert await said_to(coop, SUPERVISOR) == ["leaving/called_off"]
        assert await said_to(coop, LEAVER) == (["leaving/called_off"] if is_told else [])


async def test_a_death_told_long_afterwards_can_be_put_right_all_the_same(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, kind="death", last_day=NOW.date() - timedelta(days=60))
        await coop.live_until(NOW + timedelta(days=2))
        assert await proposed(coop, LEAD)


async def test_two_months_after_it_is_a_return_that_is_prepared(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, last_day=SOON)
        await coop.live_until(NOW + timedelta(days=70))
        assert not await proposed(coop, LEAD)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        assert (await member(coop, LEAVER)).left_on == SOON


async def taken_back(coop: Cooperative) -> int:
    await coop.speak()
    return len([one for one in coop.said if (one.recipient, one.kind) == (NEWS, "retract")])


async def test_what_the_team_has_read_is_taken_out_of_the_channel_once_it_is_off(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        await coop.live_until(NOW + timedelta(days=32))
        assert len(coop.named("announcement")) == 1
        found = await the_departure(coop)
        assert await taken_back(coop) == 0
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        assert await taken_back(coop) == 1
        await coop.live_until(NOW + timedelta(days=34))
        (heard,) = [one for one in coop.named("leaving/called_off") if one.recipient == await coop.member_id(LEAD)]
        assert heard.context["was_announced"] is True


@pytest.mark.parametrize("kind", [None, "resignation"])
async def test_a_death_announced_by_mistake_is_taken_out_of_the_channel_however_it_is_put_right(
    sqlite_url: str, kind: str | None
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await coop.desk.set_up(WORKSPACE, LEAD, SetUp(announcements_channel=NEWS))
        assert not await told(coop, last_day=SOON + timedelta(days=40))
        await coop.live_until(NOW + timedelta(days=1))
        found = await the_departure(coop)
        change = partial(changing.change_kind, departure_id=found.id, is_delicate=False)
        assert not await decided(coop, LEAD, partial(change, kind="death"))
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: announcing.write(it, me, found.id))
        await coop.speak()
        assert (
            await coop.answer("bereavement_announcement", "family_words", {"word": "Elle aimait cet atelier."}) is None
        )
        assert await coop.answer("bereavement_announcement", "family_day", coop.clock().date().isoformat()) is None
        await coop.speak()
        assert len(coop.named("announcement")) == 1
        if kind is None:
            await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        else:
            assert not await decided(coop, LEAD, partial(change, kind=kind))
        assert await taken_back(coop) == 1
        after = await the_departure(coop)
        assert (after.published_id, after.published_on) == (None, None)
        assert kind is None or after.words == {}
