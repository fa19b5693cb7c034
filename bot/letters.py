"""What goes by e-mail: to whoever has no account yet, and to whoever has left and agreed to be written to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.folding import REMINDER
from bot.scene import Context, Scene
from bot.speech import AT_FAULT, OVER, Unsayable, at_fault, links_of
from flows.core.model import Ask, Conversation, Flow, Say
from messages import Voice
from storage.outbox import Delivery

PAGE = "letters"
Step = Say | Ask[Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail, in plain text. `delivery`: the row of the outbox, the same however often it is handed over. `may_end`: its
    reader may receive nothing more, by following `stop` when that is an address of the web, else by answering. `house`: the
    cooperative that writes, which reads the replies at `reply_to` when it said so."""

    subject: str
    body: str
    written_at: datetime
    delivery: int
    may_end: bool = False
    stop: str | None = None
    house: str = ""
    reply_to: str | None = None


def goes_by_email(scene: Scene, row: Delivery) -> bool:
    return _step_of(scene, row) is not None


def letter_of(scene: Scene, row: Delivery) -> Letter | Unsayable:
    """A row of the outbox as an e-mail, or why it is none."""
    found = _step_of(scene, row)
    if found is None:
        return Unsayable("not_by_email")
    flow, talk, step = found
    if isinstance(step, Ask) and not is_asked_of(talk, step, row.recipient):
        return OVER
    me = scene.member(row.recipient)
    try:
        return _Writing(scene, row, flow, step, scene.context(flow, talk, me, row.context)).letter()
    except AT_FAULT as mistake:
        return at_fault(scene, row, mistake)


def _step_of(scene: Scene, row: Delivery) -> tuple[Flow, Conversation, Step] | None:
    """What the row says, when that may go by e-mail."""
    found = scene.conversation(row.conversation or "")
    step = found[0].step(row.step) if found else None
    if found is None or not isinstance(step, Say | Ask) or row.message not in (step.name, REMINDER):
        return None
    return (*found, step) if step.by_email else None


def is_asked_of(talk: Conversation, step: Step, address: str) -> bool:
    """Whether this is open, and theirs to answer."""
    state = talk.steps.get(step.name)
    return state is not None and state.state == "asked" and state.to == address


@dataclass(frozen=True, slots=True)
class _Writing:
    """One row in the words of its flow, and what every letter ends with."""

    scene: Scene
    row: Delivery
    flow: Flow
    step: Step
    told: Context

    def letter(self) -> Letter:
        own = f"{self.step.name}__subject"
        title = self._own(own if self._has(own) else f"{self.step.name}__title")
        body = "\n\n".join(part.strip() for part in (*self._beginning(), *self._links(), *self._end()))
        stop, coop = self.told["letterbox"].stop, self.scene.workspace
        subject, house = " ".join(title.split()), self.scene.messages.elsewhere(self._voice, coop.name)
        return Letter(subject, body, self.scene.now, self.row.id, self._has_left, stop, house, coop.reply_to)

    @property
    def _voice(self) -> Voice:
        return self.scene.voice(self.told["me"])

    @property
    def _has_left(self) -> bool:
        return not self.told["me"].active

    def _beginning(self) -> Iterator[str]:
        if self.row.message == REMINDER:
            own = f"{self.step.name}__{REMINDER}"
            yield self._own(own if self._has(own) else REMINDER)
        yield self._own(self.step.name)

    def _links(self) -> Iterator[str]:
        colon = "\N{NO-BREAK SPACE}:" if self._voice.locale == "fr" else ":"
        yield from (f"{link.label}{colon} {link.url}" for link in links_of(self.scene, self.step, self.told))
        uses = self.scene.messages.variables(self._voice, self.flow.name, self.step.name)
        if isinstance(self.step, Ask) and self._has_left and "letterbox" not in uses:
            yield self._shared("answer" if self.told["letterbox"].rex else "answer_by_letter")

    def _end(self) -> Iterator[str]:
        if self._has_left:
            why = self._shared("why")
            yield f"{why}\n{self._shared('stop' if self.told['letterbox'].stop else 'stop_by_letter')}"

    def _own(self, name: str) -> str:
        return self.scene.messages.plain(self._voice, self.flow.name, name, self.told)

    def _shared(self, name: str) -> str:
        return self.scene.messages.plain(self._voice, PAGE, name, self.told)

    def _has(self, name: str) -> bool:
        return self.scene.messages.has(self._voice, self.flow.name, name)
