"""Rounds of any poll and their reports, made by the one function that makes them, with the words to say them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Literal

from hypothesis import strategies as st

from bot.polls.sheet import Sheet
from bot.polls.wording import Wording
from flows.core.poll import Dimension, Item, Kind, Poll, Thresholds
from flows.core.report import Report
from flows.core.results import results
from flows.core.rounds import Ballot, Kin, Kinship, Round, open_round
from messages import Messages, Voice
from storage.improvements import Improvement
from storage.polls import RoundRecord

OPENS, CLOSES, CLOSED = date(2026, 11, 2), date(2026, 11, 12), date(2026, 11, 13)
COMMENTS = [f"Un mot de plus, le n° {number}" for number in range(12)]
COOP = "Les Lucioles"
MESSAGES = Messages()
OTHERS: Kin = {"r1": {"": {"": Kinship(apart=6, common=6)}}}
"""Between two rounds, enough people came and left for nothing to be hidden."""
NEARLY_THE_SAME: Kin = {"r1": {"": {"": Kinship(apart=1, common=11)}}}
Values = Sequence[int | None]


def poll_of(count: int, *, each: int = 1, kind: Kind = Kind.AGREEMENT, k: int = 5, label: str = "Thème {}") -> Poll:
    """`count` dimensions of `each` questions, a recommendation, an open question; all worded in both languages."""
    dimensions = tuple(Dimension(f"d{at}", _texts(label.format(at))) for at in range(count))
    items = tuple(
        Item(f"i{at}_{number}", kind, dimension=f"d{at}", texts=_texts(f"Une question {at}.{number}"))
        for at in range(count)
        for number in range(each)
    )
    others = (Item("recommendation", Kind.RECOMMENDATION), Item("open", Kind.OPEN, texts=_texts("Un mot ?")))
    return Poll("trial", (*items, *others), dimensions, thresholds=Thresholds(k, max(k, 8)), texts=_texts("Essai"))


def _texts(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


def round_of(poll: Poll, audience: int = 12, *, id: str = "r1", kin: Kin | None = None, cuts: bool = False) -> Round:
    people = [{"team": "ab"[at % 2]} if cuts else {} for at in range(audience)]
    opened = open_round(
        poll, id=id, opens=OPENS, closes=CLOSES, audience=people, turnout_percent=100, kin=kin, cuts=["team"] * cuts
    )
    assert isinstance(opened, Round), opened
    return opened


def ballots_of(poll: Poll, answers: Mapping[str, Values], comments: Sequence[str] = ()) -> list[Ballot]:
    """`answers`: by item, what each person said; 3, 4 and 3 again where nothing is told. As many comments as are given."""
    people = max(map(len, answers.values()), default=12)
    usual = [3, 4, 3] * people
    found: list[Ballot] = []
    for at in range(people):
        said: dict[str, int | str | None] = {
            item.name: answers.get(item.name, usual)[at] for item in poll.items if item.kind is not Kind.OPEN
        }
        said |= {item.name: comments[at] if at < len(comments) else None for item in poll.open_items}
        found.append(Ballot(said))
    return found


def report_of(
    poll: Poll,
    answers: Mapping[str, Values] | None = None,
    *,
    comments: Sequence[str] = (),
    audience: int = 12,
    before: Report | None = None,
    kin: Kin | None = None,
) -> Report:
    opened = round_of(poll, audience, id="r2" if before else "r1", kin=kin)
    return results(opened, ballots_of(poll, answers or {}, comments), before, random=Random(7))


def report_by_team(poll: Poll) -> Report:
    """Of twelve people in two teams, all of whom have answered."""
    given = [replace(one, groups=("ab"[at % 2],)) for at, one in enumerate(ballots_of(poll, {}))]
    return results(round_of(poll, cuts=True), given, random=Random(7))


def wording_of(poll: Poll, locale: Literal["fr", "en"] = "fr", coop: str = COOP) -> Wording:
    return Wording(MESSAGES, Voice(locale), poll, {"coop": coop, "form": "Scop", "today": CLOSED})


def sheet_of(
    poll: Poll,
    report: Report,
    locale: Literal["fr", "en"] = "fr",
    *,
    coop: str = COOP,
    before: Report | None = None,
    improvements: Sequence[tuple[Improvement, str]] = (),
) -> Sheet:
    record = RoundRecord(
        round=round_of(poll),
        number=1,
        state="closed",
        opened_on=OPENS,
        closed_on=CLOSED,
        discussion_on=date(2026, 11, 24),
        report=report,
    )
    return Sheet(record, report, wording_of(poll, locale, coop), coop, before, tuple(improvements))


def improvement(action: str = "Un jour sans réunion", finding: str = "La charge déborde") -> Improvement:
    return Improvement(
        id="i_1",
        source="round",
        finding=finding,
        action=action,
        sign="On finit à l'heure",
        due_on=date(2026, 12, 1),
        opened_on=date(2026, 11, 24),
    )


@st.composite
def reports(draw: st.DrawFn) -> tuple[Poll, Report, Report | None]:
    """A small population that passes, agrees, is divided, comes twice: and the report of its round, with the one before."""
    poll = poll_of(draw(st.integers(2, 5)), each=draw(st.integers(1, 2)), k=draw(st.sampled_from([3, 4, 5])))
    low = draw(st.booleans())
    answer = st.sampled_from([None, None, 1, 1, 2] if low else [None, 2, 3, 4, 5, 5])

    def answers(people: int) -> dict[str, Values]:
        spoken = {item.name: draw(st.lists(answer, min_size=people, max_size=people)) for item in poll.averaged}
        ten = st.lists(st.sampled_from([None, *range(11)]), min_size=people, max_size=people)
        return {**spoken, "recommendation": draw(ten)}

    people = draw(st.integers(2, 9))
    first = report_of(poll, answers(people), audience=12)
    if not draw(st.booleans()):
        return poll, first, None
    kin = draw(st.sampled_from([OTHERS, NEARLY_THE_SAME]))
    return poll, report_of(poll, answers(people), before=first, kin=kin), first
