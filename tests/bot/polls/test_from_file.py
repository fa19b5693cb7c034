"""A poll taken from a file: the union's axes or a cooperative's, what has not changed keeping its trend."""

import asyncio
from pathlib import Path

import pytest

from bot import cli
from bot.polls.from_file import PollFileError, poll_from
from bot.scene import OURS
from flows.core.people import Workspace
from flows.core.poll import Cadence, Kind, Poll
from flows.living.radar import radar
from storage import Store, polls, schema, workspaces
from tests.bot.cooperative import WORKSPACE, cooperative
from tests.bot.polls.held import OPENING, opened

AXES = """
name = "radar"
cadence = "yearly"
discussed = 2

[[dimensions]]
name = "information"

[[dimensions]]
name = "river"
fr = "La rivière"
en = "The river"

[[items]]
name = "information"
dimension = "information"

[[items]]
name = "river"
dimension = "river"
fr = "Notre travail prend soin de la rivière."
en = "Our work takes care of the river."
"""


def test_an_axis_of_ours_keeps_its_words_and_its_trend_and_a_new_one_begins_its_own() -> None:
    made = poll_from(AXES, radar)
    assert (made.version, made.cadence, made.discussed) == (2, Cadence.YEARLY, 2)
    information, river = made.items
    assert (information.key, information.texts) == (radar.items[0].key, {})
    assert (river.key, river.kind) == ("river@2", Kind.AXIS)
    assert river.texts["en"] == "Our work takes care of the river."


def test_taking_the_same_file_again_keeps_every_trend() -> None:
    once = poll_from(AXES, radar)
    twice = poll_from(AXES, once)
    assert [item.key for item in twice.items] == [item.key for item in once.items]


def test_other_words_begin_another_trend() -> None:
    once = poll_from(AXES, radar)
    twice = poll_from(AXES.replace("prend soin", "protège"), once)
    assert [item.key for item in twice.items] == ["information@1", "river@3"]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("name = ", "TOML"),
        (
            AXES.replace(
                'fr = "Notre travail prend soin de la rivière."\nen = "Our work takes care of the river."', ""
            ),
            "words",
        ),
        (AXES.replace('"yearly"', '"sometimes"'), "quarterly"),
        (AXES.replace('dimension = "river"', 'dimension = "sea"'), "river: This question has no dimension"),
        (AXES.replace('name = "river"', 'name = "La rivière"'), "“La rivière” cannot be a name"),
        ("scores = 4\n" + AXES, "A threshold can only go up: 5 answers for scores, 8"),
        ("scores = 2\n" + AXES, "Under 3 answers, people would be recognised"),
        ('name = "empty"\n', "At least one question is needed"),
        ('name = "odd"\nitems = 3\n', "list of tables"),
        ("score = 12\n" + AXES, "'score' means nothing here"),
        (AXES.replace("fr =", "french ="), "'french' means nothing here"),
        (AXES.replace("discussed = 2", "discussed = 0"), "1 or more"),
        (AXES.replace("discussed = 2", "discussed = -9"), "1 or more"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(broken: str, told: str) -> None:
    with pytest.raises(PollFileError, match=told):
        poll_from(broken, radar if 'name = "radar"' in broken else None)


def test_the_command_gives_the_poll_to_the_cooperative(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{here / 'parcours.db'}"
    schema.upgrade(url)
    asyncio.run(_with_a_workspace(url))
    (here / "axes.toml").write_text(AXES, encoding="utf-8")
    assert cli.main(["poll", "axes.toml"]) == 0
    assert capsys.readouterr().out == "T0COOP: radar, version 2, 2 questions.\n"
    assert [item.name for item in asyncio.run(_radar(url)).items] == ["information", "river"]
    assert cli.main(["poll", "axes.toml", "--workspace", "T0COOP"]) == 0
    assert cli.main(["poll", "axes.toml", "--workspace", "T9"]) == 1
    assert capsys.readouterr().out == "T0COOP: radar, version 3, 2 questions.\n"
    assert cli.main(["poll", "nowhere.toml"]) == 78
    (here / "axes.toml").write_text("name = ", encoding="utf-8")
    assert cli.main(["poll", "axes.toml"]) == 1


def test_a_slip_is_told_before_any_database_is_opened(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "axes.toml").write_text("name = ", encoding="utf-8")
    assert cli.main(["poll", "axes.toml"]) == 1
    assert "not TOML" in capsys.readouterr().err


def test_a_database_where_nobody_is_yet_takes_no_poll(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schema.upgrade(f"sqlite:///{here / 'parcours.db'}")
    (here / "axes.toml").write_text(AXES, encoding="utf-8")
    assert cli.main(["poll", "axes.toml"]) == 1
    assert "No workspace is here yet" in capsys.readouterr().err


async def test_questions_do_not_change_under_an_open_round(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{here / 'parcours.db'}"
    async with cooperative(url, now=OPENING) as coop:
        await opened(coop, "radar")
        (here / "axes.toml").write_text(AXES, encoding="utf-8")
        assert await asyncio.to_thread(cli.main, ["poll", "axes.toml"]) == 1
        assert "is open" in capsys.readouterr().err


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def _with_a_workspace(url: str) -> None:
    async with Store.open(url) as store:
        await store.run(lambda tx: workspaces.save(tx, Workspace(id=WORKSPACE)), WORKSPACE)


async def _radar(url: str) -> Poll:
    async with Store.open(url) as store:
        found = await store.read(lambda tx: polls.settings(tx, "radar", OURS), WORKSPACE)
        assert found is not None
        return found.poll
