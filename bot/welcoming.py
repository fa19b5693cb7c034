"""Starting a newcomer's year: what is checked, what is remembered, what begins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.conductor import Conductor
from bot.days import A_YEAR, fault_of_day
from bot.leaders import holders_here
from bot.leaving.changing import close
from bot.letterbox.addresses import withdraw
from bot.searching import JOURNEY, JOURNEYS, RETURN, loads
from flows.core.answers import Refused
from flows.core.model import SUBJECT
from flows.core.people import MANAGEMENT, STEWARD, Member
from flows.joining.matching import FEW, LIMIT
from flows.joining.onboarding import FIRST_DAY
from flows.joining.parts import ANNOUNCEMENTS, BUDDIES, COOP_BUDDY, JOB_BUDDY, SUPERVISOR
from storage import conversations, departures, members

STARTERS = (MANAGEMENT, STEWARD)
"""Who may welcome somebody, unless the cooperative chose otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Whoever arrives: an account already there (`person`, a Slack id), or a name and an e-mail. The buddies and the
    supervisor are Slack ids; a buddy left out is sought."""

    first_day: date
    person: str | None = None
    email: str | None = None
    first_name: str = ""
    last_name: str = ""
    job_buddy: str | None = None
    coop_buddy: str | None = None
    supervisor: str | None = None
    trade: str = ""
    team: str = ""


def may_start(conductor: Conductor, flow: str, member: Member) -> bool:
    """Whether the member's roles allow starting this flow; an administrator may, as long as nobody who is
    there holds one: whoever set us up leaves one day."""
    if member.is_visitor:
        return False
    allowed = conductor.workspace.starters.get(flow, STARTERS)
    if "everyone" in allowed or set(allowed) & member.roles:
        return True
    return member.is_admin and not any(holders_here(conductor.tx, role) for role in allowed)


def who_may_start(conductor: Conductor, flow: str) -> list[str]:
    allowed = conductor.workspace.starters.get(flow, STARTERS)
    named = {m.id: m.name for role in allowed for m in holders_here(conductor.tx, role)}
    return list(named.values()) or [m.name for m in conductor.everyone() if m.is_admin]


def welcome(conductor: Conductor, by: Member, newcomer: Newcomer) -> Mapping[str, Refused]:
    """Begin the newcomer's year; what is wrong, by field, when it cannot begin (then nothing is written)."""
    if not may_start(conductor, JOURNEY, by):
        return {"person": Refused("not_allowed", {"who": who_may_start(conductor, JOURNEY)})}
    faults = _faults(conductor, by, newcomer)
    if faults:
        return faults
    person = _person(conductor, newcomer)
    assert person is not None
    is_back, was = person.left_on is not None, _as_they_were(person)
    supervisor = _named(conductor, newcomer.supervisor) or _known_supervisor(conductor, person)
    person = conductor.remember(
        replace(
            person,
            active=person.active or _is_only_expected(person),
            arrived_on=newcomer.first_day,
            trade=newcomer.trade or person.trade,
            team=newcomer.team or person.team,
            supervisor_id=supervisor.id if supervisor else person.supervisor_id,
        )
    )
    buddies = _buddies(conductor, newcomer)
    news = conductor.workspace.announcements_channel
    cast = (
        {SUBJECT: person.id}
        | ({SUPERVISOR: supervisor.id} if supervisor else {})
        | ({ANNOUNCEMENTS: news} if news else {})
    )
    if is_back:
        _welcome_back(conductor, person, cast, newcomer.first_day, buddies.get(COOP_BUDDY))
    else:
        named = {f"named_{part}": m.id for part, m in buddies.items()}
        conductor.begin(JOURNEY, cast, anchors={FIRST_DAY: newcomer.first_day}, details=named | was)
    conductor.note("menu/welcome_begun", by.id, context={"name": person.name, "day": newcomer.first_day.isoformat()})
    conductor.refresh_homes([by.id])
    return {}


def _as_they_were(person: Member) -> dict[str, str]:
    """What a welcome writes over what was known of whoever has an account, by `was_…`: to be put back if it is cancelled."""
    if person.slack_id is None:
        return {}
    day = person.arrived_on.isoformat() if person.arrived_on else ""
    was = {"arrived_on": day, "trade": person.trade, "team": person.team, "supervisor_id": person.supervisor_id or ""}
    return {f"was_{name}": value for name, value in was.items()}


