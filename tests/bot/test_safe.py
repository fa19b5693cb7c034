"""The keys that words are sealed with: made where there is none, asked for where words need them, never made in their place."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot import safe
from bot.settings import Settings, SettingsFaults
from flows.core.model import Conversation, StepState
from storage import Transaction, conversations, keys, schema, words
from tests import postgres
from tests.storage.conftest import HERE, HOUSE, NINE, a_conversation, somebody

MINE, OTHER = bytes(range(32)), bytes([7] * 32)
TALK = a_conversation(steps={"wish": StepState("done", NINE, value="du temps")})


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return Settings(database_url=sqlite_url)


@pytest.fixture
def file(settings: Settings) -> Path:
    """Where the key of the words is kept."""
    assert settings.words_key_file is not None
    return settings.words_key_file


def load(tx: Transaction) -> Conversation | None:
    return conversations.load(tx, TALK.id, somebody, HOUSE)


async def say_something(settings: Settings) -> None:
    async with safe.opened(settings) as store:
        await store.run(words.use_key)
        await store.run(lambda tx: conversations.begin(tx, TALK, shape="", parent=None, by=None, now=NINE), HERE)


async def is_read(settings: Settings) -> bool:
    async with safe.opened(settings) as store:
        return await store.read(load, HERE) == TALK


async def refusal(settings: Settings) -> str:
    """What is said instead of opening."""
    with pytest.raises(SettingsFaults) as raised:
        await is_read(settings)
    [fault] = raised.value.faults
    assert fault.startswith("WORDS_KEY")
    return fault


async def test_a_database_that_is_a_file_gets_a_key_beside_it(settings: Settings, file: Path) -> None:
    await say_something(settings)
    made = file.read_text()
    assert file.name == "parcours.db.words.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert await is_read(settings)
    assert file.read_text() == made


async def test_the_settings_key_is_taken_and_none_is_made(settings: Settings, file: Path) -> None:
    given = replace(settings, words_keys=(MINE,))
    await say_something(given)
    assert await is_read(given)
    assert not file.exists()


async def test_without_its_file_the_bot_does_not_start_and_no_other_key_is_made(settings: Settings, file: Path) -> None:
    await say_something(settings)
    file.rename(file.with_suffix(".elsewhere"))
    fault = await refusal(settings)
    assert f"there is no {file}. Put this file back" in fault
    assert not file.exists()
    file.with_suffix(".elsewhere").rename(file)
    assert await is_read(settings)


async def test_with_another_key_in_its_file_the_bot_does_not_start(settings: Settings, file: Path) -> None:
    await say_something(settings)
    file.write_text(OTHER.hex())
    assert "Put the former file back" in await refusal(settings)
    assert file.read_text() == OTHER.hex()


async def test_a_key_taken_out_of_the_settings_too_early_is_told_to_be_put_there_again(
    settings: Settings, file: Path
) -> None:
    await say_something(replace(settings, words_keys=(MINE, keys.kept_in(file))))
    assert "or write the key that was in WORDS_KEY there again" in await refusal(settings)


async def test_a_key_in_the_settings_does_not_replace_the_one_of_the_file(settings: Settings, file: Path) -> None:
    await say_something(settings)
    assert f"the key in {file}. Write that key too" in await refusal(replace(settings, words_keys=(MINE,)))
    assert await is_read(replace(settings, words_keys=(MINE, keys.kept_in(file))))


async def test_without_a_key_that_words_need_the_bot_does_not_start(settings: Settings) -> None:
    await say_something(replace(settings, words_keys=(MINE,)))
    fault = await refusal(replace(settings, words_keys=(OTHER,)))
    assert "another key. Write that key too, after a comma" in fault
    assert MINE.hex() not in fault
    assert await is_read(replace(settings, words_keys=(OTHER, MINE)))


async def test_a_key_that_no_word_needs_is_not_missed(settings: Settings) -> None:
    async with safe.opened(replace(settings, words_keys=(OTHER,))) as store:
        await store.run(words.use_key)
    await say_something(replace(settings, words_keys=(MINE,)))
    assert await is_read(replace(settings, words_keys=(MINE,)))


@pytest.mark.parametrize("written", ["", "du temps"])
async def test_a_file_that_holds_no_key_is_told(settings: Settings, file: Path, written: str) -> None:
    file.write_text(written)
    assert str(file) in await refusal(settings)
    assert file.read_text() == written


async def test_postgresql_is_not_opened_without_a_key(postgresql_url: str) -> None:
    settings = Settings(database_url=postgresql_url)
    assert "WORDS_KEY is missing, and PostgreSQL needs it: write a line that `parcours key` prints" in await refusal(
        settings
    )
    await say_something(replace(settings, words_keys=(MINE,)))
    assert await is_read(replace(settings, words_keys=(MINE,)))


async def test_a_role_that_postgresql_does_not_hold_is_told_of(
    postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    for url, told in ((postgresql_url, 0), (postgres.as_owner(postgresql_url), 1)):
        caplog.clear()
        async with safe.opened(Settings(database_url=url, words_keys=(MINE,))):
            said = [one for one in caplog.records if one.name == "bot.safe"]
        assert len(said) == told
        assert all("The role of the database" in one.getMessage() for one in said)


async def test_one_key_for_ballots_and_words_is_told_of(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    for ballots, told in ((OTHER, False), (MINE, True)):
        caplog.clear()
        async with safe.opened(replace(settings, words_keys=(MINE,), ballot_key=ballots)):
            pass
        assert ("BALLOT_KEY and WORDS_KEY are the same key" in caplog.text) == told
    assert MINE.hex() not in caplog.text


async def test_the_refusal_is_told_where_the_bot_is_started(settings: Settings) -> None:
    await say_something(replace(settings, words_keys=(MINE,)))
    program = [sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())", "run"]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "DATABASE_URL": settings.database_url,
        "WORDS_KEY": OTHER.hex(),
    }
    done = subprocess.run(program, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 78
    assert "Write that key too, after a comma" in done.stderr
    assert "Traceback" not in done.stderr
    assert schema.look(settings.database_url, words.keys_in_use) == {keys.print_of(MINE)}
