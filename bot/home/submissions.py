"""What was given in each window, as the desk wants it: pure readings, a person's mistake being a value."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot import wire
from bot.home import closing_days
from bot.home.inputs import View, given
from bot.home.kinds import Faults
from bot.offers import why_no_pause
from bot.scene import LINKS
from bot.searching import JOURNEY
from bot.setting_up import Card, SetUp
from bot.welcoming import Newcomer
from flows.core.answers import Email, Refused
from flows.core.moves import Reanchored
from flows.joining.onboarding import FIRST_DAY


def newcomer_of(view: View) -> Newcomer | Faults:
    """Somebody who has an account, or a first name and an e-mail."""
    told = given(view)
    first_day = day_of(told.get("first_day"))
    faults = Faults()
    if first_day is None:
        faults["first_day"] = Refused("not_a_day")
    if not told.get("person") and not told.get("email"):
        named = _words(told, "first_name")
        faults["email" if named else "person"] = Refused("email_wanted" if named else "person_or_email")
    elif not told.get("person"):
        if isinstance(refused := Email().parse(told.get("email")), Refused):
            faults["email"] = refused
        if not _words(told, "first_name"):
            faults["first_name"] = Refused("first_name_wanted")
    if faults or first_day is None:
        return faults
    has_account = bool(told.get("person"))
    return Newcomer(
        first_day=first_day,
        person=told.get("person"),
        email=None if has_account else told.get("email"),
        first_name="" if has_account else _words(told, "first_name"),
        last_name="" if has_account else _words(told, "last_name"),
        job_buddy=told.get("job_buddy"),
        coop_buddy=told.get("coop_buddy"),
        supervisor=told.get("supervisor"),
        trade=_words(told, "trade"),
        team=_words(told, "team"),
    )


def setup_of(view: View) -> SetUp | Faults:
    told = given(view)
    if faults := _lacking(told, "name", "legal_form", "zone", "territory", "locale", "address", "starters"):
        return faults
    closed = closing_days.read(_words(told, "closing_days"))
    if isinstance(closed, Refused):
        return Faults(closing_days=closed)
    reply_to = Email().parse(told["reply_to"]) if told.get("reply_to") else ""
    if isinstance(reply_to, Refused):
        return Faults(reply_to=reply_to)
    return SetUp(
        name=_words(told, "name"),
        legal_form=told["legal_form"],
        zone=told["zone"],
        territory=told["territory"],
        locale=told["locale"],
        address=told["address"],
        volunteers_channel=told.get("volunteers_channel") or "",
        announcements_channel=told.get("announcements_channel") or "",
        management=tuple(told.get("management") or ()),
        # A window without such a field, of a former release or where no letter leaves, says nothing of them.
        closing_days=closed if "closing_days" in told else None,
        reply_to=reply_to if "reply_to" in told else None,
        starters={JOURNEY: tuple(told["starters"])},
        allows_stepping_back=bool(told.get("stepping_back")),
    )


def links_of(view: View) -> SetUp:
    """A link left empty is taken away."""
    told = given(view)
    return SetUp(links={name: _words(told, name) for name in LINKS if name in told})


def card_of(view: View) -> Card | Faults:
    """A card opened for somebody says all their roles; another one leaves them as they are when none is chosen."""
    told = given(view)
    opened_for = view.get("private_metadata") or None
    person = opened_for or told.get("person")
    if not person:
        return Faults(person=Refused("not_a_person"))
    roles = frozenset(told.get("roles") or ())
    return Card(
        person=person,
        trade=_line(told, "trade", opened_for),
        team=_line(told, "team", opened_for),
        supervisor=told.get("supervisor"),
        arrived_on=day_of(told.get("arrived_on")),
        associate_since=day_of(told.get("associate_since")),
        roles=roles if opened_for or roles else None,
    )


def preferences_of(view: View) -> dict[str, Any] | Faults:
    told = given(view)
    if faults := _lacking(told, "locale", "address", "slot", "working_days"):
        return faults
    return {
        "locale": told["locale"],
        "address": told["address"],
        "slot": time.fromisoformat(told["slot"]),
        "working_days": frozenset(int(day) for day in told["working_days"]),
    }


def pause_of(view: View, today: date) -> dict[str, Any] | Faults:
    """`paused_until`: the first day the member may be spoken to again."""
    until = day_of(given(view).get("paused_until"))
    if until is None:
        return Faults(paused_until=Refused("not_a_day"))
    if (refused := why_no_pause(until, today)) is not None:
        return Faults(paused_until=refused)
    return {"paused_until": until}


def postponed_of(view: View) -> tuple[str, Reanchored] | Faults:
    """The journey, and the day it now begins."""
    day = day_of(given(view).get("first_day"))
    if day is None:
        return Faults(first_day=Refused("not_a_day"))
    return view.get("private_metadata") or "", Reanchored(FIRST_DAY, day)


def errors_of(faults: Mapping[str, str], view: View) -> dict[str, str]:
    """What Slack shows under each input, by block_id; a fault of no field of this window goes under its first input. A window
    without any has nowhere to show it: what takes its place says what became of it."""
    asked = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if not asked:
        return {}
    errors: dict[str, str] = {}
    for field, text in faults.items():
        block_id = wire.field_block(field)
        errors.setdefault(block_id if block_id in asked else asked[0], text)
    return errors


def _words(told: Mapping[str, Any], field: str) -> str:
    return (told.get(field) or "").replace("\x00", "").strip()


def _line(told: Mapping[str, Any], field: str, opened_for: str | None) -> str | None:
    words = _words(told, field)
    return words if words or opened_for else None


def day_of(written: str | None) -> date | None:
    """A day as Slack writes it (ISO 8601)."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def _lacking(told: Mapping[str, Any], *fields: str) -> Faults:
    # Slack's own client does not submit these empty; nothing says that every client is Slack's.
    return Faults({field: Refused("field_wanted") for field in fields if not told.get(field)})
