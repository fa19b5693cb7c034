"""One move under construction: what an event, the hour and the rest of the flow change in a conversation."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from flows.core import calendar
from flows.core.answers import Refused
from flows.core.draft import Draft
from flows.core.model import (
    BRIEFING,
    MISSED,
    REMINDER,
    Addressee,
    Ask,
    Conversation,
    Do,
    Flow,
    Say,
    Start,
    Step,
    StepState,
    addressed,
)
from flows.core.moves import (
    Answered,
    Begin,
    Close,
    Ended,
    Move,
    Perform,
    Post,
    Reanchored,
    Skipped,
    Untold,
)


class Walk(Draft):
    """One move under construction: what follows from what."""

    def __init__(self, flow: Flow, given: Conversation, now: datetime, by: str | None) -> None:
        super().__init__(flow, given, now, by)
        self.too_late: list[str] = []

    # -- what an event changes

    def take_answer(self, event: Answered | Skipped) -> Move | None:
        """None when the answer was taken; else the move that says why not."""
        question = self.flow.step(event.step)
        given = self.states.get(event.step)
        if not isinstance(question, Ask) or given is None or not self.is_open_to_answers(given):
            return Move(self.given, stale=True)
        addressee = self.talk.cast.get(question.to)
        if addressee is None:
            return Move(self.given, stale=True)
        if not addressee.is_channel and addressee.id != event.by:
            return Move(self.given, refused=Refused("not_yours"))
        if isinstance(event, Skipped):
            if not question.skippable:
                return Move(self.given, refused=Refused("cannot_skip"))
            if given.state == "asked" or given.value is not None:
                self.done(question.name, value=None, by=event.by)
            return None
        value = question.answer.parse(event.raw)
        if isinstance(value, Refused):
            return Move(self.given, refused=value)
        if given.state == "done" and value == given.value:
            return None
        if given.state == "asked" and isinstance(value, str) and value in question.snooze:
            return self._snooze(question, given, value)
        self.done(question.name, value=value, by=event.by)
        self._show_again_what_is_open()
        return None

    def _snooze(self, question: Ask[object], given: StepState, option: str) -> Move | None:
        if given.value == option and given.snoozed_until is not None and given.snoozed_until > self.now:
            return Move(self.given, stale=True)
        until = calendar.next_moment(self.now + question.snooze[option], self.rhythm_of(question))
        self.put(question.name, replace(given, snoozed_until=until, value=option, reminders=0))
        self.effects.append(Close(question.name))
        return None

    def _show_again_what_is_open(self) -> None:
        """A review of the answers still asked must show the answer as it is now."""
        if self.is_revisable():
            self.effects += [Close(name) for name, state in self.states.items() if state.state == "asked"]

    def recast(self, part: str, addressee: Addressee | None) -> None:
        """Give `part` to somebody, or to nobody: what was open there is asked of whoever takes it."""
        before = self.talk.cast.get(part)
        cast = {name: who for name, who in self.talk.cast.items() if name != part}
        asked = [step.name for step in self.steps if part in addressed(step) and self.is_asked(step.name)]
        if addressee is None:
            self.become(cast=cast)
            self.effects += [Close(name) for name in asked if before is not None]
            self.vacate(part)
        else:
            if addressee != before:
                vacant = frozenset(noticed for noticed in self.talk.vacant if noticed.partition("/")[0] != part)
                self.become(cast={**cast, part: addressee}, vacant=vacant)
            for name in asked if before is None else ():
                # Closed when the part was left: whoever takes it is asked again, were it the same person.
                self.put(name, replace(self.states[name], to=None))
            is_new = before is None or before.id != addressee.id
            if is_new and part in self.flow.briefed and self._has_heard(part):
                self.tell(addressee, BRIEFING, part, {"part": part})
        self.forget_moments()

    def _has_heard(self, part: str) -> bool:
        return any(part in addressed(step) and step.name in self.states for step in self.steps)

    def reanchor(self, event: Reanchored) -> None:
        """Move an anchor: all that is counted from it and not done moves too, and those who are to know are told."""
        if self.talk.anchors.get(event.anchor) == event.day:
            return
        self.become(anchors={**self.talk.anchors, event.anchor: event.day})
        self.forget_moments()
        for step in self.steps:
            if step.at is not None and step.at.anchor == event.anchor:
                self._move(step)
        holders = [who for part in self.flow.told_when_moved if (who := self.talk.plays(part)) is not None]
        for who in {who.id: who for who in holders}.values():
            self.tell(who, f"{event.anchor}_moved", event.day.isoformat())

    def _move(self, head: Step) -> None:
        """What came too late for the former day waits for its new moment; what is asked already sleeps until then."""
        state = self.states.get(head.name)
        if state is not None and state.state == "asked":
            until = max(self.moment(head), self.now)
            is_asleep = state.snoozed_until is not None and state.value is None
            if is_asleep or until > self.now:
                self.put(head.name, replace(state, snoozed_until=until, value=None, reminders=0))
                self.effects.append(Close(head.name))
        elif state is not None and state.state == "missed" and not self.is_too_late(head):
            chapter = (head, *(step for step in self.steps if self.before(step)[:1] == (head,)))
            for name in [step.name for step in chapter if self.state(step.name) == "missed"]:
                self.take_back(name)

    # -- what time and the rest of the flow change

    def settle(self) -> Move:
        """Open what is ready, remind, expire, until nothing changes; then say when to look again, or that it is over."""
        for chapter in self.edition.chapters:
            self._look_through(chapter)
        looked_at = 0
        while self.changes > looked_at:
            looked_at = self.changes
            for chapter in self.edition.guarded:
                self._look_through(chapter, again=True)
        self._tell_what_was_missed()
        wake_at = self.next_look()
        if wake_at is None and not any(map(self.holds_open, self.steps)):
            return self.end("finished")
        self.become(wake_at=wake_at)
        return self.move()

    def end(self, status: Literal["finished", "stopped"]) -> Move:
        """End the conversation: what is still asked expires, and whoever began it is told."""
        for name, state in list(self.states.items()):
            if state.state == "asked":
                self.put(name, replace(state, state="expired", at=self.now))
                self.effects.append(Close(name))
        self.become(status=status, wake_at=None)
        self.effects.append(Ended())
        return self.move()

    def _look_through(self, chapter: tuple[Step, ...], *, again: bool = False) -> None:
        """Look at each step that is not over, but those that are held back. `again`: nothing more can have become of those
        that are asked, at this instant."""
        held_back = False
        for step in chapter:
            state = self.states.get(step.name)
            if state is not None:
                if state.state != "asked":
                    continue
                if not again:
                    self._look_at_asked(step, state)
            elif held_back:
                continue
            else:
                self._look_at_pending(step)
            held_back = held_back or (step is not chapter[-1] and self.holds_back(step))

    def _look_at_asked(self, step: Step, state: StepState) -> None:
        if isinstance(step, Ask):
            self._look_at_question(step, state)
        elif (again := self.done_again_at(step, state)) is not None and again <= self.now:
            self._do(step)

    def _look_at_pending(self, step: Step) -> None:
        if self.head_was_missed(step):
            self._miss(step)
        elif self.has_come(step):
            wanted = self.guard_holds(step)
            if self.is_too_late(step):
                self._miss(step, is_told=wanted)
            elif wanted:
                self._say_if_somebody_hears(step)

    def _miss(self, step: Step, *, is_told: bool = False) -> None:
        self.put(step.name, StepState("missed", self.now))
        if is_told and self.flow.speaks_to[step.name]:
            self.too_late.append(step.name)

    def _say_if_somebody_hears(self, step: Step) -> None:
        for part in self.flow.speaks_to[step.name]:
            if self.talk.plays(part) is None:
                self.vacate(part, step.name)
        listeners = self.listeners(step)
        if self.flow.speaks_to[step.name] and not listeners:
            return
        # The bot may look on the last evening of its use at what could only be said the next morning.
        if step.at is not None and listeners and min(map(self.hour_of, listeners)) >= self.useful_until(step):
            self._miss(step, is_told=True)
            return
        self._open(step, listeners)

    def _open(self, step: Step, listeners: list[Addressee]) -> None:
        match step:
            case Say():
                for who in listeners:
                    self.post(step, who, "said")
                self.done(step.name)
            case Ask():
                self._ask(step, listeners[0])
            case Start():
                self.put(step.name, StepState("asked", self.now))
                self.effects.append(Begin(step.name))
            case Do():
                self._do(step)

    def _do(self, step: Step) -> None:
        if isinstance(step, Do) and step.again_after is not None:
            self.put(step.name, StepState("asked", self.now))
        else:
            self.done(step.name)
        self.effects.append(Perform(step.name))

    def _ask(self, question: Ask[object], who: Addressee, times: int = 1) -> None:
        at = self.post(question, who, f"asked-{times}")
        self.put(question.name, StepState("asked", at, to=who.id, times_asked=times))

    def _look_at_question(self, question: Ask[object], state: StepState) -> None:
        who = next(iter(self.listeners(question)), None)
        if who is not None and who.id != state.to and self._sleeps_for_a_later_day(state):
            if state.to is not None:
                self.put(question.name, replace(state, to=None))
                self.effects.append(Close(question.name))
        elif who is not None and who.id != state.to:
            self._ask(question, who, state.times_asked + 1)
            self.effects.append(Close(question.name))
        elif self.has_expired(question, state):
            self.put(question.name, replace(state, state="expired", at=self.now, value=None))
            self.effects.append(Close(question.name))
        elif who is not None:
            self._remind(question, state, who)

    def _sleeps_for_a_later_day(self, state: StepState) -> bool:
        """Not because somebody said "later": whoever takes the part has not said so."""
        return state.value is None and state.snoozed_until is not None and state.snoozed_until > self.now

    def _remind(self, question: Ask[object], state: StepState, who: Addressee) -> None:
        due = sum(moment <= self.now for moment in self.reminders(question, state))
        if due > state.reminders:
            # However long the silence was, one reminder: the others are let go.
            self.put(question.name, replace(state, reminders=due))
            counted_from = state.snoozed_until or state.at
            occurrence = f"reminder-{state.times_asked}-{counted_from:%Y%m%dT%H%M}-{due}"
            at = calendar.next_moment(self.now, who.rhythm)
            self.effects.append(Post(question.name, REMINDER, who.id, occurrence, at, self.now))

    def _tell_what_was_missed(self) -> None:
        if self.too_late and (part := self.flow.told_when_missed) is not None:
            who, told = self.talk.plays(part), {"steps": list(self.too_late)}
            if who is not None and "slack" in who.reach:
                self.tell(who, MISSED, self.too_late[0], told)
            else:
                self.effects.append(Untold(MISSED, f"{MISSED}-{self.too_late[0]}-{self.now.isoformat()}", told))
