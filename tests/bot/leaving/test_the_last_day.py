"""The day that was given is the last day, wherever it is said; what is done at work before it ends is done on a working day."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from bot.leaving import changing
from bot.rehearsal.departing import depart
from flows.leaving.checklist import DUE
from storage import members
from tests.bot.cooperative import LEAD, NEWCOMER, SUPERVISOR, WORKSPACE, Cooperative, arrived, cooperative
from tests.bot.leaving.left import LAST_DAY, LEAVER, NOW, talks_of, the_departure, told
from tests.bot.leaving.test_walking import give
from tests.bot.leaving.walked import SOON, decided

SATURDAY = LAST_DAY + timedelta(days=1)
EVERY_DAY_BUT_FRIDAY = frozenset({0, 1, 2, 3})
TUESDAY_TO_SATURDAY = frozenset({1, 2, 3, 4, 5})


async def prefers(coop: Cooperative, slack_id: str, **preferences: object) -> None:
    id = await coop.member_id(slack_id)
    await coop.store.run(lambda tx: members.set_preferences(tx, id, **preferences), WORKSPACE)


async def days_of(coop: Cooperative, slack_id: str, message: str) -> list[date]:
    id = await coop.member_id(slack_id)
    said = [one for one in coop.said if (one.recipient, one.message, one.kind) == (id, message, "post")]
    return [one.at.date() for one in said]


async def due_on(coop: Cooperative, item: str) -> date:
    (task,) = [talk for talk in await talks_of(coop, "departure_task") if talk.details["item"] == item]
    return task.anchors[DUE]


@pytest.mark.parametrize(
    ("kind", "locale", "worked"),
    [
        ("retirement", "fr", "vendredi 11 décembre"),
        ("dismissal", "en", "Friday 11 December"),
        ("member_exit_stay_employee", "fr", "vendredi 11 décembre"),
    ],
)
async def test_a_last_day_on_a_saturday_is_said_as_that_saturday_by_everything(
    kind: str, locale: str, worked: str
) -> None:
    lived = await depart(kind, date(2026, 9, 1), locale=locale)
    said = [line.text for line in lived.lines if line.kind not in ("event", "answer")]
    assert any("samedi 12 décembre" in text or "Saturday 12 December" in text for text in said)
    assert [text for text in said if worked in text] == []


@pytest.mark.parametrize(
    ("works", "goodbye"),
    [(frozenset(range(5)), LAST_DAY), (TUESDAY_TO_SATURDAY, SATURDAY), (EVERY_DAY_BUT_FRIDAY, date(2026, 12, 17))],
)
async def test_whoever_leaves_hears_goodbye_on_the_last_day_they_work_up_to_a_saturday(
    sqlite_url: str, works: Collection[int], goodbye: date
) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await prefers(coop, LEAVER, working_days=works)
        assert not await told(coop, last_day=SATURDAY)
        await coop.live_until(NOW + timedelta(days=120))
        assert await days_of(coop, LEAVER, "last_day") == [goodbye]
        assert (await the_departure(coop)).state == "left"


async def test_a_last_day_on_a_day_off_of_whoever_says_thank_you_is_seen_to_before_it(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        await prefers(coop, SUPERVISOR, working_days=EVERY_DAY_BUT_FRIDAY)
        assert not await told(coop)
        assert await due_on(coop, "say_thank_you") == date(2026, 12, 17)
        assert await due_on(coop, "closing_documents") == LAST_DAY


async def test_christmas_is_a_last_day_that_is_prepared_on_its_eve(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, last_day=date(2026, 12, 25))
        (path,) = await talks_of(coop, "departure")
        assert path.anchors["last_day"] == date(2026, 12, 25)
        assert await due_on(coop, "say_thank_you") == date(2026, 12, 24)


async def test_whoever_is_away_past_their_last_day_is_not_told_afterwards_that_it_is_today(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        await coop.live_until(datetime(2026, 12, 1, 12, tzinfo=UTC))
        await prefers(coop, LEAVER, paused_until=date(2026, 12, 28))
        await coop.live_until(NOW + timedelta(days=130))
        assert await days_of(coop, LEAVER, "last_day") == []


async def test_a_last_day_moved_from_a_saturday_to_the_friday_before_it_is_told(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop, last_day=SATURDAY)
        await coop.live_until(SOON)
        found = await the_departure(coop)
        move = partial(changing.postpone, departure_id=found.id, day=LAST_DAY)
        assert not await decided(coop, LEAD, move)
        await coop.live_until(SOON + timedelta(days=1))
        assert len(await days_of(coop, LEAVER, "last_day_moved")) == 1


async def test_a_last_day_that_moves_leaves_where_they_are_the_things_that_do_not_hang_on_it(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=NOW) as coop:
        assert not await told(coop)
        assert not await give(coop, LEAD, "tell_payroll", LEAD, due="2026-11-16")
        found = await the_departure(coop)
        move = partial(changing.postpone, departure_id=found.id, day=LAST_DAY + timedelta(days=28))
        assert not await decided(coop, LEAD, move)
        assert await due_on(coop, "tell_payroll") == date(2026, 11, 16)


async def test_nothing_of_a_first_year_is_said_once_the_last_day_is_over(sqlite_url: str) -> None:
    async with arrived(sqlite_url, datetime(2026, 6, 10, 8, tzinfo=UTC)) as coop:
        last_day = date(2026, 6, 26)
        assert not await told(coop, person=NEWCOMER, kind="trial_end", last_day=last_day)
        await coop.live_until(datetime(2026, 6, 26, 17, tzinfo=UTC))
        coop.said.clear()
        await coop.live_until(datetime(2026, 9, 30, tzinfo=UTC))
        year = {step.name for step in coop.score.flows["onboarding"].steps}
        assert [one.message for one in coop.said if one.message in year] == [], "sixty days are over on the Saturday"
        assert coop.named("seen_to"), "what is to be seen to goes on"
