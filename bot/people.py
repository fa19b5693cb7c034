"""What the core and the messages need to know of a member: their rhythm, the voice they are spoken to with, their address."""

from datetime import date, time
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from bot.almanac import holidays_of
from flows.core.calendar import MONDAY_TO_FRIDAY, Rhythm
from flows.core.model import Addressee
from flows.core.people import Member, Workspace
from messages import Voice

OPENS, CLOSES = time(9), time(18)
"""Working hours, as the founding document understands them; a member's own hours are their slot within these."""
FRANCE = "Europe/Paris"
IN_SLACK, BY_LETTER, NOWHERE = frozenset({"slack"}), frozenset({"email"}), frozenset[str]()
SPOKEN: dict[str, Literal["fr", "en"]] = {"fr": "fr", "en": "en"}


def rhythm_of(member: Member | None, workspace: Workspace) -> Rhythm:
    """When a member (None: a channel, or the house itself) may be spoken to: their own choices, else the workspace's."""
    return _rhythm(
        _zone_of(member, workspace),
        (member and member.working_days) or MONDAY_TO_FRIDAY,
        OPENS if member is None or member.slot is None else member.slot,
        workspace.territory,
        workspace.closing_days,
        member.paused_until if member else None,
    )


def voice_of(member: Member | None, workspace: Workspace) -> Voice:
    """In what language, and with what address, a member (None: a channel) is spoken to."""
    locale = _spoken(member.locale if member else None) or _spoken(workspace.locale) or "fr"
    return Voice(locale, (member.address if member else None) or workspace.address)


def letters_to(member: Member) -> str | None:
    """Where letters reach somebody without an account: at the address they are expected under, or at the one they gave when
    they left."""
    return (member.email if member.active else member.personal_email) or None


def addressee_of(member: Member, workspace: Workspace, *, smtp: bool) -> Addressee:
    """A member as the core knows them. `smtp` says whether e-mails can be sent, to whoever has no account: not yet, or not
    any more. The latter are there as long as a letter can reach them at the address they gave."""
    hears_by_letter = smtp and letters_to(member) is not None
    reach = IN_SLACK if member.active and member.slack_id else BY_LETTER if hears_by_letter else NOWHERE
    return Addressee(
        id=member.id,
        rhythm=rhythm_of(member, workspace),
        reach=reach,
        active=member.active or hears_by_letter,
        pace=member.pace or "all",
    )


def channel_addressee(channel: str, workspace: Workspace) -> Addressee:
    return Addressee(id=channel, rhythm=rhythm_of(None, workspace), is_channel=True)


def _zone_of(member: Member | None, workspace: Workspace) -> str:
    """Slack's zones are mostly IANA names; the few that are not must not leave a person without a calendar."""
    if member is not None and member.zone and _is_known(member.zone):
        return member.zone
    return workspace.zone if workspace.zone and _is_known(workspace.zone) else FRANCE


@lru_cache(maxsize=1024)
def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=4096)
def _rhythm(
    zone: str,
    working_days: frozenset[int],
    slot: time,
    territory: str,
    closing_days: frozenset[date],
    paused_until: date | None,
) -> Rhythm:
    holidays = holidays_of(territory, closing_days)
    return Rhythm(zone, working_days, OPENS, CLOSES, slot, holidays, paused_until)


def _spoken(locale: str | None) -> Literal["fr", "en"] | None:
    return SPOKEN.get((locale or "").replace("_", "-").partition("-")[0].lower())
