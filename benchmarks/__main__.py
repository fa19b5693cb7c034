"""`make bench`: take every measure, or those whose names are given, print the table and keep it."""

import argparse
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

from benchmarks import (
    answers,
    conversing,
    dispatching,
    kept,
    machine,
    messages_made,
    opening,
    pictures,
    restarting,
    results_of_polls,
    starting,
    storing,
    ticking,
    workers,
)
from benchmarks.lines import Line, table
from benchmarks.rounds import Scale

MEASURES: Mapping[str, ModuleType] = {
    "answers": answers,
    "dispatching": dispatching,
    "storing": storing,
    "ticking": ticking,
    "workers": workers,
    "restarting": restarting,
    "conversing": conversing,
    "messages_made": messages_made,
    "pictures": pictures,
    "results_of_polls": results_of_polls,
    "opening": opening,
    "starting": starting,
}


def main(given: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, each against something.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which measures: {', '.join(MEASURES)}; all by default"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works: nothing is kept")
    told = parser.parse_args(given)
    if unknown := [name for name in told.names if name not in MEASURES]:
        print(f"No measure is called {', '.join(unknown)}; there are: {', '.join(MEASURES)}.", file=sys.stderr)
        return 1
    for name in told.names or MEASURES:
        written = section(name, Scale(quick=told.quick))
        print(f"{written}\n", flush=True)
        if not told.quick:
            kept.keep(name, written, list(MEASURES))
    return 0


def section(name: str, scale: Scale) -> str:
    """What is said of one measure: what it is, its lines, and what they were taken with."""
    module = MEASURES[name]
    measure: Callable[[Scale], Iterator[Line]] = module.measure
    lines = list(measure(scale))
    return (
        f"## {name}\n\n{inspect.cleandoc(module.__doc__ or '')}\n\n{table(lines)}\n\nTaken with {machine.described()}."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
