"""A round open while clocks change: recalled once each time, closed once, on the days people see on their walls."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.bot.cooperative import cooperative
from tests.bot.polls.held import answer, answered_by, answers_to, latest, opened

PARIS = ZoneInfo("Europe/Paris")
PEOPLE = [f"U{number:02}" for number in range(12)]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on_the_wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("opening", "closes", "reminders", "closing"),
    [
        ("2026-10-19 08:00", "2026-10-27", ("2026-10-23 09:00", "2026-10-26 09:00"), "2026-10-28 08:00"),
        # The Monday after the change is Easter Monday: halfway is the last working day before the end.
        ("2027-03-22 09:00", "2027-03-30", (None, "2027-03-26 09:00"), "2027-03-31 07:00"),
    ],
    ids=["autumn", "spring"],
)
async def test_a_round_is_recalled_and_closed_once_on_its_own_days(
    sqlite_url: str, opening: str, closes: str, reminders: tuple[str | None, str], closing: str
) -> None:
    async with cooperative(sqlite_url, now=instant(opening)) as coop:
        round_id = await opened(coop, closes=date.fromisoformat(closes))
        await answered_by(coop, round_id, PEOPLE[:9], (2, 4, 5, 3))
        await coop.live_until(instant(opening) + timedelta(days=20))
        for message, moment in zip(("polls/reminder", "polls/last_reminder"), reminders, strict=True):
            expected = [on_the_wall(moment)] * 12 if moment else []
            assert [one.at for one in coop.named(message)] == expected
        results = coop.named("polls/results")
        assert [one.at for one in results] == [instant(closing)] * 12
        record = await latest(coop)
        assert (record.state, record.closed_on) == ("closed", date.fromisoformat(closes) + timedelta(days=1))
        assert len(coop.named("discussion_day")) == 1


@pytest.mark.parametrize(
    ("opening", "last_day"),
    [("2026-10-19 08:00", "2026-10-25"), ("2027-03-22 09:00", "2027-03-28")],
    ids=["autumn", "spring"],
)
async def test_an_answer_is_taken_until_the_midnight_of_the_day_clocks_change(
    sqlite_url: str, opening: str, last_day: str
) -> None:
    async with cooperative(sqlite_url, now=instant(opening)) as coop:
        round_id = await opened(coop, closes=date.fromisoformat(last_day))
        given = answers_to((await latest(coop)).round.poll)
        midnight = on_the_wall(f"{date.fromisoformat(last_day) + timedelta(days=1)} 00:00").astimezone(UTC)
        coop.clock.move_to(midnight - timedelta(minutes=1))
        assert await answer(coop, round_id, PEOPLE[0], given) is None
        coop.clock.move_to(midnight)
        refused = await answer(coop, round_id, PEOPLE[1], given)
        assert refused is not None
        assert refused.reason == "round_closed"
