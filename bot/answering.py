"""One answer, taken or kindly refused: what a click, a window or a skip does, whatever was clicked and however late."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import offers
from bot.conductor import Conductor, UnknownConversation
from bot.wire import Ref
from flows.core.answers import Refused
from flows.core.model import Ask, Conversation
from flows.core.moves import Answered, Event, Move
from flows.core.people import Member


@dataclass(frozen=True, slots=True)
class Spot:
    """The message a gesture was made on: its channel and its `ts` (docs.slack.dev/messaging)."""

    channel: str
    ts: str


def answered(conductor: Conductor, me: Member, ref: Ref, raw: Any, spot: Spot | None) -> Refused | None:
    """Take an answer, given with `raw`. Why it is refused; None when it is taken, or came too late: they are told so."""
    try:
        talk, question = _question(conductor, me, ref)
        refused = conductor.admitted(talk, question, me, raw) if ref.step in talk.steps else None
        if refused is not None:
            return refused
        move = conductor.move(talk, Answered(ref.step, raw, me.id))
    except UnknownConversation:
        _unknown(conductor, me, spot)
        return None
    return _outcome(conductor, me, ref.step, move, spot)


def told(conductor: Conductor, me: Member, ref: Ref, event: Event, spot: Spot | None) -> Refused | None:
    """Let the conversation take the gesture; when it came too late, show again where things stand."""
    try:
        move = conductor.move(offers.shown(conductor, me, conductor.load(ref.conversation)), event)
    except UnknownConversation:
        _unknown(conductor, me, spot)
        return None
    return _outcome(conductor, me, ref.step, move, spot)


def _question(conductor: Conductor, me: Member, ref: Ref) -> tuple[Conversation, Ask[Any]]:
    """Raises UnknownConversation when the button is of something that is no more, or is not to be known of."""
    talk = offers.shown(conductor, me, conductor.load(ref.conversation))
    step = conductor.score.flows[talk.flow].step(ref.step)
    if not isinstance(step, Ask):
        conductor.refresh(talk, ref.step)  # a release took the question away: its buttons go too
        raise UnknownConversation(ref.conversation)
    return talk, step


def _outcome(conductor: Conductor, me: Member, step: str, move: Move, spot: Spot | None) -> Refused | None:
    if move.stale:
        conductor.refresh(move.conversation, step)
        whisper(conductor, me, spot, "shared/stale", {}, conversation=move.conversation.id, step=step)
    elif move.refused is not None and move.refused.reason == "not_an_option":
        conductor.refresh(move.conversation, step)  # its buttons are those of a former release
    return move.refused


def _unknown(conductor: Conductor, me: Member, spot: Spot | None) -> None:
    whisper(conductor, me, spot, "shared/unknown", {})
    offers.menu(conductor, me)


def turn_down(conductor: Conductor, me: Member, spot: Spot | None, refused: Refused) -> None:
    """Tell the person alone why: it is worded among the refusals, or on the page that its reason names (`leaving/…`)."""
    reason = refused.reason if "/" in refused.reason else f"refusals/{refused.reason}"
    whisper(conductor, me, spot, reason, refused.details)


def whisper(
    conductor: Conductor,
    me: Member,
    spot: Spot | None,
    message: str,
    context: Mapping[str, Any],
    *,
    conversation: str | None = None,
    step: str = "",
) -> None:
    """Tell the person alone, where they clicked; in the conversation with us when there is no such place."""
    if spot is None:
        conductor.note(message, me.id, conversation=conversation, step=step, context=context)
    else:
        where = {**context, "channel": spot.channel}
        conductor.note(message, me.id, kind="notice", conversation=conversation, step=step, context=where)
