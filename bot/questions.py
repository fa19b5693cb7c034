"""A question as a person meets it: its controls while it is open, and what became of it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import blocks
from bot.blocks import Block, Offer, Words
from bot.confirming import asking_once_more
from bot.scene import Context, Scene
from bot.wire import Ref
from flows.core.answers import Choice, Day, Form, Person, Scale
from flows.core.model import Ask, Conversation, Flow, StepState
from flows.core.people import Member
from messages import Voice
from messages.dates import spoken_day
from storage import members

TICK = "✔"
PASSED = "↷"
"""What stands for an answer that is not to be repeated, and for a question passed over."""
ABOUT: Mapping[str, tuple[str, ...]] = {
    "poll_settings": ("poll",),
    "add_improvement": ("round", "kind"),
    "departure": ("departure",),
    "handover": ("departure",),
}
"""By offer, the detail of its conversation that it is about: the first there is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one conversation, and who is looking at it (`me`: None in a channel, known by its `address`)."""

    scene: Scene
    flow: Flow
    talk: Conversation
    step: Ask[Any]
    me: Member | None
    address: str
    context: Context

    @property
    def ref(self) -> Ref:
        return Ref(self.talk.id, self.step.name)

    @property
    def voice(self) -> Voice:
        return self.scene.voice(self.me)

    @property
    def state(self) -> StepState | None:
        return self.talk.steps.get(self.step.name)

    @property
    def is_mine(self) -> bool:
        """Whether whoever looks is the one who is asked."""
        holder = self.talk.plays(self.step.to)
        return holder is not None and holder.id == self.address

    @property
    def is_asleep(self) -> bool:
        state = self.state
        return state is not None and state.snoozed_until is not None and state.snoozed_until > self.scene.now

    @property
    def is_open(self) -> bool:
        state = self.state
        return state is not None and state.state == "asked" and self.is_mine and not self.is_asleep

    @property
    def is_unanswered(self) -> bool:
        """Whether it closed without an answer."""
        return self.state is None or self.state.state in ("expired", "missed")

    @property
    def is_revisable(self) -> bool:
        """Whether what was answered may still be changed."""
        last = self.flow.revisable_until
        given = self.state is not None and self.state.state == "done" and self.talk.status == "open"
        return given and self.is_mine and last is not None and not self.talk.is_over(last)

    def words(self, about: str | None = None) -> Words:
        placeholder = f"{self.step.name}__placeholder"
        return Words(
            options={option: self.option(option) for option in options_of(self.step)},
            done=self._own("done"),
            answer=self._say("answer_button"),
            skip=self._say("skip") if self.step.skippable else None,
            placeholder=self._say(placeholder) if self._has(placeholder) else None,
            low=self._own("scale_low"),
            high=self._own("scale_high"),
            about=about,
            sure={
                option: self._sure(option) for option in options_of(self.step) if self._has(sure_of(self.step, option))
            },
        )

    def _sure(self, option: str) -> Block:
        label = self.option(option)
        return asking_once_more(label, self._say(sure_of(self.step, option)), label, self._say("not_now"))

    def controls(self, about: str | None = None) -> Block:
        return blocks.question(self.ref, self.step.answer, self.words(about))

    def change(self, about: str | None = None) -> Block:
        words = Words(answer=self._say("change_button"), about=about)
        return blocks.window_button(self.ref, words)

    def edits(self) -> tuple[tuple[str, str], ...]:
        """The questions whose answers may still be changed, each with whether it was answered; no answer is repeated."""
        given = ((step, self.talk.steps.get(step.name)) for step in self.flow.steps if isinstance(step, Ask))
        return tuple(
            (step.name, f"{TICK if state.value is not None else PASSED} {self._title(step.name)}")
            for step, state in given
            if state is not None and state.state == "done" and step.to == self.step.to
        )

    def outcome(self) -> str | None:
        """What became of the question, for whoever looks; None while it is theirs to answer."""
        if self.is_open:
            return None
        name, told = self._outcome()
        own = f"{self.step.name}__{name}"
        return self.scene.messages.say(
            self.voice, self.flow.name, own if self._has(own) else name, {**self.context, **told}
        )

    def _outcome(self) -> tuple[str, Mapping[str, Any]]:
        state = self.state
        if state is None or self.is_unanswered:
            return "expired", {}
        if state.to is not None and state.to != self.address:
            return "handed_over", {}
        if state.state == "asked":
            return ("snoozed", {}) if self.is_asleep else ("handed_over", {})
        if state.value is None:
            return "skipped", {}
        by = self.scene.member(state.by) if state.by else None
        return "answered", {"value": self._said(state.value), "by": by}

    def _said(self, value: Any) -> str:
        """An answer as it may be shown in a message: free words never are."""
        match self.step.answer:
            case Choice():
                return self.option(str(value))
            case Scale():
                return str(value)
            case Person():
                named = members.by_slack_id(self.scene.tx, str(value))
                return named.name if named else TICK
            case Day():
                return spoken_day(self.voice.locale, str(value), self.context.get("today"))
            case _:
                return TICK

    def option(self, option: str) -> str:
        name = f"{self.step.name}__{option}"
        return self._say(name) if self._has(name) else option

    def _title(self, step: str) -> str:
        return self.scene.title(self.flow, step, self.voice, self.context)

    def _own(self, name: str) -> str:
        """The step's own word, else the shared one, else none."""
        for block in (f"{self.step.name}__{name}", name):
            if self._has(block):
                return self._say(block)
        return ""

    def _has(self, name: str) -> bool:
        return self.scene.messages.has(self.voice, self.flow.name, name)

    def _say(self, name: str) -> str:
        return self.scene.messages.plain(self.voice, self.flow.name, name, self.context)


def sure_of(step: Ask[Any], option: str) -> str:
    """The words that ask, once more, whether this option is what one wants."""
    return f"{step.name}__{option}__sure"


def options_of(step: Ask[Any]) -> tuple[str, ...]:
    """What may be chosen: of a form, whatever the field. Each has its words."""
    kinds = step.answer.fields.values() if isinstance(step.answer, Form) else (step.answer,)
    return tuple(dict.fromkeys(option for kind in kinds if isinstance(kind, Choice) for option in kind.options))


def offer_of(asked: Asked | None, verb: str, label: str, talk: Conversation | None = None) -> Offer:
    """An offer beside a step; to edit, one says which answer, and some are about what their conversation is about."""
    about = next((talk.details[name] for name in ABOUT.get(verb, ()) if name in talk.details), "") if talk else ""
    return Offer(verb, label, about, choices=asked.edits() if asked is not None and verb == "edit" else ())
