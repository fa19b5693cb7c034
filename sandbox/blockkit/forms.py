"""The forms some strings must have: dates, hours, addresses, ids, numbers written as text."""

from __future__ import annotations

import re
from datetime import date, time

from sandbox.blockkit.kinds import Str

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
_NUMBER = re.compile(r"-?[0-9]{1,100}(\.[0-9]{1,100})?")
_URL = re.compile(r"(https?|mailto|tel|slack):[^\s]+", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]+[^\s]*", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) and _parses(date, text)


def is_time(text: str) -> bool:
    return bool(_TIME.fullmatch(text)) and _parses(time, text)


def is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def is_web_address(text: str) -> bool:
    return bool(_WEB.fullmatch(text))


def is_mail_address(text: str) -> bool:
    return bool(_MAIL.fullmatch(text))


def _parses(kind: type[date] | type[time], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_https(text: str) -> bool:
    return is_web_address(text) and text.lower().startswith("https:")


def _is_link(text: str) -> bool:
    return bool(_URL.fullmatch(text))


def _id(prefixes: str) -> Str:
    pattern = re.compile(f"[{prefixes}][A-Z0-9]+")
    return Str(255, form=lambda text: bool(pattern.fullmatch(text)), said=f"must be an id starting with {prefixes}")


DATE = Str(form=is_date, said="must be a date of the form YYYY-MM-DD")
TIME = Str(form=is_time, said="must be an hour of the form HH:mm")
NUMBER = Str(form=is_number, said="must be a number")
LINK = Str(3000, form=_is_link, said="must be a valid URL")
WEB = Str(3000, form=is_web_address, said="must be a valid http or https URL")
HTTPS = Str(3000, form=_is_https, said="must be a valid https URL")
USER = _id("UW")
CHANNEL = _id("CG")
CONVERSATION = _id("CDGUW")
TEAM = _id("TE")
USERGROUP = _id("S")
