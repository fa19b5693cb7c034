"""Days and hours as people say them, in the languages we speak."""

from datetime import date, datetime, time

_WEEKDAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
# fmt: off
_MONTHS = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet",
           "août", "septembre", "octobre", "novembre", "décembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December"),
}
# fmt: on


def spoken_day(locale: str, day: date | str, today: date | None = None) -> str:
    """`mardi 28 avril 2026`; the year goes unsaid when it is this one. `day` may be ISO 8601, as kept in a row."""
    if isinstance(day, str):
        day = date.fromisoformat(day[:10])
    number = "1er" if locale == "fr" and day.day == 1 else str(day.day)
    said = f"{_WEEKDAYS[locale][day.weekday()]} {number} {_MONTHS[locale][day.month - 1]}"
    return said if today is not None and today.year == day.year else f"{said} {day.year}"


def spoken_hour(locale: str, hour: time | datetime | str) -> str:
    """`9 h`, `9 h 30` in French, on one line; `9:00`, `9:30` in English. `hour` may be ISO 8601, as kept in a row."""
    if isinstance(hour, str):
        hour = time.fromisoformat(hour)
    if locale != "fr":
        return f"{hour.hour}:{hour.minute:02}"
    said = f"{hour.hour} h {hour.minute:02}" if hour.minute else f"{hour.hour} h"
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def in_a_list(locale: str, names: list[str]) -> str:
    """`A, B et C`."""
    *first, last = names
    conjunction = "et" if locale == "fr" else "and"
    return f"{', '.join(first)} {conjunction} {last}" if first else last
