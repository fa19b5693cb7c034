"""What Slack says of an account becomes a member: recognised by its id, then by its e-mail; noticed when it closes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.around import tell_each, tell_those_around
from bot.conductor import Conductor
from bot.searching import JOURNEYS
from bot.stamping import stamp_if_they_accompanied
from flows.core.model import SUBJECT, Ask, Conversation, Flow, Say, addressed
from flows.core.moves import Stopped, Woken
from flows.core.people import Member
from flows.joining.buddies import buddies
from flows.joining.encounters import encounter
from flows.joining.parts import CANDIDATE, OTHER
from flows.leaving.afterwards import MAYBE_BACK, WRITING_TO_THEM
from flows.leaving.kinds import DEATH
from storage import contacts, conversations, departures, members

PROPOSED = frozenset({(encounter.name, OTHER), (buddies.name, CANDIDATE)})
"""The parts that somebody is proposed, by flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the workspace's messaging, as the Web API describes it (docs.slack.dev/reference/objects/user-object)."""

    slack_id: str
    first_name: str
    last_name: str = ""
    email: str | None = None
    locale: str | None = None
    zone: str | None = None
    active: bool = True
    is_admin: bool = False
    is_guest: bool | None = None
    """None: Slack does not say, as of an account that is closed."""
    is_bot: bool = False


def recognise(conductor: Conductor, accounts: Sequence[Account], *, complete: bool) -> None:
    """Remember these accounts; `complete` means there is no other, so that whoever is absent has left."""
    for account in accounts:
        recognise_one(conductor, account)
    if complete:
        for member in absent(conductor, accounts):
            close(conductor, member)


def recognise_one(conductor: Conductor, account: Account) -> None:
    if account.is_bot:
        return
    known = members.by_slack_id(conductor.tx, account.slack_id)
    holder = members.by_email(conductor.tx, account.email) if account.email else None
    if known is None and account.email:
        known = _without_account(holder) or _without_account(_by_letter(conductor, account.email))
    elif known is not None and holder is not None and _was_welcomed_as(conductor, known, holder, account):
        known, holder = _joined(conductor, known, holder), None
    if holder is not None and (known is None or holder.id != known.id):
        # Somebody else is known by that address: two people never share one.
        account = replace(account, email=None)
    if known is not None:
        _become(conductor, known, _as_told(known, account))
    elif account.active:
        conductor.remember(_as_told(Member(id=members.new_id(), first_name=account.first_name), account))


def absent(conductor: Conductor, accounts: Sequence[Account]) -> list[Member]:
    """Those whose account is open in our books and is none of these."""
    present = {account.slack_id for account in accounts}
    return [m for m in members.everyone(conductor.tx) if m.slack_id is not None and m.slack_id not in present]


def close(conductor: Conductor, member: Member) -> None:
    """Their account is open no longer."""
    _let_go(conductor, conductor.remember(replace(member, active=False)))


def _become(conductor: Conductor, known: Member, told: Member) -> None:
    if told == known:
        return
    conductor.remember(told)
    if known.active and not told.active:
        _let_go(conductor, told)
        return
    if told.active and not known.active and (known.left_on is not None or known.slack_id is not None):
        _tell_that_they_are_back(conductor, told)
    if told.is_visitor != known.is_visitor:
        _set_aside(conductor, told)
    if told.active and (known.slack_id is None or not known.active or told.zone != known.zone):
        conversations.wake_for(conductor.tx, known.id, conductor.now)


def _set_aside(conductor: Conductor, member: Member) -> None:
    """Their account became a guest's, or is one no more. What they began goes on; what was only proposed to somebody who turns
    out to be no member is proposed to another."""
    if member.is_visitor:
        for casting in conversations.played_by(conductor.tx, member.id):
            if (casting.flow, casting.part) in PROPOSED:
                conductor.recast(casting.conversation, casting.part, None)
    conductor.refresh_homes([member.id])


def _without_account(member: Member | None) -> Member | None:
    """The member, unless an account of theirs is open: an address that goes to somebody else takes nobody's place."""
    return member if member is not None and (member.slack_id is None or not member.active) else None


def _was_welcomed_as(conductor: Conductor, known: Member, holder: Member, account: Account) -> bool:
    """Whether `holder` is whom `known` was expected as, and what was begun for one can go on for the other."""
    if holder.id == known.id or holder.slack_id is not None or not account.active:
        return False
    return not any(_years(conductor, flow, known, open_only=True) for flow in JOURNEYS)


def _joined(conductor: Conductor, known: Member, expected: Member) -> Member:
    """Whoever was welcomed under an address had an account under another: what was begun goes on there."""
    conductor.remember(replace(expected, email=None, active=False))
    castings = conversations.played_by(conductor.tx, expected.id)
    if not castings:
        return known
    joined = conductor.remember(
        replace(
            known,
            arrived_on=expected.arrived_on or known.arrived_on,
            trade=expected.trade or known.trade,
            team=expected.team or known.team,
            supervisor_id=expected.supervisor_id or known.supervisor_id,
        )
    )
    for casting in castings:
        for talk in conductor.known([casting.conversation]):
            conductor.recast(talk.id, casting.part, known.id)
    _tell_leaders(conductor, "menu/had_an_account", f"joined-{expected.id}", {"name": expected.name})
    return joined


