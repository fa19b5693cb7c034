"""A line of the table: what was measured, each side's own figures, the figure that counts, and its goal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from benchmarks.rounds import Spread

HEADINGS = ("goal", "measured", "sides", "figure", "wanted", "met")


@dataclass(frozen=True, slots=True)
class Goal:
    """`at`: "least" or "most", the median being compared with `bound`."""

    at: Literal["least", "most"]
    bound: float

    def is_met_by(self, figure: Spread) -> bool:
        return figure.middle >= self.bound if self.at == "least" else figure.middle <= self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`sides`: by name, what each did, in words. `unit` follows the figure; a ratio's is ×. `number`: of the goal."""

    what: str
    sides: Mapping[str, str] = field(default_factory=dict)
    figure: Spread
    unit: str = "×"
    digits: int = 2
    goal: Goal | None = None
    number: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        shown = f"{self.figure:,.{self.digits}f} {self.unit}"
        sides = "; ".join(f"{name}: {did}" for name, did in self.sides.items())
        if self.goal is None:
            return (self.number, self.what, sides, shown, "", "")
        wanted = f"{'≥' if self.goal.at == 'least' else '≤'} {self.goal.bound:g} {self.unit}"
        return (self.number, self.what, sides, shown, wanted, "yes" if self.goal.is_met_by(self.figure) else "**no**")


def table(lines: Iterable[Line]) -> str:
    """The lines as Markdown shows them."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(line.cells for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
