"""The debrief of a departure: with whom, when, and what is let out of it."""

from datetime import timedelta
from typing import Any

from bot.conductor import Conductor
from bot.leaving import access, changing
from flows.core.model import SUBJECT
from storage import conversations, departures
from tests.bot.cooperative import LEAD, SUPERVISOR, WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import DEBRIEFER, LEAVER, NOW, WITNESS, said_to, supervised, talks_of, the_departure, told
from tests.bot.leaving.walked import announcing_under_way


async def until_the_debrief(coop: Cooperative, choice: str) -> None:
    assert not await told(coop, debriefer=DEBRIEFER)
    await coop.live_until(NOW + timedelta(days=88))
    assert await coop.answer("departure", "debrief_choice", choice) is None
    await coop.live_until(NOW + timedelta(days=89))


async def test_a_refused_debrief_is_not_offered_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await until_the_debrief(coop, "no")
        coop.said.clear()
        await coop.live_until(NOW + timedelta(days=110))
        assert "debrief_choice" not in await said_to(coop, LEAVER)
        assert await said_to(coop, DEBRIEFER) == []


async def test_whoever_is_to_lead_the_debrief_is_said_to_know_once_they_are_told(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, may_know=(WITNESS,))
        found = await the_departure(coop)

        async def knowing() -> set[str]:
            def unit(tx: Any) -> set[str]:
                conductor = Conductor(tx, coop.score, coop.clock())
                return {one.slack_id or "" for one in access.knowing(conductor, found)}

            return await coop.store.read(unit, WORKSPACE)

        assert await knowing() == {LEAD, SUPERVISOR, WITNESS}
        await coop.live_until(NOW + timedelta(days=88))
        assert await said_to(coop, DEBRIEFER) == []
        assert await knowing() == {LEAD, SUPERVISOR, WITNESS}
        assert await coop.answer("departure", "debrief_choice", "talk") is None
        await coop.live_until(NOW + timedelta(days=89))
        assert "guide" in await said_to(coop, DEBRIEFER)
        assert await knowing() == {LEAD, SUPERVISOR, WITNESS, DEBRIEFER}


async def test_whoever_is_to_lead_the_debrief_learns_nothing_by_telling_of_it_too(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await supervised(coop, by=DEBRIEFER)
        assert not await told(coop, by=DEBRIEFER, supervisor=SUPERVISOR)


async def test_whoever_may_know_and_leads_the_debrief_too_is_said_to_know_at_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, may_know=(WITNESS,), debriefer=WITNESS)
        found = await the_departure(coop)
        witness = await coop.member_id(WITNESS)
        assert await coop.store.read(lambda tx: departures.capacity_of(tx, found.id, witness), WORKSPACE) == "told"


async def test_those_who_knew_nothing_are_not_told_that_somebody_stays(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: changing.call_off(it, me, found.id))
        await coop.live_until(NOW + timedelta(days=3))
        assert "leaving/called_off" in await said_to(coop, SUPERVISOR)
        assert await said_to(coop, DEBRIEFER) == []


async def test_the_person_chooses_whom_they_talk_to(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await until_the_debrief(coop, "somebody_else")
        assert (await coop.answer("debrief_with", "debriefer_named", LEAVER)) is not None
        assert await coop.answer("debrief_with", "debriefer_named", "U07") is None
        await coop.live_until(NOW + timedelta(days=92))
        assert "guide" in await said_to(coop, "U07")
        assert (await the_departure(coop)).debriefer_id == await coop.member_id("U07")


async def test_a_debrief_aloud_is_shared_without_a_name_and_only_with_their_word(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await until_the_debrief(coop, "talk")
        assert await coop.answer("debrief_talk", "debrief_day", "2026-12-08") is None
        await coop.live_until(NOW + timedelta(days=94))
        assert await coop.answer("debrief_meeting", "digest", {"kept": "Le café.", "to_change": "Les délais."}) is None
        await coop.speak()
        assert [one for one in coop.said if one.message == "leaving/lesson"] == []
        assert await coop.answer("debrief_meeting", "share_digest", "share") is None
        await coop.live_until(NOW + timedelta(days=96))
        lessons = [one for one in coop.said if one.message == "leaving/lesson"]
        assert lessons
        leaver = await coop.member_id(LEAVER)
        assert all(leaver not in str(one.context) and one.recipient != leaver for one in lessons)


async def test_a_written_debrief_that_is_not_sent_is_forgotten(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await until_the_debrief(coop, "write")
        assert await coop.answer("debrief", "how_are_you", "Un peu las.") is None
        await coop.live_until(NOW + timedelta(days=150))
        (talk,) = await talks_of(coop, "debrief")
        assert talk.status == "finished"
        assert talk.steps["how_are_you"].value is None
        assert "to_read" not in await said_to(coop, DEBRIEFER)


async def test_a_delicate_departure_asks_only_the_gentle_questions(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, is_delicate=True)
        await coop.live_until(NOW + timedelta(days=88))
        assert await coop.answer("quiet_departure", "debrief_choice", "write") is None
        assert await talks_of(coop, "debrief") == []
        (talk,) = await talks_of(coop, "gentle_debrief")
        assert talk.cast[SUBJECT].id == await coop.member_id(LEAVER)


async def test_every_conversation_of_a_departure_knows_which_one_it_is_of(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        found = await the_departure(coop)
        for flow in ("departure", "departure_task", "departure_announcement", "announcement_approval"):
            assert {talk.details["departure"] for talk in await talks_of(coop, flow)} == {found.id}
        children = await coop.store.read(lambda tx: conversations.children_of(tx, found.path_id or ""), WORKSPACE)
        assert len(children) > len(await talks_of(coop, "departure_task"))
