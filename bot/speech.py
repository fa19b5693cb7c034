"""Deliveries into words: what a row of the outbox says, to whom, with what to click; or why it cannot be said."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from jinja2 import TemplateError, UndefinedError

from bot import blocks
from bot.blocks import Block, Link, Offer, Part
from bot.folding import REMINDER, question_of, reminded, with_what_is_new, without_repetition
from bot.leaving import telling as leaving
from bot.polls import speaking
from bot.polls.wording import PAGE
from bot.questions import Asked, offer_of
from bot.scene import Context, Scene
from bot.wire import Ref
from flows.core.model import Ask, Conversation, Flow, Say, Step
from messages import Messages, UnknownMessage
from storage.outbox import Delivery
from storage.transaction import Transaction

log = logging.getLogger(__name__)

AT_FAULT = (UnknownMessage, TemplateError, ArithmeticError, AttributeError, TypeError, ValueError)
"""What words may raise: they belong to everyone, a cooperative's own included, and Jinja lets them compute."""
ALSO = "also"
"""Of a step, in a message that has said the same of somebody else: who it is about now, and no more."""
CLOSED = "expired"
LATE = timedelta(days=1)
"""Past this, several messages said in one begin with a word on the delay."""

MENU = ("home", "ask", "resume", "my_data", "pause", "preferences", "welcome")
BESIDE: Mapping[str, tuple[str, ...]] = {
    "menu/menu": MENU,
    "menu/not_understood": MENU,
    "menu/paused": ("unpause",),
    "menu/setup_invitation": ("setup",),
    "menu/set_up_done": ("welcome",),
    "menu/is_back": ("welcome",),
    "menu/no_account": ("home",),
    "menu/open_again": ("welcome",),
    "menu/replies_unread": ("setup",),
    "shared/put_off": ("resume",),
    **speaking.BESIDE,
    **leaving.BESIDE,
}
"""The gestures proposed beside the messages of no flow: those that have words are shown, but for those its row hides."""


@dataclass(frozen=True, slots=True)
class Unsayable:
    """There is nothing to say any more (`is_over`), or no way to say it: `reason`."""

    reason: str
    is_over: bool = False


OVER = Unsayable("over", is_over=True)


@dataclass(frozen=True, slots=True)
class Speech:
    """One message. `said`: the deliveries it carries; `unsaid`: those it could not, and why."""

    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    said: tuple[int, ...] = ()
    unsaid: Mapping[int, Unsayable] = field(default_factory=dict)


class Place(NamedTuple):
    """Where something is said: after which others, whether its controls say what they are `about`, whether it is said `again`,
    and whether the same was said of somebody else before it."""

    before: Sequence[Part]
    about: bool
    again: bool
    also: bool


