"""Who may give an answer, when that depends on more than the conversation: the rules `Ask.admits` names."""

from collections.abc import Mapping
from datetime import date

from bot.conductor import Admission, Conductor
from bot.days import A_YEAR, fault_of_day
from bot.leaving.announcing import announcing_day
from bot.leaving.debriefing import may_debrief
from bot.searching import search_for
from flows.core.answers import Day, Refused
from flows.core.model import Conversation
from flows.core.people import Member
from flows.joining.matching import LIMIT, impossible, why_not
from flows.joining.parts import SUPERVISOR
from storage import conversations, members


def free_for_a_newcomer(conductor: Conductor, talk: Conversation, by: Member, raw: object) -> Refused | None:
    """The volunteer, or the candidate who accepts, may take the part."""
    if raw not in ("me", "accept"):
        return None
    parent = conversations.parent_of(conductor.tx, talk.id)
    journey = conductor.load(parent[0]) if parent else talk
    part = talk.details["part"]
    holder = journey.plays(part)
    if holder is not None and holder.id != by.id:
        return Refused("already_taken")
    # Whoever was proposed the part was chosen for it: the finer rules are for those who offer themselves.
    rule = why_not if raw == "me" else impossible
    return _refused(rule(by, search_for(conductor, journey, part)))


def could_play(conductor: Conductor, talk: Conversation, by: Member, raw: object) -> Refused | None:
    """The person named may play the part sought."""
    named = members.by_slack_id(conductor.tx, raw) if isinstance(raw, str) else None
    if named is None or not named.active:
        return Refused("unknown_person")
    if named.is_visitor:
        return Refused("not_a_member")
    parent = conversations.parent_of(conductor.tx, talk.id)
    journey = conductor.load(parent[0]) if parent else talk
    if talk.details["part"] == SUPERVISOR:
        return Refused("is_yourself") if named.id == journey.cast["subject"].id else None
    return _refused(impossible(named, search_for(conductor, journey, talk.details["part"])))


def day_to_come(conductor: Conductor, talk: Conversation, by: Member, raw: object) -> Refused | None:
    """Everybody is told of this day."""
    day = Day().parse(raw)
    # The question itself refuses what is no day.
    return None if isinstance(day, Refused) else fault_of_day(date.fromisoformat(day), conductor.today, A_YEAR)


def _refused(reason: str | None) -> Refused | None:
    return Refused(reason, {"limit": LIMIT}) if reason else None


ADMISSIONS: Mapping[str, Admission] = {
    "free_for_a_newcomer": free_for_a_newcomer,
    "could_play": could_play,
    "announcing_day": announcing_day,
    "may_debrief": may_debrief,
    "day_to_come": day_to_come,
}
