"""Small rounds to try the rules on: a poll of one item or two, an audience, and who answered what."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from flows.core.poll import Dimension, Item, Kind, Poll, Thresholds
from flows.core.report import Figure, Report
from flows.core.results import results
from flows.core.rounds import Ballot, Kin, Labels, Round, kinship, open_round

OPENS, CLOSES = date(2026, 3, 2), date(2026, 3, 11)
ITEM = "plain_speaking"
PEOPLE = [f"p{number}" for number in range(30)]


def poll_of_one(k: int = 5, kind: Kind = Kind.AGREEMENT, comments: int | None = None) -> Poll:
    items = (Item(ITEM, kind, dimension="dialogue"),)
    return Poll("trial", items, (Dimension("dialogue"),), thresholds=Thresholds(k, comments or max(k, 8)))


def round_of(
    poll: Poll, audience: int | Sequence[Labels], *, id: str = "r1", cuts: Sequence[str] = (), kin: Kin | None = None
) -> Round:
    people = [{}] * audience if isinstance(audience, int) else audience
    opened = open_round(
        poll, id=id, opens=OPENS, closes=CLOSES, audience=people, cuts=cuts, turnout_percent=100, kin=kin
    )
    assert isinstance(opened, Round), opened
    return opened


def ballots_of(values: Sequence[int | None], item: str = ITEM) -> list[Ballot]:
    return [Ballot({item: value}) for value in values]


def report_of(
    values: Sequence[int | None],
    *,
    audience: int | None = None,
    k: int = 5,
    kind: Kind = Kind.AGREEMENT,
    id: str = "r1",
    before: Report | None = None,
    kin: Kin | None = None,
) -> Report:
    """A round of one item, answered by as many as there are values."""
    opened = round_of(poll_of_one(k, kind), audience or len(values), id=id, kin=kin)
    return results(opened, ballots_of(values), before, random=Random(0))


def figure_of_one(report: Report) -> Figure:
    return report.items[0].figure


def kin_of(before: Sequence[str], now: Sequence[str], earlier: str = "r1") -> Kin:
    """How near two audiences are, given who was in each."""
    return {earlier: kinship({name: {} for name in before}, {name: {} for name in now})}


def labels_of(groups: Mapping[str, int], cut: str = "team") -> list[Labels]:
    return [{cut: group} for group, size in groups.items() for _ in range(size)]


def two_groups(first: Sequence[int], second: Sequence[int], k: int = 5, before: Report | None = None) -> Report:
    """One item answered by two teams, shown by team if it may be."""
    audience = labels_of({"a": max(k, len(first)), "b": max(k, len(second))})
    opened = round_of(poll_of_one(k), audience, cuts=["team"])
    answered = [("a", value) for value in first] + [("b", value) for value in second]
    return results(opened, [Ballot({ITEM: value}, (team,)) for team, value in answered], before, random=Random(0))


def answered(poll: Poll, each: Sequence[int], audience: int | None = None, **special: Sequence[object]) -> Report:
    """Each person answers the same to every item with a mean, but for the `special` items."""
    ballots = []
    for place, value in enumerate(each):
        answers: dict[str, int | str | None] = {item.name: value for item in poll.averaged}
        for name, values in special.items():
            answers[name] = values[place]  # type: ignore[assignment] # the tests give what the item takes
        ballots.append(Ballot(answers))
    return results(round_of(poll, audience or max(5, len(each))), ballots, random=Random(0))
