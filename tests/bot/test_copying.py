"""Tests of `parcours backup` and `parcours restore`: what they say, what they exit with, and what a copy needs beside it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import cli, safe
from bot.sealing import Seals
from bot.settings import VARIABLES, Settings
from storage import conversations, engines, schema, words
from storage.scope import Scope
from tests import postgres
from tests.bot.test_safe import MINE, OTHER, TALK, load
from tests.storage.conftest import HERE, NINE

BALLOTS = bytes([9] * 32)
OPEN_ROUND = """INSERT INTO round (id, workspace_id, poll, number, state, frozen, lists_participation, key_print, opened_on)
    VALUES ('r_1', :workspace, 'barometer', 1, 'open', '{}', true, :print, '2026-06-01')"""


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, and no setting but a database where somebody has written, with its key."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in (("DATABASE_URL", database_url), ("WORDS_KEY", MINE.hex()), ("BALLOT_KEY", BALLOTS.hex())):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    settings = Settings(database_url=database_url, words_keys=(MINE,))

    async def say_something() -> None:
        async with safe.opened(settings) as store:
            await store.run(words.use_key)
            await store.run(lambda tx: conversations.begin(tx, TALK, shape="", parent=None, by=None, now=NINE), HERE)

    asyncio.run(say_something())
    return tmp_path


@pytest.fixture
def elsewhere(
    here: Path, database_url: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Another database, where nothing is, in the settings once `backup` was typed."""
    if database_url.startswith("sqlite"):
        yield f"sqlite:///{here / 'elsewhere.db'}"
        return
    server: postgres.Server = request.getfixturevalue("postgresql")
    with server.fresh_database() as url:
        yield url


def open_a_round(url: str, key: bytes) -> None:
    engine = sa.create_engine(engines.understood(url))
    with engine.begin() as connection:
        connection = Scope(connection).of(None)
        connection.execute(sa.text(OPEN_ROUND), {"workspace": HERE, "print": Seals(key).print})
    engine.dispose()


def test_a_copy_is_made_and_put_back_elsewhere_with_the_words_in_it(
    here: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup", "copy"]) == 0
    assert "keep the keys too, and elsewhere" in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", elsewhere)
    assert cli.main(["restore", "copy"]) == 0
    told = capsys.readouterr().out
    assert told == "The database is what copy says.\nIts words open with the keys that are here.\n"

    async def read() -> object:
        async with safe.opened(replace(Settings(), database_url=elsewhere, words_keys=(MINE,))) as store:
            return await store.read(load, HERE)

    assert asyncio.run(read()) == TALK


def test_a_copy_without_its_keys_is_told_to_be_unreadable_and_no_key_is_made(
    here: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup", "copy"]) == 0
    monkeypatch.setenv("DATABASE_URL", elsewhere)
    monkeypatch.setenv("WORDS_KEY", OTHER.hex())
    assert cli.main(["restore", "copy"]) == 78
    told = capsys.readouterr()
    assert "WORDS_KEY: words kept here are sealed with another key" in told.err
    assert "The database is what copy says" in told.out
    assert MINE.hex() not in told.err + told.out
    assert list(here.glob("*.key")) == []


def test_a_copy_without_any_key_is_told_where_one_is_to_be_put(
    here: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup", "copy"]) == 0
    monkeypatch.setenv("DATABASE_URL", elsewhere)
    monkeypatch.delenv("WORDS_KEY")
    assert cli.main(["restore", "copy"]) == 78
    told = capsys.readouterr().err
    assert "write" in told.lower()
    assert "WORDS_KEY" in told
    assert (f"there is no {here / 'elsewhere.db.words.key'}" in told) == elsewhere.startswith("sqlite")
    assert "None" not in told


def test_a_copy_made_while_a_round_is_open_says_what_it_is_worth(
    here: Path, database_url: str, elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup", "before"]) == 0
    assert "A round of a poll is open" not in capsys.readouterr().out
    open_a_round(database_url, BALLOTS)
    assert cli.main(["backup", "copy"]) == 0
    assert "A round of a poll is open" in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", elsewhere)
    monkeypatch.setenv("BALLOT_KEY", OTHER.hex())
    assert cli.main(["restore", "copy"]) == 78
    assert "BALLOT_KEY: a round was open" in capsys.readouterr().err


def test_what_cannot_be_done_is_told_and_exits_so(
    here: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["backup", "copy"]) == 0
    assert cli.main(["backup", "copy"]) == 1
    assert "copy is there already" in capsys.readouterr().err
    assert cli.main(["restore", "copy"]) == 1
    assert "Nothing is done" in capsys.readouterr().err
    monkeypatch.setenv("DATABASE_URL", elsewhere)
    (here / "copy").write_bytes((here / "copy").read_bytes()[:3000])
    assert cli.main(["restore", "copy"]) == 1
    monkeypatch.setenv("DATABASE_URL", "postgresql://parcours@127.0.0.1:1/nothing")
    assert cli.main(["backup", "other"]) == 69
    assert "cannot be reached. Check that the database server runs" in capsys.readouterr().err


def test_a_database_of_before_the_polls_is_copied_before_it_is_brought_up_to_date(
    blank_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    schema.upgrade(blank_database_url, "0001")
    monkeypatch.setenv("DATABASE_URL", blank_database_url)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["backup", "copy"]) == 0
    told = capsys.readouterr()
    assert "Written in copy." in told.out
    assert schema.current(blank_database_url) == "0001"
