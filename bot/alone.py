"""One bot at work on an SQLite file: two would each break the other's leases, and say the same things."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage import StoreUnavailable

if sys.platform != "win32":
    import fcntl

HELD = "another `parcours run` or `parcours demo` works on this database already"


@contextmanager
def alone_on(database: Path | None) -> Iterator[None]:
    """While this is entered no other bot works on this file (None: a database that many share). The kernel lets go of it when we
    die. Raises StoreUnavailable."""
    if database is None or sys.platform == "win32":
        yield
        return
    file = database.resolve()
    try:
        # Beside the database: SQLite loses its own locks when another opening of its file is closed.
        held = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as trouble:
        raise StoreUnavailable("the database file cannot be opened") from trouble
    try:
        _lock(held)
        yield
    finally:
        os.close(held)


def _lock(held: int) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as trouble:
        raise StoreUnavailable(HELD) from trouble
