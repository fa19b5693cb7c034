"""What deploy/ says is so: nothing of it can run here, all of it is read, and held against what there is."""

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from bot import cli
from bot.doors import LAST_WORDS
from bot.retention import COPIES
from bot.settings import VARIABLES, Settings
from tests import postgres
from tests.lacking import lacking

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("parcours*.*") if path.suffix in (".service", ".timer"))
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "VOLUME", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
TOLD_TO_US = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)
A_SECRET = re.compile(r"(TOKEN|SECRET|KEY|PASSWORD)")
PARCOURS = "/opt/parcours/.venv/bin/parcours"


def is_understood(words: list[str]) -> bool:
    try:
        cli.parser().parse_args(words)
    except SystemExit:
        return False
    return True


def seconds(told: str) -> float:
    return float(told.removesuffix("s"))


# -------------------------------------------------------------------------------------------------------- the container


def instructions() -> list[tuple[str, str]]:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    whole = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in whole.splitlines() if line.strip()]


def told_by(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def taken() -> Iterator[str]:
    """What comes from the repository."""
    for words in map(shlex.split, told_by("COPY")):
        if not words[0].startswith("--"):
            yield from words[:-1]


def test_the_container_is_made_of_what_there_is() -> None:
    assert {name for name, _ in instructions()} <= INSTRUCTIONS
    assert [path for path in taken() if not (ROOT / path).exists()] == []
    packages = {path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()} - {"tests", "benchmarks"}
    assert packages <= set(taken())


def test_nothing_of_ones_own_goes_into_the_container() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert "*" in rules
    assert let_in == set(taken())
    assert [name for name in let_in if any(fnmatch(name, kept) for kept in (".env*", "*.db*", "*.key"))] == []
    for told in told_by("ENV"):
        names = re.findall(r"([A-Z_]+)=", told)
        assert not any(A_SECRET.search(name) for name in names)
        assert {name for name in names if name not in ("PATH", "PYTHONDONTWRITEBYTECODE")} <= set(VARIABLES)


def test_the_container_runs_parcours_as_nobody_in_particular() -> None:
    [entry], words, [user] = (
        yaml.safe_load(told_by("ENTRYPOINT")[0]),
        yaml.safe_load(told_by("CMD")[-1]),
        told_by("USER"),
    )
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert entry in scripts
    assert is_understood(words)
    assert int(user) > 0


def test_the_health_of_the_container_is_asked_where_it_is_told() -> None:
    [told] = told_by("HEALTHCHECK")
    program, option, asked = yaml.safe_load(told.partition("CMD ")[2])
    assert (program, option) == ("python", "-c")
    compile(asked, "HEALTHCHECK", "exec")
    assert "/healthz" in asked
    assert "PORT=" in " ".join(told_by("ENV"))


def test_the_container_installs_what_was_tested_and_no_tool_of_ours() -> None:
    ours, all_of_it = (pins(path) for path in (DEPLOY / "requirements.lock", ROOT / "requirements.lock"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {name_of(line) for line in project["dependencies"]} <= set(ours)
    assert {name: pin for name, pin in ours.items() if all_of_it.get(name, pin) != pin} == {}
    assert {"pytest", "mypy", "ruff", "playwright"} & set(ours) == set()
    assert any("--require-hashes" in told for told in told_by("RUN"))


def pins(lock: Path) -> dict[str, str]:
    entries = lock.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    return {name_of(entry): entry.split()[0] for entry in entries if not entry.startswith("#")}


def name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()


# --------------------------------------------------------------------------------------------------------- many workers


@pytest.fixture
def services() -> dict[str, Any]:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(told) == {"name", "services", "networks", "volumes"}
    for service in told["services"].values():
        assert set(service["networks"]) <= set(told["networks"])
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in told["volumes"]
        assert set(service.get("depends_on", ())) <= set(told["services"])
    found: dict[str, Any] = told["services"]
    return found


def test_a_worker_of_the_composition_is_told_what_parcours_reads(services: dict[str, Any]) -> None:
    worker = services["parcours"]
    assert is_understood(worker["command"])
    assert set(worker["environment"]) <= set(VARIABLES)
    environ = {name: value.replace("${PARCOURS_PASSWORD}", "a") for name, value in worker["environment"].items()}
    settings = Settings.from_env(environ, for_slack=False)
    assert settings.metrics_address is not None
    assert [str(settings.port), str(settings.metrics_address[1])] == worker["expose"]
    assert (DEPLOY / worker["build"]["context"] / worker["build"]["dockerfile"]).is_file()
    assert worker["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert seconds(worker["stop_grace_period"]) > LAST_WORDS
    assert "ports" not in worker, "several workers cannot have one port of the machine"


def test_the_database_is_well_once_workers_can_reach_it(services: dict[str, Any]) -> None:
    """Its image makes the database with a server of its own, which answers by its socket alone and stops then."""
    program, words = services["database"]["healthcheck"]["test"][1], services["database"]["healthcheck"]["test"][2:]
    assert (program, words[0]) == ("pg_isready", "--host=127.0.0.1")


def test_the_lines_of_the_composition_never_fill_the_disk(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if service.get("logging") != {"driver": "local"}] == []


def test_nothing_is_open_to_the_world_nor_written_in_the_composition(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert ports == ["127.0.0.1:8080:8080"]
    asked = re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(asked) == set(TOLD_TO_US.findall((DEPLOY / "database.env.example").read_text(encoding="utf-8")))
    for service in services.values():
        secret = {name: told for name, told in service.get("environment", {}).items() if A_SECRET.search(name)}
        assert all(told.startswith("${") for told in secret.values())


def test_the_proxy_asks_workers_where_they_tell_and_lets_nothing_else_through(services: dict[str, Any]) -> None:
    told = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
    port, watched = services["parcours"]["expose"]
    assert set(re.findall(r"parcours:(\d+) check port (\d+)", told)) == {(port, watched)}
    assert re.findall(r"httpchk GET (\S+)", told) == ["/readyz", "/healthz"]
    [let_through] = re.findall(r"deny deny_status 404 unless (.+)", told)
    assert re.findall(r"path_beg (\S+)", let_through) == ["/slack/", "/former/"]
    assert "log " not in told


def test_the_role_of_the_composition_owns_its_database_and_commands_nothing(postgresql: postgres.Server) -> None:
    if shutil.which("psql") is None:
        lacking("psql is not on this machine: `apt-get install postgresql-client` (or your system's package) adds it.")
    place = {"PGHOST": "127.0.0.1", "PGPORT": str(postgresql.port), "POSTGRES_USER": postgres.OWNER}
    script = (DEPLOY / "database.sh").read_text(encoding="utf-8").replace("parcours", "companion")
    told = {**os.environ, **place, "PARCOURS_PASSWORD": "it's"}
    subprocess.run(["sh", "-c", script], env=told, check=True, capture_output=True)
    asked = f"host=127.0.0.1 port={postgresql.port} user={postgres.OWNER} dbname=postgres"
    with psycopg.connect(asked, autocommit=True) as connection:
        rights = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = 'companion'"
        role = connection.execute(rights).fetchone()
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'companion'"
        ).fetchone()
        connection.execute("DROP DATABASE companion")
        connection.execute("DROP ROLE companion")
    assert (role, owner) == ((False,) * 4, ("companion",))


# -------------------------------------------------------------------------------------------------------------- systemd


def directives(unit: str) -> list[tuple[str, str]]:
    text = (DEPLOY / unit).read_text(encoding="utf-8")
    return re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_the_unit(unit: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        lacking("systemd is not on this machine: `apt-get install systemd` (or your system's package) adds it.")
    for each in UNITS:  # with a program that is here, since it looks whether it is
        text = (DEPLOY / each).read_text(encoding="utf-8").replace(PARCOURS, shutil.which("true") or "")
        (tmp_path / each).write_text(text, encoding="utf-8")
    words = ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert (done.returncode, str(tmp_path) in done.stderr) == (0, False), done.stderr


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_types_a_command_of_ours_with_no_right_it_does_not_need(unit: str) -> None:
    told = dict(directives(unit))
    [words] = re.findall(rf"{re.escape(PARCOURS)} ([^'\n]+)", told["ExecStart"])
    assert is_understood(shlex.split(words))
    assert (told["DynamicUser"], told["NoNewPrivileges"], told["ProtectSystem"]) == ("yes", "yes", "strict")
    assert told["UMask"] == "0077"


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_gives_its_account_a_home(unit: str) -> None:
    """The account is made as the unit starts: where nothing tells programs its home, Slack's library does not even load."""
    told = dict(directives(unit))
    assert told["Environment"] == "HOME=%S/parcours"
    assert "parcours" in told["StateDirectory"].split()


def test_a_command_is_typed_as_the_service_runs() -> None:
    """Its settings, its account, its folder: docs/operating.md tells the line to type."""
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    [line] = re.findall(r"^systemd-run (?:.*\\\n)+.*$", page, re.MULTILINE)
    words = shlex.split(line.replace("\\\n", " "))
    typed = [word.removeprefix("--property=") for word in words if word.startswith("--property=")]
    served = {f"{name}={value.replace('%S', '/var/lib')}" for name, value in directives("parcours.service")}
    assert [one for one in typed if one not in served] == []
    assert {one.partition("=")[0] for one in typed} >= {
        "EnvironmentFile",
        "DynamicUser",
        "User",
        "StateDirectory",
        "Environment",
        "UMask",
    }
    assert is_understood(words[words.index(PARCOURS) + 1 :])


def test_the_service_begins_again_whatever_ended_it_but_a_mistake() -> None:
    told = dict(directives("parcours.service"))
    assert told["Restart"] == "always"  # SIGHUP ends a process, and counts as no failure
    assert set(told["RestartPreventExitStatus"].split()) == {"2", "78"}
    assert seconds(told["TimeoutStopSec"]) > LAST_WORDS


def test_a_copy_of_a_night_is_deleted_after_as_long_as_members_are_told() -> None:
    unit = (DEPLOY / "parcours-backup.service").read_text(encoding="utf-8")
    (older_than,) = re.findall(r"-mtime \+(\d+) -delete", unit)
    # `find` leaves out what is more than whole days: +29 is thirty days and more.
    assert int(older_than) + 1 == COPIES.days