class Speaker:
    """Says deliveries in the words of `messages`. A flow, a step or a conversation that is no more is a value, never a raise."""

    def __init__(self, flows: Mapping[str, Flow], messages: Messages, public_url: str | None = None) -> None:
        """`public_url`: where the links of letters to former members lead."""
        self.flows, self.messages, self.public_url = flows, messages, public_url

    def scene(self, tx: Transaction, now: datetime) -> Scene:
        return Scene(tx, self.flows, self.messages, now, self.public_url)

    def render(self, tx: Transaction, deliveries: Sequence[Delivery], now: datetime, *, again: bool = False) -> Speech:
        """One message that says all these deliveries, to one person or channel. `again`: it was said before, and is shown as
        things stand now."""
        return self.say(self.scene(tx, now), deliveries, again=again)

    def say(self, scene: Scene, deliveries: Sequence[Delivery], *, again: bool = False) -> Speech:
        told = without_repetition(deliveries)
        about = sum(1 for one in told if self._asked_in(scene, one)) > 1
        parts: list[Part] = []
        kinds: set[tuple[str, str] | None] = set()
        unsaid: dict[int, Unsayable] = {}
        for one in told:
            kind = _kind(scene, one)
            part = self._part(scene, one, Place(parts, about, again, kind in kinds))
            if isinstance(part, Part):
                parts.append(with_what_is_new(part, parts))
                kinds.add(kind)
            else:
                unsaid[one.id] = part
        # What repeats another row shares its fate.
        unsaid |= {
            one.id: unsaid[same.id]
            for one in deliveries
            for same in told
            if question_of(one) == question_of(same) and same.id in unsaid
        }
        said = tuple(one.id for one in deliveries if one.id not in unsaid)
        if not parts:
            return Speech(unsaid=unsaid)
        me = scene.member(deliveries[0].recipient)
        late = len(parts) > 1 and any(scene.now - scene.due(me, one.planned) > LATE for one in told)
        head = (
            self.messages.say(scene.voice(me), "shared", "folded", scene.house_context(me, {}))
            if late and not again
            else None
        )
        return Speech(blocks.top_text(parts, head), blocks.message(parts, head=head), said, unsaid)

    def said_together(self, scene: Scene, delivery: Delivery) -> tuple[str, str] | None:
        """The step it says, when one message may say it of several; None when each is said alone."""
        kind = _kind(scene, delivery)
        found = scene.conversation(delivery.conversation or "")
        words = f"{delivery.step}__{ALSO}"
        return kind if found is not None and self._has(scene, delivery, found[0], words) else None

    # -- one delivery

    def _part(self, scene: Scene, delivery: Delivery, place: Place) -> Part | Unsayable:
        try:
            if "/" in delivery.message:
                return self._of_no_step(scene, delivery, len(place.before))
            found = scene.conversation(delivery.conversation or "")
            if found is None:
                return Unsayable("conversation_gone")
            flow, talk = found
            step = flow.step(delivery.step)
            if delivery.message in (delivery.step, REMINDER) and step is not None:
                return self._of_step(scene, delivery, flow, step, place)
            name = delivery.message
            if name == REMINDER or not self._has(scene, delivery, flow, name):
                if not place.again or not _is_unanswered(talk, delivery.step):
                    return Unsayable("step_gone")
                name = CLOSED  # a question of a former release, whose buttons would stay
            told = self._context(scene, delivery, flow.name, name)
            return Part(self.messages.say(self._voice(scene, delivery), flow.name, name, told))
        except AT_FAULT as mistake:
            return at_fault(scene, delivery, mistake)

    def _of_step(self, scene: Scene, delivery: Delivery, flow: Flow, step: Step, place: Place) -> Part | Unsayable:
        told = self._context(scene, delivery, flow.name, step.name)
        voice = self._voice(scene, delivery)
        shorter = f"{step.name}__{ALSO}"
        is_shorter = place.also and self._has(scene, delivery, flow, shorter)
        text = self.messages.say(voice, flow.name, shorter if is_shorter else step.name, told)
        if not isinstance(step, Ask):
            return Part(
                text, self._beside(scene, delivery, step, told, len(place.before)) if isinstance(step, Say) else ()
            )
        asked = self._asked(scene, delivery, flow, step, told)
        title = scene.title(flow, step.name, voice, told) if place.about else None
        title = self.messages.plain(voice, flow.name, shorter, told) if is_shorter else title
        if asked.is_open:
            if delivery.message == REMINDER and not is_shorter:
                text = reminded(self._reminder(scene, delivery, flow, told), text, place.before)
            return Part(
                text, (asked.controls(title), *self._beside(scene, delivery, step, told, len(place.before), asked))
            )
        if not place.again:
            return OVER
        heading = f"{step.name}__title"
        if delivery.message == REMINDER and asked.is_unanswered and self._has(scene, delivery, flow, heading):
            # Asked three times, it would be there three times: its first asking says it whole.
            text = f"*{self.messages.say(voice, flow.name, heading, told)}*"
        return Part(text, (asked.change(title),) if asked.is_revisable else (), asked.outcome() or "")

    def _of_no_step(self, scene: Scene, delivery: Delivery, number: int) -> Part | Unsayable:
        """A message named `template/block`: the bot's own, or a flow's context when a conversation is named too."""
        page, _, name = delivery.message.partition("/")
        told = self._context(scene, delivery, page, name)
        voice = self._voice(scene, delivery)
        drawn: list[Block] = []
        if page == PAGE:
            of_poll = speaking.told_of(scene, scene.member(delivery.recipient), name, delivery.context)
            if of_poll is None:
                return OVER
            told, drawn = told | of_poll.context, of_poll.drawn
        offers = []
        hidden = delivery.context.get("hidden", ())
        for verb in (verb for verb in BESIDE.get(delivery.message, ()) if verb not in hidden):
            for label in (f"{name}__{verb}", f"{name}__button", f"menu__{verb}", f"offer__{verb}"):
                if self.messages.has(voice, page, label):
                    about = next((str(delivery.context[one]) for one in leaving.ABOUT if one in delivery.context), "")
                    offers.append(Offer(verb, self.messages.plain(voice, page, label, told), about))
                    break
        text = self.messages.say(voice, page, name, told)
        return Part(text, (*drawn, *blocks.beside(None, number, offers=offers)) if delivery.kind == "post" else ())

    def _reminder(self, scene: Scene, delivery: Delivery, flow: Flow, told: Context) -> str:
        own = f"{delivery.step}__{REMINDER}"
        name = own if self._has(scene, delivery, flow, own) else REMINDER
        return self.messages.say(self._voice(scene, delivery), flow.name, name, told)

    def _beside(
        self,
        scene: Scene,
        delivery: Delivery,
        step: Say | Ask[Any],
        told: Context,
        number: int,
        asked: Asked | None = None,
    ) -> tuple[Block, ...]:
        assert delivery.conversation is not None
        voice = self._voice(scene, delivery)
        labels = {verb: self.messages.plain(voice, "shared", f"offer__{verb}", told) for verb in step.offers}
        found = scene.conversation(delivery.conversation)
        offers = [offer_of(asked, verb, label, found[1] if found else None) for verb, label in labels.items()]
        ref = Ref(delivery.conversation, delivery.step)
        return blocks.beside(ref, number, links_of(scene, step, told), offers)

    def _context(self, scene: Scene, delivery: Delivery, page: str, name: str) -> Context:
        me = scene.member(delivery.recipient)
        found = scene.conversation(delivery.conversation) if delivery.conversation else None
        if found is None:
            return scene.house_context(me, delivery.context)
        uses = self.messages.variables(scene.voice(me), page, name)
        return scene.context(*found, me, delivery.context, *uses)

    def _asked(self, scene: Scene, delivery: Delivery, flow: Flow, step: Ask[Any], told: Context) -> Asked:
        found = scene.conversation(delivery.conversation or "")
        assert found is not None
        return Asked(scene, flow, found[1], step, scene.member(delivery.recipient), delivery.recipient, told)

    def _asked_in(self, scene: Scene, delivery: Delivery) -> bool:
        found = scene.conversation(delivery.conversation or "")
        return found is not None and isinstance(found[0].step(delivery.step), Ask)

    def _has(self, scene: Scene, delivery: Delivery, flow: Flow, name: str) -> bool:
        return self.messages.has(self._voice(scene, delivery), flow.name, name)

    def _voice(self, scene: Scene, delivery: Delivery) -> Any:
        return scene.voice(scene.member(delivery.recipient))


