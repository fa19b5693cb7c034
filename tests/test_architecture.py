"""The house rules that a machine can check: who imports whom, how long things are, what no file may say."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "flows", "messages", "storage", "sandbox")
MODULES = sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES))

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
LONGEST_LISTENER = 25

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache", "--no-logo"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_flows_need_the_standard_library_alone() -> None:
    allowed = sys.stdlib_module_names | {"flows"}
    foreign = [
        f"{_name(module)} imports {imported}"
        for module in MODULES
        if _name(module).startswith("flows/")
        for imported in _imports(_tree(module))
        if imported.partition(".")[0] not in allowed
    ]
    assert foreign == []


def test_no_module_is_too_long() -> None:
    lengths = {_name(module): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long() -> None:
    too_long = [
        f"{_name(module)}: {function.name} has {length} lines, {ceiling} at most"
        for module in MODULES
        if "storage/migrations/" not in _name(module)
        for function in _functions(_tree(module))
        if (length := _length(function)) > (ceiling := _ceiling(module))
    ]
    assert too_long == []


def test_the_bot_opens_no_store_without_what_words_are_sealed_with() -> None:
    opened = [
        (_name(module), {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords})
        for module in MODULES
        if _name(module).startswith("bot/")
        for call in ast.walk(_tree(module))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("Store", "Store.open")
    ]
    assert [name for name, _ in opened] == ["bot/safe.py"]
    assert [given["vault"] for _, given in opened] == ["vault"]


def test_every_module_says_what_it_is_for() -> None:
    assert [_name(module) for module in MODULES if not ast.get_docstring(_tree(module))] == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    told = [
        f"{name}:{number}: {line.strip()}"
        for name in _written()
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if UNSPEAKABLE.search(line)
    ]
    assert told == []


@pytest.mark.parametrize(
    "said", ["cd {}work/main", "file://{}work/notes", "{}root/.cache", "https:/{}pypi.org{}simple"]
)
def test_what_no_file_may_say_is_recognised(said: str) -> None:
    assert UNSPEAKABLE.search(said.replace("{}", "/"))


def test_the_lock_holds_every_dependency_with_its_hashes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {_package(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]}
    locked = {}
    for entry in (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        if not entry.startswith("#"):
            locked[_package(entry)] = entry
    assert wanted - set(locked) == set(), "run `make lock`"
    assert [name for name, entry in locked.items() if "--hash=sha256:" not in entry] == []


# Written so that this file does not say them either.
UNSPEAKABLE = re.compile(
    r"(?<![\w.])/(work|root)/"
    r"|/pypi\.org|pythonhosted\.org|registry\.(npmjs|yarnpkg)\.|deb\.debian\.org"
)


def _name(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def _tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))


def _length(function: Function) -> int:
    """Count the lines of a function. A `register` only wraps its listeners: theirs are counted apart."""
    lines = _lines(function)
    if function.name == "register":
        lines -= sum(_lines(inner) for inner in function.body if isinstance(inner, FUNCTIONS))
    return lines


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _ceiling(module: Path) -> int:
    return LONGEST_LISTENER if _name(module).startswith("bot/listeners/") else LONGEST_FUNCTION


def _package(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()


def _written() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]
