"""What a cooperative decides of itself, and what its management says of its members."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.almanac import TERRITORIES
from bot.conductor import Conductor
from bot.polls import leads
from bot.searching import JOURNEYS, ask_whoever_leads_now, searches_of
from bot.welcoming import may_start
from flows.core.answers import Refused
from flows.core.moves import Stopped
from flows.core.people import MANAGEMENT, ROLES, STEWARD, Address, LegalForm, Member, Workspace
from flows.joining.parts import ANNOUNCEMENTS, SUPERVISOR
from storage import conversations, members, waking, workspaces

EDITING = "settings"
"""The right to change what the cooperative has decided: granted like the starting of a flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """The cooperative's choices; None leaves one as it is. People and channels are Slack ids."""

    name: str | None = None
    legal_form: LegalForm | None = None
    zone: str | None = None
    territory: str | None = None
    locale: str | None = None
    address: Address | None = None
    volunteers_channel: str | None = None
    announcements_channel: str | None = None
    management: tuple[str, ...] | None = None
    starters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    closing_days: frozenset[date] | None = None
    allows_stepping_back: bool | None = None
    """Whether the bylaws let somebody give membership up and keep their job."""
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the management says of a member (`person`, `supervisor`: Slack ids); None leaves a line as it is."""

    person: str
    trade: str | None = None
    team: str | None = None
    supervisor: str | None = None
    arrived_on: date | None = None
    associate_since: date | None = None
    roles: frozenset[str] | None = None


def invite(conductor: Conductor, name: str) -> None:
    """Once: remember the workspace, and ask its administrators to set up the cooperative."""
    if workspaces.find(conductor.tx) is None:
        workspaces.save(conductor.tx, replace(conductor.workspace, name=name))
    if conductor.workspace.set_up_at is None:
        for leader in conductor.leaders():
            conductor.note("menu/setup_invitation", leader.id, occurrence="setup-invitation")


def set_up(conductor: Conductor, me: Member, choices: SetUp) -> Mapping[str, Refused]:
    """Write the choices; what is wrong, by field. Whoever sets up first becomes the steward."""
    if not may_start(conductor, EDITING, me):
        return {"name": Refused("not_allowed", {"who": [leader.name for leader in conductor.leaders()]})}
    if choices.territory is not None and choices.territory not in TERRITORIES:
        return {"territory": Refused("not_an_option")}
    if bad := [name for name, url in choices.links.items() if url and not url.startswith(("https://", "http://"))]:
        return {name: Refused("not_a_link") for name in bad}
    before = conductor.workspace
    given = {name: value for name in _PLAIN if (value := getattr(choices, name)) is not None}
    # A link, a channel or an address emptied in the window is taken away.
    links = {name: url for name, url in {**before.links, **choices.links}.items() if url}
    for name in ("volunteers_channel", "announcements_channel", "reply_to"):
        if name in given:
            given[name] = given[name] or None
    if choices.closing_days is not None:
        # What is behind is not asked again, and days are still counted from there.
        given["closing_days"] = choices.closing_days | {d for d in before.closing_days if d < conductor.today}
    starters = {**before.starters, **choices.starters}
    after = replace(before, **given, links=links, starters=starters, set_up_at=before.set_up_at or conductor.now)
    workspaces.save(conductor.tx, after)
    conductor.forget_workspace()
    if any(getattr(after, name) != getattr(before, name) for name in _CALENDAR):
        # What comes before a day may now have to come sooner.
        waking.wake_all(conductor.tx, conductor.now)
    first = before.set_up_at is None
    _grant_management(conductor, me, choices, first=first)
    _greet_channels(conductor, before, after)
    if after.announcements_channel != before.announcements_channel:
        _tell_elsewhere(conductor, after.announcements_channel)
    conductor.note("menu/set_up_done" if first else "menu/settings_kept", me.id)
    conductor.refresh_homes(m.id for m in conductor.everyone())
    return {}


def _greet_channels(conductor: Conductor, before: Workspace, after: Workspace) -> None:
    """A word where we are to speak: a channel we were not invited to shows at once among the failed messages."""
    known = (before.volunteers_channel, before.announcements_channel)
    for name in ("volunteers_channel", "announcements_channel"):
        channel = getattr(after, name)
        if channel and channel not in known:
            conductor.note(f"menu/{name}_hello", channel)


def _tell_elsewhere(conductor: Conductor, channel: str | None) -> None:
    """What is still to be told is told where news is told now."""
    for flow in conductor.score.flows.values():
        if ANNOUNCEMENTS in flow.parts and (channel or ANNOUNCEMENTS not in flow.cast):
            for talk in conversations.of_flow(conductor.tx, flow.name, open_only=True):
                conductor.recast(talk, ANNOUNCEMENTS, channel)


_PLAIN = (
    "name",
    "legal_form",
    "zone",
    "territory",
    "locale",
    "address",
    "volunteers_channel",
    "announcements_channel",
    "closing_days",
    "allows_stepping_back",
    "reply_to",
)


_CALENDAR = ("zone", "territory", "closing_days")


def _grant_management(conductor: Conductor, me: Member, choices: SetUp, *, first: bool) -> None:
    if first:
        members.grant(conductor.tx, me.id, STEWARD)
    if choices.management is None:
        return
    chosen = [m for slack_id in choices.management if (m := members.by_slack_id(conductor.tx, slack_id)) is not None]
    for holder in members.holders(conductor.tx, MANAGEMENT):
        if holder.id not in {m.id for m in chosen}:
            members.revoke(conductor.tx, holder.id, MANAGEMENT)
    for member in chosen:
        members.grant(conductor.tx, member.id, MANAGEMENT)
    conductor.forget(*(member.id for member in conductor.everyone()))
    leads.hand_over(conductor)
    ask_whoever_leads_now(conductor)


def describe(conductor: Conductor, me: Member, card: Card) -> Mapping[str, Refused]:
    """Write what the management says of a member; what is wrong, by field."""
    if not may_start(conductor, EDITING, me):
        return {"person": Refused("not_allowed", {"who": [leader.name for leader in conductor.leaders()]})}
    person = members.by_slack_id(conductor.tx, card.person)
    if person is None:
        return {"person": Refused("unknown_person")}
    if person.left_on is not None and (dated := [name for name in _DATES if getattr(card, name) is not None]):
        # A date would open another tenure: that is for a return, which is welcomed.
        return {dated[0]: Refused("has_left")}
    supervisor = members.by_slack_id(conductor.tx, card.supervisor) if card.supervisor else None
    if supervisor is not None and (supervisor.id == person.id or supervisor.is_visitor):
        return {"supervisor": Refused("is_yourself" if supervisor.id == person.id else "not_a_member")}
    lines = {name: value for name in _LINES if (value := getattr(card, name)) is not None}
    if supervisor is not None:
        lines["supervisor_id"] = supervisor.id
    conductor.remember(replace(person, **lines))
    if supervisor is not None and supervisor.id != person.supervisor_id:
        _give_the_part(conductor, person, supervisor)
    if card.roles is not None:
        for role in ROLES:
            (members.grant if role in card.roles else members.revoke)(conductor.tx, person.id, role)
    conductor.forget(person.id)
    if card.roles is not None and card.roles != person.roles:
        leads.hand_over(conductor)
        ask_whoever_leads_now(conductor)
    conductor.refresh_homes([person.id, me.id])
    return {}


def _give_the_part(conductor: Conductor, person: Member, supervisor: Member) -> None:
    """Whoever supervises them plays that part in the year under way, and nobody is asked any more who could."""
    for flow in JOURNEYS:
        for journey in conversations.of_flow(conductor.tx, flow, subject=person.id, open_only=True):
            conductor.recast(journey, SUPERVISOR, supervisor.id)
            for search in searches_of(conductor, journey, SUPERVISOR):
                if search.status == "open":
                    conductor.tell(search.id, Stopped())


_DATES = ("arrived_on", "associate_since")
_LINES = ("trade", "team", *_DATES)
