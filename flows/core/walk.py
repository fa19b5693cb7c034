"""One move under construction: what an event, the hour and the rest of the flow change in a conversation."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from flows.core import calendar
from flows.core.answers import Refused
from flows.core.model import Addressee, Ask, Conversation, Do, Flow, Say, Start, Step, StepState, addressed
from flows.core.moves import (
    Answered,
    Begin,
    Close,
    Effect,
    Ended,
    Move,
    Perform,
    Post,
    Reanchored,
    Skipped,
    Vacant,
)
from flows.core.reading import Reading

MISSED = "missed"
"""The message that tells whoever cares that something came too late to be said."""


class Walk(Reading):
    """One move under construction: the conversation as it becomes, and the effects so far."""

    def __init__(self, flow: Flow, talk: Conversation, now: datetime, by: str | None) -> None:
        super().__init__(flow, talk, now)
        self.by = by
        self.effects: list[Effect] = []
        self.too_late: list[str] = []

    # -- what an event changes

    def take_answer(self, event: Answered | Skipped) -> Move | None:
        """None when the answer was taken; else the move that says why not."""
        question = self.flow.step(event.step)
        given = self.talk.steps.get(event.step)
        if not isinstance(question, Ask) or given is None or not self._is_open_to_answers(given):
            return Move(self.talk, stale=True)
        addressee = self.talk.cast.get(question.to)
        if addressee is None:
            return Move(self.talk, stale=True)
        if not addressee.is_channel and addressee.id != event.by:
            return Move(self.talk, refused=Refused("not_yours"))
        if isinstance(event, Skipped):
            if not question.skippable:
                return Move(self.talk, refused=Refused("cannot_skip"))
            self.done(question.name, value=None, by=event.by)
            return None
        value = question.answer.parse(event.raw)
        if isinstance(value, Refused):
            return Move(self.talk, refused=value)
        if given.state == "asked" and isinstance(value, str) and value in question.snooze:
            self._snooze(question, given, value)
            return None
        self.done(question.name, value=value, by=event.by)
        self._show_again_what_is_open()
        return None

    def _is_open_to_answers(self, given: StepState) -> bool:
        return given.state == "asked" or (given.state == "done" and self._is_revisable())

    def _is_revisable(self) -> bool:
        last = self.flow.revisable_until
        return last is not None and self.state(last) in ("pending", "asked")

    def _snooze(self, question: Ask[object], given: StepState, option: str) -> None:
        until = calendar.next_moment(self.now + question.snooze[option], self.rhythm_of(question))
        self._put(question.name, replace(given, snoozed_until=until, value=option, reminders=0))
        self.effects.append(Close(question.name))

    def _show_again_what_is_open(self) -> None:
        """A review of the answers still asked must show the answer as it is now."""
        if self._is_revisable():
            self.effects += [Close(name) for name, state in self.talk.steps.items() if state.state == "asked"]

    def recast(self, part: str, addressee: Addressee | None) -> None:
        before = self.talk.cast.get(part)
        cast = {name: who for name, who in self.talk.cast.items() if name != part}
        if addressee is not None:
            cast[part] = addressee
        self.talk = replace(self.talk, cast=cast, vacant=self.talk.vacant - {part})
        self.forget_moments()
        for step in self.flow.steps:
            if part in addressed(step) and self.is_asked(step.name):
                self._hand_over(step, before, addressee)
        if addressee is None:
            self.vacate(part)
        elif part in self.flow.briefed and (before is None or before.id != addressee.id) and self._spoken_to(part):
            at = calendar.next_moment(self.now, addressee.rhythm)
            occurrence = f"briefing-{addressee.id}"
            self.effects.append(
                Post("briefing", "briefing", addressee.id, occurrence, at, self.now, context={"part": part})
            )

    def _hand_over(self, step: Step, before: Addressee | None, addressee: Addressee | None) -> None:
        if addressee is None or (before is not None and before.id == addressee.id):
            return
        state = self.talk.steps[step.name]
        at = calendar.next_moment(self.now, addressee.rhythm)
        times = state.times_asked + 1
        self._put(step.name, StepState("asked", at, to=addressee.id, times_asked=times))
        self.effects.append(Post(step.name, step.name, addressee.id, f"asked-{times}", at, self.now))
        self.effects.append(Close(step.name))

    def _spoken_to(self, part: str) -> bool:
        return any(part in addressed(step) and step.name in self.talk.steps for step in self.flow.steps)

    def reanchor(self, event: Reanchored) -> None:
        if self.talk.anchors.get(event.anchor) == event.day:
            return
        self.talk = replace(self.talk, anchors={**self.talk.anchors, event.anchor: event.day})
        self.forget_moments()
        for step in self.flow.steps:
            # What came too late for the former day may be in good time for the new one.
            if step.at is not None and step.at.anchor == event.anchor and self.state(step.name) == "missed":
                self._forget_chapter(step)
        for part in self.flow.told_when_moved:
            if (who := self.talk.plays(part)) is not None and who.reach:
                at = self.now if who.id == self.by else calendar.next_moment(self.now, who.rhythm)
                message, occurrence = f"{event.anchor}_moved", f"moved-{event.day.isoformat()}-{part}"
                self.effects.append(Post(message, message, who.id, occurrence, at, self.now))

    def _forget_chapter(self, head: Step) -> None:
        kept = {name: state for name, state in self.talk.steps.items() if name != head.name}
        for step in self.flow.steps:
            if head in self.flow.before(step) and self.state(step.name) == "missed":
                kept.pop(step.name, None)
        self.talk = replace(self.talk, steps=kept)

    # -- what time and the rest of the flow change

    def settle(self) -> Move:
        """Open what is ready, remind, expire, until nothing changes; then say when to look again, or that it is over."""
        for _ in range(len(self.flow.steps) + 1):
            before = self.talk
            for step in self.flow.steps:
                self._look_at(step)
            if self.talk is before:
                break
        self._tell_what_was_missed()
        moments = [moment for step in self.flow.steps if (moment := self.next_look(step)) is not None]
        if not moments and not any(self.holds_open(step) for step in self.flow.steps):
            return self.end("finished")
        self.talk = replace(self.talk, wake_at=min(moments, default=None))
        return Move(self.talk, tuple(self.effects))

    def end(self, status: Literal["finished", "stopped"]) -> Move:
        for name, state in self.talk.steps.items():
            if state.state == "asked":
                self._put(name, replace(state, state="expired", at=self.now))
                self.effects.append(Close(name))
        self.talk = replace(self.talk, status=status, wake_at=None)
        self.effects.append(Ended())
        return Move(self.talk, tuple(self.effects))

    def _look_at(self, step: Step) -> None:
        state = self.talk.steps.get(step.name)
        if state is None:
            self._look_at_pending(step)
        elif state.state == "asked" and isinstance(step, Ask):
            self._look_at_asked(step, state)

    def _look_at_pending(self, step: Step) -> None:
        if step.since > self.talk.version or not self.has_come(step):
            return
        if self.head_was_missed(step):
            self._put(step.name, StepState("missed", self.now))
            return
        if not self.guard_holds(step):
            if self.is_too_late(step):
                self._put(step.name, StepState("missed", self.now))
            return
        if self.is_too_late(step):
            self._put(step.name, StepState("missed", self.now))
            self.too_late += [step.name] if addressed(step) else []
            return
        for part in addressed(step):
            if self.talk.plays(part) is None:
                self.vacate(part)
        if not addressed(step) or self.listeners(step):
            self._open(step)

    def _open(self, step: Step) -> None:
        match step:
            case Say():
                for who in self.listeners(step):
                    self._post(step, who, "said")
                self.done(step.name)
            case Ask():
                who = self.listeners(step)[0]
                at = self._post(step, who, "asked-1")
                self._put(step.name, StepState("asked", at, to=who.id))
            case Start():
                self._put(step.name, StepState("asked", self.now))
                self.effects.append(Begin(step.name))
            case Do():
                self.done(step.name)
                self.effects.append(Perform(step.name))

    def _look_at_asked(self, question: Ask[object], state: StepState) -> None:
        counted_from = state.snoozed_until or state.at
        if self.now >= counted_from + question.expires_after:
            self._put(question.name, replace(state, state="expired", at=self.now, value=None))
            self.effects.append(Close(question.name))
            return
        due = sum(moment <= self.now for moment in self.reminders(question, state))
        who = self.talk.plays(question.to)
        if due > state.reminders and who is not None:
            # However long the silence was, one reminder: the others are let go.
            self._put(question.name, replace(state, reminders=due))
            occurrence = f"reminder-{state.times_asked}-{counted_from:%Y%m%dT%H%M}-{due}"
            at = calendar.next_moment(self.now, who.rhythm)
            self.effects.append(Post(question.name, "reminder", who.id, occurrence, at, self.now))

    def _tell_what_was_missed(self) -> None:
        part = self.flow.told_when_missed
        who = self.talk.plays(part) if part else None
        if self.too_late and who is not None and who.reach:
            at = calendar.next_moment(self.now, who.rhythm)
            occurrence = f"missed-{self.too_late[0]}"
            context = {"steps": list(self.too_late)}
            self.effects.append(Post(MISSED, MISSED, who.id, occurrence, at, self.now, context=context))

    # -- small changes

    def done(self, name: str, value: object = None, by: str | None = None) -> None:
        asked_before = self.talk.steps.get(name)
        to = asked_before.to if asked_before else None
        self._put(name, StepState("done", self.now, value, by, to=to))
        if asked_before is not None:
            self.effects.append(Close(name))

    def vacate(self, part: str) -> None:
        if part not in self.talk.vacant:
            self.talk = replace(self.talk, vacant=self.talk.vacant | {part})
            self.effects.append(Vacant(part))

    def _put(self, name: str, state: StepState) -> None:
        steps: Mapping[str, StepState] = {**self.talk.steps, name: state}
        self.talk = replace(self.talk, steps=steps)

    def _post(self, step: Step, who: Addressee, occurrence: str) -> datetime:
        """Intend to say `step` to `who`; gives the moment it will be said at."""
        planned = self.moment(step) if step.at is not None else self.now
        prompt = who.id == self.by
        at = self.now if prompt else calendar.next_moment(self.now, who.rhythm)
        useful_until = planned + step.useful_for if step.at is not None else None
        self.effects.append(Post(step.name, step.name, who.id, occurrence, at, planned, prompt, useful_until))
        return at
