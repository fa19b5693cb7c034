"""The documents tell the truth: what they name exists, what exists is named, and what they promise is done to the letter."""

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import cli, exits
from bot.checks import faults_of_theirs
from bot.rehearsal.commands import POLLS
from bot.rehearsal.holding import hold
from bot.rehearsal.rehearse import rehearse
from bot.rehearsal.transcript import as_text
from bot.settings import VARIABLES
from flows import ALL_FLOWS
from tests.bot.connected import connected
from tests.bot.test_manifest import MANIFESTS, listed

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.fr.md")
DOCUMENTS = tuple(sorted({*READMES, "CHANGELOG.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))}))

FENCE = re.compile(r"^```(\w*)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:\.ci|bot|deploy|docs|flows|messages|sandbox|storage|tests)/[\w./-]*)`")
PROGRAM = "import sys; from bot.cli import main; sys.exit(main())"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def excerpts() -> Iterator[tuple[str, str, str]]:
    """The document, the command and what it is said to print."""
    for name in READMES:
        yield from ((name, title, body) for kind, title, body in FENCE.findall(text_of(name)) if kind == "text")


def paragraphs(transcript: str) -> list[str]:
    return re.split(r"\n\n(?=\d{4}-\d\d-\d\d )", transcript.strip())


every_document = pytest.mark.parametrize("name", DOCUMENTS)
every_readme = pytest.mark.parametrize("name", READMES)


def prose(name: str) -> str:
    """A document without its blocks of code."""
    return FENCE.sub("", text_of(name))


def code(name: str, language: str) -> list[str]:
    return [body for kind, _, body in FENCE.findall(text_of(name)) if kind == language]


def first_cells(text: str) -> set[str]:
    """What the rows of tables are about: the `names` of their first cells."""
    rows = re.findall(r"^\| ((?:`[^`|]+`(?:, )?)+) \|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def section_of(name: str, title: str) -> str:
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^## |\Z)", text_of(name), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{name} has no section {title!r}"
    return found[1]


# ------------------------------------------------------------------------------------------------ what there is is named


def test_every_setting_is_explained_and_no_other() -> None:
    assert first_cells(section_of("docs/operating.md", "Settings")) == set(VARIABLES)


def test_the_sample_of_settings_holds_them_all() -> None:
    assert set(re.findall(r"^#?([A-Z_]+)=", text_of(".env.example"), re.MULTILINE)) == set(VARIABLES)


@every_readme
def test_every_command_is_named_and_no_other(name: str) -> None:
    named = {" ".join(words) for words in command_lines(name)}
    assert {
        command for command in commands() if not any(f"{line} ".startswith(f"{command} ") for line in named)
    } == set()


@every_document
def test_every_command_line_is_understood(name: str) -> None:
    for words in command_lines(name):
        if any(word.isupper() or word == "…" for word in words):
            continue  # a pattern, not a line to type
        assert is_understood(words), f"{name}: parcours {' '.join(words)}"


def is_understood(words: list[str]) -> bool:
    try:
        cli.parser().parse_args(words)
    except SystemExit as end:
        return end.code == 0
    return True


def command_lines(name: str) -> Iterator[list[str]]:
    """The words after `parcours`, wherever it is told to be typed."""
    typed = [
        line
        for kind in ("sh", "console")
        for body in code(name, kind)
        for line in body.replace("\\\n", " ").splitlines()
    ]
    for line in (*typed, *re.findall(r"`([^`\n]+)`", prose(name))):
        program, *words = shlex.split(line.removeprefix("$ "), comments=True) or [""]
        if program in ("parcours", ".venv/bin/parcours") and words and "back_from_leave" not in words:
            yield words


def commands() -> Iterator[str]:
    return (" ".join(words) for words in _commands(cli.parser(), []))


def _commands(parser: argparse.ArgumentParser, before: list[str]) -> Iterator[list[str]]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield before
    for action in below:
        for name, command in action.choices.items():
            yield from _commands(command, [*before, name])


def test_every_option_of_a_command_is_explained() -> None:
    told = text_of("docs/operating.md")
    assert sorted(option for option in set(_options(cli.parser())) if not re.search(rf"`{option}[` ]", told)) == []


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from (option for option in action.option_strings if option not in ("-h", "--help"))
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _options(command)


def test_every_exit_code_is_explained() -> None:
    codes = {exits.FINE, exits.FAULTY, 2, exits.UNAVAILABLE, exits.MISCONFIGURED}
    assert first_cells(section_of("docs/operating.md", "Exit codes")) == {str(code) for code in codes}


def test_every_field_of_a_line_of_the_log_is_explained() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("[bs]*/**/*.py")))
    told = {name for given in re.findall(r"extra=\{([^}]*)\}", code) for name in re.findall(r'"(\w+)":', given)}
    assert told - first_cells(section_of("docs/operating.md", "Logs")) == set()


def test_every_make_target_is_named_and_no_other() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), re.MULTILINE))
    typed = re.compile(r"(?:^|`)make ([a-z]+)", re.MULTILINE)
    assert set(typed.findall(text_of("README.md"))) == targets
    for name in DOCUMENTS:
        assert set(typed.findall(text_of(name))) <= targets, name


