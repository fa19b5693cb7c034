"""The improvement plan: lines are added, followed with whoever took them on, and closed with a word on what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.conductor import Conductor, Deed
from bot.days import TWO_YEARS, fault_of_day
from bot.people import rhythm_of
from bot.polls.leads import leads, unless_lead
from bot.polls.naming import scan
from bot.polls.telling import everybody, tell_channel
from flows.core.answers import Refused, Text
from flows.core.calendar import appointed_day
from flows.core.model import SUBJECT, Conversation, StepState
from flows.core.moves import Stopped
from flows.core.people import Member
from flows.living.action_follow_up import ASKED_AGAIN_AFTER, DRAWS_NEAR, DUE, SOON, outcome, state
from storage import conversations, improvements, members, polls
from storage.improvements import Improvement, ImprovementState, Source

Details = Mapping[str, str]
FOLLOW_UP = "action_follow_up"
LONGEST_LINE = 500
OVER = Refused("plan/settled_already")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What somebody decides in the plan's window; `owner` is a Slack id. `round_id`: the round it comes from, if any."""

    finding: str
    action: str
    due_on: date
    owner: str
    sign: str = ""
    source: Source = "other"
    round_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a line stands: closed with a word on what came of it, or under way; then maybe due another day, or taken on by
    somebody else (a Slack id)."""

    state: ImprovementState
    word: str = ""
    due_on: date | None = None
    owner: str | None = None


def add(conductor: Conductor, me: Member, line: Line) -> Mapping[str, Refused]:
    """Write a line and follow it with its owner; what is wrong, by field. Who wrote it is kept nowhere: it could lead back to
    whose remark it was."""
    if refused := unless_lead(conductor, me):
        return {"finding": refused}
    owner = members.by_slack_id(conductor.tx, line.owner)
    faults = _faults(conductor, line) | _fault_of_day(conductor, line.due_on) | _fault_of_owner(owner)
    if faults or owner is None:
        return faults
    record = polls.find(conductor.tx, line.round_id) if line.round_id and line.source == "round" else None
    kept = Improvement(
        id=improvements.new_id(),
        source=line.source,
        finding=_clean(line.finding),
        action=_clean(line.action),
        sign=_clean(line.sign),
        owner_id=owner.id,
        due_on=line.due_on,
        opened_on=conductor.today,
        poll=record.poll_name if record is not None else "",
        round_id=record.id if record is not None else None,
    )
    if not any(replace(one, id=kept.id) == kept for one in improvements.under_way(conductor.tx)):
        improvements.save(conductor.tx, kept)
        _follow(conductor, kept, owner, line.due_on, entrusted=owner.id != me.id)
        _refresh(conductor)
    return {}


def _faults(conductor: Conductor, line: Line) -> dict[str, Refused]:
    kind = Text(longest=LONGEST_LINE)
    texts = {"finding": line.finding, "action": line.action} | ({"sign": line.sign} if _clean(line.sign) else {})
    faults = {name: found for name, text in texts.items() if isinstance(found := kind.parse(text), Refused)}
    names = [name for one in conductor.everyone() for name in (one.first_name, one.last_name)]
    if "finding" not in faults and (named := scan(line.finding, names)):
        faults["finding"] = Refused("plan/naming", {"found": list(named)})
    return faults


def _fault_of_day(conductor: Conductor, day: date) -> dict[str, Refused]:
    fault = fault_of_day(day, conductor.today, TWO_YEARS)
    return {"due_on": fault} if fault else {}


def _fault_of_owner(owner: Member | None) -> dict[str, Refused]:
    if owner is None:
        return {"owner": Refused("not_a_person")}
    return {} if owner.active else {"owner": Refused("deactivated")}


def why_not_settle(conductor: Conductor, me: Member, found: Improvement | None) -> Refused | None:
    """Its owner and the leads may say where it stands, while it is under way."""
    if found is None or found.state != "under_way":
        return OVER
    return None if found.owner_id == me.id else unless_lead(conductor, me)


def settle(conductor: Conductor, me: Member, improvement_id: str, now: Standing) -> Mapping[str, Refused]:
    """Its owner or a lead says where a line stands; what is wrong, by field."""
    found = improvements.find(conductor.tx, improvement_id, lock=True)
    refused = why_not_settle(conductor, me, found)
    if refused is not None or found is None:
        return {"state": refused or OVER}
    if now.state == "under_way":
        return _goes_on(conductor, me, found, now)
    word = Text(longest=LONGEST_LINE).parse(now.word)
    if isinstance(word, Refused):
        return {"outcome": Refused("plan/word_wanted") if word.reason == "empty_text" else word}
    _close(conductor, found, now.state, word)
    return {}


def _goes_on(conductor: Conductor, me: Member, found: Improvement, now: Standing) -> Mapping[str, Refused]:
    due_on = now.due_on or found.due_on
    faults = _fault_of_day(conductor, due_on) if due_on != found.due_on else {}
    owner = members.by_slack_id(conductor.tx, now.owner) if now.owner else conductor.member(found.owner_id or "")
    if now.owner is not None:
        faults |= _fault_of_owner(owner)
    if faults or owner is None:
        return faults
    moved = replace(found, due_on=due_on, owner_id=owner.id)
    followed = _followed(conductor, found)
    # Said here, it is not to be asked again where it was being asked.
    is_asked = any(one.steps[state.name].state == "asked" for one in followed if state.name in one.steps)
    if moved != found or is_asked:
        improvements.save(conductor.tx, moved)
        _stop(conductor, followed)
        is_to_come = due_on != found.due_on or due_on > conductor.today
        later = due_on if is_to_come else conductor.today + ASKED_AGAIN_AFTER
        _follow(conductor, moved, owner, later, entrusted=owner.id not in (found.owner_id, me.id))
    _refresh(conductor)
    return {}


# ---------------------------------------------------------------------------------------------------------------- deeds


def close_improvement(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Its owner said that it is over."""
    found = _line_of(conductor, talk)
    answered: Any = talk.answer(state)
    if found is not None and answered in ("done", "dropped"):
        _close(conductor, found, answered, talk.answer(outcome) or "")


