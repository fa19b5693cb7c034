"""Where a conversation stands at an instant: questions that change nothing. The engine walks by them, the Home shows them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from flows.core import calendar
from flows.core.model import NO_TIME, Addressee, Ask, Conversation, Do, Flow, Say, Step, StepState

IN_SLACK = frozenset({"slack"})
IN_SLACK_OR_BY_EMAIL = IN_SLACK | {"email"}
SPOKEN = (Say, Ask)
SAME_DAY = timedelta(hours=12)
TIME_TO_ANSWER = timedelta(days=3)
"""How long a question stays open after its last reminder, at least, unless it was meant to close sooner."""


class Reading:
    """One conversation of one flow, looked at from `now` (aware, UTC)."""

    def __init__(self, flow: Flow, talk: Conversation, now: datetime) -> None:
        self.flow, self.talk, self.now = flow, talk, now
        self.edition = flow.edition(talk.version)
        self.steps = self.edition.steps
        self._moments: dict[str, datetime] | None = None
        self._reminders: dict[tuple[str, datetime, datetime | None], list[datetime]] = {}

    def before(self, step: Step) -> tuple[Step, ...]:
        """The steps of its chapter that `step` follows, in order."""
        return self.edition.before[step.name]

    def is_asked(self, name: str) -> bool:
        return self.state(name) == "asked"

    def state(self, name: str) -> str:
        state = self.talk.steps.get(name)
        return "pending" if state is None else state.state

    def guard_holds(self, step: Step) -> bool:
        return (step.only_if is None or step.only_if(self.talk)) and not self.is_for_nobody(step)

    def is_for_nobody(self, step: Step) -> bool:
        """Whether it is for parts that nobody may ever play, and nobody does."""
        if step.name not in self.flow.for_optional_parts:
            return False
        return all(self.talk.plays(part) is None for part in self.flow.speaks_to[step.name])

    def has_come(self, step: Step) -> bool:
        if step.at is not None:
            return self.moment(step) <= self.now
        if not self.follows_what_is_past(step):
            return False
        return not step.after or self.moment_after(step) <= self.now

    def follows_what_is_past(self, step: Step) -> bool:
        return all(map(self.is_past, self.edition.before[step.name]))

    def is_past(self, step: Step) -> bool:
        """Over, or not wanted: the steps that follow it in its chapter need not wait."""
        state = self.talk.steps.get(step.name)
        if state is not None:
            return state.state != "asked"
        return step.at is None and not self.guard_holds(step)

    def holds_back(self, step: Step) -> bool:
        """Whether the steps that follow it in its chapter wait until it is over, whatever becomes of the others."""
        state = self.talk.steps.get(step.name)
        if state is None:
            return (step.only_if is None and not self.is_for_nobody(step)) or step.at is not None
        return state.state == "asked" and not self.head_was_missed(step)

    def head_was_missed(self, step: Step) -> bool:
        head = self.edition.heads.get(step.name)
        return head is not None and self.state(head.name) == "missed"

    def is_too_late(self, step: Step) -> bool:
        return step.at is not None and self.now >= self.useful_until(step)

    def useful_until(self, step: Step) -> datetime:
        """Days off bring what comes before a day sooner: they take nothing from how long it is worth saying."""
        assert step.at is not None
        comes_before = step.at.by or step.at.days < 0 or step.at.working_days < 0
        counted_from = max(self.moment(step), self._moment_of_plain_weeks(step)) if comes_before else self.moment(step)
        return counted_from + step.useful_for

    def _moment_of_plain_weeks(self, step: Step) -> datetime:
        assert step.at is not None
        rhythm = replace(self.rhythm_of(step), holidays=frozenset())
        return calendar.moment(step.at, self.talk.anchors[step.at.anchor], rhythm)

    def moment(self, step: Step) -> datetime:
        """The instant (UTC) of an appointed step for whoever it is for."""
        if self._moments is None:
            self._moments = self._known_moments()
        if (known := self._moments.get(step.name)) is not None:
            return known
        assert step.at is not None
        anchor_day = self.talk.anchors[step.at.anchor]
        rhythm = self.rhythm_of(step)
        found = calendar.moment(step.at, anchor_day, rhythm)
        if step.not_before is not None:
            waited_for = calendar.moment(step.not_before, self.talk.anchors[step.not_before.anchor], rhythm)
            found = max(found, min(waited_for, calendar.moment(calendar.by(step.at.anchor), anchor_day, rhythm)))
        self._moments[step.name] = found
        return found

    def moment_after(self, step: Step) -> datetime:
        """The instant (UTC) of a step that waits a while after those it follows, all of them over."""
        states = (self.talk.steps.get(earlier.name) for earlier in self.before(step))
        over = [state.at for state in states if state is not None]
        # When none of those took place there is nothing to wait for: waiting from now would never end.
        return calendar.next_moment(max(over) + step.after, self.rhythm_of(step)) if over else self.now

    def forget_moments(self) -> None:
        """An anchor has moved, or a part has changed hands."""
        self._moments = None
        self._reminders.clear()

    def _known_moments(self) -> dict[str, datetime]:
        """The moments already found for these days and these rhythms: most of an advance would go to counting them again."""
        rhythms = tuple(who.rhythm if (who := self.talk.plays(part)) else None for part in self.flow.parts)
        try:
            return self.flow.moments_for((*self.talk.anchors.items(), self.talk.house, *rhythms))
        except TypeError:
            return {}  # holidays given as a mutable set cannot be remembered by

    def rhythm_of(self, step: Step) -> calendar.Rhythm:
        for part in self.flow.speaks_to[step.name]:
            if (who := self.talk.plays(part)) is not None:
                return who.rhythm
        return self.talk.house

    def listeners(self, step: Step) -> list[Addressee]:
        """Whoever `step` can be said to now: each person once, however many parts they play."""
        through = IN_SLACK_OR_BY_EMAIL if isinstance(step, SPOKEN) and step.by_email else IN_SLACK
        found: dict[str, Addressee] = {}
        for part in self.flow.speaks_to[step.name]:
            if (who := self.talk.plays(part)) is not None:
                found[who.id] = who
        return [who for who in found.values() if who.reach & through]

    def reminders(self, question: Ask[object], state: StepState) -> list[datetime]:
        """Each look at a question asks for them several times, and they are counted by the calendar."""
        since = (question.name, state.at, state.snoozed_until)
        if (known := self._reminders.get(since)) is None:
            self._reminders[since] = known = list(self._counted_reminders(question, state))
        return known

    def _counted_reminders(self, question: Ask[object], state: StepState) -> Iterator[datetime]:
        rhythm = self.rhythm_of(question)
        counted_from = state.snoozed_until or state.at
        first = (NO_TIME,) if state.snoozed_until else ()
        last: datetime | None = None
        for delay in (*first, *question.remind_after):
            at = calendar.next_moment(counted_from + delay, rhythm)
            # A weekend or a pause brings several to the same morning: they make one.
            last = last if last is not None and at - last < SAME_DAY else at
            yield last

    def has_expired(self, question: Ask[object], state: StepState) -> bool:
        return self.next_reminder(question, state) is None and self.now >= self.expiry(question, state)

    def next_reminder(self, question: Ask[object], state: StepState) -> datetime | None:
        """The first still to come. A question outlives its last reminder: its end is not counted before."""
        known = self._reminders.get((question.name, state.at, state.snoozed_until))
        counted = self._counted_reminders(question, state) if known is None else known
        return next((at for at in counted if at > self.now), None)

    def expiry(self, question: Ask[object], state: StepState) -> datetime:
        """When the question closes unanswered. Days off may bring its last reminder late: there is time to answer that one."""
        counted_from = state.snoozed_until or state.at
        reminders = self.reminders(question, state)
        last_call = reminders[-1] if reminders else calendar.next_moment(counted_from, self.rhythm_of(question))
        spare = question.expires_after - max(question.remind_after, default=NO_TIME)
        return max(counted_from + question.expires_after, last_call + min(spare, TIME_TO_ANSWER))

    def is_open_to_answers(self, given: StepState) -> bool:
        """Whether what stands so may be answered, or answered otherwise."""
        return given.state == "asked" or (given.state == "done" and self.is_revisable())

    def is_revisable(self) -> bool:
        """Whether answers may still be changed: the step that closes them is not behind."""
        last = self.flow.revisable_until
        return last is not None and self.state(last) in ("pending", "asked")

    def next_look(self) -> datetime | None:
        """When to look again; None when only an event can move the conversation."""
        states, named = self.talk.steps, self.edition.named
        looks = [self._next_look_at_pending(step) for step in self.edition.timed if step.name not in states]
        for name, state in states.items():
            if state.state == "asked" and (step := named.get(name)) is not None:
                looks.append(self._next_look_at_asked(step, state))
        return min([look for look in looks if look is not None], default=None)

    def _next_look_at_pending(self, step: Step) -> datetime | None:
        if step.at is not None:
            moment = self.moment(step)
            return moment if moment > self.now else self.useful_until(step)
        waits = self.follows_what_is_past(step) and self.guard_holds(step)
        moment = self.moment_after(step) if waits else self.now
        return moment if moment > self.now else None

    def _next_look_at_asked(self, step: Step, state: StepState) -> datetime | None:
        if isinstance(step, Ask):
            return self.next_reminder(step, state) or self.expiry(step, state)
        return self.done_again_at(step, state)

    def done_again_at(self, step: Step, asked: StepState) -> datetime | None:
        """When a deed that the shell could not finish is tried again."""
        return asked.at + step.again_after if isinstance(step, Do) and step.again_after is not None else None

    def holds_open(self, step: Step) -> bool:
        """Whether the conversation must stay open for `step` although no moment says when to look at it again."""
        if (state := self.talk.steps.get(step.name)) is not None:
            return state.state == "asked"
        return step.at is None and self.has_come(step) and self.guard_holds(step)
