"""What was agreed aloud, of who knows and until when, is written down; whoever tells of it again is read of, and sees nothing."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

import pytest

from bot.home import Home
from bot.leaving import changing
from bot.leaving.secrecy import SECRECY, Agreed, agree
from messages import Messages
from storage import departures
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import LAST_DAY, LEAVER, NOW, WITNESS, said_to, supervised, the_departure, told
from tests.bot.leaving.walked import announcing_under_way, decided

OTHER = "U07"
NOVEMBER = date(2026, 11, 2)


async def agreed(
    coop: Cooperative, by: str = LEAD, people: tuple[str, ...] = (), until: date | None = None
) -> Mapping[str, str]:
    found = await the_departure(coop)
    return await decided(coop, by, partial(agree, agreed=Agreed(found.id, until, people)))


async def window_of(coop: Cooperative, by: str) -> str:
    found = await the_departure(coop)
    home = Home(coop.store, coop.score, Messages(), coop.clock)
    return str(await home.window(SECRECY, WORKSPACE, by, found.id))


async def knowing(coop: Cooperative) -> Mapping[str, str]:
    found = await the_departure(coop)
    return await coop.store.read(lambda tx: departures.capacities(tx, found.id), WORKSPACE)


async def traced(coop: Cooperative) -> list[tuple[str, str | None, str | None]]:
    found = await the_departure(coop)
    seen = await coop.store.read(lambda tx: departures.traces(tx, found.id), WORKSPACE)
    return [(one.verb, one.by_id, one.about_id) for one in seen]


async def test_somebody_more_learns_it_and_the_person_reads_that_they_did(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        assert not await agreed(coop, people=(WITNESS,), until=NOVEMBER)
        witness, lead = await coop.member_id(WITNESS), await coop.member_id(LEAD)
        assert (await knowing(coop))[witness] == "told"
        assert (await the_departure(coop)).confidential_until == NOVEMBER
        assert ("let_know", lead, witness) in await traced(coop)
        assert ("secrecy_changed", lead, None) in await traced(coop)
        assert not await agreed(coop, people=(WITNESS,)), "left empty: until the announcement"
        assert (await the_departure(coop)).confidential_until is None
        await coop.live_until(NOW + timedelta(days=1))
        assert (await said_to(coop, WITNESS)).count("leaving/you_know") == 1


async def test_only_whoever_leads_says_who_knows(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        assert "Confidentiel jusqu'au" in await window_of(coop, LEAD)
        for by in (SUPERVISOR, LEAVER, WITNESS):
            assert "Confidentiel" not in await window_of(coop, by)
            assert (await agreed(coop, by=by, people=(OTHER,))).keys() == {"confidential_until"}
        assert await coop.member_id(OTHER) not in await knowing(coop)


@pytest.mark.parametrize("until", [LAST_DAY + timedelta(days=1), date(2026, 10, 6)])
async def test_it_is_confidential_neither_past_the_last_day_nor_past_the_announcement(
    sqlite_url: str, until: date
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        assert (await agreed(coop, until=until)).keys() == {"confidential_until"}
        assert (await the_departure(coop)).confidential_until is None


async def test_a_last_day_that_comes_sooner_ends_the_secret_with_it(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, confidential_until=LAST_DAY)
        found, sooner = await the_departure(coop), LAST_DAY - timedelta(days=20)
        assert not await decided(coop, LEAD, lambda it, me: changing.postpone(it, me, found.id, sooner))
        assert (await the_departure(coop)).confidential_until == sooner


async def test_whoever_tells_of_it_again_sees_nothing_of_it_and_the_person_reads_that_they_did(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await supervised(coop, by=WITNESS)
        assert not await told(coop)
        other_day = LAST_DAY + timedelta(days=7)
        assert not await told(coop, by=WITNESS, last_day=other_day)
        await coop.live_until(NOW + timedelta(days=5))
        witness = await coop.member_id(WITNESS)
        assert witness not in await knowing(coop)
        assert await said_to(coop, WITNESS) == []
        assert ("told_again", witness, None) in await traced(coop)
        (heard,) = coop.named("leaving/told_again")
        assert heard.context["day"] == other_day.isoformat()
