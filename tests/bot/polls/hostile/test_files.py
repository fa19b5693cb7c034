"""Every byte of the database's files: tables, journals, holes. What was answered is in none of them, at no moment; and once a
round is over, at night at the latest, not even sealed."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from bot.polls.deeds import cancel_round
from flows.core.plain import to_plain
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.polls.held import OPENING, answer, answers_to, latest, opened
from tests.bot.polls.hostile.reader import HostileReader, slices
from tests.bot.polls.led import led

WORDS = "Un ornithorynque dans l'atelier"
PEOPLE = [f"U{number:02}" for number in range(7)]
"""Too few for their words to be shown."""
JOURNAL = "pg_wal/"


async def answered_clear_words(coop: Cooperative, round_id: str, slack_id: str, value: int) -> list[bytes]:
    """Answer, and give what would betray it: the words, and the answers as they are before they are sealed."""
    record = await latest(coop)
    given = answers_to(record.round.poll, value, WORDS)
    ballot = record.round.ballot(given, {}, coop.clock().date())
    assert await answer(coop, round_id, slack_id, given) is None
    whole = orjson.dumps(to_plain(ballot))
    assert WORDS.encode() in whole
    return [b"ornithorynque", whole[:60]]


async def test_what_was_answered_is_never_written_anywhere_in_clear(database_url: str) -> None:
    reader = HostileReader(database_url)
    async with cooperative(database_url, now=OPENING) as coop:
        round_id = await opened(coop)
        for value, slack_id in enumerate(PEOPLE[:5], 1):
            clear = await answered_clear_words(coop, round_id, slack_id, value)
            assert reader.finds(*clear) == set()
        assert reader.finds(*slices(reader.sealed().values())), "they are there, sealed"
        assert reader.finds(b"Personne 3"), "what is in clear is found"
        await coop.live_until(OPENING + timedelta(days=16))
        assert (await latest(coop)).state == "closed"
        assert reader.finds(*clear) == set(), "not even to be counted"
    assert reader.finds(*clear) == set()


async def over(coop: Cooperative, reader: HostileReader, end: str) -> Sequence[bytes]:
    """A round answered, and over; what its sealed ballots were."""
    round_id = await opened(coop)
    sealed: dict[str, bytes] = {}
    for value, slack_id in enumerate(PEOPLE, 1):
        await answered_clear_words(coop, round_id, slack_id, 1 + value % 5)
        sealed |= reader.sealed()
    assert len(sealed) == len(PEOPLE)
    if end == "cancelled":
        await coop.desk.act(WORKSPACE, LEAD, lambda it, _: cancel_round(it, round_id))
    await coop.live_until(OPENING + timedelta(days=16))
    assert (await latest(coop)).state == end
    return slices(sealed.values())


async def test_no_journal_tells_one_vote_from_the_next(sqlite_url: str) -> None:
    reader = HostileReader(sqlite_url)
    async with cooperative(sqlite_url, now=OPENING) as coop:
        round_id = await opened(coop)
        for value, slack_id in enumerate(PEOPLE[:4], 1):
            await answered_clear_words(coop, round_id, slack_id, value)
            assert {name: len(content) for name, content in reader.files()}["parcours.db-wal"] == 0
            assert reader.finds(*slices(reader.sealed().values())) == {"parcours.db"}


@pytest.mark.parametrize("end", ["closed", "cancelled"])
async def test_as_soon_as_a_round_is_over_its_sealed_ballots_are_in_no_file(sqlite_url: str, end: str) -> None:
    reader = HostileReader(sqlite_url)
    async with cooperative(sqlite_url, now=OPENING) as coop:
        sealed = await over(coop, reader, end)
        assert reader.finds(*sealed) == set()


@pytest.mark.parametrize("end", ["closed", "cancelled"])
async def test_the_night_after_a_round_is_over_its_sealed_ballots_are_in_the_servers_journal_alone(
    postgresql_url: str, end: str
) -> None:
    reader = HostileReader(postgresql_url)
    async with cooperative(postgresql_url, now=OPENING) as coop:
        sealed = await over(coop, reader, end)
        assert not all(name.startswith(JOURNAL) for name in reader.finds(*sealed)), "until then"
        assert await coop.store.sweep()
        left = reader.finds(*sealed)
        assert left, "docs/privacy.md says so"
        assert all(name.startswith(JOURNAL) for name in left)


async def answered_by_70_of_90(coop: Cooperative) -> tuple[str, list[str]]:
    """A round, and whom it is for; the last twenty have not answered."""
    round_id = await opened(coop)
    poll = (await latest(coop)).round.poll
    everybody = [f"U{number:02}" for number in range(90)]
    for slack_id in everybody[:70]:
        assert await answer(coop, round_id, slack_id, answers_to(poll)) is None
    return round_id, [await coop.member_id(slack_id) for slack_id in everybody]


async def test_no_hole_of_the_file_keeps_a_former_list_of_who_had_answered(sqlite_url: str) -> None:
    reader = HostileReader(sqlite_url)
    async with cooperative(sqlite_url, size=90, now=OPENING) as coop:
        round_id, people = await answered_by_70_of_90(coop)
        [those_who_have_not] = named_beside(reader, round_id, people[70:])
        assert named_beside(reader, round_id, people[:70]) == {those_who_have_not + 1}


async def test_the_night_after_a_round_is_over_no_file_tells_who_had_answered(database_url: str) -> None:
    reader = HostileReader(database_url)
    async with cooperative(database_url, size=90, now=OPENING) as coop:
        round_id, people = await answered_by_70_of_90(coop)
        assert len(named_beside(reader, round_id, people)) > 1, "until then"
        await coop.live_until(OPENING + timedelta(days=16))
        assert await coop.store.sweep()
        assert len(named_beside(reader, round_id, people)) == 1


def named_beside(reader: HostileReader, round_id: str, people: Sequence[str]) -> set[int]:
    """How many times members are named just beside that round, which is what a row that holds both is; the journal left out."""
    written = b"\0".join(content for name, content in reader.files() if not name.startswith(JOURNAL))
    named = Counter(re.findall(round_id.encode() + rb".?(m_[0-9a-f]{16})", written, re.DOTALL))
    return {named[member_id.encode()] for member_id in people}


async def test_the_bot_sweeps_every_night(tmp_path: Path) -> None:
    journal = tmp_path / "parcours.db-wal"
    async with led(tmp_path) as home:
        assert journal.stat().st_size
        await home.coop.bot.every_night()
        assert journal.stat().st_size == 0