@every_readme
@pytest.mark.parametrize("manifest", MANIFESTS)
def test_every_scope_is_explained_and_no_other(name: str, manifest: str) -> None:
    asked = set(listed(text_of(manifest), "bot")) | {"connections:write"}
    assert {cell for cell in first_cells(text_of(name)) if ":" in cell or cell == "commands"} == asked


def test_every_flow_is_named() -> None:
    assert first_cells(section_of("docs/flows.md", "The flows there are")) == {flow.name for flow in ALL_FLOWS}


def test_every_page_of_words_is_named() -> None:
    pages = {path.name for path in (ROOT / "messages" / "fr").glob("*.j2")}
    assert first_cells(section_of("docs/textes.md", "Où sont nos textes")) == pages


def test_the_changelog_says_what_is_not_released_yet() -> None:
    unreleased = section_of("CHANGELOG.md", "[Unreleased]")
    assert re.search(r"^### (Added|Changed|Deprecated|Removed|Fixed|Security)\n\n- ", unreleased, re.MULTILINE)


# ------------------------------------------------------------------------------------------------ what is named is there


@every_document
def test_every_link_leads_somewhere(name: str) -> None:
    for target in LINK.findall(prose(name)):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        file, _, title = target.partition("#")
        there = (ROOT / name).parent / file if file else ROOT / name
        assert there.exists(), f"{name}: {target}"
        assert not title or title in titles_of(there), f"{name}: {target}"


