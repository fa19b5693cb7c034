"""What `Do` steps make the shell do, by name. Each is harmless when done twice."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot import keeping
from bot.conductor import Conductor, Deed
from bot.improving import IMPROVEMENT_DEEDS
from bot.leaving.deeds import LEAVING_DEEDS
from bot.people import rhythm_of
from bot.polls.deeds import POLL_DEEDS
from bot.searching import JOURNEY, JOURNEYS, approached, search_for, searches_of
from flows.core.calendar import next_moment
from flows.core.model import SUBJECT, Ask, Conversation
from flows.core.moves import Answered, Post, Stopped
from flows.joining.buddies import FIRST_DAY, proposal, who_should, who_volunteers
from flows.joining.coverage import FIRST_YEAR, coverage, next_encounters, still_to_meet
from flows.joining.encounters import PROPOSED_ON
from flows.joining.matching import ranked
from flows.joining.parts import BUDDIES, CANDIDATE, CHOOSER, OTHER, SUPERVISOR, VOLUNTEERS
from flows.passport import MET_TEAM_FROM
from storage import conversations, meetings, members, passport

Details = Mapping[str, str]
PROPOSALS_BEFORE_THE_CALL = 3
"""How many people are asked one by one, when no channel of volunteers is set, before the management is."""


# ---------------------------------------------------------------------------------------------------------- the passport


def stamp(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Stamp the subject's passport, and tell them the first time."""
    stamp_for(conductor, talk, talk.cast[SUBJECT].id, details["stamp"])


def stamp_buddies(conductor: Conductor, talk: Conversation, details: Details) -> None:
    for part in BUDDIES:
        if (buddy := talk.plays(part)) is not None:
            stamp_for(conductor, talk, buddy.id, details["stamp"])


def stamp_for(conductor: Conductor, talk: Conversation, member_id: str, name: str) -> None:
    if not passport.stamp(conductor.tx, member_id, name, conductor.today):
        return
    member = conductor.member(member_id)
    if member is not None and member.slack_id and member.active:
        prompt = member_id == conductor.actor
        at = conductor.now if prompt else next_moment(conductor.now, rhythm_of(member, conductor.workspace))
        context = {"stamp": name}
        post = Post("stamped", "home/stamped", member_id, f"stamped-{name}", at, conductor.now, prompt, context=context)
        conductor.say(talk.id, post)
    conductor.refresh_homes([member_id])


# -------------------------------------------------------------------------------------------------------- finding buddies


