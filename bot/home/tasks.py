"""What waits for the member: every open question of theirs, with the control that answers it."""

from datetime import datetime
from typing import NamedTuple

from bot.blocks import Block, cut, note, section
from bot.home.pieces import first, header, others
from bot.home.sight import Sight
from bot.questions import Asked
from flows.core.model import Ask, Conversation

LONGEST_TEXT = 500
"""Characters of a question shown in the Home; the whole of it is in the message."""


class Waiting(NamedTuple):
    """A question asked of the member, and since when."""

    since: datetime
    talk: Conversation
    question: str


def tasks(sight: Sight) -> list[Block]:
    waiting = asked_of(sight)
    shown = [block for one in first(waiting) for block in _shown(sight, one)]
    return [
        header(sight.plain("tasks__title")),
        *(shown or [note(sight.say("tasks__none"))]),
        *others(sight, len(waiting) - len(first(waiting))),
    ]


def asked_of(sight: Sight) -> list[Waiting]:
    """What the member is asked now and has not put off, the longest asked first."""
    found = []
    for talk in sight.scene.conversations(casting.conversation for casting in sight.castings):
        found += _asked_in(sight, talk)
    return sorted(found, key=lambda one: (one.since, one.talk.id, one.question))


def _asked_in(sight: Sight, talk: Conversation) -> list[Waiting]:
    """What is asked later than now waits for its hour: it is not said yet."""
    return [
        Waiting(state.at, talk, name)
        for name, state in talk.steps.items()
        if state.state == "asked" and state.at <= sight.now and (asked := _asked(sight, talk, name)) and asked.is_open
    ]


def _asked(sight: Sight, talk: Conversation, name: str, told: dict[str, object] | None = None) -> Asked | None:
    question = sight.flow_of(talk).step(name)
    if not isinstance(question, Ask):
        return None
    return Asked(sight.scene, sight.flow_of(talk), talk, question, sight.me, sight.me.id, told or {})


def _shown(sight: Sight, one: Waiting) -> list[Block]:
    uses = sight.scene.messages.variables(sight.voice, one.talk.flow, one.question)
    told = sight.context(one.talk, *uses)
    asked = _asked(sight, one.talk, one.question, told)
    assert asked is not None, "it was found among the questions"
    subject = sight.subject_of(one.talk)
    about = subject if subject is not None and subject.id != sight.me.id else None
    title = sight.title(one.talk, one.question)
    head = sight.say("task", title=title, about=about, since=sight.day_of(one.since))
    text = cut(sight.say(one.question, one.talk.flow, told), LONGEST_TEXT)
    return [section(f"{head}\n{text}"), asked.controls(f"{title}, {about.name}" if about else title)]
