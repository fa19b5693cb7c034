"""A bare radar by matplotlib, as many times as is said."""

import io
import json
import sys
from math import pi
from pathlib import Path
from statistics import median
from time import perf_counter


def resident() -> float:
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024


before = resident()

import matplotlib  # type: ignore[import-not-found]  # noqa: E402

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

ANGLES = [at * pi / 3 for at in range(6)]
VALUES = [3.3, 2.8, 4.1, 3.6, 3.0, 3.9]


def draw() -> float:
    start = perf_counter()
    figure, axes = pyplot.subplots(figsize=(10.8, 13.5), dpi=100, subplot_kw={"projection": "polar"})
    axes.plot([*ANGLES, ANGLES[0]], [*VALUES, VALUES[0]])
    axes.set_xticks(ANGLES, ["Organisation", "Santé", "Compétences", "Égalité", "Projet", "Dialogue"])
    axes.set_ylim(1, 5)
    content = io.BytesIO()
    figure.savefig(content, format="png")
    pyplot.close(figure)
    return perf_counter() - start


took = [draw() for _ in range(int(sys.argv[1]))]
print(json.dumps({"milliseconds": median(took) * 1e3, "megabytes": resident() - before}))
