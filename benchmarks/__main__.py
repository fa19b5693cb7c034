"""`make bench`: run every measure, or those whose names are given, and print a line for each."""

import sys
from collections.abc import Callable, Mapping

from benchmarks import results_of_polls

MEASURES: Mapping[str, Callable[[], str]] = {"results_of_polls": results_of_polls.measure}


def main(names: list[str]) -> int:
    if unknown := [name for name in names if name not in MEASURES]:
        print(f"No measure is called {', '.join(unknown)}; there are: {', '.join(MEASURES)}.", file=sys.stderr)
        return 1
    for name in names or MEASURES:
        print(MEASURES[name](), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
