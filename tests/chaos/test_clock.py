"""The clock jumps back and forward, and the two nights when clocks change in Europe."""

from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from bot.app import Bot
from sandbox import Person
from tests.chaos.telling import Tell
from tests.chaos.town import STEPS, expected, town

FEW = STEPS[:3]
JUMPS = (timedelta(hours=-7), timedelta(hours=2), timedelta(minutes=-10), timedelta(hours=5))
REMINDER = "sous les yeux"
EVERY_DAY = frozenset(range(7))
REMINDED_AFTER = timedelta(days=4)
"""A question of the report is asked again."""
HALF_AN_HOUR = timedelta(minutes=30)


async def test_a_clock_that_jumps_loses_nothing_and_doubles_nothing(
    tmp_path: Path, sqlite_url: str, tell: Tell
) -> None:
    async with town(tmp_path, sqlite_url) as coop:
        jumps = cycle(JUMPS)

        async def jump() -> None:
            coop.clock.stand_at(coop.clock() + next(jumps))

        await coop.live(FEW, jump)
        counts = await coop.counts(await expected(FEW))
        tell(counts)
        counts.require_nothing_lost_nor_doubled()


NIGHTS = {
    "an hour is missing": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "an hour comes twice": datetime(2026, 10, 25, 0, tzinfo=UTC),
}
"""When, in Europe, the hour after two o'clock is three, and when two o'clock is still to come again."""
NINE_IN_PARIS = time(8, tzinfo=UTC)
"""Or ten, in summer: four days of 24 hours after nine in winter."""


@pytest.mark.parametrize("night", NIGHTS)
async def test_a_reminder_due_as_the_clocks_change_comes_once_at_its_hour(
    tmp_path: Path, sqlite_url: str, night: str
) -> None:
    """It falls due in that very hour for people in Nouméa, where it is noon, and in the morning for those of Paris. The bot dies
    at the change."""
    change = NIGHTS[night]
    due = change + HALF_AN_HOUR
    begin = due - REMINDED_AFTER

    async def prepare(bot: Bot, people: list[Person]) -> None:
        for person in people:
            await bot.desk.prefer(person.hands.workspace.team_id, person.id, working_days=EVERY_DAY)
        for person in people[::2]:
            person.tz = "Pacific/Noumea"
        await bot.meet_everyone()

    async with town(tmp_path, sqlite_url, begin=begin, prepare=prepare) as coop:
        await coop.quieten()
        coop.clock.move_to(change - HALF_AN_HOUR)
        for _ in range(20):
            coop.clock.advance(HALF_AN_HOUR)
            if coop.clock() in (change, due):
                coop.bots[0].kill()
            await coop.settle()
        reminded = [
            [datetime.fromtimestamp(int(message.at), UTC) for message in person.received if REMINDER in message.text]
            for person in coop.people
        ]
        in_paris = datetime.combine(change.date(), NINE_IN_PARIS)
        assert coop.bots[0].killed == 2
        assert reminded == [[due], [in_paris]] * 2
