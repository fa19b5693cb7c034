"""Others who do the same work, each by its own means, in an environment apart: what they require is not ours to install.

`make bench` makes it (`.peers`, from benchmarks/peers/requirements.txt). A peer's script prints one JSON object.
"""

import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parent
PYTHON = FOLDER.parent.parent / ".peers" / "bin" / "python"


def peer(package: str, script: str | None = None, *given: str) -> dict[str, Any] | None:
    """What the peer's script printed ({} when none is asked for); None where that package is not installed."""
    if not _has(package):
        return None
    if script is None:
        return {"installed": True}
    done = subprocess.run([PYTHON, FOLDER / script, *given], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stderr.strip().splitlines()[-1:]}")
    said: dict[str, Any] = orjson.loads(done.stdout.strip().splitlines()[-1])
    return said


@cache
def _has(package: str) -> bool:
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", f"import {package}"], capture_output=True, check=False).returncode == 0
