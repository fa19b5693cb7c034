"""The improvement plan: lines are added, followed with whoever took them on, and closed with a word on what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.conductor import Conductor, Deed
from bot.polls.leads import leads, unless_lead
from bot.polls.telling import everybody, tell_channel
from flows.core.answers import Refused, Text
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Stopped
from flows.core.people import Member
from flows.living.action_follow_up import ASKED_AGAIN_AFTER, DUE, outcome, state
from storage import conversations, improvements, members
from storage.improvements import Improvement, ImprovementState, Source

Details = Mapping[str, str]
FARTHEST = timedelta(days=730)
FOLLOW_UP = "action_follow_up"
LONGEST_LINE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What somebody decides in the plan's window; `owner` is a Slack id."""

    finding: str
    action: str
    due_on: date
    owner: str
    sign: str = ""
    source: Source = "other"
    round_id: str | None = None
    poll: str = ""


def add(conductor: Conductor, me: Member, line: Line) -> Mapping[str, Refused]:
    """Write a line and follow it with its owner; what is wrong, by field."""
    owner = members.by_slack_id(conductor.tx, line.owner)
    if faults := _faults(conductor, me, line, owner):
        return faults
    assert owner is not None
    kept = Improvement(
        id=improvements.new_id(),
        source=line.source,
        finding=line.finding.strip(),
        action=line.action.strip(),
        sign=line.sign.strip(),
        owner_id=owner.id,
        due_on=line.due_on,
        opened_on=conductor.today,
        poll=line.poll,
        round_id=line.round_id,
    )
    improvements.save(conductor.tx, kept)
    _follow(conductor, kept, owner, line.due_on)
    conductor.refresh_homes(one.id for one in everybody(conductor))
    return {}


def _faults(conductor: Conductor, me: Member, line: Line, owner: Member | None) -> dict[str, Refused]:
    if refused := unless_lead(conductor, me):
        return {"finding": refused}
    texts: dict[str, Any] = {"finding": line.finding, "action": line.action}
    parsed = {name: Text(longest=LONGEST_LINE).parse(text) for name, text in texts.items()}
    faults = {name: found for name, found in parsed.items() if isinstance(found, Refused)}
    if owner is None or not owner.active:
        faults["owner"] = Refused("not_a_person")
    if line.due_on < conductor.today:
        faults["due_on"] = Refused("day_in_the_past")
    elif line.due_on > conductor.today + FARTHEST:
        faults["due_on"] = Refused("day_too_far")
    return faults


def settle(
    conductor: Conductor, me: Member, improvement_id: str, new_state: ImprovementState, word: str, due_on: date | None
) -> Mapping[str, Refused]:
    """Its owner or a lead says where a line stands: closed with a word on what came of it, or due another day."""
    found = improvements.find(conductor.tx, improvement_id)
    if found is None or found.state != "under_way":
        return {"state": Refused("gone")}
    if found.owner_id != me.id and (refused := unless_lead(conductor, me)):
        return {"state": refused}
    if new_state != "under_way":
        _close(conductor, found, new_state, word)
        return {}
    if due_on is not None and due_on < conductor.today:
        return {"due_on": Refused("day_in_the_past")}
    if due_on is not None and due_on != found.due_on:
        improvements.save(conductor.tx, replace(found, due_on=due_on))
        _follow_anew(conductor, found, due_on)
    conductor.refresh_homes(one.id for one in everybody(conductor))
    return {}


# ---------------------------------------------------------------------------------------------------------------- deeds


def close_improvement(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Its owner said that it is over."""
    found = improvements.find(conductor.tx, talk.details["improvement"])
    answered: Any = talk.answer(state)
    if found is not None and found.state == "under_way" and answered in ("done", "dropped"):
        _close(conductor, found, answered, talk.answer(outcome) or "")


def follow_improvement_again(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """It goes on: ask again in a while."""
    found = improvements.find(conductor.tx, talk.details["improvement"])
    owner = talk.plays(SUBJECT)
    if found is not None and found.state == "under_way" and owner is not None:
        member = conductor.member(owner.id)
        if member is not None:
            _follow(conductor, found, member, conductor.today + ASKED_AGAIN_AFTER)


def seek_owner(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever took it on has left: a lead follows it until somebody takes it."""
    others = [one for one in leads(conductor) if one.id != talk.cast[SUBJECT].id]
    found = improvements.find(conductor.tx, talk.details["improvement"])
    if others and found is not None:
        improvements.save(conductor.tx, replace(found, owner_id=others[0].id))
        conductor.recast(talk.id, SUBJECT, others[0].id)


def _close(conductor: Conductor, found: Improvement, new_state: ImprovementState, word: str) -> None:
    today = conductor.today
    improvements.save(conductor.tx, replace(found, state=new_state, outcome=word.strip(), closed_on=today))
    for talk in _followed(conductor, found):
        conductor.tell(talk.id, Stopped())
    tell_channel(conductor, "polls/improvement_closed", found.id, improvement=found.id)
    conductor.refresh_homes(one.id for one in everybody(conductor))


def _follow(conductor: Conductor, found: Improvement, owner: Member, due_on: date) -> None:
    details = {"improvement": found.id, "finding": found.finding, "action": found.action}
    conductor.begin(FOLLOW_UP, {SUBJECT: owner.id}, anchors={DUE: due_on}, details=details)


def _follow_anew(conductor: Conductor, found: Improvement, due_on: date) -> None:
    for talk in _followed(conductor, found):
        conductor.tell(talk.id, Stopped())
    owner = conductor.member(found.owner_id or "")
    if owner is not None:
        _follow(conductor, found, owner, due_on)


def _followed(conductor: Conductor, found: Improvement) -> list[Conversation]:
    """The conversations that follow a line and have not ended."""
    subject = found.owner_id
    ids = conversations.of_flow(conductor.tx, FOLLOW_UP, subject=subject, open_only=True)
    return [talk for talk in conductor.known(ids) if talk.details.get("improvement") == found.id]


IMPROVEMENT_DEEDS: Mapping[str, Deed] = {
    "close_improvement": close_improvement,
    "follow_improvement_again": follow_improvement_again,
    "seek_owner": seek_owner,
}
