"""Two workers on one PostgreSQL: whoever answers at the same moment as somebody else loses nothing, and tells no more."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

from bot.conductor import Conductor
from bot.desk import Desk
from bot.polls.deeds import cancel_round
from bot.polls.voting import vote
from flows.core.answers import Refused
from flows.core.people import Member
from messages import Messages
from storage import Store
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative, cooperative
from tests.bot.polls.held import OPENING, answers_to, latest, opened
from tests.bot.polls.hostile.reader import PLACES, HostileReader

PEOPLE = [f"U{number:02}" for number in range(10)]


class Gesture(NamedTuple):
    by: str
    unit: Callable[[Conductor, Member], Any]


@asynccontextmanager
async def another_worker(coop: Cooperative, url: str) -> AsyncIterator[Desk]:
    async with Store.open(url) as store:
        yield Desk(store, coop.score, Messages(), coop.clock, lambda: None)


async def answered(desk: Desk, slack_id: str, round_id: str, given: dict[str, object]) -> Refused | None:
    found: list[Refused | None] = []
    await desk.act(WORKSPACE, slack_id, lambda it, me: found.append(vote(it, me, round_id, given)))
    return found[-1]


async def test_answers_given_together_are_all_there_and_written_together(postgresql_url: str) -> None:
    reader = HostileReader(postgresql_url)
    async with (
        cooperative(postgresql_url, size=len(PEOPLE), now=OPENING) as coop,
        another_worker(coop, postgresql_url) as other,
    ):
        round_id = await opened(coop)
        given = answers_to((await latest(coop)).round.poll)
        desks = (coop.desk, other)
        votes = [answered(desks[number % 2], slack_id, round_id, given) for number, slack_id in enumerate(PEOPLE)]
        assert await asyncio.gather(*votes) == [None] * len(PEOPLE)
        assert {place: reader.writers(place) for place in PLACES} == {place: [len(PEOPLE)] for place in PLACES}


async def test_who_answers_twice_at_once_has_answered_once(postgresql_url: str) -> None:
    reader = HostileReader(postgresql_url)
    async with cooperative(postgresql_url, now=OPENING) as coop, another_worker(coop, postgresql_url) as other:
        round_id = await opened(coop)
        given = answers_to((await latest(coop)).round.poll)
        for slack_id in PEOPLE[:6]:
            both = await asyncio.gather(*(answered(desk, slack_id, round_id, given) for desk in (coop.desk, other)))
            assert sorted(map(str, both)) == sorted(map(str, (None, Refused("already_answered"))))
        assert [sum(reader.writers(place)) for place in PLACES] == [6] * len(PLACES)


@pytest.mark.parametrize("first", ["cancels", "answers"])
async def test_an_answer_given_while_the_round_is_cancelled_leaves_nothing(postgresql_url: str, first: str) -> None:
    reader = HostileReader(postgresql_url)
    async with cooperative(postgresql_url, now=OPENING) as coop, another_worker(coop, postgresql_url) as other:
        round_id = await opened(coop)
        given = answers_to((await latest(coop)).round.poll)
        gestures: dict[str, Gesture] = {
            "answers": Gesture("U03", lambda it, me: vote(it, me, round_id, given)),
            "cancels": Gesture(LEAD, lambda it, _: cancel_round(it, round_id)),
        }
        done, go_on = threading.Event(), threading.Event()

        def linger(conductor: Conductor, me: Member) -> None:
            begun.unit(conductor, me)
            done.set()
            assert go_on.wait(20)

        begun = gestures.pop(first)
        [late] = gestures.values()
        one = asyncio.create_task(coop.desk.act(WORKSPACE, begun.by, linger))
        await asyncio.to_thread(done.wait, 20)
        two = asyncio.create_task(other.act(WORKSPACE, late.by, late.unit))
        while not two.done() and not reader.ask("SELECT 1 FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(one, two)
        assert (await latest(coop)).state == "cancelled"
        assert [reader.writers(place) for place in PLACES] == [[]] * len(PLACES)
