"""Whoever sees somebody else's departure through, or was to hear their debrief, may leave first: somebody who is here goes on."""

from datetime import date, timedelta

from bot.setting_up import Card
from flows.core.people import MANAGEMENT
from flows.leaving.parts import DEBRIEFER as DEBRIEFING
from flows.leaving.parts import LEAD as LEADING
from flows.leaving.parts import OWNER
from storage import departures
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, account, cooperative
from tests.bot.leaving.left import DEBRIEFER, LEAVER, NOW, said_to, talks_of, the_departure, told

FIRST_TO_GO = date(2026, 9, 18)
OTHER_MANAGER = "U07"


async def goes_first(coop: Cooperative, who: str, lead: str) -> None:
    """`who` leaves in two weeks; their account is not closed yet."""
    assert not await told(coop, person=who, last_day=FIRST_TO_GO, lead=lead, supervisor=None, debriefer="U08")
    await coop.live_until(NOW + timedelta(days=14))
    assert (await the_departure(coop, who)).state == "left"


async def test_whoever_leads_and_has_left_leads_no_more_even_while_their_account_is_open(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        card = Card(person=OTHER_MANAGER, roles=frozenset({MANAGEMENT}))
        assert not await coop.desk.describe(WORKSPACE, LEAD, card)
        assert not await told(coop)
        await goes_first(coop, LEAD, lead=OTHER_MANAGER)
        gone, heir = await coop.member_id(LEAD), await coop.member_id(OTHER_MANAGER)
        found = await the_departure(coop)
        assert found.lead_id == heir
        known = await coop.store.read(lambda tx: departures.capacities(tx, found.id), WORKSPACE)
        assert (known[heir], known[gone]) == ("lead", "told")
        path = next(talk for talk in await talks_of(coop, "departure") if talk.details["departure"] == found.id)
        assert path.cast[LEADING].id == heir
        tasks = [talk for talk in await talks_of(coop, "departure_task") if talk.details["departure"] == found.id]
        assert gone not in {talk.cast[OWNER].id for talk in tasks if talk.status == "open"}
        assert "leaving/lead_inherited" in await said_to(coop, OTHER_MANAGER)


async def test_a_supervisor_who_has_left_sees_no_more_of_it_even_while_their_account_is_open(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found, gone = await the_departure(coop), await coop.member_id(SUPERVISOR)

        async def known_as() -> str | None:
            return await coop.store.read(lambda tx: departures.capacity_of(tx, found.id, gone), WORKSPACE)

        assert await known_as() == "supervisor"
        await goes_first(coop, SUPERVISOR, lead=LEAD)
        assert await known_as() == "told"


async def test_once_nobody_leads_the_cooperative_the_supervisor_who_knows_goes_on(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(NOW + timedelta(days=3))
        await coop.desk.accounts(WORKSPACE, [account(LEAD, first_name="Personne 0", email=None, active=False)])
        assert (await the_departure(coop)).lead_id == await coop.member_id(SUPERVISOR)
        await coop.live_until(NOW + timedelta(days=8))
        assert "leaving/lead_inherited" in await said_to(coop, SUPERVISOR)
        tasks = [talk for talk in await talks_of(coop, "departure_task") if talk.status == "open"]
        assert {talk.cast[OWNER].id for talk in tasks} == {await coop.member_id(SUPERVISOR)}


async def test_where_nobody_is_left_to_go_on_whoever_administers_the_workspace_next_does(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, supervisor=None)
        gone = await coop.member_id(LEAD)
        await coop.desk.accounts(WORKSPACE, [account(LEAD, first_name="Personne 0", email=None, active=False)])
        assert (await the_departure(coop)).lead_id == gone
        named = account(OTHER_MANAGER, first_name="Personne 7", email=None, is_admin=True)
        await coop.desk.accounts(WORKSPACE, [named])
        await coop.live_until(NOW + timedelta(days=60))
        assert (await the_departure(coop)).lead_id == await coop.member_id(OTHER_MANAGER)
        assert "leaving/lead_inherited" in await said_to(coop, OTHER_MANAGER)


async def test_a_debrief_is_not_asked_of_somebody_who_has_left_since(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await goes_first(coop, DEBRIEFER, lead=LEAD)
        coop.said.clear()
        await coop.live_until(NOW + timedelta(days=88))
        assert await coop.answer("departure", "debrief_choice", "talk", by=LEAVER, number=0) is None
        await coop.live_until(NOW + timedelta(days=89))
        assert "guide" not in await said_to(coop, DEBRIEFER)
        (talk,) = await talks_of(coop, "debrief_talk")
        assert talk.cast[DEBRIEFING].id == await coop.member_id(LEAD)
