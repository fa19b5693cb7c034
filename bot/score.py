"""What conversations are carried forward by: one for the whole of a bot, made as it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sealing import Seals
from flows.core.model import Ask, Do, Flow, Start

if TYPE_CHECKING:
    from bot.conductor import Admission, Deed


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
        """Raises LookupError for a name no deed or admission answers to: a release with such a flow never starts."""
        for flow in self.flows.values():
            named = {step.deed for step in flow.steps if isinstance(step, Do)} | set(flow.fills.values())
            ruled = {step.admits for step in flow.steps if isinstance(step, Ask) and step.admits}
            begun = {step.flow for step in flow.steps if isinstance(step, Start)}
            if lacking := (named - set(self.deeds)) | (ruled - set(self.admissions)) | (begun - set(self.flows)):
                raise LookupError(f"flow {flow.name!r} names what does not exist: {sorted(lacking)}")
