"""What is to be done with the rows claimed for one recipient, decided on one snapshot before anything is sent."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.letters import Letter, goes_by_email, letter_of
from bot.people import letters_to, rhythm_of
from bot.polls.exports import Exported
from bot.polls.sharing import files_of
from bot.rights import files as rights_files
from bot.scene import Scene
from bot.slack import Posted
from bot.speech import Speaker, Speech, Unsayable
from flows.core.calendar import next_moment
from flows.core.people import Member
from storage import outbox
from storage.outbox import Delivery
from storage.transaction import Transaction

Rows = tuple[Delivery, ...]
Home = Callable[[Transaction, Member, datetime], dict[str, Any]]
"""What a member's App Home shows."""

IN_ONE_MESSAGE = 8
UNTIL_THE_ACCOUNT = timedelta(days=1)
WAITED_ENOUGH = timedelta(days=30)
"""How long something is kept for somebody without an account, when nothing says how long it is useful."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """Not now: the moment, and why."""

    rows: Rows
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    rows: Rows
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """There is nothing to say any more, and nobody to tell."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class Tell:
    """One message to `to` (the Slack id of a person or a channel)."""

    rows: Rows
    to: str
    speech: Speech

    @property
    def is_uncertain(self) -> bool:
        return any(row.uncertain for row in self.rows)


@dataclass(frozen=True, slots=True)
class Share:
    """Files, with a word, to `to` in their conversation with us. Slack tells such messages apart by nothing of ours: cut
    short, it is done again."""

    rows: Rows
    to: str
    text: str
    files: tuple[Exported, ...]


@dataclass(frozen=True, slots=True)
class Whisper:
    """Words for `to` alone, in the `channel` where they clicked."""

    rows: Rows
    channel: str
    to: str
    speech: Speech


@dataclass(frozen=True, slots=True)
class ShowAgain:
    """Messages already said, as things stand now."""

    rows: Rows
    messages: tuple[tuple[Posted, Speech], ...]


@dataclass(frozen=True, slots=True)
class Retract:
    """A message taken back: it goes, or shows the `rest` when something else was said in it that still can be."""

    rows: Rows
    posted: Posted
    rest: Speech


@dataclass(frozen=True, slots=True)
class Seek:
    """A message to take back, if it was said at all: looked for where `to` reads us, by the `delivery` it would carry."""

    rows: Rows
    to: str
    delivery: str


@dataclass(frozen=True, slots=True)
class ShowHome:
    rows: Rows
    to: str
    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Write:
    """An e-mail."""

    rows: Rows
    to: str
    letter: Letter


Errand = PutBack | GiveUp | Drop | Tell | Share | Whisper | ShowAgain | Retract | Seek | ShowHome | Write


