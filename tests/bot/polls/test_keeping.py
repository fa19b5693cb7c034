"""Results are kept as long as was promised before anybody answered: comments six months, figures five years."""

from datetime import timedelta

from flows.core.report import Hidden
from storage import pictures, polls
from tests.bot.cooperative import WORKSPACE, Cooperative, cooperative
from tests.bot.polls.held import OPENING, answered_by, latest, opened

PEOPLE = [f"U{number:02}" for number in range(10)]


async def a_round(coop: Cooperative) -> str:
    round_id = await opened(coop)
    await answered_by(coop, round_id, PEOPLE, [2, 3, 4])
    await coop.live_until(coop.clock() + timedelta(days=12))
    return round_id


async def night_after(coop: Cooperative, days: int) -> None:
    coop.clock.advance(timedelta(days=days))
    await coop.desk.forget_what_is_old(WORKSPACE)


async def test_comments_are_erased_after_six_months_and_figures_stay(database_url: str) -> None:
    async with cooperative(database_url, now=OPENING) as coop:
        await a_round(coop)
        await night_after(coop, 180)
        report = (await latest(coop)).report
        assert report is not None
        assert len(report.comments[0].texts) == 10
        await night_after(coop, 6)
        erased = (await latest(coop)).report
        assert erased is not None
        assert (erased.comments[0].texts, erased.comments[0].hidden) == ((), Hidden.ERASED)
        assert erased.items == report.items


async def test_a_round_is_forgotten_after_five_years_and_the_later_ones_forget_it_too(database_url: str) -> None:
    async with cooperative(database_url, now=OPENING) as coop:
        first = await a_round(coop)
        await coop.store.run(lambda tx: pictures.remember(tx, f"picture:{first}:fr", "F1"), WORKSPACE)
        coop.clock.advance(timedelta(days=100))
        second = await a_round(coop)
        assert first in {past.round for past in (await latest(coop)).report.history}  # type: ignore[union-attr]
        await night_after(coop, 5 * 365 - 100)
        left = await coop.store.read(lambda tx: polls.all_rounds(tx), WORKSPACE)
        assert [one.id for one in left if one.state == "closed"] == [second]
        assert left[0].report is not None
        assert {past.round for past in left[0].report.history} == {second}
        assert await coop.store.read(lambda tx: polls.audience(tx, first), WORKSPACE) == {}
        assert await coop.store.read(lambda tx: pictures.file_of(tx, f"picture:{first}:fr"), WORKSPACE) is None
