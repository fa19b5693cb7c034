"""Who knows of a departure before the team does, and until when: what was agreed aloud is written down by whoever leads."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from bot.conductor import Conductor
from bot.desk import Desk
from bot.home import inputs
from bot.home.inputs import View, asked, given, notice, said, window
from bot.home.kinds import Submission
from bot.home.sight import Sight
from bot.home.submissions import day_of
from bot.leaving import access
from bot.leaving.context import PAGE
from bot.leaving.sheet import sheet_window
from bot.leaving.telling import tell
from flows.core.answers import Refused
from flows.core.people import Member
from storage import departures, members
from storage.departures import Departure

SECRECY = "departure_secrecy"


class Agreed(NamedTuple):
    """`until`: as when it was told; `people`: the Slack ids of those who learn it."""

    departure: str
    until: date | None
    people: tuple[str, ...]


def secrecy_window(sight: Sight, departure_id: str) -> View:
    found = access.known_to(sight.conductor, sight.me, departure_id, access.STEERING, lock=False)
    if found is None or found.state != "open":
        return notice(sight, sight.say("gone", "refusals"))
    fields = [
        said(sight.say("secrecy__intro", PAGE)),
        asked(sight, "confidential_until", inputs.day(found.confidential_until), optional=True, page=PAGE),
        asked(sight, "may_know", inputs.people(), optional=True, page=PAGE),
    ]
    return window(sight, SECRECY, fields, about=found.id, page=PAGE)


def agree(conductor: Conductor, me: Member, agreed: Agreed) -> Mapping[str, Refused]:
    """Nobody who knows can be made not to: people are only added."""
    found = access.leads(conductor, me, agreed.departure)
    if found is None or found.state != "open":
        return {"confidential_until": access.NOTHING_HERE}
    named = [members.by_slack_id(conductor.tx, slack_id) for slack_id in agreed.people]
    people = [one for one in named if one is not None]
    faults = {
        "confidential_until": _fault_of_day(found, agreed.until),
        "may_know": Refused("unknown_person") if len(people) < len(named) else _fault_of_people(found, people),
    }
    if refused := {field: why for field, why in faults.items() if why is not None}:
        return refused
    if agreed.until != found.confidential_until:
        found = departures.change(conductor.tx, found.id, confidential_until=agreed.until) or found
        access.note(conductor, found, "secrecy_changed")
    knowing = access.knowing_as(conductor, found)
    for one in people:
        if one.id not in knowing:
            departures.allow(conductor.tx, found.id, one.id, "told")
            access.note(conductor, found, "let_know", about=one.id)
            tell(conductor, one.id, "you_know", found, found.id)
    conductor.refresh_homes([found.member_id, *(one.id for one in people)])
    return {}


def _fault_of_day(found: Departure, until: date | None) -> Refused | None:
    if until is None or until == found.confidential_until:
        return None
    if until > found.last_day:
        return Refused("leaving/confidential_too_long")
    if found.publish_on is not None and until > found.publish_on:
        return Refused("leaving/announced_before", {"day": found.publish_on})
    return None


def _fault_of_people(found: Departure, people: list[Member]) -> Refused | None:
    if any(one.id == found.member_id for one in people):
        return Refused("leaving/somebody_else")
    return None if all(one.active for one in people) else Refused("deactivated")


def _agreed_of(view: View, _: date) -> Agreed:
    told: Mapping[str, Any] = given(view)
    people = tuple(told.get("may_know") or ())
    return Agreed(view.get("private_metadata") or "", day_of(told.get("confidential_until")), people)


async def _agree(desk: Desk, workspace: str, slack_id: str, agreed: Agreed) -> Mapping[str, str]:
    return await desk.decide(workspace, slack_id, lambda it, me: agree(it, me, agreed))


SECRECY_SUBMITTED = {SECRECY: Submission(_agreed_of, _agree, sheet_window)}
