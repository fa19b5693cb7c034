"""The radar of cooperation: eight axes on the cooperative as a whole, answered for the collective and not for a person."""

from flows.core.poll import Cadence, Dimension, Item, Kind, Poll

AXES = (
    "information",
    "decision",
    "engagement",
    "fair_sharing",
    "learning",
    "mutual_aid",
    "equality_welcome",
    "openness",
)
"""In the order of domain.md, section 10 (d)."""

radar = Poll(
    name="radar",
    dimensions=tuple(Dimension(axis) for axis in AXES),
    items=tuple(Item(axis, Kind.AXIS, dimension=axis) for axis in AXES),
    cadence=Cadence.TWICE_A_YEAR,
    discussed=2,
)
