"""Words typed in the conversation with us: a word we know, an answer to the latest open question, or neither."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping

from bot import offers
from bot.answering import Spot, told, turn_down
from bot.conductor import Conductor
from bot.visitors import turned_to_others
from bot.wire import Ref
from flows.core.answers import Form, Text
from flows.core.model import Ask, Conversation
from flows.core.moves import Answered, Skipped
from flows.core.people import Member
from storage import members, outbox
from storage.outbox import Delivery

KNOWN_WORDS: Mapping[str, str] = {
    "menu": "menu",
    "aide": "menu",
    "help": "menu",
    "bonjour": "menu",
    "bonsoir": "menu",
    "salut": "menu",
    "coucou": "menu",
    "hello": "menu",
    "hi": "menu",
    "parcours": "menu",
    "mon parcours": "menu",
    "mes donnees": "menu",
    "my data": "menu",
    "mes preferences": "menu",
    "preferences": "menu",
    "merci": "thanks",
    "merci beaucoup": "thanks",
    "thanks": "thanks",
    "thank you": "thanks",
    "pause": "pause",
    "stop": "pause",
    "reprendre": "resume",
    "continuer": "resume",
    "resume": "resume",
    "continue": "resume",
    "passer": "skip",
    "skip": "skip",
}
"""Always understood, whatever is asked; compared without case, accents, punctuation or emoji. What opens a window brings the
menu, where a button does: no window opens at a message."""
_EMOJI = re.compile(r":[^\s:]+:")
"""As Slack tells an emoji that was typed, by its name (docs.slack.dev/reference/block-kit/block-elements/emoji-element)."""
_NAMED = re.compile(r"<@([UW][A-Z0-9]+)>")


class Typed:
    """What one member typed, in one transaction."""

    def __init__(self, conductor: Conductor, me: Member) -> None:
        self.conductor, self.me = conductor, me

    def take(self, text: str, under: Spot | None = None) -> None:
        """`text` is empty for a voice message, a picture or a file that came without a word. `under`: the message in whose
        thread it came."""
        verb = KNOWN_WORDS.get(_plain(text))
        if verb != "thanks" and turned_to_others(self.conductor, self.me):
            return
        if not text:
            self.conductor.note("menu/only_words", self.me.id)
        elif verb == "skip":
            self._skip(under)
        elif verb == "thanks":
            self.conductor.note("menu/thanked", self.me.id)
        elif verb is not None:
            offers.take(self.conductor, self.me, verb)
        elif (question := self._latest(_takes_words, self._asked_in(under))) is not None:
            self._answer(question, text)
        else:
            whom = offers.contacts(self.conductor, self.me)
            known = {"contacts": whom, "hidden": offers.pointless(self.conductor, self.me)}
            self.conductor.note("menu/not_understood", self.me.id, context=known)

    def _answer(self, ref: Ref, text: str) -> None:
        given = _NAMED.sub(self._by_name, text)
        refused = told(self.conductor, self.me, ref, Answered(ref.step, given, self.me.id), None)
        if refused is not None:
            turn_down(self.conductor, self.me, None, refused)

    def _by_name(self, found: re.Match[str]) -> str:
        """Slack tells whom somebody names by their id alone, which nobody reads."""
        named = members.by_slack_id(self.conductor.tx, found[1])
        return f"@{named.name}" if named is not None and named.name else found[0]

    def _skip(self, under: Spot | None) -> None:
        question = self._latest(lambda asked: asked.skippable, self._asked_in(under))
        if question is None:
            offers.menu(self.conductor, self.me)
        else:
            told(self.conductor, self.me, question, Skipped(question.step, self.me.id), None)

    def _asked_in(self, spot: Spot | None) -> set[Ref]:
        """The questions of this message, answered or not: words in its thread are for no other."""
        rows = outbox.riders(self.conductor.tx, spot.channel, spot.ts) if spot is not None else []
        steps = {talk.id: self.conductor.score.flows[talk.flow].step for talk in self._talks_of(rows)}
        refs = {Ref(row.conversation or "", row.step) for row in rows}
        return {ref for ref in refs if ref.conversation in steps and isinstance(steps[ref.conversation](ref.step), Ask)}

    def _talks_of(self, rows: Iterable[Delivery]) -> list[Conversation]:
        return self.conductor.seen(row.conversation for row in rows if row.conversation)

    def _latest(self, wanted: Callable[[Ask[object]], bool], among: Collection[Ref] = ()) -> Ref | None:
        """Of the questions they may have read; of those `among` them, when there are some."""
        asked = [one for one in offers.open_questions(self.conductor, self.me) if wanted(one.question)]
        asked = [one for one in asked if not among or one.ref in among]
        return next((one.ref for one in reversed(asked) if self._has_come(one)), None)

    def _has_come(self, asked: offers.Open) -> bool:
        """One that waits for their hour was read all the same when they resumed it before."""
        if asked.at <= self.conductor.now:
            return True
        said = outbox.carriers(self.conductor.tx, asked.ref.conversation, asked.ref.step)
        return any(row.recipient == self.me.id for row in said)


def _takes_words(question: Ask[object]) -> bool:
    return isinstance(question.answer, Text) or (
        isinstance(question.answer, Form) and question.answer.typed_field is not None
    )


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", _EMOJI.sub(" ", text)).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z ]", "", bare.lower().replace("-", " ")).split())
