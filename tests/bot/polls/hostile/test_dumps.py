"""A dump of the database before and after each answer, and others taken later: they say who has answered, and that is all."""

from collections import Counter
from datetime import timedelta

import orjson
import pytest

from bot.polls.deeds import cancel_round
from bot.sealing import BrokenSeal, Seals
from flows.core.plain import to_plain
from flows.living.barometer import barometer
from storage import polls
from storage.polls import PollSettings
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.polls.held import OPENING, answer, answers_to, latest, opened
from tests.bot.polls.hostile.reader import SLICE, HostileReader, come, mentions

WORDS = "Un ornithorynque dans l'atelier"
PEOPLE = [f"U{number:02}" for number in range(9)]


async def answered(coop: Cooperative, people: int = len(PEOPLE), words: str = WORDS) -> str:
    """The same answers from so many."""
    round_id = await opened(coop)
    poll = (await latest(coop)).round.poll
    for slack_id in PEOPLE[:people]:
        assert await answer(coop, round_id, slack_id, answers_to(poll, 4, words)) is None
    return round_id


async def test_between_two_dumps_an_answer_is_one_name_and_one_sealed_ballot(database_url: str) -> None:
    reader = HostileReader(database_url)
    async with cooperative(database_url, now=OPENING) as coop:
        round_id = await opened(coop)
        poll = (await latest(coop)).round.poll
        for slack_id in PEOPLE:
            await coop.desk.home_opened(WORKSPACE, slack_id)
        for value, slack_id in enumerate(PEOPLE, 1):
            before = reader.dump()
            # Nobody passes through the same instant twice: an hour written anywhere would be seen.
            coop.clock.advance(timedelta(minutes=7))
            assert (
                await answer(coop, round_id, slack_id, answers_to(poll, 1 + value % 5, WORDS if value % 2 else None))
                is None
            )
            new = come(before, after := reader.dump())
            assert {name: len(rows) for name, rows in new.items()} == {"participation": 1, "ballot": 1}
            assert come(after, before) == {}, "and nothing went"
            assert await coop.member_id(slack_id) in new["participation"][0]
            assert await coop.member_id(slack_id) not in new["ballot"][0]
            assert not any(word in str(new) for word in ("ornithorynque", *(item.name for item in poll.items)))


async def test_sealed_ballots_have_one_length_and_nothing_alike_whatever_they_say(database_url: str) -> None:
    reader = HostileReader(database_url)
    async with cooperative(database_url, now=OPENING) as coop:
        round_id = await answered(coop, 4)
        poll = (await latest(coop)).round.poll
        longest = answers_to(poll, 1, "é" * 3_000)
        assert await answer(coop, round_id, PEOPLE[4], longest) is None
        assert await answer(coop, round_id, PEOPLE[5], {poll.items[0].name: "5"}) is None
        sealed = list(reader.sealed().values())
        assert len({len(one) for one in sealed}) == 1
        pieces = Counter(one[start : start + SLICE] for one in sealed for start in range(0, len(one) - SLICE, SLICE))
        assert max(pieces.values()) == 1, "four said the same"


async def test_a_sealed_ballot_opens_with_its_own_key_alone(database_url: str) -> None:
    reader = HostileReader(database_url)
    async with cooperative(database_url, now=OPENING) as coop:
        await answered(coop, 1)
        round_ = (await latest(coop)).round
        [sealed] = reader.sealed().values()
        with pytest.raises(BrokenSeal):
            Seals.fresh().open(sealed, round_)
        ballot = coop.score.seals.open(sealed, round_)
        assert WORDS in ballot.answers.values(), "its key is worth keeping elsewhere"
        assert orjson.dumps(to_plain(ballot))[:SLICE] not in sealed


async def test_no_dump_holds_the_key(database_url: str) -> None:
    reader = HostileReader(database_url)
    async with cooperative(database_url, now=OPENING) as coop:
        await answered(coop, 1)
        key = coop.score.seals.key
        assert reader.finds(key, key.hex().encode()) == set()


@pytest.mark.parametrize("lists_participation", [False, True], ids=["without a list", "with a list"])
@pytest.mark.parametrize("end", ["closed", "cancelled"])
async def test_of_a_round_that_is_over_nothing_tells_who_answered_nor_what(
    database_url: str, end: str, lists_participation: bool
) -> None:
    reader = HostileReader(database_url)
    async with cooperative(database_url, now=OPENING) as coop:
        decided = PollSettings(poll=barometer, lists_participation=lists_participation)
        await coop.store.run(lambda tx: polls.save_settings(tx, decided), WORKSPACE)
        round_id = await answered(coop, 7)
        if end == "cancelled":
            await coop.live_until(OPENING + timedelta(days=6))
            await coop.desk.act(WORKSPACE, LEAD, lambda it, _: cancel_round(it, round_id))
        await coop.live_until(OPENING + timedelta(days=16))
        record, dump = await latest(coop), reader.dump()
        assert record.state == end
        assert (dump["participation"], dump["ballot"]) == (Counter(), Counter())
        somebody_who_did, somebody_who_did_not = [await coop.member_id(PEOPLE[number]) for number in (3, 8)]
        assert mentions(dump, somebody_who_did) == mentions(dump, somebody_who_did_not)
        assert "ornithorynque" not in str(dump), "fewer than eight answered: no word of theirs is shown, nor kept"
        assert (record.report is not None) == (end == "closed")
