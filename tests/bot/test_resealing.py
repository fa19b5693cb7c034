"""A key is changed while people answer: nothing is lost, nothing stays under the former one, and it may die anywhere."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import cli, safe, upkeep
from bot.settings import VARIABLES, Settings, SettingsFaults
from bot.wire import Ref
from flows.joining.fresh_eyes_report import QUESTIONS, fresh_eyes_report
from storage import Store, conversations, keys, resealing, schema, tables, words
from storage.vault import Vault
from tests.bot.asking import RARE, Question, asked
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.polls.hostile.reader import HostileReader
from tests.storage.conftest import HOUSE, somebody

OLD, NEW, LOST = bytes(range(32)), bytes([9] * 32), bytes([7] * 32)
REPORT = Question(fresh_eyes_report, QUESTIONS[0])
ROOT = Path(__file__).parents[2]
Told = dict[Ref, str | None]
"""By question, the last words somebody answered."""


def under(url: str, *words_keys: bytes) -> Settings:
    return Settings(database_url=url, words_keys=words_keys)


@asynccontextmanager
async def started(url: str, *words_keys: bytes) -> AsyncIterator[Cooperative]:
    """The cooperative of a database that was set up, its bot started again with these keys."""
    async with cooperative(url, vault=Vault(words_keys)) as coop:
        yield coop


async def told(coop: Cooperative, count: int) -> Told:
    refs = [await asked(coop, REPORT) for _ in range(count)]
    return {ref: await tell(coop, ref, f"Un {RARE}, {number}") for number, ref in enumerate(refs)}


async def tell(coop: Cooperative, ref: Ref, said: str) -> str:
    assert await coop.desk.answer(WORKSPACE, LEAD, ref, said) is None
    return said


async def found(url: str, *words_keys: bytes) -> Told:
    """What is read of all reports with these keys alone."""
    async with safe.opened(under(url, *words_keys)) as store:
        ids = await store.read(lambda tx: conversations.of_flow(tx, fresh_eyes_report.name), WORKSPACE)
        talks = await store.read(lambda tx: conversations.load_all(tx, ids, lambda _: somebody, HOUSE), WORKSPACE)
    return {Ref(talk.id, REPORT.step.name): talk.steps[REPORT.step.name].value for talk in talks}


async def everything_is_under(url: str, key: bytes, expected: Told) -> None:
    """All is read with this key alone, and nothing is sealed with another one."""
    prints = {keys.print_of(one) for one in (OLD, NEW)}
    assert await found(url, key) == expected
    assert schema.look(url, words.keys_in_use) == {keys.print_of(key)}
    assert schema.look(url, lambda tx: resealing.sealed_with(tx, prints)) == {keys.print_of(key)}


async def test_a_key_is_changed_while_people_answer(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with started(database_url, OLD) as before:
        expected = await told(before, 30)
    async with started(database_url, NEW, OLD) as coop:
        resealed = asyncio.create_task(asyncio.to_thread(upkeep.reseal, under(database_url, NEW, OLD), together=2))
        turns = 0
        while not resealed.done() or turns < 2:
            expected |= {ref: await tell(coop, ref, f"{said} encore") for ref, said in list(expected.items())[::3]}
            expected |= await told(coop, 1)
            turns += 1
        assert await resealed == 0
        assert "can be taken out of WORDS_KEY" in capsys.readouterr().out
        expected |= await told(coop, 1)
    await everything_is_under(database_url, NEW, expected)


async def test_killed_anywhere_it_goes_on_where_it_was(database_url: str) -> None:
    async with started(database_url, OLD) as before:
        expected = await told(before, 12)
    async with started(database_url, NEW, OLD):
        command = [sys.executable, "-m", "tests.bot.dying_resealer", database_url, NEW.hex(), OLD.hex()]
        done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["died 3 times, then ended with 0"], done.stderr
    await everything_is_under(database_url, NEW, expected)


async def test_what_was_written_in_clear_is_sealed_and_leaves_the_files(sqlite_url: str) -> None:
    async with cooperative(sqlite_url, vault=None) as before:
        expected = await told(before, 30)
    reader = HostileReader(sqlite_url)
    assert reader.finds(RARE.encode())
    assert await found(sqlite_url, NEW) == expected
    assert await asyncio.to_thread(upkeep.reseal, under(sqlite_url, NEW)) == 0
    assert reader.finds(RARE.encode()) == set()
    await everything_is_under(sqlite_url, NEW, expected)


async def test_a_key_the_bot_was_not_started_with_reseals_nothing(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with started(database_url, OLD) as coop:
        expected = await told(coop, 3)
        assert await asyncio.to_thread(upkeep.reseal, under(database_url, NEW, OLD)) == 69
        assert "start `parcours run` again" in capsys.readouterr().err
        expected |= await told(coop, 1)
    await everything_is_under(database_url, OLD, expected)


async def test_words_that_do_not_open_keep_their_key_in_use(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with started(sqlite_url, OLD) as coop:
        (ref, *_) = await told(coop, 3)
        await damage(coop.store, ref.conversation)
    async with started(sqlite_url, NEW, OLD):
        assert await asyncio.to_thread(upkeep.reseal, under(sqlite_url, NEW, OLD)) == 1
    told_then = capsys.readouterr()
    assert ref.conversation in told_then.err
    assert "2 sealed anew" in told_then.out
    assert schema.look(sqlite_url, words.keys_in_use) == {keys.print_of(OLD), keys.print_of(NEW)}


async def test_words_whose_key_is_lost_for_good_are_forgotten_when_told_so_and_no_other(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with started(database_url, LOST) as coop:
        lost = await told(coop, 3)
    async with started(database_url, OLD) as coop:
        expected = await told(coop, 3)
    with pytest.raises(SettingsFaults):
        await found(database_url, OLD)
    assert await asyncio.to_thread(partial(upkeep.reseal, under(database_url, OLD), forget_lost=True)) == 0
    named = capsys.readouterr().err
    assert [ref for ref in lost if ref.conversation not in named] == []
    await everything_is_under(database_url, OLD, expected | dict.fromkeys(lost))


async def damage(store: Store, id: str) -> None:
    row = tables.conversation.c
    spoilt = sa.update(tables.conversation).where(row.id == id).values(words=row.words + "AAAA")
    assert await store.run(lambda tx: tx.connection.execute(spoilt).rowcount) == 1


def test_the_command_says_that_there_was_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert cli.main(["reseal"]) == 0
    assert capsys.readouterr().out.startswith("All was sealed with the first key already.")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["parcours.db", "parcours.db.words.key"]
