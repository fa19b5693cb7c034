"""What a walk writes: the conversation as it becomes, and the effects so far."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flows.core import calendar
from flows.core.model import Addressee, Conversation, Flow, Step, StepState
from flows.core.moves import Close, Effect, Move, Post, Vacant
from flows.core.reading import Reading


class Draft(Reading):
    """One move being written. `given` stays as it was; `talk`, whose steps are `states`, is a copy that nobody else sees until
    the move is made, so it is changed in place: a guard asked meanwhile sees the steps as they are at that moment."""

    def __init__(self, flow: Flow, given: Conversation, now: datetime, by: str | None) -> None:
        self.given = given
        self.states = dict(given.steps)
        super().__init__(flow, copied(given, self.states), now)
        self.by = by
        self.effects: list[Effect] = []
        self.changes = 0

    def move(self) -> Move:
        """What was written, for everybody to see: nothing may be written after it."""
        return Move(self.talk, tuple(self.effects))

    def become(self, **changed: Any) -> None:
        """Change these fields of the conversation, frozen for everybody but this draft."""
        for name, value in changed.items():
            object.__setattr__(self.talk, name, value)
        self.changes += 1

    def put(self, name: str, state: StepState) -> None:
        self.states[name] = state
        self.changes += 1

    def take_back(self, name: str) -> None:
        """The step is pending again."""
        del self.states[name]
        self.changes += 1

    def done(self, name: str, value: object = None, by: str | None = None) -> None:
        """The step is behind, answered with `value` by `by`; what is said of it in its messages changes if it was asked."""
        asked_before = self.states.get(name)
        to = asked_before.to if asked_before else None
        self.put(name, StepState("done", self.now, value, by, to))
        if asked_before is not None:
            self.effects.append(Close(name))

    def vacate(self, part: str, needed_by: str = "") -> None:
        """Notice, once for the cast and once for each step that needs it, that nobody plays `part`."""
        noticed = f"{part}/{needed_by}" if needed_by else part
        if noticed not in self.talk.vacant:
            self.become(vacant=self.talk.vacant | {noticed})
            self.effects += [Vacant(part)] if Vacant(part) not in self.effects else []

    def post(self, step: Step, who: Addressee, occurrence: str) -> datetime:
        """Intend to say `step` to `who`; gives the moment it will be said at."""
        at = self.hour_of(who)
        is_first_time = step.at is not None and step.name not in self.states
        planned = self.moment(step) if is_first_time else self.now
        useful_until = self.useful_until(step) if is_first_time else None
        self.effects.append(
            Post(step.name, step.name, who.id, occurrence, at, planned, who.id == self.by, useful_until)
        )
        return at

    def tell(self, who: Addressee, message: str, about: str, context: Mapping[str, Any] | None = None) -> None:
        """Intend to say to `who` what is no step. The instant is in the occurrence: a day may be moved there and back."""
        if "slack" in who.reach:
            occurrence = f"{message}-{about}-{self.now.isoformat()}"
            at, prompt = self.hour_of(who), who.id == self.by
            self.effects.append(Post(message, message, who.id, occurrence, at, self.now, prompt, context=context or {}))

    def hour_of(self, who: Addressee) -> datetime:
        """When `who` may be spoken to: at once when they have just acted."""
        return self.now if who.id == self.by else calendar.next_moment(self.now, who.rhythm)


def copied(talk: Conversation, steps: Mapping[str, StepState]) -> Conversation:
    """The same conversation with these steps. Each move makes one: `dataclasses.replace` would look its fields up each time."""
    return Conversation(
        talk.id,
        talk.flow,
        talk.cast,
        talk.anchors,
        talk.details,
        steps,
        talk.status,
        talk.wake_at,
        talk.version,
        talk.vacant,
        talk.house,
    )
