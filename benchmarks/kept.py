"""RESULTS.md: one section a measure, each as it was last taken."""

import re
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
BEGINNING = """# Measured

Written by `make bench`; `make bench ARGS=NAME` takes one measure again. Both sides of each line run in turn in the same run,
on the same machine: read the ratios, which hold elsewhere, rather than the figures, which do not. A figure is the median of
its rounds, with the lowest and the highest; a ratio is that of each round by itself. What a goal wants and does not get says
so.
"""


def keep(name: str, written: str, order: Sequence[str], file: Path = RESULTS) -> None:
    """Put the section in its place among the others, instead of what it said before."""
    sections = read(file) | {name: written}
    known = [sections[each] for each in order if each in sections]
    file.write_text("\n\n".join([BEGINNING.strip(), *known]) + "\n")


def read(file: Path = RESULTS) -> dict[str, str]:
    """The sections, by name."""
    text = file.read_text() if file.exists() else ""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0].removeprefix("## "): part.strip() for part in parts}
