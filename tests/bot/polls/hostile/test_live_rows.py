"""One look at an open round, with the key of the ballots: who answered is there, what was answered too, and no pairs."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import Transaction, ballots, polls
from storage.ballots import MIXED
from tests import postgres
from tests.bot.cooperative import WORKSPACE, Cooperative, cooperative
from tests.bot.polls.held import OPENING, answer, answers_to, latest, opened
from tests.bot.polls.hostile.reader import KEYS, PLACES, HostileReader, Place

PEOPLE = 12
ARRIVALS = (7, 2, 11, 0, 5, 9, 1, 10, 4, 8, 3, 6)
"""An order that is neither that of anybody's id nor its contrary."""


@pytest.fixture(params=["sqlite", "postgresql"])
def two_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Those of two empty databases of one kind."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield [f"sqlite:///{tmp_path / name}" for name in ("one.db", "other.db")]
        else:
            server: postgres.Server = request.getfixturevalue("postgresql")
            yield [stack.enter_context(server.fresh_database()) for _ in range(2)]


async def answered_in_turn(coop: Cooperative, reader: HostileReader, turns: Sequence[int]) -> dict[str, list[str]]:
    """Everybody answers, one after the other: in `turns`, each one's place among the ids. The ids that came, as they came."""
    round_id = await opened(coop)
    poll = (await latest(coop)).round.poll
    members = sorted([(await coop.member_id(f"U{number:02}"), f"U{number:02}") for number in range(PEOPLE)])
    came: dict[str, list[str]] = {"participation": [], "ballot": []}
    for turn in turns:
        member_id, slack_id = members[turn]
        assert await answer(coop, round_id, slack_id, answers_to(poll, 1 + turn % 5)) is None
        came["participation"].append(member_id)
        came["ballot"] += set(reader.sealed()) - set(came["ballot"])
    return {**came, "sealed": came["ballot"]}


async def test_rows_lie_on_the_disk_by_ids_drawn_at_random_whoever_came_first(two_urls: list[str]) -> None:
    ways: list[dict[Place, list[int]]] = []
    for url, turns in zip(two_urls, (ARRIVALS, ARRIVALS[::-1]), strict=True):
        async with cooperative(url, size=PEOPLE, now=OPENING) as coop:
            came = await answered_in_turn(coop, HostileReader(url), turns)
        ways.append({place: ranks(HostileReader(url).as_they_lie(place)) for place in PLACES})
        assert sorted(came["ballot"]) not in (came["ballot"], came["ballot"][::-1]), (
            "an id says nothing of who came first"
        )
    assert ways[0] == ways[1]


def ranks(ids: Sequence[str]) -> list[int]:
    in_order = sorted(ids)
    return [in_order.index(id) for id in ids]


async def test_all_the_rows_of_a_round_were_written_by_its_last_vote(postgresql_url: str) -> None:
    reader = HostileReader(postgresql_url)
    async with cooperative(postgresql_url, size=PEOPLE, now=OPENING) as coop:
        await answered_in_turn(coop, reader, ARRIVALS)
        assert {place: reader.writers(place) for place in PLACES} == {place: [PEOPLE] for place in PLACES}


@pytest.mark.parametrize("table", KEYS)
async def test_no_row_has_a_number_of_its_own(sqlite_url: str, table: str) -> None:
    async with cooperative(sqlite_url, now=OPENING):
        with pytest.raises(sa.exc.OperationalError, match="no such column: rowid"):
            HostileReader(sqlite_url).ask(f"SELECT rowid FROM {table}")


async def test_in_a_large_cooperative_the_newest_ballot_is_lost_in_a_crowd(postgresql_url: str) -> None:
    reader, people = HostileReader(postgresql_url), MIXED + 14
    async with cooperative(postgresql_url, size=PEOPLE, now=OPENING) as coop:
        round_id = await opened(coop)
        written = [f"{number}".encode().ljust(20_000, b".") for number in range(people)]
        for number, sealed in enumerate(written):
            await coop.store.run(lambda tx, it=(f"m_{number}", sealed): cast(tx, round_id, *it), WORKSPACE)  # type: ignore[misc]
        assert reader.writers("participation") == [people]
        assert reader.writers("ballot")[-1] == 1 + MIXED
        assert sorted(reader.sealed().values()) == sorted(written), "none is lost, none is there twice"


def cast(tx: Transaction, round_id: str, member: str, sealed: bytes) -> None:
    assert polls.find(tx, round_id, lock=True) is not None
    ballots.cast(tx, round_id, member, sealed)
