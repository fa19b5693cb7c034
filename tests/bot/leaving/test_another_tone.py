"""A departure that turns out to be of another tone: what is done stays done, what was begun goes on, what follows is said
otherwise. A death is told anew, whatever had been said before it."""

from datetime import date, timedelta
from functools import partial

from bot.leaving import changing, handover
from bot.wire import Ref
from flows.core.model import Conversation
from storage import missions
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import LEAVER, NOW, WITNESS, member, said_to, talks_of, the_departure, told
from tests.bot.leaving.walked import announcement_written, approve

A_WEEK = NOW + timedelta(days=8)


async def is_now(coop: Cooperative, kind: str, *, is_delicate: bool = False) -> None:
    found = await the_departure(coop)
    change = partial(changing.change_kind, departure_id=found.id, kind=kind, is_delicate=is_delicate)
    assert not await coop.desk.decide(WORKSPACE, LEAD, change)


async def tick_what_is_asked(coop: Cooperative) -> set[str]:
    """All that is asked of the checklist so far is done; what it was."""
    done = [talk for talk in await talks_of(coop, "departure_task") if is_asked(talk)]
    for talk in done:
        by = await coop.asked(talk, "seen_to")
        assert await coop.desk.answer(WORKSPACE, by, Ref(talk.id, "seen_to"), "done") is None
    return {talk.details["item"] for talk in done}


def is_asked(talk: Conversation) -> bool:
    return "seen_to" in talk.steps and talk.steps["seen_to"].state == "asked"


async def approved(coop: Cooperative) -> None:
    """The person's words, approved by both, for the fifth of October."""
    await announcement_written(coop)
    await coop.live_until(coop.clock() + timedelta(days=1))
    await approve(coop)
    await coop.speak()


async def test_what_was_seen_to_is_not_to_be_seen_to_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(A_WEEK)
        done = await tick_what_is_asked(coop)
        assert {"listen_first", "tell_payroll"} <= done
        await is_now(coop, "dismissal")
        await coop.live_until(A_WEEK + timedelta(days=20))
        tasks = await talks_of(coop, "departure_task")
        assert {talk.details["item"] for talk in tasks if talk.status == "open"}.isdisjoint(done)
        assert len({talk.details["item"] for talk in tasks}) == len(tasks), "each once"
        assert {talk.details["tone"] for talk in tasks if talk.status == "open"} == {"sober"}


async def test_what_was_approved_is_shown_in_its_new_words_and_said_once_approved_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(A_WEEK)
        await approved(coop)
        coop.said.clear()
        await is_now(coop, "resignation", is_delicate=True)
        await coop.live_until(coop.clock() + timedelta(days=1))
        assert "leaver_approves" in await said_to(coop, LEAVER)
        await approve(coop)
        await coop.speak()
        await coop.live_until(NOW + timedelta(days=30))
        assert [one.message for one in coop.said if one.recipient == "C0NEWS"] == ["announcement"]
        (talk,) = await talks_of(coop, "published_announcement")
        assert talk.details["tone"] == "sober"


async def test_whoever_was_asked_to_take_a_mission_over_may_still_answer(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        found = await the_departure(coop)
        add = partial(handover.add, departure_id=found.id, title="Le bois", taker=WITNESS)
        assert not await coop.desk.decide(WORKSPACE, LEAVER, add)
        await coop.live_until(A_WEEK)
        await is_now(coop, "dismissal")
        await coop.speak()
        assert await coop.answer("mission_handover", "take_it", "accept", by=WITNESS) is None
        (mission,) = await coop.store.read(lambda tx: missions.of_departure(tx, found.id), WORKSPACE)
        assert mission.state == "accepted"
        assert (await said_to(coop, WITNESS)).count("take_it") == 1


async def test_a_debrief_whose_day_is_set_takes_place(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(NOW + timedelta(days=88))
        assert await coop.answer("departure", "debrief_choice", "talk") is None
        await coop.live_until(NOW + timedelta(days=89))
        assert await coop.answer("debrief_talk", "debrief_day", "2026-12-10") is None
        await is_now(coop, "dismissal")
        coop.said.clear()
        await coop.live_until(NOW + timedelta(days=96))
        assert "today" in await said_to(coop, LEAVER)
        assert len([one for one in coop.said if one.message == "digest"]) == 1


async def test_a_debrief_not_sent_yet_is_asked_in_gentler_questions(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(NOW + timedelta(days=88))
        assert await coop.answer("departure", "debrief_choice", "write") is None
        await coop.live_until(NOW + timedelta(days=89))
        await is_now(coop, "dismissal")
        await coop.live_until(NOW + timedelta(days=90))
        (former,) = await talks_of(coop, "debrief")
        (gentle,) = await talks_of(coop, "gentle_debrief")
        assert (former.status, gentle.status) == ("stopped", "open")


async def test_whoever_takes_the_lead_after_a_change_of_tone_leads_all_of_it(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(A_WEEK)
        await approved(coop)
        await is_now(coop, "resignation", is_delicate=True)
        found = await the_departure(coop)
        give = partial(changing.hand_over_lead, departure_id=found.id, slack_id=WITNESS)
        assert not await coop.desk.decide(WORKSPACE, LEAD, give)
        assert await coop.answer("announcement_approval", "leaver_approves", "approve") is None
        await coop.live_until(coop.clock() + timedelta(days=1))
        assert "lead_approves" in await said_to(coop, WITNESS)


async def test_of_somebody_who_dies_before_their_last_day_nothing_is_recalled_too_soon(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(NOW + timedelta(days=35))
        coop.said.clear()
        await is_now(coop, "death")
        await coop.live_until(NOW + timedelta(days=44))
        heard = await said_to(coop, LEAD)
        assert "first_words" in heard
        assert not {"missed", "seen_to", "care_of_the_team"} & set(heard)
        assert await said_to(coop, LEAVER) == []
        assert (await the_departure(coop)).state == "left"
        gone = await member(coop, LEAVER)
        assert gone.left_on == date(2026, 10, 13), "the day after we were told, were their last day to come"


async def test_their_death_is_announced_though_their_departure_was(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(A_WEEK)
        await approved(coop)
        await coop.live_until(NOW + timedelta(days=35))
        assert (await the_departure(coop)).published_on == date(2026, 10, 5)
        await is_now(coop, "death")
        await coop.live_until(NOW + timedelta(days=37))
        assert await coop.answer("bereavement", "family_agrees", "agreed") is None
        await coop.live_until(NOW + timedelta(days=38))
        words = {"word": "Nous pensons à ses proches."}
        assert await coop.answer("bereavement_announcement", "family_words", words) is None
        await coop.speak()
        assert await coop.answer("bereavement_announcement", "family_day", "2026-10-20") is None
        await coop.live_until(NOW + timedelta(days=45))
        assert (await the_departure(coop)).published_on == date(2026, 10, 20)
        assert [one.recipient for one in coop.named("announcement")] == ["C0NEWS", "C0NEWS"]
