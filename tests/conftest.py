"""What every test may ask for: databases of both kinds; and what none may do: leave the machine."""

import shutil
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import settings

from storage import schema
from tests import postgres
from tests.chaos.telling import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_terminal_summary,
    tell,
)
from tests.lacking import lacking

__all__ = [
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_terminal_summary",
    "tell",
]

settings.register_profile("parcours", deadline=None, print_blob=True, max_examples=50)
settings.load_profile("parcours")


@pytest.fixture
def blank_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'parcours.db'}"


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables, made once and copied: a migration costs more than most tests."""
    file = tmp_path_factory.mktemp("upgraded") / "parcours.db"
    schema.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(blank_sqlite_url: str, upgraded_file: Path) -> str:
    shutil.copy(upgraded_file, blank_sqlite_url.removeprefix("sqlite:///"))
    return blank_sqlite_url


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    folder = postgres.binaries()
    if folder is None:
        lacking("PostgreSQL is not on this machine: `apt-get install postgresql` (or your system's package) adds it.")
    with postgres.running(folder) as server:
        yield server


@pytest.fixture
def blank_postgresql_url(postgresql: postgres.Server) -> Iterator[str]:
    with postgresql.fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def upgraded_database(postgresql: postgres.Server) -> Iterator[str]:
    """One with our tables, which nobody holds: for others to be made like it."""
    with postgresql.fresh_database() as url:
        schema.upgrade(url)
        yield url


@pytest.fixture
def postgresql_url(postgresql: postgres.Server, upgraded_database: str) -> Iterator[str]:
    with postgresql.fresh_database(like=upgraded_database) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with our tables in it, and nothing in them; a test that asks for it runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with nothing in it at all; the same."""
    url: str = request.getfixturevalue(f"blank_{request.param}_url")
    return url


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse any way out but loopback. An audit hook sees what a patched socket would miss."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_loopback(host):
        raise RuntimeError(f"a test tried to reach {host!r}: tests stay on this machine")


def _is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ip_address(str(name)).is_loopback or ip_address(str(name)).is_unspecified
    except ValueError:
        return False


sys.addaudithook(_stay_here)