def _is_only_expected(person: Member) -> bool:
    """No account was ever seen of them."""
    return person.slack_id is None and person.left_on is None


def _welcome_back(
    conductor: Conductor, person: Member, cast: Mapping[str, str], first_day: date, buddy: Member | None
) -> None:
    """Begin the short path of somebody who knows the house: another tenure, the same passport, no letters any more."""
    for departure in departures.of_member(conductor.tx, person.id):
        if departure.state == "left":
            close(conductor, departure, "over")
    withdraw(conductor, person)
    conductor.begin(RETURN, {**cast, **({COOP_BUDDY: buddy.id} if buddy else {})}, anchors={FIRST_DAY: first_day})


def _faults(conductor: Conductor, by: Member, newcomer: Newcomer) -> dict[str, Refused]:
    faults: dict[str, Refused] = {}
    if (fault := fault_of_day(newcomer.first_day, conductor.today, A_YEAR)) is not None:
        faults["first_day"] = fault
    person = _person(conductor, newcomer)
    if person is None:
        faults["person"] = Refused("unknown_person")
        return faults
    if person.id == by.id:
        faults["person"] = Refused("is_yourself")
    elif not person.active and person.left_on is None and not _is_only_expected(person):
        faults["person"] = Refused("deactivated")
    elif any(conversations.of_flow(conductor.tx, flow, subject=person.id, open_only=True) for flow in JOURNEYS):
        faults["person"] = Refused("already_welcomed")
    return faults | _faults_of_those_around(conductor, person, newcomer)


def _faults_of_those_around(conductor: Conductor, person: Member, newcomer: Newcomer) -> dict[str, Refused]:
    faults: dict[str, Refused] = {}
    given = {JOB_BUDDY: newcomer.job_buddy, COOP_BUDDY: newcomer.coop_buddy, SUPERVISOR: newcomer.supervisor}
    busy = loads(conductor)
    are_few = sum(m.id != person.id for m in conductor.everyone()) + 1 <= FEW
    for part, slack_id in given.items():
        who = _named(conductor, slack_id)
        if slack_id and who is None:
            faults[part] = Refused("unknown_person")
        elif who is not None and who.id == person.id:
            faults[part] = Refused("is_yourself")
        elif who is not None and not who.active:
            faults[part] = Refused("deactivated")
        elif who is not None and who.is_visitor:
            faults[part] = Refused("not_a_member")
        elif who is not None and part in BUDDIES and busy[who.id] >= LIMIT:
            faults[part] = Refused("too_many_newcomers", {"limit": LIMIT})
        elif who is not None and part in BUDDIES and not are_few and list(given.values()).count(slack_id) > 1:
            faults[part] = Refused("one_part_each")
    return faults


def _person(conductor: Conductor, newcomer: Newcomer) -> Member | None:
    """The member who arrives: known already, or described by a name and an e-mail."""
    if newcomer.person:
        return members.by_slack_id(conductor.tx, newcomer.person)
    if not newcomer.email:
        return None
    known = members.by_email(conductor.tx, newcomer.email)
    if known is not None or not newcomer.first_name:
        return known
    names = newcomer.first_name, newcomer.last_name
    return Member(id=members.new_id(), first_name=names[0], last_name=names[1], email=newcomer.email)


def _named(conductor: Conductor, slack_id: str | None) -> Member | None:
    return members.by_slack_id(conductor.tx, slack_id) if slack_id else None


def _known_supervisor(conductor: Conductor, person: Member) -> Member | None:
    """Whom their card says, if they are here."""
    return next((one for one in conductor.everyone() if one.id == person.supervisor_id and one.slack_id), None)


def _buddies(conductor: Conductor, newcomer: Newcomer) -> dict[str, Member]:
    named = {JOB_BUDDY: _named(conductor, newcomer.job_buddy), COOP_BUDDY: _named(conductor, newcomer.coop_buddy)}
    return {part: member for part, member in named.items() if member is not None}