def _by_letter(conductor: Conductor, email: str) -> Member | None:
    """A former member, by the personal address they gave."""
    found = contacts.by_email(conductor.tx, email)
    return members.find(conductor.tx, found.member_id) if found is not None else None


def _tell_that_they_are_back(conductor: Conductor, member: Member) -> None:
    """Somebody who had left, or whose year had stopped, has an account again: whoever leads may prepare a welcome. That of
    somebody who died is opened for what is in it."""
    if _has_died(conductor, member):
        return
    told = {"name": member.name, "account": member.slack_id}
    if member.left_on is not None:
        _hold_letters(conductor, member)
        message, occurrence = "menu/is_back", f"back-{member.left_on}"
    elif (stopped := _last_year_if_stopped(conductor, member)) is not None:
        message, occurrence = "menu/open_again", f"back-{stopped.id}"
    else:
        return
    _tell_leaders(conductor, message, occurrence, told)


def _hold_letters(conductor: Conductor, member: Member) -> None:
    """Nobody asks whoever is back how they are doing elsewhere."""
    for flow in WRITING_TO_THEM:
        for talk in conductor.known(conversations.of_flow(conductor.tx, flow, subject=member.id, open_only=True)):
            conversations.save(conductor.tx, replace(talk, details={**talk.details, **MAYBE_BACK}), conductor.now)


def _has_died(conductor: Conductor, member: Member) -> bool:
    kinds = [one.kind for one in departures.of_member(conductor.tx, member.id) if one.state == "left"]
    return kinds[-1:] == [DEATH.name]


def _tell_leaders(conductor: Conductor, message: str, occurrence: str, told: Mapping[str, Any]) -> None:
    """By day: accounts are looked through at night, and opened at any hour."""
    tell_each(conductor, [leader.id for leader in conductor.leaders()], message, occurrence, told)


def _last_year_if_stopped(conductor: Conductor, member: Member) -> Conversation | None:
    years = [talk for flow in JOURNEYS for talk in _years(conductor, flow, member)]
    is_over = bool(years) and all(year.status != "open" for year in years)
    return years[-1] if is_over and years[-1].status == "stopped" else None


def _years(conductor: Conductor, flow: str, member: Member, *, open_only: bool = False) -> list[Conversation]:
    return list(conductor.known(conversations.of_flow(conductor.tx, flow, subject=member.id, open_only=open_only)))


def _let_go(conductor: Conductor, member: Member) -> None:
    """Free their parts, and tell those around a newcomer whose year stops so: an account may be closed by mistake."""
    years = [year for flow in JOURNEYS for year in _years(conductor, flow, member, open_only=True)]
    release(conductor, member)
    if conductor.score.smtp and member.is_at(conductor.workspace.reply_to):
        told = {"name": member.name, "address": conductor.workspace.reply_to}
        _tell_leaders(conductor, "menu/replies_unread", f"replies-{member.id}-{conductor.today}", told)
    for year in years:
        if conductor.load(year.id).status == "stopped":
            occurrence = f"closed-{year.id}"
            tell_those_around(conductor, year, "menu/account_closed", occurrence, conductor.leaders())


def _as_told(member: Member, account: Account) -> Member:
    """What the person chose here (their language, once chosen) is theirs: Slack's word does not replace it."""
    return replace(
        member,
        slack_id=account.slack_id,
        first_name=account.first_name or member.first_name,
        last_name=account.last_name,
        email=account.email or member.email,
        locale=member.locale or account.locale,
        zone=account.zone or member.zone,
        active=account.active,
        is_admin=account.is_admin,
        is_guest=member.is_guest if account.is_guest is None else account.is_guest,
    )


def release(conductor: Conductor, member: Member) -> None:
    """Free the parts of somebody whose account has closed: what is about them stops, unless it goes on by letter; what they
    did for others is handed over, and so is what they led or had taken on."""
    for casting in conversations.played_by(conductor.tx, member.id):
        for talk in conductor.known([casting.conversation]):
            flow = conductor.score.flows[talk.flow]
            heir = flow.fills.get(SUBJECT)
            if casting.part != SUBJECT:
                # Without a word: whatever they leave for, it is no day for it.
                stamp_if_they_accompanied(conductor, talk, casting.part, told=False)
                conductor.recast(talk.id, casting.part, None)
            elif _goes_on_by_letter(flow, talk):
                conductor.tell(talk.id, Woken())
            elif heir is not None:
                conductor.score.deeds[heir](conductor, talk, {"part": SUBJECT})
            else:
                conductor.tell(talk.id, Stopped())


def _goes_on_by_letter(flow: Flow, talk: Conversation) -> bool:
    """Whether letters reach whom it is about, and one is still to come."""
    subject = talk.plays(SUBJECT)
    return subject is not None and any(
        step.by_email and SUBJECT in addressed(step) and not talk.is_over(step.name)
        for step in flow.steps
        if isinstance(step, Say | Ask)
    )
