"""Whom a newcomer has met, and meets next, in their first year."""

from collections.abc import Mapping
from datetime import date

from bot.conductor import Conductor, Deed
from bot.people import rhythm_of
from bot.stamping import stamp_for
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Stopped
from flows.joining.coverage import FIRST_YEAR, coverage, has_met_the_team, here_from, next_encounters, still_to_meet
from flows.joining.encounters import PROPOSED_ON
from flows.joining.parts import BUDDIES, OTHER
from storage import conversations, meetings

Details = Mapping[str, str]


def record_buddies(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The newcomer has met their two buddies."""
    for part in BUDDIES:
        if (buddy := talk.plays(part)) is not None:
            _record(conductor, talk, buddy.id)


def record_meeting(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The newcomer has met whoever this encounter is with."""
    _record(conductor, talk, talk.cast[OTHER].id)


def _record(conductor: Conductor, talk: Conversation, other: str) -> None:
    newcomer = conductor.member(talk.cast[SUBJECT].id)
    if newcomer is None or newcomer.id == other:
        return
    meetings.record(conductor.tx, newcomer.id, other, conductor.today)
    if has_met_the_team(*coverage(newcomer, conductor.everyone(), meetings.met_by(conductor.tx, newcomer.id))):
        stamp_for(conductor, talk, newcomer.id, "met_team")


def plan_encounters(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Propose whom to meet next, within a newcomer's first year."""
    newcomer = conductor.member(talk.cast[SUBJECT].id)
    if newcomer is None or not newcomer.active:
        return
    end = (newcomer.arrived_on or conductor.today) + FIRST_YEAR
    if end <= conductor.today:
        return
    met = frozenset(meetings.met_by(conductor.tx, newcomer.id))
    unmet = still_to_meet(newcomer, conductor.everyone(), met)
    mine = conductor.seen(conversations.of_flow(conductor.tx, "encounter", subject=newcomer.id))
    asked_of: dict[str, list[date]] = {}
    for one in conversations.engaged(conductor.tx, "encounter", (OTHER,)):
        asked_of.setdefault(one.address, []).append(one.anchors[PROPOSED_ON])
    proposed = {other.id for encounter in mine if (other := encounter.plays(OTHER)) is not None}
    proposed |= _newcomers_who_meet(conductor, newcomer.id)
    chosen = next_encounters(
        [m for m in unmet if m.id not in proposed and here_from(m) < end],
        waiting=sum(_is_waiting(encounter) for encounter in mine),
        proposed_to_newcomer=[encounter.anchors[PROPOSED_ON] for encounter in mine],
        asked_of=asked_of,
        today=conductor.today,
        rhythm=rhythm_of(newcomer, conductor.workspace),
    )
    for member, proposed_on in chosen:
        conductor.begin("encounter", {SUBJECT: newcomer.id, OTHER: member.id}, anchors={PROPOSED_ON: proposed_on})


def _newcomers_who_meet(conductor: Conductor, member_id: str) -> set[str]:
    """Those whom this member was proposed to: two newcomers meet once, whoever of them it begins with."""
    castings = conversations.played_by(conductor.tx, member_id, open_only=False)
    lasting = (one for one in castings if one.flow == "encounter" and one.part == OTHER and one.status != "stopped")
    return {one.subject for one in lasting if one.subject is not None}


def let_encounter_go(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever was to be met has left: somebody else is proposed."""
    conductor.tell(talk.id, Stopped())
    plan_encounters(conductor, talk, details)


def _is_waiting(encounter: Conversation) -> bool:
    return encounter.status == "open" and "plan_meanwhile" not in encounter.steps


ENCOUNTER_DEEDS: Mapping[str, Deed] = {
    "record_buddies": record_buddies,
    "record_meeting": record_meeting,
    "plan_encounters": plan_encounters,
    "let_encounter_go": let_encounter_go,
}
