"""What conversations are carried forward by: one for the whole of a bot, made as it starts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sealing import Seals
from flows.core import beginnings
from flows.core.beginnings import begun_by
from flows.core.model import Ask, Do, Flow
from flows.core.slips import or_else
from flows.passport import STAMPS

if TYPE_CHECKING:
    from bot.conductor import Admission, Deed

STAMPING = ("stamp", "stamp_buddies")
"""The deeds whose details name a stamp."""
SEEKING = ("ask_for_part", "seek_buddy", "seek_in_parent")
"""The deeds that seek somebody for a part."""


@dataclass(frozen=True)
class Score:
    """What every conductor plays from: the flows, the deeds and admissions they name, and whether e-mail can be sent."""

    flows: Mapping[str, Flow]
    deeds: Mapping[str, "Deed"]
    admissions: Mapping[str, "Admission"]
    smtp: bool = False
    seals: Seals = field(default_factory=Seals.fresh)
    """What ballots are sealed with."""

    def __post_init__(self) -> None:
        """Raises LookupError for what a flow names and nobody wrote: a release with such a flow never starts."""
        for complaint in complaints(self.flows, self.deeds, self.admissions):
            raise LookupError(complaint)


def complaints(
    flows: Mapping[str, Flow], deeds: Mapping[str, "Deed"], admissions: Mapping[str, "Admission"]
) -> Iterator[str]:
    """What these flows ask of each other, and of the shell, that is not there."""
    for flow in flows.values():
        done = [*(step.deed for step in flow.steps if isinstance(step, Do)), *flow.fills.values()]
        ruled = [step.admits for step in flow.steps if isinstance(step, Ask) and step.admits]
        begun = [step.flow for step in begun_by(flow)]
        for kind, names, there in (("deed", done, deeds), ("admission", ruled, admissions), ("flow", begun, flows)):
            for name in (name for name in dict.fromkeys(names) if name not in there):
                yield f"flow {flow.name!r} names the {kind} {name!r}, which nobody wrote{or_else(name, there)}"
        for step in (step for step in flow.steps if isinstance(step, Do)):
            yield from (
                f"flow {flow.name!r}: {step.name!r} {complaint}" for complaint in _complaints_about_deed(flow, step)
            )
    yield from beginnings.complaints(flows)


def _complaints_about_deed(flow: Flow, step: Do) -> Iterator[str]:
    if step.deed in STAMPING and step.details.get("stamp") not in STAMPS:
        yield f"stamps nothing there is: give `details` one of {list(STAMPS)}"
    is_of_a_search = step.deed == "seek_buddy" and "part" in flow.all_details
    if step.deed in SEEKING and not is_of_a_search and step.details.get("part") not in flow.parts:
        yield f"seeks somebody for no part: give `details` a `part` of {list(flow.parts)}"
