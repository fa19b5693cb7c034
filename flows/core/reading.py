"""Where a conversation stands at an instant: questions that change nothing. The engine walks by them, the Home shows them."""

from datetime import datetime

from flows.core import calendar
from flows.core.model import Addressee, Ask, Conversation, Flow, Say, Step, StepState, addressed


class Reading:
    """One conversation of one flow, looked at from `now` (aware, UTC)."""

    def __init__(self, flow: Flow, talk: Conversation, now: datetime) -> None:
        self.flow, self.talk, self.now = flow, talk, now
        self._moments: dict[str, datetime] = {}

    def is_asked(self, name: str) -> bool:
        return self.state(name) == "asked"

    def state(self, name: str) -> str:
        return self.talk.steps[name].state if name in self.talk.steps else "pending"

    def guard_holds(self, step: Step) -> bool:
        return step.only_if is None or step.only_if(self.talk)

    def has_come(self, step: Step) -> bool:
        if step.at is not None:
            return self.moment(step) <= self.now
        if not all(self.is_past(earlier) for earlier in self.flow.before(step)):
            return False
        return not step.after or self.moment_after(step) <= self.now

    def is_past(self, step: Step) -> bool:
        """Over, or not wanted: the steps that follow it in its chapter need not wait."""
        if step.since > self.talk.version:
            return True
        if step.name in self.talk.steps:
            return not self.is_asked(step.name)
        return step.at is None and not self.guard_holds(step)

    def head_was_missed(self, step: Step) -> bool:
        return any(head.at is not None and self.state(head.name) == "missed" for head in self.flow.before(step)[:1])

    def is_too_late(self, step: Step) -> bool:
        return step.at is not None and self.now >= self.moment(step) + step.useful_for

    def moment(self, step: Step) -> datetime:
        """The instant (UTC) of an appointed step for whoever it is for."""
        if step.name not in self._moments:
            assert step.at is not None
            anchor_day = self.talk.anchors[step.at.anchor]
            self._moments[step.name] = calendar.moment(step.at, anchor_day, self.rhythm_of(step))
        return self._moments[step.name]

    def moment_after(self, step: Step) -> datetime:
        """The instant (UTC) of a step that waits a while after those it follows, all of them over."""
        over = [
            self.talk.steps[earlier.name].at for earlier in self.flow.before(step) if earlier.name in self.talk.steps
        ]
        return calendar.next_moment(max(over, default=self.now) + step.after, self.rhythm_of(step))

    def forget_moments(self) -> None:
        """An anchor has moved, or a part has changed hands."""
        self._moments.clear()

    def rhythm_of(self, step: Step) -> calendar.Rhythm:
        present = (self.talk.plays(part) for part in addressed(step))
        return next((who.rhythm for who in present if who is not None), self.talk.house)

    def listeners(self, step: Step) -> list[Addressee]:
        """Whoever `step` can be said to now: each person once, however many parts they play."""
        through = {"slack", "email"} if isinstance(step, Say) and step.by_email else {"slack"}
        present = {who.id: who for part in addressed(step) if (who := self.talk.plays(part)) is not None}
        return [who for who in present.values() if who.reach & through]

    def reminders(self, question: Ask[object], state: StepState) -> list[datetime]:
        rhythm = self.rhythm_of(question)
        counted_from = state.snoozed_until or state.at
        first = [counted_from] if state.snoozed_until else []
        later = (counted_from + delay for delay in question.remind_after)
        return [calendar.next_moment(moment, rhythm) for moment in (*first, *later)]

    def next_look(self, step: Step) -> datetime | None:
        state = self.talk.steps.get(step.name)
        if state is None:
            if step.since > self.talk.version:
                return None
            if step.at is None:
                return self._look_after(step)
            moment = self.moment(step)
            return moment if moment > self.now else moment + step.useful_for
        if state.state != "asked" or not isinstance(step, Ask):
            return None
        expiry = (state.snoozed_until or state.at) + step.expires_after
        return min([expiry, *(moment for moment in self.reminders(step, state) if moment > self.now)])

    def _look_after(self, step: Step) -> datetime | None:
        waits = (
            step.after and all(self.is_past(earlier) for earlier in self.flow.before(step)) and self.guard_holds(step)
        )
        moment = self.moment_after(step) if waits else self.now
        return moment if moment > self.now else None

    def holds_open(self, step: Step) -> bool:
        """Whether the conversation must stay open for `step` although no moment says when to look at it again."""
        if (state := self.talk.steps.get(step.name)) is not None:
            return state.state == "asked"
        return step.at is None and step.since <= self.talk.version and self.has_come(step) and self.guard_holds(step)