def follow_improvement_again(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """It goes on: ask again in a while."""
    found = _line_of(conductor, talk)
    owner = talk.plays(SUBJECT)
    member = conductor.member(owner.id) if owner is not None else next(iter(leads(conductor)), None)
    if found is not None and member is not None:
        _follow(conductor, found, member, conductor.today + ASKED_AGAIN_AFTER)


def seek_owner(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever took it on has left: a lead follows it until somebody takes it."""
    others = [one for one in leads(conductor) if one.id != talk.cast[SUBJECT].id]
    found = _line_of(conductor, talk)
    if others and found is not None:
        improvements.save(conductor.tx, replace(found, owner_id=others[0].id))
        conductor.recast(talk.id, SUBJECT, others[0].id)
        _tell(conductor, talk.id, others[0], "plan/inherited")
        _refresh(conductor)


def _line_of(conductor: Conductor, talk: Conversation) -> Improvement | None:
    """The line a conversation follows, while it is under way."""
    found = improvements.find(conductor.tx, talk.details["improvement"], lock=True)
    return found if found is not None and found.state == "under_way" else None


def _close(conductor: Conductor, found: Improvement, new_state: ImprovementState, word: str) -> None:
    today = conductor.today
    improvements.save(conductor.tx, replace(found, state=new_state, outcome=_clean(word), closed_on=today))
    _stop(conductor, _followed(conductor, found))
    tell_channel(conductor, "polls/improvement_closed", found.id, improvement=found.id)
    _refresh(conductor)


def _follow(conductor: Conductor, found: Improvement, owner: Member, due_on: date, *, entrusted: bool = False) -> None:
    """Ask its owner at `due_on`; tell them at once of a line that somebody else has given them."""
    details = {"improvement": found.id, "finding": found.finding, "action": found.action}
    # Begun by nobody: whoever wrote a line down may be the one reader of the report it came from.
    by_nobody = replace(conductor, actor=None)
    # A day as near as that, whoever gives it has just seen.
    is_near = appointed_day(DRAWS_NEAR, due_on, rhythm_of(owner, conductor.workspace)) <= conductor.today
    behind = {SOON: StepState("missed", conductor.now)} if is_near else {}
    talk = by_nobody.begin(FOLLOW_UP, {SUBJECT: owner.id}, anchors={DUE: due_on}, details=details, steps=behind)
    if entrusted:
        _tell(conductor, talk, owner, "plan/taken_on")


def _tell(conductor: Conductor, talk: str, owner: Member, message: str) -> None:
    at = conductor.hour_of(owner)
    conductor.note(message, owner.id, conversation=talk, occurrence=f"{message}-{owner.id}", at=at)


def _stop(conductor: Conductor, followed: list[Conversation]) -> None:
    for talk in followed:
        conductor.tell(talk.id, Stopped())


def _followed(conductor: Conductor, found: Improvement) -> list[Conversation]:
    """The conversations that follow a line and have not ended."""
    subject = found.owner_id
    ids = conversations.of_flow(conductor.tx, FOLLOW_UP, subject=subject, open_only=True)
    return [talk for talk in conductor.known(ids) if talk.details.get("improvement") == found.id]


def _refresh(conductor: Conductor) -> None:
    conductor.refresh_homes(one.id for one in everybody(conductor))


def _clean(words: str) -> str:
    return words.replace("\x00", "").strip()


IMPROVEMENT_DEEDS: Mapping[str, Deed] = {
    "close_improvement": close_improvement,
    "follow_improvement_again": follow_improvement_again,
    "seek_owner": seek_owner,
}
