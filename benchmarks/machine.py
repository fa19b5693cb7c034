"""What the figures were taken with: versions, cores and memory; nothing that says whose machine it is."""

import os
import platform
import sqlite3
from importlib.metadata import version

from benchmarks import databases

PACKAGES = (
    "slack-bolt", "slack-sdk", "sqlalchemy", "sqlmodel", "psycopg", "apscheduler", "jinja2", "starlette", "uvicorn",
    "uvloop", "httptools", "orjson", "resvg-py",
)  # fmt: skip


def described() -> str:
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{cores} cores, {memory:.0f} GB of memory, {platform.system()} {platform.machine()}; Python "
        f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL {databases.server_version()}; {packages}"
    )
