"""What people wrote is blanked after its time, or when they ask; nobody else can, and what was done stays."""

from datetime import UTC, datetime, timedelta

from bot.wire import Ref
from flows.joining.fresh_eyes_report import QUESTIONS
from tests.bot.cooperative import NEWCOMER, WORKSPACE, Cooperative, arrived

MONTH_LATER = datetime(2026, 5, 28, 9, tzinfo=UTC)


async def report_sent(coop: Cooperative) -> str:
    await coop.answer("onboarding", "report_invitation", "begin")
    talk = await coop.talk("fresh_eyes_report")
    for question in QUESTIONS:
        await coop.desk.answer(WORKSPACE, NEWCOMER, Ref(talk.id, question.name), question.answer.samples()[0])
    await coop.answer("fresh_eyes_report", "review", "send")
    await coop.speak()
    return talk.id


async def words(coop: Cooperative) -> list[object]:
    talk = await coop.talk("fresh_eyes_report")
    return [talk.steps[question.name].value for question in QUESTIONS if talk.steps[question.name].value is not None]


async def test_a_report_is_blanked_twelve_months_after_it_was_written_and_not_before(database_url: str) -> None:
    async with arrived(database_url, MONTH_LATER) as coop:
        await report_sent(coop)
        coop.clock.advance(timedelta(days=364))
        await coop.desk.forget_what_is_old(WORKSPACE)
        assert len(await words(coop)) == len(QUESTIONS)
        coop.clock.advance(timedelta(days=2))
        await coop.desk.forget_what_is_old(WORKSPACE)
        assert await words(coop) == []
        assert (await coop.talk("fresh_eyes_report")).steps["review"].value == "send"


async def test_its_author_erases_a_report_at_once_and_nobody_else_does(database_url: str) -> None:
    async with arrived(database_url, MONTH_LATER) as coop:
        report = await report_sent(coop)
        await coop.desk.erase(WORKSPACE, "U07", report)
        assert len(await words(coop)) == len(QUESTIONS)
        await coop.desk.erase(WORKSPACE, NEWCOMER, report)
        assert await words(coop) == []
        assert "home/report_erased" in {one.message for one in await coop.speak()}


async def test_an_open_question_is_not_blanked(database_url: str) -> None:
    async with arrived(database_url, MONTH_LATER) as coop:
        await coop.answer("onboarding", "report_invitation", "begin")
        coop.clock.advance(timedelta(days=400))
        await coop.desk.forget_what_is_old(WORKSPACE)
        assert (await coop.talk("fresh_eyes_report")).steps["first_weeks"].state == "asked"
