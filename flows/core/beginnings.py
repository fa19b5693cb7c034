"""What a flow gives those it begins: people, days, secrecy; and that it does not begin itself for ever."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import product

from flows.core import calendar, engine
from flows.core.model import Addressee, Conversation, Flow, Start
from flows.core.moves import Begin, Finished
from flows.core.slips import or_else

Flows = Mapping[str, Flow]
Details = frozenset[tuple[str, str]]
Begun = tuple[str, Details]

WEEK = tuple(date(2026, 6, number) for number in range(1, 8))
LONG_BEFORE = datetime(2000, 1, 3, 12, tzinfo=UTC)
ALL_DAY_LONG = calendar.Rhythm("UTC", opens=time(0), closes=time(23, 59), slot=time(0))


class _Endless(Exception):
    """`names`: the flows that begin one another at one instant, from the first to itself."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names


def complaints(flows: Flows) -> Iterator[str]:
    """What these flows ask of each other and do not have, one sentence each."""
    for flow in flows.values():
        for step in begun_by(flow):
            if (begun := flows.get(step.flow)) is not None:
                for complaint in _complaints_about(flow, step, begun):
                    yield f"flow {flow.name!r}: {step.name!r} begins {begun.name!r}, {complaint}"
    yield from _endless(flows)


def begun_by(flow: Flow) -> list[Start]:
    return [step for step in flow.steps if isinstance(step, Start)]


def _complaints_about(flow: Flow, step: Start, begun: Flow) -> Iterator[str]:
    if uncounted := set(begun.anchors) - set(flow.anchors):
        yield f"which counts from {sorted(uncounted)}, which are not among its anchors"
    if unknown := set(step.casting.values()) - set(flow.parts):
        yield f"with {sorted(unknown)}, who play nothing here: the parts here are {list(flow.parts)}"
    renamed = {theirs for theirs, ours in step.casting.items() if theirs != ours}
    if unknown := renamed - set(begun.parts):
        yield f"where nobody plays {sorted(unknown)}: the parts there are {list(begun.parts)}"
    if lacking := set(begun.cast) - set(step.casting) - set(begun.fills):
        yield f"which needs {sorted(lacking)}: say in its `casting` who they are here"
    given = (*step.passing, *step.details)
    for name in (name for name in given if name not in begun.all_details):
        yield f"and gives it {name!r}, which is not among the `details` there{or_else(name, begun.all_details)}"
    if untold := [name for name in begun.details if name not in given]:
        yield f"which is about {untold}: name them in `passing`, or give them in `details`"
    if flow.private and not begun.private:
        yield "which is not private: what is said there would be told beyond those who play here"


# ----------------------------------------------------------------------------------------------------------- without end


def _endless(flows: Flows) -> Iterator[str]:
    told: set[frozenset[str]] = set()
    for names in _circles(flows):
        if frozenset(names) not in told:
            told.add(frozenset(names))
            yield (
                f"flow {names[0]!r} would begin itself without end, at one instant ({' > '.join(names)}): have a question "
                "before it, or a wait (`after`); a later appointment is none, as what is begun counts from the same days"
            )


def _circles(flows: Flows) -> Iterator[tuple[str, ...]]:
    """Those that begin one another at one instant. Each that may come back to itself is tried with whatever it may be given, at
    each instant from which it may go otherwise; all days are one, of each day of the week in turn."""
    for flow in flows.values():
        reached = _within_reach(flows, flow)
        if flow.name not in reached:
            continue
        for trial in (_Trial(flows, day) for day in WEEK):
            turns = {turn for name in reached for turn in trial.turns(flows[name])}
            for now, details in product(sorted(turns), _given(flows)[flow.name]):
                try:
                    trial.begin(flow, dict(details), now)
                except _Endless as endless:
                    yield endless.names


def _given(flows: Flows) -> Mapping[str, set[Details]]:
    """The details each flow may be begun with: none, and what every `Start` of it gives or passes on."""
    found: dict[str, set[Details]] = {name: {frozenset()} for name in flows}
    to_see = [(flow, frozenset[tuple[str, str]]()) for flow in flows.values()]
    while to_see:
        flow, details = to_see.pop()
        for step in (step for step in begun_by(flow) if step.flow in flows):
            passed = frozenset(_passed(step, dict(details)).items())
            if passed not in found[step.flow]:
                found[step.flow].add(passed)
                to_see.append((flows[step.flow], passed))
    return found


def _passed(step: Start, details: Mapping[str, str]) -> dict[str, str]:
    return {name: details[name] for name in step.passing if name in details} | dict(step.details)


def _within_reach(flows: Flows, flow: Flow) -> set[str]:
    """The flows that it begins, and those that these begin, and so on."""
    found: set[str] = set()
    to_see = [flow]
    while to_see:
        names = {step.flow for step in begun_by(to_see.pop())} & set(flows) - found
        found |= names
        to_see += [flows[name] for name in names]
    return found


@dataclass(frozen=True)
class _Trial:
    """What would be begun where all days are `day`."""

    flows: Flows
    day: date

    def turns(self, flow: Flow) -> Iterator[datetime]:
        """Long before all, then when each appointed step has come, and when it is too late for it."""
        yield LONG_BEFORE
        for at, useful_for in ((step.at, step.useful_for) for step in flow.steps if step.at is not None):
            moment = calendar.moment(at, self.day, ALL_DAY_LONG)
            yield from (moment, moment + useful_for)

    def begin(self, flow: Flow, details: Mapping[str, str], now: datetime, within: tuple[Begun, ...] = ()) -> bool:
        """Whether it is over as soon as it is begun, everybody being there. Raises _Endless."""
        begun = (flow.name, frozenset(details.items()))
        if begun in within:
            raise _Endless((*(name for name, _ in within[within.index(begun) :]), flow.name))
        cast = {part: Addressee(part, ALL_DAY_LONG) for part in flow.parts}
        known = {
            name: word for name, word in details.items() if name in flow.all_details
        }  # any other is told of already
        given = Conversation("", flow.name, cast, dict.fromkeys(flow.anchors, self.day), known, house=ALL_DAY_LONG)
        move = engine.start(flow, given, now)
        effects = deque(move.effects)
        while effects:
            effect = effects.popleft()
            step = flow.step(effect.step) if isinstance(effect, Begin) else None
            if not isinstance(step, Start) or step.flow not in self.flows:
                continue
            if self.begin(self.flows[step.flow], _passed(step, details), now, (*within, begun)):
                move = engine.advance(flow, move.conversation, Finished(step.name, "finished"), now)
                effects.extend(move.effects)
        return move.conversation.status != "open"
