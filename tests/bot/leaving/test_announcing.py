"""A departure is announced at two people's word, on the day they chose, and taken back."""

from datetime import date, timedelta

from bot.answering import Spot
from bot.leaving import announcing
from bot.wire import Ref
from messages import Messages, Voice
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.leaving.left import LEAVER, NOW, WITNESS, said_to, talks_of, the_departure, told
from tests.bot.leaving.walked import SOON, announcing_under_way, approve, with_mission


async def in_channel(coop: Cooperative) -> list[str]:
    return [one.message for one in coop.said if one.recipient == "C0NEWS" and one.message == "announcement"]


async def test_the_announcement_is_said_once_both_approve_on_the_day_they_chose(database_url: str) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        await coop.live_until(NOW + timedelta(days=27))
        assert await in_channel(coop) == []
        await coop.live_until(NOW + timedelta(days=29))
        assert await in_channel(coop) == ["announcement"]
        assert (await the_departure(coop)).published_on == date(2026, 10, 5)


async def test_without_the_leads_word_nothing_is_said(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        assert await coop.answer("announcement_approval", "leaver_approves", "approve") is None
        await coop.live_until(NOW + timedelta(days=60))
        assert await in_channel(coop) == []


async def test_without_the_persons_word_the_lead_is_not_even_asked(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await coop.live_until(NOW + timedelta(days=60))
        assert "lead_approves" not in await said_to(coop, LEAD)
        assert await in_channel(coop) == []


async def test_what_changes_after_the_approval_is_approved_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await with_mission(coop, LEAVER)
        await approve(coop)
        await coop.speak()
        assert await coop.answer("mission_handover", "take_it", "accept", by=WITNESS) is None
        await coop.live_until(coop.clock() + timedelta(days=1))
        assert (await said_to(coop, LEAVER)).count("leaver_approves") == 2, "the words are no longer those approved"
        await coop.live_until(NOW + timedelta(days=29))
        assert await in_channel(coop) == []


async def test_what_is_approved_once_more_is_said(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await with_mission(coop, LEAVER)
        await coop.speak()
        assert await coop.answer("mission_handover", "take_it", "accept", by=WITNESS) is None
        await coop.speak()
        await approve(coop)
        await coop.live_until(NOW + timedelta(days=29))
        assert await in_channel(coop) == ["announcement"]


async def test_words_written_again_are_approved_again(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.write(it, me, found.id))
        await coop.live_until(NOW + timedelta(days=30))
        assert await in_channel(coop) == []
        assert len(await talks_of(coop, "departure_announcement")) == 2


async def test_consent_withdrawn_before_the_day_keeps_it_unsaid(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        found = await the_departure(coop)
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.take_back(it, me, found.id))
        await coop.live_until(NOW + timedelta(days=60))
        assert await in_channel(coop) == []
        assert (await the_departure(coop)).words == {}


async def test_consent_withdrawn_after_it_was_said_takes_it_back_from_the_channel(database_url: str) -> None:
    async with cooperative(database_url, now=NOW) as coop:
        await announcing_under_way(coop)
        await approve(coop)
        await coop.live_until(NOW + timedelta(days=29))
        found = await the_departure(coop)
        coop.said.clear()
        await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.take_back(it, me, found.id))
        await coop.speak()
        assert [one.kind for one in coop.said if one.recipient == "C0NEWS"] == ["retract"]


async def asked_for_the_day(coop: Cooperative) -> None:
    """Of what is confidential until the first of November."""
    assert not await told(coop, confidential_until=date(2026, 11, 1))
    await coop.live_until(SOON)
    found = await the_departure(coop)
    await coop.desk.act(WORKSPACE, LEAVER, lambda it, me: announcing.write(it, me, found.id))
    await coop.speak()
    await coop.desk.skip(WORKSPACE, LEAVER, (await ref(coop)), None)
    await coop.speak()


async def test_an_announcing_day_picked_too_early_in_a_message_is_told_why_there(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await asked_for_the_day(coop)
        day = Ref((await ref(coop)).conversation, "publish_on")
        await coop.desk.clicked(WORKSPACE, LEAVER, day, "2026-10-05", Spot("D1", "1.1"))
        [said] = await coop.speak()
        page, _, name = said.message.partition("/")
        assert said.kind == "notice"
        assert "1er novembre" in Messages().say(Voice("fr", "tu"), page, name, said.context)


async def test_an_announcing_day_within_what_is_confidential_is_refused(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await asked_for_the_day(coop)
        refused = await coop.answer("departure_announcement", "publish_on", "2026-10-05")
        assert refused is not None
        assert "1er novembre" in refused.why
        assert await coop.answer("departure_announcement", "publish_on", "2026-11-02") is None


async def ref(coop: Cooperative) -> Ref:
    (talk,) = await talks_of(coop, "departure_announcement")
    return Ref(talk.id, "words")
