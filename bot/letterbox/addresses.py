"""What becomes of the address somebody gave for letters, once it is not to be written to any more."""

from dataclasses import replace

from bot.conductor import Conductor
from flows.core.answers import Email
from flows.core.model import SUBJECT, Ask, Flow
from flows.core.moves import Stopped, Woken
from flows.core.people import Member
from storage import contacts, conversations


def withdraw(conductor: Conductor, me: Member) -> bool:
    """Erase the address they gave; nothing goes to it any more, not even what was to go. Whether there was one."""
    if not contacts.forget(conductor.tx, me.id):
        return False
    written_to_no_longer(conductor, me)
    _blank_addresses(conductor, me)
    return True


def written_to_no_longer(conductor: Conductor, gone: Member) -> None:
    """Let go of what was still to go to them by letter, and of what goes on by letters alone."""
    conductor.forget(gone.id)
    if gone.active:
        return
    contacts.let_go(conductor.tx, gone.id, conductor.now)
    mine = [one.conversation for one in conversations.played_by(conductor.tx, gone.id) if one.part == SUBJECT]
    for talk in conductor.known(mine):
        # What somebody else sees to goes on: they are told at each thing that can no longer be said, if there is any.
        is_seen_to = SUBJECT in conductor.score.flows[talk.flow].fills
        conductor.tell(talk.id, Woken() if is_seen_to else Stopped())


def _blank_addresses(conductor: Conductor, me: Member) -> None:
    """Where they were asked for it, that they answered is kept, and the address is not."""
    played = dict.fromkeys(one.conversation for one in conversations.played_by(conductor.tx, me.id, open_only=False))
    for talk in conductor.known(played):
        flow = conductor.score.flows[talk.flow]
        steps = {
            name: replace(state, value=None) if state.by == me.id and _asks_an_address(flow, name) else state
            for name, state in talk.steps.items()
        }
        if steps != talk.steps:
            conversations.save(conductor.tx, replace(talk, steps=steps), conductor.now)


def _asks_an_address(flow: Flow, name: str) -> bool:
    step = flow.step(name)
    return isinstance(step, Ask) and isinstance(step.answer, Email)
