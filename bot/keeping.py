"""What is kept is blanked or forgotten after its time, or when its author asks; `bot.retention` says how long."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.conductor import Conductor
from bot.leaving.following import ever_begun_for
from bot.retention import DEPARTURE, PATH, WORDS, Rule, rule_of_words
from flows.core.answers import Form, Text
from flows.core.model import SUBJECT, Ask, Conversation, Flow, Step, StepState
from flows.core.moves import Stopped
from flows.core.people import Member
from flows.leaving.kinds import DEATH
from storage import conversations, departures, erasing, meetings, members
from storage.departures import Departure

TIME_TO_HEAR_IT = timedelta(days=7)
"""From a death that is put right to nothing being left of it."""


def holds_words(talk: Conversation, flow: Flow) -> bool:
    """Whether anything somebody wrote is still there."""
    return any(is_written(flow.step(name)) and state.value is not None for name, state in talk.steps.items())


def blank(conductor: Conductor, talk: Conversation) -> None:
    """Blank what was written in this conversation."""
    flow = conductor.score.flows[talk.flow]
    _blank(conductor, talk, [name for name in talk.steps if is_written(flow.step(name))])


def blank_what_is_old(conductor: Conductor) -> None:
    """Blank, in every conversation of the workspace, what was written longer ago than it is kept."""
    for flow in conductor.score.flows.values():
        rules = {step.name: rule_of_words(flow.name, step.name) for step in flow.steps if is_written(step)}
        if not rules:
            continue
        # What is counted from somebody's last day may be younger than what is counted from its writing.
        counted_otherwise = any(rule.since != WORDS.since for rule in rules.values())
        latest = conductor.now if counted_otherwise else WORDS.since_what_moment(conductor.now)
        for talk in conductor.known(conversations.begun_before(conductor.tx, flow.name, latest)):
            old = [name for name, rule in rules.items() if _is_old(conductor, talk, talk.steps.get(name), rule)]
            _blank(conductor, talk, old)


def forget_who_left(conductor: Conductor) -> None:
    """Leave nothing of the welcome, then of the departure, of whoever left longer ago than they are kept, nor of the former
    departure of whoever is here; their passport stays, as they may come back. Where nobody told of a departure, an account that
    closes is one. And nothing of whoever was erased, once no round needs their number."""
    closed_on = members.closed_on(conductor.tx, conductor.today)
    for member in members.everyone(conductor.tx, active_only=False):
        blank_words_of_departures(conductor, member, WORDS.since_when(conductor.today))
        if member.left_on is None:
            _forget_former_departures(conductor, member)
        gone_on = member.left_on or closed_on.get(member.id)
        if gone_on is None:
            continue
        if gone_on < PATH.since_when(conductor.today):
            _forget_talks(conductor, member, PATH)
            meetings.forget(conductor.tx, member.id)
        if gone_on < DEPARTURE.since_when(conductor.today):
            _forget_talks(conductor, member, DEPARTURE)
            for departure in departures.of_member(conductor.tx, member.id):
                departures.forget(conductor.tx, departure.id)
    erasing.forget_husks(conductor.tx)


def _forget_former_departures(conductor: Conductor, member: Member) -> None:
    """Of whoever is here, who stayed or came back: the departures whose own last day is as long behind; and a death that was
    told by mistake, once those who were told of it have heard so."""
    for departure in departures.of_member(conductor.tx, member.id):
        is_old = departure.state not in ("open", "left") and departure.last_day < DEPARTURE.since_when(conductor.today)
        if is_old or _was_put_right(conductor, departure):
            erasing.forget_talks(conductor.tx, [talk.id for talk in ever_begun_for(conductor, departure)])
            departures.forget(conductor.tx, departure.id)


def _was_put_right(conductor: Conductor, departure: Departure) -> bool:
    """Whether it is a death that was none, as was known long enough ago."""
    if departure.kind != DEATH.name or departure.state in ("open", "left"):
        return False
    told = departures.traces(conductor.tx, departure.id)
    return all(trace.at < conductor.now - TIME_TO_HEAR_IT for trace in told)


def blank_words_of_departures(conductor: Conductor, member: Member, before: date) -> None:
    """Blank what they wrote for the team when they left (or were to leave), where the last day is behind, and before that one."""
    for departure in departures.of_member(conductor.tx, member.id):
        if departure.words and departure.state not in ("private", "open") and departure.last_day < before:
            departures.change(conductor.tx, departure.id, words={})


def _forget_talks(conductor: Conductor, member: Member, rule: Rule) -> None:
    ids = erasing.talks_about(conductor.tx, member.id, rule.flows)
    for talk in conductor.known(ids):
        if talk.status == "open":
            conductor.tell(talk.id, Stopped())
    erasing.forget_talks(conductor.tx, ids)


def erase(conductor: Conductor, me: Member, conversation: str) -> None:
    """Blank what somebody wrote about themselves, at their word alone."""
    for talk in conductor.known([conversation]):
        if talk.cast[SUBJECT].id == me.id:
            blank(conductor, talk)
            conductor.note("home/report_erased", me.id)
            conductor.refresh_homes([me.id])


def is_written(step: Step | None) -> bool:
    """Whether its answer is in somebody's own words."""
    kind: Any = step.answer if isinstance(step, Ask) else None
    return isinstance(kind, Text | Form)


def _is_old(conductor: Conductor, talk: Conversation, state: StepState | None, rule: Rule) -> bool:
    if state is None:
        return False
    subject = conductor.member(talk.cast[SUBJECT].id) if SUBJECT in talk.cast else None
    if rule.since == "left" and subject is not None and subject.left_on is not None:
        return subject.left_on < rule.since_when(conductor.today)
    return state.at < WORDS.since_what_moment(conductor.now)


def _blank(conductor: Conductor, talk: Conversation, names: list[str]) -> None:
    """Blank the answers to these steps, but for a question that is still open."""
    steps = {
        name: replace(state, value=None) if name in names and state.state != "asked" else state
        for name, state in talk.steps.items()
    }
    if steps != talk.steps:
        conversations.save(conductor.tx, replace(talk, steps=steps), conductor.now)
