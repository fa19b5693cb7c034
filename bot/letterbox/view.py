"""The pages, in HTML: words of `letterbox` and of the flows, in the language and the voice of whoever looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.letterbox.links import Visitor
from bot.letterbox.questions import Field, NotTaken, asked_together, fields_of, is_words
from bot.scene import Context, Scene
from bot.webpages import rendered
from flows.core.model import Ask, Flow
from flows.core.people import Member
from messages import Messages, Voice
from storage import conversations

PAGE, REFUSALS = "letterbox", "refusals"
SAID = ("answered", "skipped", "kept_all", "kept_less")
"""What a page may say was just done."""
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody has sent that could not be taken: every field, and why."""

    given: Mapping[str, str] = field(default_factory=dict)
    fault: NotTaken | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it is shown."""

    field: Field
    label: str
    options: tuple[tuple[str, str], ...]
    given: str
    fault: str

    @property
    def id(self) -> str:
        return self.field.name.replace(".", "-")


class Look:
    """One visitor, at one moment."""

    def __init__(self, scene: Scene, visitor: Visitor) -> None:
        self.scene, self.me, self.contact = scene, visitor.member, visitor.contact
        self.voice = scene.voice(self.me)
        self.told = scene.house_context(self.me, {})

    def page(self, said: str = "", filled: Filled | None = None) -> str:
        """What is asked, what is kept, how often to write. `said`: what was just done."""
        filled = filled or Filled()
        fault = filled.fault
        return rendered(
            "page.html.j2",
            self.voice,
            self.say,
            said=self.say(said) if said in SAID else "",
            is_refused=fault is not None and bool(fault.field),
            over=self.why(fault) if fault is not None and not fault.field else "",
            lost=_drafts(filled.given) if fault is not None and not fault.field else [],
            sheets=self._sheets(filled),
            contact=self.contact,
            since=self.scene.messages.plain(
                self.voice, PAGE, "kept__day", {**self.told, "on": self.contact.consented_on}
            ),
        )

    def stop(self, token: str) -> str:
        return rendered("stop.html.j2", self.voice, self.say, token=token)

    def stopped(self) -> str:
        return rendered("notice.html.j2", self.voice, self.say, notice="stopped", again=[], lost=[], reference="")

    def say(self, name: str) -> str:
        return self.scene.messages.plain(self.voice, PAGE, name, self.told)

    def why(self, fault: NotTaken) -> str:
        page, _, name = fault.refused.reason.rpartition("/")
        return self.scene.messages.plain(self.voice, page or REFUSALS, name, {**self.told, **fault.refused.details})

    # -- what is asked

    def _sheets(self, filled: Filled) -> list[dict[str, Any]]:
        played = dict.fromkeys(one.conversation for one in conversations.played_by(self.scene.tx, self.me.id))
        found = []
        for talk in self.scene.conversations(played):
            flow = self.scene.flows[talk.flow]
            if asked := asked_together(flow, talk, self.me.id):
                told = self.scene.context(flow, talk, self.me, {})
                questions = [self._question(flow, step, told, filled) for step in asked]
                found.append({"conversation": talk.id, "questions": questions})
        return found

    def _question(self, flow: Flow, step: Ask[Any], told: Context, filled: Filled) -> dict[str, Any]:
        return {
            "name": step.name,
            "title": self.scene.title(flow, step.name, self.voice, told),
            "text": self._text(flow, step, told),
            "fields": [self._field(flow, step, one, told, filled) for one in fields_of(step)],
            "skippable": step.skippable,
        }

    def _text(self, flow: Flow, step: Ask[Any], told: Context) -> str:
        """What is said above a question: its own words for the page, else those of its letter, unless they lead here."""
        own = f"{step.name}__page"
        if self.scene.messages.has(self.voice, flow.name, own):
            return self.scene.messages.plain(self.voice, flow.name, own, told)
        if "letterbox" in self.scene.messages.variables(self.voice, flow.name, step.name):
            return ""
        return self.scene.messages.plain(self.voice, flow.name, step.name, told)

    def _field(self, flow: Flow, step: Ask[Any], one: Field, told: Context, filled: Filled) -> Shown:
        def word(name: str) -> str:
            return self.scene.messages.plain(self.voice, flow.name, f"{step.name}__{name}", told)

        part = one.name.partition(".")[2]
        fault = filled.fault if filled.fault is not None and filled.fault.field == one.name else None
        return Shown(
            field=one,
            label=word(part or "title"),
            options=tuple((option, word(option)) for option in one.options),
            given=filled.given.get(one.name, ""),
            fault=self.why(fault) if fault is not None else "",
        )


def notice(messages: Messages, voice: Voice, name: str, given: Mapping[str, str] = NOTHING, reference: str = "") -> str:
    """A page for whoever we know nothing of: `name` says what happened; `given`, what they had sent, is sent again from it."""
    told = {"coop": "", "me": Member(id="", first_name="")}

    def say(word: str) -> str:
        return messages.plain(voice, PAGE, word, told)

    return rendered("notice.html.j2", voice, say, notice=name, again=_again(given), lost=[], reference=reference)


def _again(given: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Each field that was sent, and whether it is somebody's words, to be shown."""
    return [(name, value, is_words(value)) for name, value in given.items()]


def _drafts(given: Mapping[str, str]) -> list[str]:
    return [value for value in given.values() if is_words(value)]
