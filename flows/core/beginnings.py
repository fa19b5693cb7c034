"""What a flow gives those it begins: people, days, secrecy; and that it does not begin itself for ever."""

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

from flows.core import calendar, engine
from flows.core.model import Addressee, Conversation, Flow, Start
from flows.core.moves import Begin, Finished

Flows = Mapping[str, Flow]

DAY = date(2026, 4, 28)
ALWAYS_THERE = calendar.Rhythm("UTC", working_days=frozenset(range(7)))


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
    if flow.private and not begun.private:
        yield "which is not private: what is said there would be told beyond those who play here"


# ----------------------------------------------------------------------------------------------------------- without end


def _endless(flows: Flows) -> Iterator[str]:
    """Flows that begin one another at one instant. Tried, for whatever is in a circle, at each moment that counts there."""
    circling = [flow for flow in flows.values() if flow.name in _within_reach(flows, flow)]
    told: set[frozenset[str]] = set()
    for now in sorted({moment for flow in circling for moment in _moments(flow)}):
        for flow in flows.values():
            try:
                _begin(flows, flow, {}, now, ())
            except _Endless as endless:
                if frozenset(endless.names) not in told:
                    told.add(frozenset(endless.names))
                    yield (
                        f"flow {endless.names[0]!r} would begin itself without end, at one instant "
                        f"({' > '.join(endless.names)}): have a question before it, or a wait (`after`); "
                        "a later appointment is none, as what is begun counts from the same days"
                    )


def _within_reach(flows: Flows, flow: Flow) -> set[str]:
    """The flows that it begins, and those that these begin, and so on."""
    found: set[str] = set()
    to_see = [flow]
    while to_see:
        names = {step.flow for step in begun_by(to_see.pop())} & set(flows) - found
        found |= names
        to_see += [flows[name] for name in names]
    return found


def _moments(flow: Flow) -> Iterator[datetime]:
    yield datetime.combine(DAY, time(12), UTC)
    yield from (calendar.moment(step.at, DAY, ALWAYS_THERE) for step in flow.steps if step.at is not None)


def _begin(
    flows: Flows, flow: Flow, details: Mapping[str, str], now: datetime, within: tuple[tuple[str, object], ...]
) -> bool:
    """Whether it is over as soon as it is begun, everybody being there. Raises _Endless."""
    begun = (flow.name, frozenset(details.items()))
    if begun in within:
        raise _Endless((*(name for name, _ in within[within.index(begun) :]), flow.name))
    cast = {part: Addressee(part, ALWAYS_THERE) for part in flow.parts}
    given = Conversation("", flow.name, cast, dict.fromkeys(flow.anchors, DAY), details, house=ALWAYS_THERE)
    move = engine.start(flow, given, now)
    effects = deque(move.effects)
    while effects:
        effect = effects.popleft()
        step = flow.step(effect.step) if isinstance(effect, Begin) else None
        if isinstance(step, Start) and step.flow in flows:
            passed = {name: details[name] for name in step.passing if name in details} | dict(step.details)
            if _begin(flows, flows[step.flow], passed, now, (*within, begun)):
                move = engine.advance(flow, move.conversation, Finished(step.name, "finished"), now)
                effects.extend(move.effects)
    return move.conversation.status != "open"
