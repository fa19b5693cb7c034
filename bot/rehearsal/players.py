"""The fictional people: they see what Slack shows them, and answer by the script, within their working hours."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import wire
from bot.almanac import holidays_of
from bot.rehearsal.script import CHOICES, OTHERWISE, SILENT, SKIPPED, WORDS, ballot
from bot.rehearsal.transcript import Line
from flows.core.calendar import Rhythm, next_moment, working_days_from
from sandbox import Ack, Control, Message, Person, Sandbox

THINKING = timedelta(minutes=50)
"""How long somebody takes before they answer; each further question in the same message takes as long again."""

RHYTHM = Rhythm("Europe/Paris", holidays=holidays_of("metropole"))
READ_REPORT = wire.offer_action("read_report")
VOTE = wire.offer_action("vote")
OF_THEIR_OWN = (READ_REPORT, VOTE)
"""Offers that people take up without being asked twice."""

DAYS_AHEAD = 5
"""Working days between now and the day somebody chooses in a calendar."""
PATIENCE = 5
AWAY = 60.0
"""Real seconds an app may take to come back."""


class NotTaken(Exception):
    """A gesture was not acknowledged however often it was tried."""


@dataclass(frozen=True, order=True)
class Gesture:
    """Somebody is about to answer, at this instant, what this block of this message asks."""

    at: datetime
    number: int
    person: Person = field(compare=False)
    message: Message = field(compare=False)
    block_id: str = field(compare=False)

    @property
    def step(self) -> str:
        ref = wire.ref_of(self.block_id)
        assert ref is not None
        return ref.step


class Players:
    """Whoever answers in a rehearsal. `volunteers` are those who offer themselves in a channel, in order."""

    def __init__(self, slack: Sandbox, volunteers: list[Person], named: Person) -> None:
        self.slack, self.volunteers, self.named = slack, volunteers, named
        self._met: Counter[str] = Counter()
        self._voted: set[str] = set()
        self._planned = 0

    def react_to(self, message: Message, now: datetime) -> list[Gesture]:
        """The gestures a message calls for."""
        people = [self._reader(message)] if message.channel.dm_of else self.volunteers
        gestures: list[Gesture] = []
        offered = {it.action_id for it in message.controls()} if message.channel.dm_of else set()
        for offer in OF_THEIR_OWN:
            if offer in offered:
                gestures.append(self._planned_for(people[0], message, offer, now + THINKING))
        for block_id in dict.fromkeys(control.block_id for control in _answerable(message)):
            for person in people:
                gestures.append(self._planned_for(person, message, block_id, now + THINKING * (len(gestures) + 1)))
        return gestures

    async def perform(self, gesture: Gesture) -> list[Line]:
        """Do it, unless what was asked is over; the lines it leaves in the transcript."""
        if gesture.block_id == READ_REPORT:
            return await self._read(gesture)
        if gesture.block_id == VOTE:
            return await self._vote(gesture)
        offered = [it for it in _answerable(gesture.message) if it.block_id == gesture.block_id]
        if not offered:
            return []
        times = self._met[gesture.step]
        self._met[gesture.step] += 1
        shown = await self._answer(gesture, offered, times)
        return [Line(self.local(gesture.at), gesture.person.real_name, "answer", gesture.step, shown)]

    def local(self, instant: datetime) -> datetime:
        """The instant, on these people's wall."""
        return instant.astimezone(ZoneInfo(RHYTHM.zone))

    async def _answer(self, gesture: Gesture, offered: list[Control], times: int) -> str:
        window = next((it for it in offered if it.action_id == wire.WINDOW), None)
        if gesture.step in SKIPPED and (skip := next((it for it in offered if it.action_id == wire.SKIP), None)):
            await insist(
                self.slack,
                lambda: gesture.person.click(gesture.message, action_id=wire.SKIP, block_id=gesture.block_id),
            )
            return skip.label
        if window is not None:
            return await self._write(gesture)
        if offered[0].type == "button":
            chosen = _chosen(gesture.step, offered, times)
            action = chosen.action_id
            await insist(
                self.slack, lambda: gesture.person.click(gesture.message, action_id=action, block_id=gesture.block_id)
            )
            return chosen.label
        value = self._selected(gesture, offered[0])
        await insist(self.slack, lambda: gesture.person.select(gesture.message, offered[0].action_id, value))
        return self.named.real_name if offered[0].type == "users_select" else value

    def _selected(self, gesture: Gesture, control: Control) -> str:
        if control.type == "datepicker":
            return working_days_from(self.local(gesture.at).date(), DAYS_AHEAD, RHYTHM).isoformat()
        if control.type == "email_text_input":
            return gesture.person.email
        if control.type == "plain_text_input":
            return OTHERWISE[gesture.person.locale[:2]][: control.element["max_length"]].strip()
        return self.named.id if control.type == "users_select" else str(control.options[0]["value"])

    async def _click(self, gesture: Gesture, action: str) -> None:
        person, message, block = gesture.person, gesture.message, gesture.block_id
        await insist(self.slack, lambda: person.click(message, action_id=action, block_id=block))

    async def _write(self, gesture: Gesture) -> str:
        await insist(
            self.slack, lambda: gesture.person.click(gesture.message, action_id=wire.WINDOW, block_id=gesture.block_id)
        )
        window = gesture.person.modal
        values = self._filled(gesture, [it for it in window.controls() if wire.field_of(it.block_id) is not None])
        await insist(self.slack, lambda: gesture.person.submit(window, values))
        return "\n".join(self.named.real_name if value == self.named.id else value for value in values.values())

    def _filled(self, gesture: Gesture, fields: list[Control]) -> dict[str, str]:
        """What is given in each field, by its block: the words of the script, which may leave some out; else what would do."""
        given = WORDS[gesture.person.locale[:2]].get(gesture.step, {})
        scripted = {wire.field_block(name): word for name, word in _by_field(given).items()}
        asked = [it for it in fields if it.block_id in scripted] or fields
        return {it.block_id: str(scripted.get(it.block_id) or self._selected(gesture, it)) for it in asked}

    async def _read(self, gesture: Gesture) -> list[Line]:
        await insist(self.slack, lambda: gesture.person.click(gesture.message, action_id=READ_REPORT))
        view = gesture.person.modal
        line = Line(self.local(gesture.at), gesture.person.real_name, "window", view.title, view.words())
        await gesture.person.close(view)
        return [line]

    async def _vote(self, gesture: Gesture) -> list[Line]:
        """Answer a poll once, or let it be; what was answered is in no transcript."""
        person = gesture.person
        number = [one.id for one in self.slack.people].index(person.id)
        if person.id in self._voted or number % SILENT == SILENT - 1:
            return []
        self._voted.add(person.id)
        await insist(self.slack, lambda: person.click(gesture.message, action_id=VOTE))
        await insist(self.slack, lambda: person.submit(person.modal, ballot(person.modal, number, person.locale[:2])))
        thanks = person.modal
        line = Line(self.local(gesture.at), person.real_name, "answer", "vote", thanks.words())
        await person.close(thanks)
        return [line]

    def _planned_for(self, person: Person, message: Message, block_id: str, at: datetime) -> Gesture:
        self._planned += 1
        return Gesture(next_moment(at, RHYTHM), self._planned, person, message, block_id)

    def _reader(self, message: Message) -> Person:
        return next(person for person in self.slack.people if person.id == message.channel.dm_of)


async def insist(slack: Sandbox, gesture: Callable[[], Awaitable[Ack]]) -> None:
    """Do it again when Slack says that it did not work, as people do, once the app is back. Raises NotTaken."""
    for _ in range(PATIENCE):
        await slack.connected(seconds=AWAY)
        if (await gesture()).acknowledged:
            return
    raise NotTaken


def _answerable(message: Message) -> Iterator[Control]:
    """The controls by which a message asks something; an answered question has none left."""
    for control in message.controls():
        if control.action_id in (wire.WINDOW, wire.SKIP) or wire.is_answer(control.action_id):
            yield control


def _by_field(words: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return {wire.WHOLE: words} if isinstance(words, str) else words


def _chosen(step: str, offered: list[Control], times: int) -> Control:
    wanted = CHOICES.get(step, ())
    value = wanted[min(times, len(wanted) - 1)] if wanted else None
    return next((control for control in offered if control.value == value), offered[0])
