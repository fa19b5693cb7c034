"""Databases for the length of a measure, as durable as in production: a file, or a PostgreSQL server of our own."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import postgres

DURABLE = "-c fsync=on -c full_page_writes=on -c synchronous_commit=on -c shared_buffers=256MB -c max_wal_size=4GB"
"""What PostgreSQL does unless told otherwise, with room enough for its journal not to be the measure."""


@contextmanager
def file() -> Iterator[str]:
    with TemporaryDirectory(prefix="parcours-bench-") as folder:
        yield f"sqlite:///{folder}/parcours.db"


@contextmanager
def server() -> Iterator[postgres.Server]:
    folder = postgres.binaries()
    if folder is None:
        raise SystemExit("PostgreSQL is not on this machine: `apt-get install postgresql` (or its like) adds it.")
    with postgres.running(folder, DURABLE) as running:
        yield running


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def copied_file(url: str, name: str) -> str:
    """Another file beside it, with all that is in it."""
    source, copy = path_of(url), path_of(url).with_name(name)
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(copy)) as theirs:
        ours.backup(theirs)
    return f"sqlite:///{copy}"


@cache
def server_version() -> str:
    folder = postgres.binaries()
    if folder is None:
        return "(none)"
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[2]
