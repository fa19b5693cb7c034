"""The days off of each territory, against the Code du travail and local law."""

import re
from datetime import date, timedelta

import pytest

from bot.almanac import TERRITORIES, holidays_of

NATIONAL_2026 = {
    date(2026, 1, 1),
    date(2026, 4, 6),
    date(2026, 5, 1),
    date(2026, 5, 8),
    date(2026, 5, 14),
    date(2026, 5, 25),
    date(2026, 7, 14),
    date(2026, 8, 15),
    date(2026, 11, 1),
    date(2026, 11, 11),
    date(2026, 12, 25),
}
LOCAL_2026 = {
    "metropole": set(),
    "alsace_moselle": {date(2026, 4, 3), date(2026, 12, 26)},
    "guadeloupe": {date(2026, 3, 12), date(2026, 4, 3), date(2026, 5, 27), date(2026, 7, 21)},
    "martinique": {date(2026, 5, 22), date(2026, 7, 21)},
    "guyane": {date(2026, 6, 10)},
    "reunion": {date(2026, 12, 20)},
    "mayotte": {date(2026, 4, 27)},
    "saint_pierre_et_miquelon": set(),
    "saint_barthelemy": {date(2026, 10, 9)},
    "saint_martin": {date(2026, 5, 28), date(2026, 7, 21)},
    "polynesie": {date(2026, 3, 5), date(2026, 4, 3), date(2026, 11, 20)},
    "nouvelle_caledonie": {date(2026, 9, 24)},
    "wallis_et_futuna": {date(2026, 4, 28), date(2026, 6, 29), date(2026, 7, 29)},
}


def days_off_in(year: int, territory: str) -> set[date]:
    first = date(year, 1, 1)
    almanac = holidays_of(territory)
    return {day for day in (first + timedelta(n) for n in range(366)) if day.year == year and day in almanac}


@pytest.mark.parametrize("territory", TERRITORIES)
def test_each_territory_keeps_the_national_days_and_its_own(territory: str) -> None:
    assert days_off_in(2026, territory) == NATIONAL_2026 | LOCAL_2026[territory]


def test_easter_moves_with_the_year() -> None:
    almanac = holidays_of("metropole")
    assert date(2027, 3, 29) in almanac
    assert date(2027, 4, 6) not in almanac


def test_polynesia_celebrates_matarii_since_2025_and_autonomy_before() -> None:
    almanac = holidays_of("polynesie")
    assert date(2024, 6, 29) in almanac
    assert date(2025, 6, 29) not in almanac
    assert date(2025, 11, 20) in almanac


def test_the_closing_days_of_a_cooperative_come_on_top() -> None:
    bridge = date(2026, 5, 15)
    almanac = holidays_of("metropole", extra=frozenset({bridge}))
    assert bridge in almanac
    assert date(2026, 5, 14) in almanac
    assert bridge not in holidays_of("metropole")


def test_an_almanac_is_made_once() -> None:
    assert holidays_of("reunion") is holidays_of("reunion")
    assert hash(holidays_of("reunion", frozenset({date(2026, 5, 15)})))


def test_an_unknown_territory_is_refused_with_the_known_names() -> None:
    with pytest.raises(KeyError, match=r"'bretagne'; known: metropole, alsace_moselle, .*wallis_et_futuna"):
        holidays_of("bretagne")


@pytest.mark.parametrize("day", [date.min, date(1788, 7, 14), date(9999, 12, 31)])
def test_a_year_nobody_legislated_on_has_no_holiday(day: date) -> None:
    assert day not in holidays_of("metropole")


def test_what_is_no_date_is_no_holiday() -> None:
    assert "2026-05-01" not in holidays_of("metropole")


def test_each_territory_is_named_in_both_languages_and_by_a_stable_code() -> None:
    for code, territory in TERRITORIES.items():
        assert re.fullmatch("[a-z_]+", code)
        assert territory.label_fr
        assert territory.label_en
    assert len({territory.label_fr for territory in TERRITORIES.values()}) == len(TERRITORIES)