class Dispatcher:
    """Decides for one recipient, in the order the rows were queued."""

    def __init__(self, scene: Scene, speaker: Speaker, *, by_email: bool, home: Home | None) -> None:
        self.scene, self.speaker, self.by_email, self.home = scene, speaker, by_email, home
        self.now = scene.now

    def errands(self, rows: Sequence[Delivery]) -> list[Errand]:
        """What to do with `rows`, all for one recipient."""
        address = rows[0].recipient
        member = self.scene.member(address)
        # First, so that nothing that was in doubt is found in a message about to go.
        errands = [self._taken_back(row, member) for row in rows if row.kind == "retract"]
        said = [row for row in rows if row.kind != "retract"]
        if member is None and address.startswith("m_"):
            return [*errands, GiveUp(tuple(said), "unknown_recipient")] if said else errands
        ready = []
        for row in said:
            turned_down = self._turned_down(row, member)
            if turned_down is None:
                ready.append(row)
            else:
                errands.append(turned_down)
        return [*errands, *self._for(ready, member, address)] if ready else errands

    def _taken_back(self, row: Delivery, member: Member | None) -> Errand:
        """Whatever became of the account: Slack deletes by the place alone."""
        where, to = row.context, row.recipient if member is None else member.slack_id
        if "ts" in where:
            rest = outbox.riders(self.scene.tx, where["channel"], where["ts"])
            spoken = self.speaker.say(self.scene, rest, again=True) if rest else Speech()
            return Retract((row,), Posted(where["channel"], where["ts"]), spoken)
        return Seek((row,), to, where["delivery"]) if to else Drop((row,))

    def _turned_down(self, row: Delivery, member: Member | None) -> Errand | None:
        """Why this row is not for now, or not for Slack; None when it is."""
        if row.kind == "post" and row.useful_until is not None and self.now > row.useful_until:
            return GiveUp((row,), "too_late")
        if member is not None and not member.active and not self._goes_by_email(row, member):
            return GiveUp((row,), "account_closed") if row.kind == "post" else Drop((row,))
        if row.kind == "post" and not row.prompt:
            moment = next_moment(self.now, rhythm_of(member, self.scene.workspace))
            if moment > self.now:
                return PutBack((row,), moment, "out_of_hours")
        if member is not None and (member.slack_id is None or not member.active):
            return self._without_account(row, member)
        return None

    def _without_account(self, row: Delivery, member: Member) -> Errand:
        if self._goes_by_email(row, member):
            return self._written(row, letters_to(member) or "")
        if row.kind != "post":
            return Drop((row,))
        if row.useful_until is None and self.now > row.planned + WAITED_ENOUGH:
            return GiveUp((row,), "no_account")
        return PutBack((row,), self.now + UNTIL_THE_ACCOUNT, "no_account")

    def _goes_by_email(self, row: Delivery, member: Member) -> bool:
        return self.by_email and row.kind == "post" and bool(letters_to(member)) and goes_by_email(self.scene, row)

    def _written(self, row: Delivery, address: str) -> Errand:
        letter = letter_of(self.scene, row)
        if isinstance(letter, Unsayable):
            return Drop((row,)) if letter.is_over else GiveUp((row,), letter.reason)
        return Write((row,), address, letter)

    def _for(self, rows: Sequence[Delivery], member: Member | None, address: str) -> list[Errand]:
        to = member.slack_id if member is not None else address
        assert to is not None, "whoever has no account was turned down above"
        errands: list[Errand] = []
        errands += self._shown_again([row for row in rows if row.kind == "refresh"])
        for batch in _batches([row for row in rows if row.kind == "post"], self._folded_by(member)):
            errands += self._told(batch, to)
        for row in rows:
            if row.kind == "notice":
                errands += self._whispered(row, to)
        if at_home := tuple(row for row in rows if row.kind == "home"):
            errands.append(self._at_home(at_home, member))
        return errands

    def _folded_by(self, member: Member | None) -> Callable[[Delivery], Hashable]:
        """What is the same for rows that may be one message: anything to a person; in a channel, where each piece of news stands
        alone, what has words for several (ten people arrive on one day). None: nothing is."""
        return (lambda row: self.speaker.said_together(self.scene, row)) if member is None else lambda _: "to them"

    def _told(self, rows: Rows, to: str) -> list[Errand]:
        speech = self.speaker.say(self.scene, rows)
        if not speech.said:
            return _unsaid(rows, speech)
        told = _said(rows, speech)
        to_whom, message = self.scene.member(rows[0].recipient), rows[0].message
        files = files_of(self.scene, to_whom, message, rows[0].context)
        files += rights_files.files_of(self.scene, to_whom, message)
        return [*_unsaid(rows, speech), Share(told, to, speech.text, files) if files else Tell(told, to, speech)]

    def _whispered(self, row: Delivery, to: str) -> list[Errand]:
        speech = self.speaker.say(self.scene, [row])
        if not speech.said:
            return _unsaid((row,), speech)
        channel = row.context.get("channel")
        return [Whisper((row,), str(channel), to, speech) if channel else Tell((row,), to, speech)]

    def _shown_again(self, rows: Sequence[Delivery]) -> Iterator[ShowAgain]:
        """Every message that carries a step of these rows, each once. Step by step: whoever is cut short after some of them need
        not begin again with the first."""
        of_step: dict[tuple[str | None, str], list[Delivery]] = {}
        for row in rows:
            of_step.setdefault((row.conversation, row.step), []).append(row)
        shown: set[Posted] = set()
        for (talk, step), asked in of_step.items():
            carriers = outbox.carriers(self.scene.tx, talk, step) if talk else []
            spots = dict.fromkeys(Posted(one.channel, one.ts) for one in carriers if one.channel and one.ts)
            left = [spot for spot in spots if spot not in shown]
            shown.update(left)
            told = [(spot, self._as_it_stands(spot)) for spot in left]
            yield ShowAgain(tuple(asked), tuple((spot, speech) for spot, speech in told if speech.said))

    def _as_it_stands(self, spot: Posted) -> Speech:
        return self.speaker.say(self.scene, outbox.riders(self.scene.tx, spot.channel, spot.ts), again=True)

    def _at_home(self, rows: Rows, member: Member | None) -> Errand:
        if self.home is None or member is None or member.slack_id is None:
            return Drop(rows)
        return ShowHome(rows, member.slack_id, self.home(self.scene.tx, member, self.now))


def _batches(posts: Sequence[Delivery], folded_by: Callable[[Delivery], Hashable]) -> list[Rows]:
    """Messages to be: what answers a gesture stands alone, as does what may have been said already; the rest is folded, a
    few at a time."""
    alone: list[Rows] = []
    together: dict[Hashable, list[Delivery]] = {}
    for row in posts:
        key = None if row.prompt or row.uncertain else folded_by(row)
        if key is None:
            alone.append((row,))
        else:
            together.setdefault(key, []).append(row)
    chunks = [
        tuple(folded[at : at + IN_ONE_MESSAGE])
        for folded in together.values()
        for at in range(0, len(folded), IN_ONE_MESSAGE)
    ]
    return sorted([*alone, *chunks], key=lambda rows: rows[0].id)


def _said(rows: Rows, speech: Speech) -> Rows:
    return tuple(row for row in rows if row.id in speech.said)


def _unsaid(rows: Rows, speech: Speech) -> list[Errand]:
    return [
        Drop((row,)) if speech.unsaid[row.id].is_over else GiveUp((row,), speech.unsaid[row.id].reason)
        for row in rows
        if row.id in speech.unsaid
    ]
