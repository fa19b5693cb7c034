"""A newcomer's path: where they are, what was done, what is next, who is beside them, what their report has become."""

from datetime import date
from typing import NamedTuple

from bot import wire
from bot.blocks import Block, button, section
from bot.home.pieces import actions, header, home_button
from bot.home.report import report
from bot.home.sight import Sight
from bot.home.tasks import asked_of
from bot.searching import JOURNEY
from flows.core.model import SUBJECT, Conversation, Step, addressed
from flows.core.reading import Reading
from flows.joining.onboarding import FIRST_DAY
from flows.joining.parts import COOP_BUDDY, JOB_BUDDY, SUPERVISOR
from storage import conversations

NEXT, LATEST = 3, 5


class Point(NamedTuple):
    """A step still to come, and its day."""

    title: str
    day: date


def path(sight: Sight) -> list[Block]:
    """Nothing for whoever is not in their first year."""
    found = conversations.of_flow(sight.tx, JOURNEY, subject=sight.me.id, open_only=True)
    talk = sight.load(found[-1]) if found else None
    if talk is None:
        return []
    lines = [_where(sight, talk), _beside(sight, talk), _done(sight, talk), _next(sight, talk), _met(sight)]
    return [
        header(sight.plain("path__title")),
        *(section(line) for line in lines if line),
        *report(sight, talk),
        *actions(*_controls(sight, talk)),
    ]


def _where(sight: Sight, talk: Conversation) -> str:
    first_day = talk.anchors[FIRST_DAY]
    n = (sight.today - first_day).days
    name = "path__before" if n < 0 else "path__first_day" if n == 0 else "path__since"
    return sight.say(name, day=first_day, n=abs(n))


def _beside(sight: Sight, talk: Conversation) -> str:
    people = {part: sight.player(talk, part) for part in (JOB_BUDDY, COOP_BUDDY, SUPERVISOR)}
    return sight.say("path__people", told=people)


def _done(sight: Sight, talk: Conversation) -> str:
    flow = sight.flow_of(talk)
    done = {name: state.at for name, state in talk.steps.items() if state.state == "done"}
    over = sorted(
        (step.name for step in flow.steps if step.name in done and SUBJECT in addressed(step)), key=done.__getitem__
    )
    latest = [sight.title(talk, name) for name in over[-LATEST:]]
    return sight.say("path__done", titles=latest, more=len(over) - len(latest)) if latest else ""


def _next(sight: Sight, talk: Conversation) -> str:
    points = upcoming(sight, talk, SUBJECT, NEXT)
    return sight.say("path__next", points=points) if points else ""


def upcoming(sight: Sight, talk: Conversation, part: str, count: int) -> list[Point]:
    """What has a day still to come and is for this part, the soonest first, `count` at most."""
    reading = sight.reading(talk)
    moments = [
        (reading.moment(step), step.name)
        for step in reading.flow.steps
        if step.at is not None and part in addressed(step) and _is_to_come(reading, step)
    ]
    return [Point(sight.title(talk, name), sight.day_of(moment)) for moment, name in sorted(moments)[:count]]


def _is_to_come(reading: Reading, step: Step) -> bool:
    if step.since > reading.talk.version or reading.state(step.name) != "pending":
        return False
    return reading.guard_holds(step) and reading.moment(step) > reading.now


def _met(sight: Sight) -> str:
    met, to_meet = sight.scene.coverage(sight.me)
    return sight.say("path__met", met=met, to_meet=to_meet) if to_meet else ""


def _controls(sight: Sight, talk: Conversation) -> list[Block]:
    controls = []
    if asked_of(sight):
        controls.append(button(sight.plain("button__resume"), wire.offer_action("resume"), primary=True))
    if sight.may(JOURNEY) and talk.anchors[FIRST_DAY] >= sight.today:
        controls.append(home_button(sight, "postpone", talk.id, about=sight.me.name))
    return controls
