"""A throw-away PostgreSQL for the length of a test session, made from the machine's own binaries."""

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

HASTE = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off"
"""What makes a server quick and forgetful: it holds nothing that is to outlive a test."""
LASTING = "-c fsync=on -c full_page_writes=on -c synchronous_commit=on"
"""What a server that is killed on purpose needs."""
OWNER = "parcours"
"""Of the server: a superuser, whom no policy holds."""
TENANT = "cooperative"
"""Of the databases: a role like any other, as docs/operating.md says to make one."""
GUARDED, ABSENT = "guarded", "absent"
"""Who is asked for a password, unlike all others: a role whose password is its name, and one that does not exist."""
PATIENCE = 30.0
"""Seconds within which what was killed is dead."""


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL here, or None. Debian keeps it out of the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def as_owner(url: str) -> str:
    """The same database, as whoever runs its server finds it; any other URL as it is."""
    return url.replace(f"//{TENANT}@", f"//{OWNER}@")


@dataclass(frozen=True)
class Server:
    """A server listening on loopback, with no password: it holds nothing and lives a few minutes."""

    port: int
    programs: "Programs"
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def start(self) -> None:
        """Once it was stopped or killed. Nothing, when it is there."""
        if not self.programs.is_there():
            self.programs.start(self.port)

    def stop_at_once(self) -> None:
        """As a machine that loses its power: nobody is told goodbye."""
        self.programs.stop()

    def kill(self) -> None:
        """SIGKILL for the server itself; those of its processes that serve somebody notice it, and end."""
        self.programs.kill()

    def execute(self, statement: str) -> None:
        self._execute(statement)

    @contextmanager
    def fresh_database(self, like: str | None = None) -> Iterator[str]:
        """Give the URL of an empty database (or one `like` that of another URL, which nobody may hold) that is dropped
        afterwards, whoever still holds it."""
        name = f"test_{next(self.numbers)}"
        template = f" TEMPLATE {like.rpartition('/')[2]}" if like else ""
        self._execute(f"CREATE DATABASE {name} OWNER {TENANT}{template}")
        try:
            yield f"postgresql+psycopg://{TENANT}@127.0.0.1:{self.port}/{name}"
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def make_tenant(self) -> None:
        self._execute(f"CREATE ROLE {TENANT} LOGIN")
        self._execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{GUARDED}'")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=OWNER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


@contextmanager
def running(folder: Path, options: str = HASTE) -> Iterator[Server]:
    """Run a server from the binaries in `folder`, in a directory of its own that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="parcours-postgresql-") as home:
        server = Programs(folder, Path(home), _account(), options)
        server.initdb()
        port = _free_port()
        server.start(port)
        try:
            made = Server(port, server)
            made.make_tenant()
            yield made
        finally:
            server.stop()


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's own programs, run as `account` in `home`."""

    folder: Path
    home: Path
    account: pwd.struct_passwd | None
    options: str = HASTE

    def initdb(self) -> None:
        if self.account:
            os.chown(self.home, self.account.pw_uid, self.account.pw_gid)
        self._run("initdb", f"--username={OWNER}", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        doors = self.home / "data" / "pg_hba.conf"
        doors.write_text(f"host all {GUARDED},{ABSENT} 127.0.0.1/32 scram-sha-256\n{doors.read_text()}")

    def start(self, port: int) -> None:
        """Start on loopback alone, and return once connections are accepted."""
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {self.options}"
        self._run("pg_ctl", "start", "--wait", f"--log={self.home / 'log'}", "-o", options)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def pid(self) -> int:
        return int((self.home / "data" / "postmaster.pid").read_text().split()[0])

    def is_there(self) -> bool:
        return (self.home / "data" / "postmaster.pid").exists()

    def kill(self) -> None:
        """Return once the last of its processes has ended: none may write beside the next server."""
        server = self.pid()
        family = [server, *map(int, Path(f"/proc/{server}/task/{server}/children").read_text().split())]
        os.kill(server, signal.SIGKILL)
        end = time.monotonic() + PATIENCE
        while any(_lives(pid) for pid in family):
            assert time.monotonic() < end, "PostgreSQL outlives its own death"
            time.sleep(0.01)
        (self.home / "data" / "postmaster.pid").unlink()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.folder / program, *arguments, f"--pgdata={self.home / 'data'}"],
            cwd=self.home,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            user=self.account.pw_uid if self.account else None,
            group=self.account.pw_gid if self.account else None,
            text=True,
        )
        assert done.returncode == 0, f"{program}: {done.stdout}"


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def _account() -> pwd.struct_passwd | None:
    """Who runs the server: ourselves, or another when we are root, whom PostgreSQL refuses to serve."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
