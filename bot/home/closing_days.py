"""The days on which the cooperative is closed, as they are written in its settings: a day or a period on each line."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from flows.core.answers import Refused

ONE_DAY = timedelta(days=1)
LONGEST = 3_000
"""Characters, as Slack has it: more than all the days one may be closed take, even one by one."""
MOST_DAYS = 180
_DAY = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b|\b(\d{1,2})/(\d{1,2})/(\d{4})\b")


def written(days: Iterable[date]) -> str:
    """The same days, one period a line."""
    return "\n".join(" – ".join(dict.fromkeys(map(str, period))) for period in _periods(sorted(days)))


def read(text: str) -> frozenset[date] | Refused:
    """The days that are written there; what is wrong with the first line that says none."""
    found: set[date] = set()
    for line in filter(str.strip, text.splitlines()):
        days = _days_of(line)
        if not 1 <= len(days) <= 2 or days != sorted(days):
            return Refused("not_closing_days", {"line": line.strip()})
        if (days[-1] - days[0]).days >= MOST_DAYS:
            return Refused("closed_for_too_long", {"most": MOST_DAYS})
        found |= {days[0] + number * ONE_DAY for number in range((days[-1] - days[0]).days + 1)}
    # Closed for ever, there would be no hour left at which to speak.
    return frozenset(found) if len(found) <= MOST_DAYS else Refused("closed_for_too_long", {"most": MOST_DAYS})


def _days_of(line: str) -> list[date]:
    """None at all when one of them is in no calendar."""
    try:
        return [date(*map(int, found[:3] if found[0] else found[:2:-1])) for found in _DAY.findall(line)]
    except ValueError:
        return []


def _periods(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    first = last = None
    for day in days:
        if first is None or last is None:
            first = day
        elif day - last > ONE_DAY:
            yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last
