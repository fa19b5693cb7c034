"""The days people choose: to come, or gone by where that is what is asked, and none so far that it looks like a slip of the
hand."""

from datetime import date, timedelta

from flows.core.answers import Refused
from flows.core.model import NO_TIME

A_YEAR = timedelta(days=400)
"""And a little more: an arrival, a talk, what is planned from one year to the next."""
TWO_YEARS = timedelta(days=730)
"""A retirement is prepared long before, and an action may take as long."""
A_WORKING_LIFE = timedelta(days=21_915)
"""Sixty years: what somebody has lived in cooperatives."""


def fault_of_day(day: date, today: date, within: timedelta, *, ago: timedelta = NO_TIME) -> Refused | None:
    """Why this day may not be chosen: it is gone by (for more than `ago`), or is not `within` that time from today."""
    if day < today - ago:
        return Refused("day_in_the_past")
    return Refused("day_too_far") if day > today + within else None
