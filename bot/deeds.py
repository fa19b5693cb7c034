"""What `Do` steps make the shell do, by name. Each is harmless when done twice."""

from collections.abc import Mapping
from dataclasses import replace

from bot import keeping
from bot.conductor import Conductor, Deed
from bot.encounters import ENCOUNTER_DEEDS
from bot.improving import IMPROVEMENT_DEEDS
from bot.leaving.deeds import LEAVING_DEEDS
from bot.polls.deeds import POLL_DEEDS
from bot.searching import JOURNEY, JOURNEYS, approached, leader_to_ask, search_for, searches_of
from bot.stamping import STAMPING_DEEDS
from flows.core.model import SUBJECT, Ask, Conversation
from flows.core.moves import Answered, Stopped
from flows.joining.buddies import FIRST_DAY, proposal, who_should, who_volunteers
from flows.joining.matching import ranked
from flows.joining.parts import BUDDIES, CANDIDATE, CHOOSER, SUPERVISOR, VOLUNTEERS
from storage import conversations, members

Details = Mapping[str, str]
PROPOSALS_BEFORE_THE_CALL = 3
"""How many people are asked one by one, when no channel of volunteers is set, before the management is."""


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
    if (leader := leader_to_ask(conductor, talk)) is not None:
        _search(conductor, talk, "part_choice", part, CHOOSER, leader.id)


def seek_somebody_else(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever was proposed the part has left: do not wait for their answer."""
    conductor.tell(talk.id, Stopped())
    seek_buddy(conductor, talk, {"part": talk.details["part"]})


def ask_another_leader(conductor: Conductor, talk: Conversation, details: Details) -> None:
    """Whoever was to name somebody has left: another of those who lead is asked."""
    if (leader := leader_to_ask(conductor, talk)) is not None:
        conductor.recast(talk.id, CHOOSER, leader.id)


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
    if named is not None and (asking := _asking_outside_a_journey(conductor, talk)) is not None:
        conductor.recast(asking, talk.details["part"], named.id)
        return
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


def _asking_outside_a_journey(conductor: Conductor, search: Conversation) -> str | None:
    """The conversation that looks for somebody, if it is of no welcome: the part is given there, and nowhere else."""
    asking = above = conversations.parent_of(conductor.tx, search.id)
    while above is not None:
        if conductor.load(above[0]).flow in JOURNEYS:
            return None
        above = conversations.parent_of(conductor.tx, above[0])
    return asking[0] if asking is not None else None


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
        conductor.note(
            "menu/no_account",
            leader.id,
            conversation=talk.id,
            step="no_account",
            occurrence=f"no_account-{talk.id}",
            at=conductor.hour_of(leader),
        )


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
    "seek_buddy": seek_buddy,
    "seek_in_parent": seek_in_parent,
    "ask_for_part": ask_for_part,
    "seek_somebody_else": seek_somebody_else,
    "ask_another_leader": ask_another_leader,
    "appoint_buddy": appoint_buddy,
    "give_part": give_part,
    "look_for_account": look_for_account,
    "close_answers": close_answers,
    "forget_answers": forget_answers,
    **STAMPING_DEEDS,
    **ENCOUNTER_DEEDS,
    **POLL_DEEDS,
    **IMPROVEMENT_DEEDS,
    **LEAVING_DEEDS,
}