@every_document
def test_every_file_that_is_named_is_there(name: str) -> None:
    made_by_the_reader = {title for _, title, _ in FENCE.findall(text_of(name))}
    named = set(PATH.findall(prose(name))) - made_by_the_reader
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def titles_of(document: Path) -> set[str]:
    """The titles of a document as links name them (docs.github.com, "Section links")."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_a_title_is_found_as_links_name_it(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("# Parts, and empty ones\n\n```sh\n# no title\n```\n## Qui l'a vu ?\n", encoding="utf-8")
    assert titles_of(document) == {"parts-and-empty-ones", "qui-la-vu-"}


# -------------------------------------------------------------------------------------------------- what is promised is so


@pytest.fixture
def follower(tmp_path: Path) -> Path:
    """A copy of the repository where somebody has done what docs/flows.md says, to the letter."""
    copy = tmp_path / "repository"
    for folder in ("bot", "flows", "messages", "sandbox", "storage", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for _, title, body in FENCE.findall(text_of("docs/flows.md")):
        if title == "flows/__init__.py":
            add_the_line(copy / title, body)
        elif title:
            assert not (copy / title).exists(), f"{title} is there already: the page must take another name"
            (copy / title).write_text(body, encoding="utf-8")
    return copy


def add_the_line(module: Path, told: str) -> None:
    """The import, and the name at the end of ALL_FLOWS."""
    [line] = re.findall(r"^from .+$", told, re.MULTILINE)
    [name] = re.findall(r"^ALL_FLOWS.*\.\.\., (\w+)\)$", told, re.MULTILINE)
    source = module.read_text(encoding="utf-8")
    changed, count = re.subn(r"^(ALL_FLOWS.* = \([^)]*?),?\s*\)", rf"{line}\n\1, {name})", source, flags=re.MULTILINE)
    assert count == 1
    module.write_text(changed, encoding="utf-8")


def run(folder: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_flow_of_the_page_is_walked_by_the_suite_as_it_is(follower: Path) -> None:
    told = run(follower, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/flows", "-k", "back_from_leave")
    passed = re.search(r"(\d+) passed", told)
    assert passed is not None, told
    assert int(passed[1]) >= 10


def test_the_flow_of_the_page_is_lived_by_the_real_bot(follower: Path) -> None:
    told = run(follower, "-c", PROGRAM, "rehearse", "back_from_leave", "--start", "2026-09-01", "--json")
    lines = [json.loads(line) for line in told.splitlines()]
    said = [name for line in lines if line["kind"] == "message" for name in line["name"].split("+")]
    steps = ["welcome_back", "first_days", "catch_up_on", "passed_on", "tell_what_changed"]
    assert sorted(name for name in said if name in steps) == sorted(steps)


def test_a_word_forgotten_in_the_page_is_all_that_lacks(follower: Path) -> None:
    [told] = code("docs/flows.md", "text")
    page = follower / told.partition(":")[0]
    words = page.read_text(encoding="utf-8")
    page.write_text(re.sub(r"{% block passed_on %}.*?{% endblock %}", "", words), encoding="utf-8")
    assert faults_in(follower) == told


def test_a_slip_in_the_words_of_the_page_is_told_with_its_line(follower: Path) -> None:
    page = follower / "messages/en/back_from_leave.j2"
    words = page.read_text(encoding="utf-8")
    page.write_text(words.replace("{% block first_days %}", "{% block first_days }"), encoding="utf-8")
    [fault] = faults_in(follower).splitlines()
    assert fault.startswith("messages/en/back_from_leave.j2: line 5: ")


def test_a_flow_or_a_page_of_words_that_nothing_reads_is_told(follower: Path) -> None:
    listed, words = follower / "flows/__init__.py", follower / "messages/fr_vous/back_from_leave.j2"
    listed.write_text(listed.read_text(encoding="utf-8").replace(", back_from_leave)", ")"), encoding="utf-8")
    words.rename(words.with_stem("back_from_leaf"))
    assert faults_in(follower).splitlines() == [
        "flows/joining/back_from_leave.py: the flow 'back_from_leave' is in no list; add it to `ALL_FLOWS` (flows/__init__.py).",
        "messages/fr_vous/back_from_leaf.j2: nothing is said from it; is its name well written?",
    ]


def test_what_the_page_names_and_nobody_wrote_is_told(follower: Path) -> None:
    module = follower / "flows/joining/back_from_leave.py"
    source = module.read_text(encoding="utf-8")
    source = source.replace("useful_for=days(2)", 'useful_for=days(2), offers=("wave", "hom")')
    source = source.replace("anchors=(BACK,),", 'anchors=(BACK,),\n    fills={COOP_BUDDY: "find_somebody"},')
    module.write_text(source, encoding="utf-8")
    assert faults_in(follower).splitlines() == [
        "flow 'back_from_leave' names the deed 'find_somebody', which nobody wrote.",
        "messages/fr/shared.j2: 'offer__wave' lacks; add {% block offer__wave %}…{% endblock %}.",
        "messages/fr/shared.j2: 'offer__hom' lacks: 'home', perhaps; add {% block offer__hom %}…{% endblock %}.",
        "messages/en/shared.j2: 'offer__wave' lacks; add {% block offer__wave %}…{% endblock %}.",
        "messages/en/shared.j2: 'offer__hom' lacks: 'home', perhaps; add {% block offer__hom %}…{% endblock %}.",
    ]


def faults_in(folder: Path) -> str:
    """What `parcours check` finds there."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, "check"], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (exits.FAULTY, "")
    return done.stdout


@pytest.mark.parametrize(("name", "title", "excerpt"), list(excerpts()), ids=[title for _, title, _ in excerpts()])
async def test_an_excerpt_is_what_its_command_prints(name: str, title: str, excerpt: str) -> None:
    arguments = cli.parser().parse_args(shlex.split(title)[1:])
    live = hold if arguments.flow in POLLS else rehearse
    lived = await live(arguments.flow, arguments.start, people=arguments.people, locale=arguments.locale)
    printed = paragraphs(as_text(lived.lines))
    assert [told for told in paragraphs(excerpt) if told not in printed] == [], f"print {title!r} again into {name}"


def test_the_words_of_ones_own_are_checked_as_the_page_says(tmp_path: Path) -> None:
    [(path, words)] = [(title, body) for _, title, body in FENCE.findall(text_of("docs/textes.md")) if title]
    [told] = code("docs/textes.md", "text")
    page = tmp_path / path
    page.parent.mkdir(parents=True)
    texts = page.parents[1]
    page.write_text(words, encoding="utf-8")
    assert list(faults_of_theirs(texts)) == []
    page.write_text(words.replace("block welcome ", "block welcom "), encoding="utf-8")
    assert list(faults_of_theirs(texts)) == [told.strip()]


async def test_health_is_told_with_the_same_words(tmp_path: Path) -> None:
    told = [json.loads(body) for body in code("docs/operating.md", "json")]
    async with connected(tmp_path) as coop, coop.bot.beating():
        assert [await coop.bot.health.alive(), await coop.bot.health.ready()] == told
