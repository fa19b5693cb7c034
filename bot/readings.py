"""Which window a member is shown: a question's own while they may answer it, or what they may read. None: neither."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bot import keeping
from bot.blocks import Block, button
from bot.leaving.readings import readable
from bot.polls.leads import is_lead
from bot.questions import Asked
from bot.scene import READERS, Scene
from bot.windows import View, Wording, question_window, reading
from bot.wire import Ref
from flows.core.answers import Form
from flows.core.model import SUBJECT, Ask, Conversation, Flow
from flows.core.people import Member
from flows.joining.fresh_eyes_report import QUESTIONS, fresh_eyes_report, has_a_reply, is_sent, reply
from flows.joining.onboarding import coop_sheet, onboarding
from flows.leaving.afterwards import feedback
from flows.leaving.debrief import digest

WINDOWS, SHARED = "setup", "shared"
SHEET = f"{coop_sheet.name}__reading"


def answer_window(scene: Scene, me: Member, ref: Ref) -> View | None:
    """The window of a question this member may answer now, or whose answer they may still change."""
    found = scene.conversation(ref.conversation)
    step = found[0].step(ref.step) if found else None
    if found is None or not isinstance(step, Ask):
        return None
    flow, talk = found
    asked = _asked(scene, flow, talk, step, me)
    # In its sleep too: whoever put it off may change their mind.
    if not asked.is_mine or not (asked.is_open or asked.is_asleep or asked.is_revisable):
        return None
    state = asked.state
    given = state.value if state is not None and state.state == "done" else None
    return question_window(ref, step.answer, _wording(asked), given)


def read_window(scene: Scene, me: Member, verb: str, ref: Ref | None) -> View | None:
    """What the offers `read_report`, `read_reply` and `read_sheet` open, for whoever may read it."""
    found = scene.conversation(ref.conversation) if ref is not None else None
    if found is None:
        return None
    flow, talk = found
    match verb:
        case "read_sheet" if flow.name == onboarding.name:
            return _sheet(scene, me, flow, talk)
        case "read_report" if flow.name == fresh_eyes_report.name and is_sent(talk):
            return _report(scene, me, flow, talk) if _plays(talk, me, SUBJECT, *READERS) else None
        case "read_reply" if flow.name == fresh_eyes_report.name and has_a_reply(talk):
            return _reply(scene, me, flow, talk) if _plays(talk, me, SUBJECT, reply.to) else None
    found_there = readable(scene, me, verb, flow, talk)
    return _of_leaving(scene, me, flow, talk, *found_there) if found_there is not None else None


def _of_leaving(
    scene: Scene, me: Member, flow: Flow, talk: Conversation, titled: str, questions: Sequence[Ask[Any]]
) -> View:
    """The questions that were asked of somebody who leaves, each with its answer."""
    asked = [question for question in questions if question.name in talk.steps]
    view = _answers(scene, me, flow, talk, titled, asked)
    source = "debrief" if talk.answer(feedback) is not None or digest in questions else None
    return {**view, "blocks": [*view["blocks"], *(_made_an_action(scene, me, source) if source else [])]}


def _asked(scene: Scene, flow: Flow, talk: Conversation, step: Ask[Any], me: Member) -> Asked:
    return Asked(scene, flow, talk, step, me, me.id, scene.context(flow, talk, me, {}))


def _wording(asked: Asked) -> Wording:
    scene, flow, step = asked.scene, asked.flow, asked.step
    fields = step.answer.fields if isinstance(step.answer, Form) else ()
    say = scene.messages.plain
    return Wording(
        title=scene.title(flow, step.name, asked.voice, asked.context),
        text=scene.messages.say(asked.voice, flow.name, step.name, asked.context),
        submit=say(asked.voice, SHARED, "answer_button", asked.context),
        close=say(asked.voice, WINDOWS, "close", asked.context),
        controls=asked.words(),
        fields={name: say(asked.voice, flow.name, f"{step.name}__{name}", asked.context) for name in fields},
    )


def _report(scene: Scene, me: Member, flow: Flow, talk: Conversation) -> View:
    """The questions that were asked, each with its answer or the word for a question passed over."""
    if not keeping.holds_words(talk, flow):
        gone = scene.messages.say(scene.voice(me), "home", "report_erased")
        return reading(_title(scene, me, flow, talk, "to_read"), [("", gone)], _close(scene, me))
    asked = [question for question in QUESTIONS if question.name in talk.steps]
    view = _answers(scene, me, flow, talk, "to_read", asked)
    return {**view, "blocks": [*view["blocks"], *_made_an_action(scene, me, "report")]}


def _answers(
    scene: Scene, me: Member, flow: Flow, talk: Conversation, titled: str, questions: Sequence[Ask[Any]]
) -> View:
    """These questions, each with its answer or the word for a question passed over."""
    passed = scene.messages.say(scene.voice(me), SHARED, "skipped")
    told = scene.context(flow, talk, me, {})
    parts = [
        (scene.title(flow, question.name, scene.voice(me), told), _quoted(scene, me, flow, question, talk) or passed)
        for question in questions
    ]
    return reading(_title(scene, me, flow, talk, titled), parts, _close(scene, me))


def _made_an_action(scene: Scene, me: Member, source: str) -> list[Block]:
    """For leads, the button that makes a line of the plan of what they read. It says what kind of thing it comes from, never
    whose."""
    if not is_lead(scene.tx, me):
        return []
    words = scene.messages.plain(scene.voice(me), "plan", "button__from_report", scene.house_context(me, {}))
    return [{"type": "actions", "elements": [button(words, "home.add_improvement", source)]}]


def _reply(scene: Scene, me: Member, flow: Flow, talk: Conversation) -> View:
    words = _quoted(scene, me, flow, reply, talk)
    return reading(_title(scene, me, flow, talk, "reply_to_author"), [("", words)], _close(scene, me))


def _sheet(scene: Scene, me: Member, flow: Flow, talk: Conversation) -> View:
    told = scene.context(flow, talk, me, {})
    text = scene.messages.say(scene.voice(me), flow.name, SHEET, told)
    return reading(_title(scene, me, flow, talk, coop_sheet.name), [("", text)], _close(scene, me))


def _quoted(scene: Scene, me: Member, flow: Flow, question: Ask[Any], talk: Conversation) -> str:
    """An answer, word for word and harmless; the fields of a form each under its label."""
    given = talk.answer(question)
    if given is None:
        return ""
    quoted = partial(scene.messages.quoted, scene.voice(me))
    if not isinstance(given, Mapping):
        return quoted(str(given))
    told = scene.context(flow, talk, me, {})
    label_of = {
        name: scene.messages.say(scene.voice(me), flow.name, f"{question.name}__{name}", told) for name in given
    }
    return "\n\n".join(f"_{label_of[name]}_\n{quoted(str(value))}" for name, value in given.items())


def escaped(text: str) -> str:
    """Somebody's words as mrkdwn that rings nobody (docs.slack.dev, "Formatting message text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plays(talk: Conversation, me: Member, *parts: str) -> bool:
    return any(part in talk.cast and talk.cast[part].id == me.id for part in parts)


def _title(scene: Scene, me: Member, flow: Flow, talk: Conversation, step: str) -> str:
    return scene.title(flow, step, scene.voice(me), scene.context(flow, talk, me, {}))


def _close(scene: Scene, me: Member) -> str:
    return scene.messages.plain(scene.voice(me), WINDOWS, "close", scene.house_context(me, {}))
