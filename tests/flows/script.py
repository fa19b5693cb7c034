"""A flow played through by the pure engine alone: `play(flow).hears("mood").says("2").hears("thanks")`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from flows.core.calendar import Rhythm
from flows.core.engine import advance, start
from flows.core.model import SUBJECT, Addressee, Ask, Conversation, Do, Flow, StepState
from flows.core.moves import Answered, Begin, Close, Effect, Event, Finished, Move, Perform, Post, Vacant, Woken

PARIS = "Europe/Paris"
FIRST_DAY = date(2026, 4, 28)
"""A Tuesday, before a month of public holidays."""
SLACK = frozenset({"slack"})
NOWHERE: frozenset[str] = frozenset()
MOST_WAKES = 2_000
LATER = datetime.max.replace(tzinfo=UTC)


def paris(text: str) -> datetime:
    """The instant when a wall in Paris shows this: `paris("2026-04-28 09:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(PARIS)).astimezone(UTC)


def somebody(name: str, *, reach: frozenset[str] = SLACK, active: bool = True, **rhythm: Any) -> Addressee:
    return Addressee(name, Rhythm(**{"zone": PARIS, **rhythm}), reach, active)


def channel(name: str) -> Addressee:
    return Addressee(name, Rhythm(PARIS), is_channel=True)


def may_be_spoken_to(who: Addressee, at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(who.rhythm.zone))
    paused = who.rhythm.paused_until is not None and wall.date() < who.rhythm.paused_until
    works = wall.weekday() in who.rhythm.working_days and wall.date() not in who.rhythm.holidays
    return works and not paused and who.rhythm.opens <= wall.time() < who.rhythm.closes


class Play:
    """One conversation, its clock, and all that followed so far. Every method gives the play back, to go on."""

    def __init__(self, flow: Flow, talk: Conversation, now: datetime, by: str | None) -> None:
        self.flow, self.now = flow, now
        self.effects: list[Effect] = []
        self.heard = 0
        self.talk = talk
        self.last = self._take(start(flow, talk, now, by))

    # -- what happens

    def tell(self, event: Event) -> Play:
        self.last = self._take(advance(self.flow, self.talk, event, self.now))
        return self

    def at(self, instant: datetime | str) -> Play:
        """Let time go, waking when the engine asked for it."""
        end = paris(instant) if isinstance(instant, str) else instant
        for wakes in count():
            moment = self.talk.wake_at
            if self.talk.status != "open" or moment is None or moment > end:
                break
            assert wakes < MOST_WAKES, f"it never rests: {self.talk.steps}"
            self.now = max(self.now, moment)
            self.tell(Woken())
        self.now = max(self.now, end)
        return self

    def sleeps_until(self, instant: str) -> Play:
        """The bot is down: time goes and nobody wakes."""
        self.now = paris(instant)
        return self

    def wakes(self) -> Play:
        return self.tell(Woken())

    def to_the_end(self) -> Play:
        """Let time go as long as there is something to wait for."""
        while self.talk.status == "open" and self.talk.wake_at is not None:
            self.at(self.talk.wake_at).deeds_end()
        return self

    def deeds_end(self) -> Play:
        """The shell says that it has finished all that it could not do at once."""
        for step in self.flow.steps:
            if isinstance(step, Do) and self.state(step.name) == "asked":
                self.tell(Finished(step.name, "done"))
        return self

    def says(self, raw: Any, step: str | None = None, part: str = SUBJECT, by: str | None = None) -> Play:
        """`part` answers `step`, or the question they were asked last; the answer must be taken."""
        name = step or self.asked_of(part)[-1]
        self.answers(name, raw, by or self.talk.cast[part].id)
        assert self.last.refused is None, self.last.refused
        assert not self.last.stale, f"{name} is no longer asked: {self.talk.steps.get(name)}"
        return self

    def answers(self, step: str, raw: Any, by: str) -> Play:
        """Whatever comes of it."""
        return self.tell(Answered(step, raw, by))

    def child_ends(self, step: str, outcome: str = "finished") -> Play:
        assert Begin(step) in self.effects, f"{step} has not begun"
        return self.tell(Finished(step, outcome))

    def goes_on_with(self, flow: Flow) -> Play:
        """A release: the same conversation under another flow of that name."""
        self.flow = flow
        return self.wakes()

    # -- what is seen

    def hears(self, *messages: str, part: str = SUBJECT) -> Play:
        """Exactly these, in this order, since the last time anybody was listened to."""
        who = self.talk.cast[part].id
        fresh = [post.message for post in self.posts[self.heard :] if post.to == who]
        self.heard = len(self.posts)
        assert fresh == list(messages)
        return self

    @property
    def posts(self) -> list[Post]:
        return [effect for effect in self.effects if isinstance(effect, Post)]

    @property
    def told(self) -> list[tuple[str, str]]:
        """Each message said, with who heard it."""
        return [(post.message, post.to) for post in self.posts]

    @property
    def vacancies(self) -> list[str]:
        return [effect.part for effect in self.effects if isinstance(effect, Vacant)]

    @property
    def closed(self) -> list[str]:
        return [effect.step for effect in self.effects if isinstance(effect, Close)]

    @property
    def deeds(self) -> list[str]:
        return [effect.step for effect in self.effects if isinstance(effect, Perform)]

    def post(self, message: str, to: str | None = None) -> Post:
        """The one post of this message."""
        (found,) = [post for post in self.posts if post.message == message and to in (None, post.to)]
        return found

    def state(self, step: str) -> str:
        return self.talk.steps[step].state if step in self.talk.steps else "pending"

    def asked_of(self, part: str) -> list[str]:
        def since(name: str) -> datetime:
            return self.talk.steps[name].at

        questions = (step for step in self.flow.steps if isinstance(step, Ask) and step.to == part)
        return sorted((step.name for step in questions if self.state(step.name) == "asked"), key=since)

    def _take(self, move: Move) -> Move:
        for post in move.effects:
            if isinstance(post, Post):
                keys = {(said.step, said.to, said.occurrence) for said in self.posts}
                assert (post.step, post.to, post.occurrence) not in keys, f"twice in the outbox: {post}"
                assert post.at >= self.now
            self.effects.append(post)
        # What was turned down leaves all as it was: what is due by now still is.
        assert move.conversation is self.talk or (move.conversation.wake_at or LATER) > self.now, "a busy loop"
        self.talk = move.conversation
        return move


def play(
    flow: Flow,
    *,
    cast: Mapping[str, Addressee] | None = None,
    empty: Container[str] = (),
    anchors: Mapping[str, date] | None = None,
    begins: str | datetime = "2026-04-01 10:00",
    by: str | None = None,
    house: Rhythm | None = None,
) -> Play:
    """Begin `flow`, with somebody of the same name for each part but the `empty` ones, its anchors all on FIRST_DAY."""
    people = {part: somebody(part) for part in flow.parts if part not in empty} | dict(cast or {})
    days = dict.fromkeys(flow.anchors, FIRST_DAY) | dict(anchors or {})
    now = paris(begins) if isinstance(begins, str) else begins
    talk = Conversation("c_1", flow.name, people, days, house=house or Rhythm(PARIS))
    return Play(flow, talk, now, by)


def with_states(talk: Conversation, states: Iterable[tuple[str, StepState]]) -> Conversation:
    return replace(talk, steps={**talk.steps, **dict(states)})


def nine(day: date) -> datetime:
    return datetime.combine(day, time(9), ZoneInfo(PARIS)).astimezone(UTC)


def in_days(number: float) -> timedelta:
    return timedelta(days=number)
