"""The days on which a cooperative is closed, as its settings show them and read them back."""

from datetime import date

import pytest

from bot.home.kinds import Faults
from bot.home.submissions import setup_of
from bot.setting_up import SetUp
from bot.wire import field_block
from tests.bot.home.conftest import House
from tests.bot.home.test_windows import filled, opened

CLOSING_DAYS = field_block("closing_days")


async def test_closing_days_to_come_are_shown_again_by_period(house: House) -> None:
    summer = frozenset(date(2026, 8, day) for day in range(3, 22))
    await house.decide(closing_days=summer | {date(2026, 5, 1), date(2026, 12, 24)})
    shown = next(one for one in (await opened(house, "settings"))["blocks"] if one.get("block_id") == CLOSING_DAYS)
    assert shown["element"]["initial_value"] == "2026-08-03 – 2026-08-21\n2026-12-24"
    settings = setup_of(filled(await opened(house, "settings")))
    assert isinstance(settings, SetUp)
    assert settings.closing_days == summer | {date(2026, 12, 24)}


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("2026-12-24", [date(2026, 12, 24)]),
        (
            "du 30/12/2026 au 2/1/2027\n\n",
            [date(2026, 12, day) for day in (30, 31)] + [date(2027, 1, 1), date(2027, 1, 2)],
        ),
        ("", []),
    ],
)
async def test_closing_days_are_read_as_people_write_them(house: House, written: str, days: list[date]) -> None:
    settings = setup_of(filled(await opened(house, "settings"), closing_days=written))
    assert isinstance(settings, SetUp)
    assert settings.closing_days == frozenset(days)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Noël", "not_closing_days"),
        ("2026-02-30", "not_closing_days"),
        ("2026-08-21 – 2026-08-03", "not_closing_days"),
        ("2026-01-01 – 2027-01-01", "closed_for_too_long"),
        ("0001-01-01 – 9999-12-31", "closed_for_too_long"),
    ],
)
async def test_closing_days_that_cannot_be_kept_say_why(house: House, written: str, why: str) -> None:
    view = filled(await opened(house, "settings"), closing_days=written)
    faults = setup_of(view)
    assert isinstance(faults, Faults)
    assert faults["closing_days"].reason == why
    told = await house.front().submit(house.desk(), "T1", "U0BOSS", view)
    assert set(told) == {CLOSING_DAYS}
