"""The gestures proposed beside messages, in the menu and in the Home: pause, resume, put off, hand over, postpone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.around import tell_each
from bot.conductor import Conductor, UnknownConversation
from bot.days import A_YEAR, fault_of_day
from bot.leaders import is_hidden
from bot.searching import JOURNEY, JOURNEYS
from bot.stamping import stamp_if_they_accompanied
from bot.visitors import turned_to_others
from bot.welcoming import may_start
from bot.wire import Ref
from flows.core.answers import Refused
from flows.core.model import SUBJECT, Ask, Conversation
from flows.core.moves import Reanchored
from flows.core.people import Member
from flows.joining.parts import BUDDIES
from storage import conversations, outbox

PAUSES = ("3", "7", "14", "30")
"""Days of silence one can ask for in one gesture."""
LONGEST_PAUSE = timedelta(days=366)


def take(conductor: Conductor, me: Member, verb: str, argument: str | None = None) -> None:
    """Do what was proposed; a verb of a former release brings the menu."""
    if not turned_to_others(conductor, me):
        TAKEN.get(verb, TAKEN["menu"])(conductor, me, argument)


def menu(conductor: Conductor, me: Member) -> None:
    conductor.note("menu/menu", me.id, context={"hidden": pointless(conductor, me)})


def pointless(conductor: Conductor, me: Member) -> list[str]:
    """What the menu would propose for nothing: what is not theirs to start, and to resume what nothing interrupted."""
    found = [] if may_start(conductor, JOURNEY, me) else ["welcome"]
    return found if is_paused(conductor, me) or open_questions(conductor, me) else [*found, "resume"]


def is_paused(conductor: Conductor, me: Member) -> bool:
    return me.paused_until is not None and me.paused_until > conductor.today


def ask(conductor: Conductor, me: Member) -> None:
    """Whom to ask: a question is for people."""
    conductor.note("menu/help_contact", me.id, context={"contacts": contacts(conductor, me)})


def contacts(conductor: Conductor, me: Member) -> list[str]:
    """The names of those who will know: a newcomer's buddies, else whoever leads."""
    journeys = [
        id for flow in JOURNEYS for id in conversations.of_flow(conductor.tx, flow, subject=me.id, open_only=True)
    ]
    played = [journey.plays(part) for journey in conductor.seen(journeys) for part in BUDDIES]
    buddies = [conductor.member(who.id) for who in played if who is not None]
    found = [buddy for buddy in buddies if buddy is not None] or conductor.leaders()
    return list(dict.fromkeys(one.name for one in found if one.id != me.id))


def why_no_pause(until: date, today: date) -> Refused | None:
    """Why one cannot ask for silence until this day; None when one can."""
    if until <= today:
        return Refused("pause_in_the_past")
    return Refused("day_too_far") if until > today + LONGEST_PAUSE else None


def pause(conductor: Conductor, me: Member, until: date) -> None:
    """Silence until this day; what comes due meanwhile waits for it."""
    conductor.prefer(me.id, paused_until=until)
    conductor.look_again(me.id)
    conductor.note("menu/paused", me.id, context={"until": until.isoformat()})
    conductor.refresh_homes([me.id])


def unpause(conductor: Conductor, me: Member) -> None:
    """Speak again from today on: what the pause held back comes now, rather than being taken for missed."""
    conductor.prefer(me.id, paused_until=conductor.today)
    conductor.look_again(me.id)
    conductor.note("menu/unpaused", me.id)
    conductor.refresh_homes([me.id])


class Open(NamedTuple):
    """A question somebody is asked, from that moment on."""

    at: datetime
    ref: Ref
    question: Ask[object]


def open_questions(conductor: Conductor, me: Member) -> list[Open]:
    """What the member is asked, the latest last: some of it may still wait for their hour, or for the end of their pause.

    The conversations are not held: another gesture may answer one of these questions before this one does.
    """
    found = []
    castings = conversations.played_by(conductor.tx, me.id)
    for talk in conductor.seen(casting.conversation for casting in castings):
        for name, state in talk.steps.items():
            step = conductor.score.flows[talk.flow].step(name)
            if state.state == "asked" and isinstance(step, Ask) and (who := talk.plays(step.to)) and who.id == me.id:
                found.append(Open(state.at, Ref(talk.id, name), step))
    return sorted(found, key=lambda asked: asked.at)


