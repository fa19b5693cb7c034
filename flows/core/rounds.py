"""A round: one opening of a poll for many, all that protects people frozen with it; and a ballot, which is nobody's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from flows.core.answers import Refused
from flows.core.poll import Item, Kind, Poll, Thresholds

USUAL_TURNOUT = 60
"""Percent of the audience expected to answer when nobody knows better (domain.md, section 1.4)."""
WHOLE = ""
"""The path of everybody; a group's is `cut=group`."""
NO_GROUP = "other"
"""Where a cut puts those it says nothing of."""

Labels = Mapping[str, str]
"""For one person, the group each cut puts them in."""


class Kinship(NamedTuple):
    """Between two sets of people: how many are in one alone, and how many in both."""

    apart: int
    common: int


Kin = Mapping[str, Mapping[str, Mapping[str, Kinship]]]
"""By earlier round, by path then, by path now."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One way of grouping the audience, with the size of each group at opening."""

    name: str
    groups: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one person answered, and nothing of who they are. `groups` follows the round's cuts, in order."""

    answers: Mapping[str, int | str | None]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Round:
    """One opening of a poll. It keeps the poll whole: wording, scales and thresholds stay what was told to those who answered."""

    id: str
    poll: Poll
    opens: date
    closes: date
    """The last day on which it takes answers."""
    audience: int
    cuts: tuple[Cut, ...] = ()
    cuts_left_out: tuple[str, ...] = ()
    """The cuts asked for that would have let small groups be seen."""
    kin: Kin = field(default_factory=dict)

    @property
    def thresholds(self) -> Thresholds:
        return self.poll.thresholds

    @property
    def items(self) -> tuple[Item, ...]:
        """What is asked. A comment that could never be shown is not collected (CNIL, 2025-028: as little free text as can be)."""
        return tuple(item for item in self.poll.items if self.hears_comments or item.kind is not Kind.OPEN)

    @property
    def hears_comments(self) -> bool:
        """Whether a comment could ever be shown: enough people are invited."""
        return self.audience >= self.thresholds.comments

    def takes_answers_on(self, day: date) -> bool:
        return self.opens <= day <= self.closes

    def ballot(self, raw: Mapping[str, object], labels: Labels, today: date) -> Ballot | Refused:
        """What a person filled in, or why not; the details of a refusal name the item. `labels` serves the cuts alone."""
        if not self.takes_answers_on(today):
            return Refused("round_not_open" if today < self.opens else "round_closed")
        answers: dict[str, int | str | None] = {}
        for item in self.items:
            value = item.parse(raw.get(item.name))
            if isinstance(value, Refused):
                return Refused(value.reason, {**value.details, "item": item.name})
            answers[item.name] = value
        if not any(value is not None for value in answers.values()):
            return Refused("empty_ballot")
        return Ballot(answers, tuple(_group(labels, cut.name, cut.groups) for cut in self.cuts))

    def with_thresholds(self, new: Thresholds, today: date) -> "Round | Refused":
        """Stricter thresholds, before the first day only: those who answer were told which hold."""
        if today >= self.opens:
            return Refused("threshold_frozen", {"scores": self.thresholds.scores, "comments": self.thresholds.comments})
        poll = self.poll.with_thresholds(new)
        if isinstance(poll, Refused):
            return poll
        if not can_be_anonymous(self.audience, new):
            return _too_few(self.audience, new)
        # How the groups of several cuts cross is not known any more: only one of them can still be vouched for.
        kept = tuple(cut for cut in self.cuts[:1] if min(cut.groups.values()) >= new.scores)
        left_out = tuple(cut.name for cut in self.cuts if cut not in kept)
        return replace(self, poll=poll, cuts=kept, cuts_left_out=(*self.cuts_left_out, *left_out))


def can_be_anonymous(expected: int, thresholds: Thresholds, turnout_percent: int = USUAL_TURNOUT) -> bool:
    """Whether enough of `expected` people will answer for anything to be shown; else the météo collective (domain.md, 1.4).

    With the usual figures: not under 5 people, nor at 8 or fewer when 60 % answer.
    """
    return expected >= thresholds.scores and expected * turnout_percent >= thresholds.scores * 100


def open_round(
    poll: Poll,
    *,
    id: str,
    opens: date,
    closes: date,
    audience: Sequence[Labels],
    cuts: Iterable[str] = (),
    turnout_percent: int = USUAL_TURNOUT,
    kin: Kin | None = None,
) -> Round | Refused:
    """A round for `audience` (one entry a person, who they are being of no use here), or why there can be none.

    `too_few_for_anonymity` is the way to the météo collective. `kin` comes from `kinship`, for each earlier round.
    """
    if closes < opens:
        return Refused("closes_before_it_opens")
    if not can_be_anonymous(len(audience), poll.thresholds, turnout_percent):
        return _too_few(len(audience), poll.thresholds)
    asked = tuple(dict.fromkeys(cuts))
    kept = safe_cuts(asked, audience, poll.thresholds.scores)
    left_out = tuple(name for name in asked if name not in {cut.name for cut in kept})
    return Round(id, poll, opens, closes, len(audience), kept, left_out, kin or {})


def safe_cuts(asked: Iterable[str], audience: Sequence[Labels], k: int) -> tuple[Cut, ...]:
    """The cuts that can be shown side by side, the first asked being the first kept.

    Every crossing of their groups holds nobody or at least `k` people: then no sum and no difference of groups is a
    smaller group, nor does a ballot's own set of groups point at few people.
    """
    kept: tuple[str, ...] = ()
    for cut in asked:
        crossings = Counter(tuple(labels.get(name, NO_GROUP) for name in (*kept, cut)) for labels in audience)
        if crossings and min(crossings.values()) >= k and len({crossing[-1] for crossing in crossings}) > 1:
            kept = (*kept, cut)
    return tuple(Cut(name, dict(Counter(labels.get(name, NO_GROUP) for labels in audience))) for name in kept)


def kinship(before: Mapping[str, Labels], now: Mapping[str, Labels]) -> dict[str, dict[str, Kinship]]:
    """By path then and path now, how near one audience or group is to another.

    Both arguments give the labels of each member of an audience: the caller forgets them, the counts stay.
    """
    then, present = _by_path(before), _by_path(now)
    return {
        path: {other: Kinship(len(there ^ here), len(there & here)) for other, here in present.items()}
        for path, there in then.items()
    }


def path(cut: str, group: str) -> str:
    return f"{cut}={group}"


def _by_path(audience: Mapping[str, Labels]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {WHOLE: set(audience)}
    for member, labels in audience.items():
        for cut, group in labels.items():
            found.setdefault(path(cut, group), set()).add(member)
    return found


def _group(labels: Labels, cut: str, groups: Mapping[str, int]) -> str:
    group = labels.get(cut, NO_GROUP)
    if group in groups:
        return group
    # Whoever changed group since the opening must not make a group of their own.
    return NO_GROUP if NO_GROUP in groups else max(groups, key=lambda name: groups[name])


def _too_few(people: int, thresholds: Thresholds) -> Refused:
    return Refused("too_few_for_anonymity", {"people": people, "scores": thresholds.scores})