def seek_buddy(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Ask the next person, or the volunteers, or whoever can name somebody: one search at a time."""
    part = details.get("part") or talk.details["part"]
    journey = _journey_of(conductor, talk)
    if journey is None or journey.status != "open" or journey.plays(part) is not None:
        return
    searches = searches_of(conductor, journey.id, part)
    if any(search.status == "open" and search.id != talk.id for search in searches):
        return
    search = search_for(conductor, journey, part)
    named = conductor.member(journey.details.get(f"named_{part}", ""))
    if named is not None and named.active and named.id not in search.asked:
        _propose(conductor, journey, part, named.id, is_willing=named.id == conductor.actor)
        return
    channel = conductor.workspace.volunteers_channel
    if channel and not any(search.flow == "buddy_call" for search in searches):
        _search(conductor, journey, "buddy_call", part, VOLUNTEERS, channel)
        return
    candidates = [member for member in ranked(search) if member.id not in approached(conductor, journey)]
    if candidates and len(search.asked) < PROPOSALS_BEFORE_THE_CALL:
        _propose(conductor, journey, part, candidates[0].id)
        return
    ask_for_part(conductor, journey, {"part": part})


def seek_in_parent(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """The journey this conversation belongs to looks for the part; without one, whoever can name somebody is asked."""
    journey = _journey_of(conductor, talk)
    if journey is None or journey.id == talk.id or journey.status != "open":
        ask_for_part(conductor, talk, details)


def ask_for_part(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Ask the management who should play a part."""
    part = details["part"]
    if any(
        search.status == "open" and search.flow == "part_choice" for search in searches_of(conductor, talk.id, part)
    ):
        return
    leaders = conductor.leaders(talk)
    if leaders:
        _search(conductor, talk, "part_choice", part, CHOOSER, leaders[0].id)


def seek_somebody_else(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever was proposed the part has left: do not wait for their answer."""
    conductor.tell(talk.id, Stopped())
    seek_buddy(conductor, talk, {"part": talk.details["part"]})


def ask_another_leader(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever was to name somebody has left: another of those who lead is asked."""
    leaders = conductor.leaders(talk)
    if leaders:
        conductor.recast(talk.id, CHOOSER, leaders[0].id)


def appoint_buddy(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Give the part to the candidate who accepted, or to the volunteer."""
    by = talk.steps[who_volunteers.name].by if talk.flow == "buddy_call" else talk.cast[CANDIDATE].id
    if by is None:
        return
    if talk.flow == "buddy_call":
        conductor.recast(talk.id, CANDIDATE, by)
    _give(conductor, talk, by)


def give_part(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Give the part to the person named; a buddy is proposed it first, as anybody else may decline."""
    named = members.by_slack_id(conductor.tx, talk.answer(who_should) or "")
    journey = _journey_of(conductor, talk)
    if named is None or journey is None:
        return
    if talk.details["part"] in BUDDIES:
        _propose(conductor, journey, talk.details["part"], named.id, is_willing=named.id == talk.cast[CHOOSER].id)
        return
    subject = conductor.member(journey.cast[SUBJECT].id)
    if talk.details["part"] == SUPERVISOR and subject is not None:
        conductor.remember(replace(subject, supervisor_id=named.id))
    _give(conductor, talk, named.id)


def _give(conductor: Conductor, talk: Conversation, member_id: str) -> None:
    journey = _journey_of(conductor, talk)
    part = talk.details["part"]
    if journey is None or ((holder := journey.plays(part)) is not None and holder.id != member_id):
        return
    conductor.recast(journey.id, part, member_id)
    for other in searches_of(conductor, journey.id, part):
        if other.status == "open" and other.id != talk.id:
            conductor.tell(other.id, Stopped())


def _propose(
    conductor: Conductor, journey: Conversation, part: str, member_id: str, *, is_willing: bool = False
) -> None:
    """`is_willing`: they have named themselves, and are not asked what they have just said."""
    proposed = _search(conductor, journey, "buddies", part, CANDIDATE, member_id)
    if is_willing:
        conductor.tell(proposed, Answered(proposal.name, "accept", member_id))


def _search(conductor: Conductor, journey: Conversation, flow: str, part: str, asked: str, address: str) -> str:
    cast = {SUBJECT: journey.cast[SUBJECT].id, asked: address}
    first_day = journey.anchors.get(FIRST_DAY, conductor.today)
    known = {FIRST_DAY: first_day}
    return conductor.begin(flow, cast, anchors=known, details={"part": part}, parent=(journey.id, ""))


def _journey_of(conductor: Conductor, talk: Conversation) -> Conversation | None:
    """The onboarding a conversation belongs to: itself, the one it was begun from, or the subject's open one."""
    if talk.flow in JOURNEYS:
        return conductor.load(talk.id)
    parent = conversations.parent_of(conductor.tx, talk.id)
    if parent is not None:
        return _journey_of(conductor, conductor.load(parent[0]))
    found = conversations.of_flow(conductor.tx, JOURNEY, subject=talk.cast[SUBJECT].id, open_only=True)
    return conductor.load(found[-1]) if found else None


# ---------------------------------------------------------------------------------------------------------- the first day


def look_for_account(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever leads hears of a newcomer with no account: they may have one under another e-mail, and nothing is said there."""
    newcomer = conductor.member(talk.cast[SUBJECT].id)
    if newcomer is None or newcomer.slack_id is not None:
        return
    for leader in conductor.leaders(talk):
        at = next_moment(conductor.now, rhythm_of(leader, conductor.workspace))
        occurrence = f"no_account-{talk.id}"
        conductor.say(talk.id, Post("no_account", "menu/no_account", leader.id, occurrence, at, conductor.now))


# ------------------------------------------------------------------------------------------------------------- encounters


def record_buddies(conductor: Conductor, talk: Conversation, details: Details) -> None:
    for part in BUDDIES:
        if (buddy := talk.plays(part)) is not None:
            _record(conductor, talk, buddy.id)


def record_meeting(conductor: Conductor, talk: Conversation, details: Details) -> None:
    _record(conductor, talk, talk.cast[OTHER].id)


def _record(conductor: Conductor, talk: Conversation, other: str) -> None:
    newcomer = conductor.member(talk.cast[SUBJECT].id)
    if newcomer is None or newcomer.id == other:
        return
    meetings.record(conductor.tx, newcomer.id, other, conductor.today)
    met, to_meet = coverage(newcomer, conductor.everyone(), meetings.met_by(conductor.tx, newcomer.id))
    if to_meet and met >= MET_TEAM_FROM * to_meet:
        stamp_for(conductor, talk, newcomer.id, "met_team")


def plan_encounters(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Propose whom to meet next, within a newcomer's first year."""
    newcomer = conductor.member(talk.cast[SUBJECT].id)
    if newcomer is None or not newcomer.active or _has_been_here_a_year(newcomer.arrived_on, conductor.today):
        return
    met = frozenset(meetings.met_by(conductor.tx, newcomer.id))
    unmet = still_to_meet(newcomer, conductor.everyone(), met)
    ids = conversations.of_flow(conductor.tx, "encounter", subject=newcomer.id)
    house = rhythm_of(None, conductor.workspace)
    mine = conversations.load_all(conductor.tx, ids, lambda _: conductor.addressee, house)
    asked_of: dict[str, list[date]] = {}
    for one in conversations.engaged(conductor.tx, "encounter", (OTHER,)):
        asked_of.setdefault(one.address, []).append(one.anchors[PROPOSED_ON])
    proposed = {other.id for encounter in mine if (other := encounter.plays(OTHER)) is not None}
    proposed |= _newcomers_who_meet(conductor, newcomer.id)
    chosen = next_encounters(
        [m for m in unmet if m.id not in proposed],
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


def _has_been_here_a_year(arrived_on: date | None, today: date) -> bool:
    return arrived_on is not None and arrived_on + FIRST_YEAR <= today


# -------------------------------------------------------------------------------------------------------------- the report


def close_answers(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """No message keeps a button to change what may not be changed any more."""
    for name, state in talk.steps.items():
        if isinstance(conductor.score.flows[talk.flow].step(name), Ask) and state.state == "done":
            conductor.refresh(talk, name)


def forget_answers(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """What is not to be read is not to be kept: the answers are blanked, their steps stay over."""
    keeping.blank(conductor, conductor.load(talk.id))


DEEDS: Mapping[str, Deed] = {
    "stamp": stamp,
    "stamp_buddies": stamp_buddies,
    "seek_buddy": seek_buddy,
    "seek_in_parent": seek_in_parent,
    "ask_for_part": ask_for_part,
    "seek_somebody_else": seek_somebody_else,
    "ask_another_leader": ask_another_leader,
    "appoint_buddy": appoint_buddy,
    "give_part": give_part,
    "look_for_account": look_for_account,
    "record_buddies": record_buddies,
    "record_meeting": record_meeting,
    "plan_encounters": plan_encounters,
    "let_encounter_go": let_encounter_go,
    "close_answers": close_answers,
    "forget_answers": forget_answers,
    **POLL_DEEDS,
    **IMPROVEMENT_DEEDS,
    **LEAVING_DEEDS,
}
