"""What waits for somebody's hour, or for the end of their pause: it comes when these change, once, and is answered once read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from flows.joining.fresh_eyes_report import QUESTIONS
from storage.outbox import Delivery
from tests.bot.cooperative import LONG_BEFORE, NEWCOMER, WORKSPACE, Cooperative, account, cooperative

JOB_BUDDY = "U02"
ANSWERS = {"the_cooperative": {"clarity": 3}, "one_change": {"change": "Les clés"}}
NOON, EVENING, NEXT_MORNING = (
    datetime(2026, 4, 29, 10, tzinfo=UTC),
    datetime(2026, 4, 29, 18, tzinfo=UTC),
    datetime(2026, 4, 30, 9, tzinfo=UTC),
)


@asynccontextmanager
async def accompanied(database_url: str) -> AsyncIterator[Cooperative]:
    """Somebody arrived yesterday, and has two buddies."""
    async with cooperative(database_url) as coop:
        await coop.welcome(job_buddy=JOB_BUDDY, coop_buddy="U03")
        await coop.live_until(LONG_BEFORE + timedelta(hours=3))
        for number in range(2):
            await coop.answer("buddies", "proposal", "accept", number=number)
        await coop.desk.accounts(WORKSPACE, [account(NEWCOMER)])
        await coop.live_until(NOON)
        yield coop


async def something_is_missing(coop: Cooperative) -> None:
    """Which the job buddy is asked to see to."""
    await coop.answer("onboarding", "first_day_went", "something_missing")
    await coop.answer("onboarding", "what_is_missing", "Un badge.")


async def told(coop: Cooperative, said: list[Delivery]) -> list[str]:
    """The steps that the job buddy is told of."""
    buddy = await coop.member_id(JOB_BUDDY)
    return [one.step for one in said if one.recipient == buddy and one.kind == "post" and one.step]


async def test_what_a_pause_held_back_comes_when_it_ends_early(database_url: str) -> None:
    async with accompanied(database_url) as coop:
        await coop.desk.offer(WORKSPACE, JOB_BUDDY, "pause", "30")
        await something_is_missing(coop)
        assert await told(coop, await coop.live_until(NEXT_MORNING)) == []
        await coop.desk.offer(WORKSPACE, JOB_BUDDY, "unpause")
        assert "missing_item" in await told(coop, await coop.speak())


async def test_what_a_pause_held_back_comes_when_it_is_made_shorter(database_url: str) -> None:
    async with accompanied(database_url) as coop:
        await coop.desk.offer(WORKSPACE, JOB_BUDDY, "pause", "30")
        await something_is_missing(coop)
        await coop.speak()
        await coop.desk.prefer(WORKSPACE, JOB_BUDDY, paused_until=NOON.date())
        assert "missing_item" in await told(coop, await coop.speak())


async def test_a_question_resumed_before_its_hour_does_not_come_again_at_that_hour(database_url: str) -> None:
    async with accompanied(database_url) as coop:
        await coop.live_until(EVENING)
        await something_is_missing(coop)
        assert await told(coop, await coop.speak()) == []
        await coop.desk.offer(WORKSPACE, JOB_BUDDY, "resume")
        assert await told(coop, await coop.speak()) == ["missing_item"]
        assert "missing_item" not in await told(coop, await coop.live_until(NEXT_MORNING))


async def test_words_are_no_answer_to_a_question_that_nobody_has_read_yet(database_url: str) -> None:
    async with accompanied(database_url) as coop:
        await coop.live_until(datetime(2026, 5, 28, 18, tzinfo=UTC))
        await coop.answer("onboarding", "report_invitation", "begin")
        for question in QUESTIONS:
            await coop.answer("fresh_eyes_report", question.name, ANSWERS.get(question.name, "Mes mots"))
        await coop.answer("fresh_eyes_report", "review", "send")
        await coop.speak()
        await coop.desk.words(WORKSPACE, "U03", "Bonne soirée !", "Ev1")
        assert (await coop.talk("fresh_eyes_report")).steps["reply"].state == "asked"
        await coop.live_until(datetime(2026, 5, 29, 9, tzinfo=UTC))
        await coop.desk.words(WORKSPACE, "U03", "Merci, on garde l'accueil.", "Ev2")
        assert (await coop.talk("fresh_eyes_report")).steps["reply"].state == "done"
