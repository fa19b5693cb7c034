"""Polls held in a small cooperative on a real database: opened, answered, closed, as its people would."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from bot.polls.opening import open_by_hand
from bot.polls.voting import vote
from flows.core.answers import Refused
from flows.core.poll import AVERAGED, Kind, Poll
from storage import polls
from storage.polls import RoundRecord
from tests.bot.cooperative import LEAD, WORKSPACE, Cooperative

OPENING = datetime(2026, 6, 1, 8, tzinfo=UTC)
"""A Monday, ten in Paris."""


async def opened(coop: Cooperative, poll: str = "barometer", closes: date | None = None) -> str:
    """Open a round as the lead, and give its id."""
    found: list[Refused | None] = []
    await coop.desk.act(WORKSPACE, LEAD, lambda it, me: found.append(open_by_hand(it, me, poll, closes)))
    assert found == [None]
    record = await latest(coop, poll)
    return record.id


async def latest(coop: Cooperative, poll: str = "barometer") -> RoundRecord:
    rounds = await coop.store.read(lambda tx: polls.rounds_of(tx, poll), WORKSPACE)
    return rounds[-1]


async def answer(coop: Cooperative, round_id: str, slack_id: str, given: Mapping[str, object]) -> Refused | None:
    found: list[Refused | None] = []

    await coop.desk.act(WORKSPACE, slack_id, lambda it, me: found.append(vote(it, me, round_id, given)))
    return found[-1]


def answers_to(poll: Poll, value: int = 4, comment: str | None = None) -> dict[str, object]:
    """The same value everywhere, as a window gives it."""
    given: dict[str, object] = {item.name: str(value) for item in poll.items if item.kind in AVERAGED}
    given |= {item.name: "9" for item in poll.items if item.kind is Kind.RECOMMENDATION}
    if comment is not None:
        given |= {item.name: comment for item in poll.items if item.kind is Kind.OPEN}
    return given


async def answered_by(coop: Cooperative, round_id: str, people: Sequence[str], values: Sequence[int]) -> None:
    record = await coop.store.read(lambda tx: polls.find(tx, round_id), WORKSPACE)
    assert record is not None
    for number, slack_id in enumerate(people):
        given = answers_to(record.round.poll, values[number % len(values)], f"Le mot de {number}")
        assert await answer(coop, round_id, slack_id, given) is None
