"""What is written on the page itself, in French and in English: the words of `static/words.….json`."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson

LANGUAGES = ("fr", "en")
_STATIC = Path(__file__).with_name("static")


@cache
def words(lang: str) -> dict[str, Any]:
    """Every label by its name: a text, or the texts for one and for several."""
    return dict(orjson.loads((_STATIC / f"words.{lang}.json").read_bytes()))


_MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
_DAYS = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


def moment(iso: str, lang: str) -> str:
    """A date and hour in words; the machine need not have the locale."""
    at = datetime.fromisoformat(iso)
    day, month = _DAYS[lang].split()[at.weekday()], _MONTHS[lang].split()[at.month - 1]
    return f"{day} {at.day} {month} {at.year}, {at:%H:%M}"
