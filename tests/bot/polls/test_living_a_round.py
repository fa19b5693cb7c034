"""A round from its opening to the next one, on a real database."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.conductor import Conductor
from bot.polls.deeds import cancel_round
from bot.polls.opening import next_opening, open_by_hand, schedule
from flows.core.people import Member
from flows.living.barometer import barometer
from storage import ballots, polls
from storage.polls import PollSettings
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.polls.held import OPENING, answered_by, latest, opened

PEOPLE = [f"U{number:02}" for number in range(12)]


async def test_a_round_is_announced_recalled_closed_and_told_to_all_at_once(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        round_id = await opened(coop)
        await coop.speak()
        assert len(coop.named("polls/invitation")) == 12
        await answered_by(coop, round_id, PEOPLE[:9], (2, 4, 5, 3))
        assert await coop.speak() == []
        await coop.live_until(OPENING + timedelta(days=16))
        assert len(coop.named("polls/reminder")) == 12
        assert len(coop.named("polls/last_reminder")) == 12
        results = coop.named("polls/results")
        assert len(results) == 12
        assert len({one.at for one in results}) == 1
        record = await latest(coop)
        assert record.state == "closed"
        assert record.report is not None
        assert record.report.participation.answered == 9
        assert coop.named("discussion_day")
        left = await coop.store.read(
            lambda tx: (polls.who_answered(tx, round_id), ballots.sealed_in(tx, round_id)), WORKSPACE
        )
        assert left == (set(), [])
        for not_to_come in ("2020-01-01", "9999-12-31"):
            assert await coop.answer("poll_round", "discussion_day", not_to_come) is not None
        assert await coop.answer("poll_round", "discussion_day", "2026-06-22") is None
        await coop.live_until(OPENING + timedelta(days=25))
        assert len(coop.named("polls/discussion_set")) == 12
        assert len(coop.named("polls/discussion_today")) == 12
        assert len(coop.named("choose_actions")) == 1
        assert await coming(coop) == date(2026, 9, 1)
        await coop.live_until(datetime.fromisoformat("2026-09-02T10:00:00+00:00"))
        assert len(coop.named("to_come")) == 1
        assert len(coop.named("polls/not_reopened")) == 1
        assert await coming(coop) == date(2026, 12, 1), "it is thought of again at the next date"


async def coming(coop: Cooperative) -> date | None:
    """When the barometer is to open next."""
    found: list[date | None] = []
    await coop.desk.act(WORKSPACE, LEAD, lambda it, _: found.append(next_opening(it, "barometer")))
    return found[0]


async def test_a_round_that_cannot_open_says_why_to_its_lead_and_is_tried_again_later(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        holed = replace(
            barometer, items=(replace(barometer.items[0], texts={"en": "English only"}), *barometer.items[1:])
        )

        def decide(conductor: Conductor, _: Member) -> None:
            polls.save_settings(conductor.tx, PollSettings(poll=holed))
            schedule(conductor, "barometer", date(2026, 6, 8))

        await coop.desk.act(WORKSPACE, LEAD, decide)
        await coop.live_until(OPENING + timedelta(days=9))
        (told,) = coop.named("polls/not_opened")
        assert told.context["reason"] == "text_missing"
        assert await coming(coop) == date(2026, 9, 8)


async def test_too_few_for_a_poll_are_proposed_to_talk(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, size=4, now=OPENING) as coop:
        found: list[object] = []
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: found.append(open_by_hand(it, me, "barometer")))
        await coop.speak()
        assert len(coop.named("check_in_day")) == 1
        assert await coop.answer("check_in", "check_in_day", "2026-06-08") is None
        await coop.live_until(OPENING + timedelta(days=9))
        assert len(coop.named("polls/check_in")) == 4
        assert len(coop.named("polls/check_in_today")) == 4
        assert len(coop.named("choose_actions")) == 1


@pytest.mark.parametrize(
    ("opens", "closes", "reminded", "reminded_again"),
    [
        pytest.param(1, 3, [], [2], id="three days in a row"),
        pytest.param(2, 8, [], [5], id="a week, whose middle is its last Friday"),
        pytest.param(4, 8, [], [5], id="halfway on a Sunday, after the last working day before the end"),
        pytest.param(6, 8, [], [], id="opened on a Saturday, when the invitation comes on the last day"),
        pytest.param(5, 8, [8], [], id="opened on a Friday: the last day is the only one left"),
        pytest.param(1, 8, [4], [5], id="a week that has room for both"),
    ],
)
async def test_no_reminder_comes_with_another_nor_after_the_last_nor_with_the_invitation(
    sqlite_url: str, opens: int, closes: int, reminded: list[int], reminded_again: list[int]
) -> None:
    async with cooperative(sqlite_url, now=OPENING.replace(day=opens)) as coop:
        await opened(coop, closes=date(2026, 6, closes))
        await coop.live_until(OPENING + timedelta(days=10))
        assert len(coop.named("polls/invitation")) == 12
        assert sorted({one.at.day for one in coop.named("polls/reminder")}) == reminded
        assert sorted({one.at.day for one in coop.named("polls/last_reminder")}) == reminded_again


@pytest.mark.parametrize(
    ("planned", "comes"),
    [
        pytest.param(date(2026, 9, 7), date(2026, 9, 7), id="still to come"),
        pytest.param(date(2026, 6, 3), date(2026, 9, 4), id="gone by meanwhile, so a quarter later"),
        pytest.param(None, None, id="none was planned"),
    ],
)
async def test_a_round_opened_by_mistake_takes_no_other_s_place(
    sqlite_url: str, planned: date | None, comes: date | None
) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        await coop.desk.act(WORKSPACE, LEAD, lambda it, _: schedule(it, "barometer", planned))
        round_id = await opened(coop)
        await coop.live_until(OPENING + timedelta(days=3))
        await coop.desk.act(WORKSPACE, LEAD, lambda it, _: cancel_round(it, round_id))
        assert await coming(coop) == comes


async def test_a_round_that_opened_by_itself_and_is_cancelled_comes_back_at_its_rhythm(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, now=OPENING) as coop:
        await coop.desk.act(WORKSPACE, LEAD, lambda it, _: schedule(it, "barometer", date(2026, 6, 8)))
        await coop.live_until(OPENING + timedelta(days=8))
        record = await latest(coop)
        await coop.desk.act(WORKSPACE, LEAD, lambda it, _: cancel_round(it, record.id))
        assert await coming(coop) == date(2026, 9, 8)


@pytest.mark.parametrize(
    ("hours_later", "day", "recalled"),
    [
        pytest.param(0, date(2026, 6, 1), 0, id="for the same day"),
        pytest.param(9, date(2026, 6, 2), 0, id="in the evening, for the day after: told in the morning"),
        pytest.param(1, date(2026, 6, 2), 4, id="during the day, for the day after"),
    ],
)
async def test_a_gathering_is_not_recalled_in_the_very_message_that_tells_of_it(
    sqlite_url: str, hours_later: int, day: date, recalled: int
) -> None:
    async with cooperative(sqlite_url, size=4, now=OPENING) as coop:
        refused: list[object] = []
        await coop.desk.act(WORKSPACE, LEAD, lambda it, me: refused.append(open_by_hand(it, me, "barometer")))
        await coop.speak()
        coop.clock.move_to(OPENING + timedelta(hours=hours_later))
        assert await coop.answer("check_in", "check_in_day", day.isoformat()) is None
        await coop.live_until(OPENING + timedelta(days=5))
        assert len(coop.named("polls/check_in")) == 4
        assert len(coop.named("polls/check_in_today")) == recalled
        assert len(coop.named("choose_actions")) == 1
