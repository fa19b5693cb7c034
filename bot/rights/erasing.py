"""Erasing: what somebody wrote, at their word, while they are here; and all of somebody, once they are gone."""

from dataclasses import replace
from datetime import date

from bot import keeping
from bot.accounts import release
from bot.conductor import Conductor
from bot.people import rhythm_of
from bot.polls.leads import leads
from flows.core.model import SUBJECT, Conversation
from flows.core.moves import Stopped
from flows.core.people import Member
from storage import conversations, erasing, improvements, self_radars, workspaces

OFFICES = frozenset({"another_lead", "seek_owner"})
"""The deeds that hand a conversation to another lead: its subject is whoever sees to something, it is not about them."""


def erase_words(conductor: Conductor, me: Member) -> None:
    """Blank what was written in the conversations about them, and for the team when a departure of theirs was over; forget
    their own radars. That they answered is kept."""
    mine = [one for one in conversations.played_by(conductor.tx, me.id, open_only=False) if one.part == SUBJECT]
    for talk in conductor.known(one.conversation for one in mine):
        keeping.blank(conductor, talk)
    keeping.blank_words_of_departures(conductor, me, date.max)
    self_radars.forget(conductor.tx, me.id)
    conductor.refresh_homes([me.id])


def erase(conductor: Conductor, member: Member) -> None:
    """Hand over what they held for others, then leave nothing of them but what `storage.rights` says stays."""
    gone = conductor.remember(replace(member, active=False))
    for casting in conversations.played_by(conductor.tx, gone.id):
        for talk in conductor.known([casting.conversation]):
            if casting.part == SUBJECT and not _is_an_office(conductor, talk):
                conductor.tell(talk.id, Stopped())
    release(conductor, gone)
    _hand_over_the_plan(conductor, gone)
    _have_replies_read_by_somebody_else(conductor, gone)
    erasing.erase(
        conductor.tx,
        gone,
        conductor.now,
        kept=_left_without_a_lead(conductor, gone),
        is_written=lambda flow, step: _is_written(conductor, flow, step),
        house=rhythm_of(None, conductor.workspace),
    )
    conductor.forget(gone.id)
    conductor.refresh_homes(one.id for one in conductor.everyone())


def _hand_over_the_plan(conductor: Conductor, gone: Member) -> None:
    """Their actions under way go to a lead, were no conversation following them."""
    heir = next((one for one in leads(conductor) if one.id != gone.id), None)
    for line in improvements.under_way(conductor.tx):
        if line.owner_id == gone.id and heir is not None:
            improvements.save(conductor.tx, replace(line, owner_id=heir.id))


def _have_replies_read_by_somebody_else(conductor: Conductor, gone: Member) -> None:
    """No reply to a letter goes any more to an address of theirs."""
    if gone.is_at(conductor.workspace.reply_to):
        workspaces.save(conductor.tx, replace(conductor.workspace, reply_to=None))
        conductor.forget_workspace()


def _left_without_a_lead(conductor: Conductor, gone: Member) -> list[str]:
    """What goes on by itself although nobody is left to lead it: a round that is open must be closed and counted."""
    played = [one for one in conversations.played_by(conductor.tx, gone.id) if one.part == SUBJECT]
    return [talk.id for talk in conductor.known(one.conversation for one in played) if _is_an_office(conductor, talk)]


def _is_an_office(conductor: Conductor, talk: Conversation) -> bool:
    return conductor.score.flows[talk.flow].fills.get(SUBJECT) in OFFICES


def _is_written(conductor: Conductor, flow: str, step: str) -> bool:
    """Of a flow or a step that this release no longer has, whatever was answered may be somebody's words."""
    known = conductor.score.flows.get(flow)
    found = known.step(step) if known is not None else None
    return found is None or keeping.is_written(found)