def resume(conductor: Conductor, me: Member) -> None:
    """Ask again, where the person is, the latest question left open."""
    if is_paused(conductor, me):
        unpause(conductor, me)
    questions = open_questions(conductor, me)
    if not questions:
        conductor.note("menu/nothing_to_resume", me.id)
        return
    ref = questions[-1].ref
    if outbox.say_now(conductor.tx, ref.conversation, ref.step, me.id, conductor.now):
        return
    occurrence = f"resumed-{conductor.now.isoformat()}"
    conductor.note(ref.step, me.id, conversation=ref.conversation, step=ref.step, occurrence=occurrence)


def shown(conductor: Conductor, me: Member, talk: Conversation) -> Conversation:
    """The same conversation. Raises UnknownConversation for a private one of which `me` has no part: nobody learns by trying
    that there is one."""
    if is_hidden(conductor.score.flows[talk.flow], talk, me):
        raise UnknownConversation(talk.id)
    return talk


def hand_over(conductor: Conductor, me: Member, conversation: str, part: str) -> None:
    """The member leaves the part, or whoever may welcome somebody takes it from them; the conversation seeks somebody else."""
    try:
        talk = shown(conductor, me, conductor.load(conversation))
    except UnknownConversation:
        menu(conductor, me)
        return
    holder = talk.plays(part)
    if part == SUBJECT or holder is None or (holder.id != me.id and not may_start(conductor, _right_to(talk), me)):
        return
    stamp_if_they_accompanied(conductor, talk, part)
    conductor.recast(conversation, part, None)
    tell_each(conductor, [holder.id], "menu/handing_over", f"handed-over-{conductor.now.isoformat()}", {"part": part})
    if holder.id != me.id:
        conductor.note("menu/part_changed", me.id, context={"part": part})
        conductor.refresh_homes([me.id])


def _right_to(talk: Conversation) -> str:
    """The flow whose starters may change what this conversation is about: arriving again is arriving."""
    return JOURNEY if talk.flow in JOURNEYS else talk.flow


def postpone(conductor: Conductor, me: Member, conversation: str, event: Reanchored) -> Refused | None:
    """Move a day all is counted from. Raises UnknownConversation, too, for one in which nothing is counted from it."""
    talk = shown(conductor, me, conductor.load(conversation))
    if event.anchor not in conductor.score.flows[talk.flow].anchors:
        raise UnknownConversation(conversation)
    if not may_start(conductor, _right_to(talk), me):
        return Refused("not_allowed", {"who": [leader.name for leader in conductor.leaders()]})
    if (fault := fault_of_day(event.day, conductor.today, A_YEAR)) is not None:
        return fault
    move = conductor.tell(conversation, replace(event, by=me.id))
    _move_what_was_begun(conductor, conversation, event)
    if talk.flow in JOURNEYS and not move.stale and (newcomer := conductor.member(talk.cast[SUBJECT].id)) is not None:
        conductor.remember(replace(newcomer, arrived_on=event.day))
    return None


def _move_what_was_begun(conductor: Conductor, conversation: str, event: Reanchored) -> None:
    """What counts from the same day counts from the new one, and what is asked there already says it."""
    for child in conductor.known(conversations.children_of(conductor.tx, conversation)):
        if child.status == "open" and event.anchor in child.anchors:
            moved = conductor.tell(child.id, event).conversation
            for name in (name for name, state in moved.steps.items() if state.state == "asked"):
                conductor.refresh(moved, name)


def put_off(conductor: Conductor, me: Member) -> None:
    """Nothing changes: the question stays open, and the person knows how to come back to it."""
    conductor.note("shared/put_off", me.id)


def _pause_for(conductor: Conductor, me: Member, argument: str | None) -> None:
    """For so many days, or until this one (ISO 8601); for a week when no such thing is given."""
    until = conductor.today + timedelta(days=int(argument) if argument in PAUSES else 7)
    try:
        day = date.fromisoformat(argument or "")
    except ValueError:
        day = until
    pause(conductor, me, until if why_no_pause(day, conductor.today) else day)


TAKEN: Mapping[str, Callable[[Conductor, Member, str | None], None]] = {
    "menu": lambda conductor, me, _: menu(conductor, me),
    "ask": lambda conductor, me, _: ask(conductor, me),
    "pause": _pause_for,
    "unpause": lambda conductor, me, _: unpause(conductor, me),
    "resume": lambda conductor, me, _: resume(conductor, me),
    "put_off": lambda conductor, me, _: put_off(conductor, me),
}
