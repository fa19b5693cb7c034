"""What somebody who has left does on their page, and what is done when nobody reads their address any more. No web here."""

from collections.abc import Mapping

from bot.conductor import Conductor
from bot.letterbox.addresses import written_to_no_longer
from bot.letterbox.questions import OVER, WRITTEN, NotTaken, asked_together, is_in, not_taken, raw_of, written_in
from bot.letters import is_asked_of
from flows.core.model import Ask
from flows.core.moves import Answered, Skipped
from flows.core.people import Member, Pace
from flows.leaving.parts import LEAD
from storage import contacts, departures
from storage.outbox import Delivery

# -- the address


def keep_in_touch(conductor: Conductor, me: Member, pace: Pace) -> None:
    """They agree again, and say how often they want to hear from us."""
    contacts.renew(conductor.tx, me.id, conductor.today, pace)
    conductor.forget(me.id)


def bounced(conductor: Conductor, letter: Delivery, reason: str) -> None:
    """Nobody reads the address any more: it is written to no longer, and whoever led the departure is told once."""
    gone = conductor.member(letter.recipient)
    if gone is None or gone.active or not contacts.bounce(conductor.tx, gone.id, conductor.today, reason):
        return
    for member in _who_sees_to(conductor, gone, letter.conversation):
        conductor.note("letters/bounced", member, context={"name": gone.name})
    written_to_no_longer(conductor, gone)


def _who_sees_to(conductor: Conductor, gone: Member, conversation: str | None) -> list[str]:
    """Whoever leads in it, or saw their departure through, else the management."""
    for talk in conductor.known([conversation] if conversation else []):
        lead = talk.plays(LEAD)
        if lead is not None and "slack" in lead.reach:
            return [lead.id]
    for departure in departures.of_member(conductor.tx, gone.id)[::-1]:
        led = conductor.member(departure.lead_id) if departure.lead_id else None
        if led is not None and led.active and led.slack_id:
            return [led.id]
    return [leader.id for leader in conductor.leaders()]


# -- the questions


def answer(conductor: Conductor, me: Member, conversation: str, given: Mapping[str, str]) -> None:
    """Take what was filled in, question after question; what is sent twice is taken once. Raises NotTaken, and then nothing is to
    be kept."""
    conductor.actor = me.id
    taken = 0
    for talk in conductor.known([conversation]):
        for question in asked_together(conductor.score.flows[talk.flow], talk, me.id):
            now = conductor.load(conversation)
            if not is_asked_of(now, question, me.id):
                continue  # what was answered before makes it needless
            raw = raw_of(question, given)
            refused = conductor.admitted(now, question, me, raw)
            if refused is None:
                move = conductor.move(now, Answered(question.name, raw, me.id))
                refused, taken = move.refused, taken + (not move.stale)
            if refused is not None:
                raise not_taken(question, refused, raw)
    if not taken and not _said_already(conductor, me, conversation, given):
        raise NotTaken(OVER)


def _said_already(conductor: Conductor, me: Member, conversation: str, given: Mapping[str, str]) -> bool:
    """Whether they have answered just that: a button was pressed twice."""
    for talk in conductor.known([conversation]):
        sent = [step for step in conductor.score.flows[talk.flow].steps if isinstance(step, Ask) and is_in(step, given)]
        kept = {
            name: state.value for name, state in talk.steps.items() if state.by == me.id and state.value is not None
        }
        return bool(sent) and all(kept.get(one.name) == one.answer.parse(raw_of(one, given)) for one in sent)
    return False


def skip(conductor: Conductor, me: Member, conversation: str, question: str, given: Mapping[str, str]) -> None:
    """They would rather not answer. Raises NotTaken, for what they have written too: no words are lost for one button taken
    for another."""
    conductor.actor = me.id
    for talk in conductor.known([conversation]):
        asked = asked_together(conductor.score.flows[talk.flow], talk, me.id)
        if any(step.name == question for step in asked[:1]):
            if (field := written_in(asked, given)) is not None:
                raise NotTaken(WRITTEN, field)
            move = conductor.move(talk, Skipped(question, me.id))
            if move.refused is None and not move.stale:
                return
            raise NotTaken(move.refused or OVER)
    raise NotTaken(OVER)
