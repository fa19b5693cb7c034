"""What waits for the member: every open question of theirs, with the control that answers it."""

from datetime import datetime
from typing import Any, NamedTuple

from bot import blocks
from bot.blocks import Block, Words, note, section
from bot.home.pieces import first, header, others
from bot.home.sight import Sight
from bot.wire import Ref
from flows.core.answers import Choice, Scale
from flows.core.model import Ask, Conversation, Flow


class Waiting(NamedTuple):
    """A question asked of the member, and since when."""

    since: datetime
    ref: Ref
    talk: Conversation
    question: Ask[Any]


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
    for conversation in dict.fromkeys(casting.conversation for casting in sight.castings):
        talk = sight.load(conversation)
        if talk is not None:
            found += _asked_in(sight, talk, sight.conductor.score.flows[talk.flow])
    return sorted(found, key=lambda one: (one.since, one.ref))


def _asked_in(sight: Sight, talk: Conversation, flow: Flow) -> list[Waiting]:
    found = []
    for name, state in talk.steps.items():
        question = flow.step(name)
        sleeps = state.snoozed_until is not None and state.snoozed_until > sight.conductor.now
        # What is asked later than now waits for its hour: it is not said yet.
        if state.state != "asked" or sleeps or not isinstance(question, Ask) or state.at > sight.conductor.now:
            continue
        holder = talk.cast.get(question.to)
        if holder is not None and holder.id == sight.me.id:
            found.append(Waiting(state.at, Ref(talk.id, name), talk, question))
    return found


def _shown(sight: Sight, one: Waiting) -> list[Block]:
    subject = sight.subject_of(one.talk)
    about = subject if subject is not None and subject.id != sight.me.id else None
    title = sight.title(one.talk, one.question.name)
    text = sight.say("task", title=title, about=about, since=sight.day_of(one.since))
    spoken = f"{title}, {about.name}" if about is not None else title
    return [section(text), blocks.question(one.ref, one.question.answer, words_of(sight, one, spoken))]


def words_of(sight: Sight, one: Waiting, about: str) -> Words:
    """The words of a question's controls; `about` tells it from its neighbours."""
    name, flow = one.question.name, one.talk.flow
    options = one.question.answer.options if isinstance(one.question.answer, Choice) else ()
    is_scale = isinstance(one.question.answer, Scale)

    def plain(block: str) -> str:
        return sight.plain(block, flow, subject=sight.subject_of(one.talk), details=one.talk.details)

    return Words(
        options={option: plain(f"{name}__{option}") for option in options},
        done=plain(f"{name}__done" if sight.has(f"{name}__done", flow) else "done"),
        answer=plain("answer_button"),
        skip=plain("skip") if one.question.skippable else None,
        low=plain("scale_low") if is_scale else "",
        high=plain("scale_high") if is_scale else "",
        about=about,
    )