def _is_unanswered(talk: Conversation, step: str) -> bool:
    return step in talk.steps and talk.steps[step].state in ("asked", CLOSED)


def _kind(scene: Scene, delivery: Delivery) -> tuple[str, str] | None:
    """The step it says, whomever it is about."""
    found = scene.conversation(delivery.conversation) if delivery.conversation else None
    return (found[0].name, delivery.step) if found is not None else None


def links_of(scene: Scene, step: Say | Ask[Any], told: Context) -> list[Link]:
    """The cooperative's own pages that this step points at: those it has."""
    voice = scene.voice(told["me"])
    pages = ((name, told["links"].get(name)) for name in step.links)
    return [Link(scene.messages.plain(voice, "shared", f"link__{name}", told), url) for name, url in pages if url]


def at_fault(scene: Scene, delivery: Delivery, mistake: Exception) -> Unsayable:
    is_private = scene.is_private(delivery.conversation)
    # Only these two say nothing of the values they were given.
    is_harmless = isinstance(mistake, UnknownMessage | UndefinedError) and not is_private
    known = {"delivery": delivery.id} | ({} if is_private else {"step": delivery.step})
    log.error("a message cannot be worded: %s", mistake if is_harmless else type(mistake).__name__, extra=known)
    return Unsayable("no_words" if isinstance(mistake, UnknownMessage) else "words_at_fault")
