"""The results of a round: the one function between ballots and everything that is shown."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import cast

from flows.core.answers import Scale
from flows.core.disclosure import figure_of, latest, level_of, too_near, trend
from flows.core.poll import Item, Poll
from flows.core.recommending import recommendation
from flows.core.report import (
    Comments,
    CutResult,
    DimensionResult,
    Figure,
    GroupResult,
    Hidden,
    ItemResult,
    Level,
    Participation,
    Past,
    Recommendation,
    Report,
    Spread,
)
from flows.core.rounds import WHOLE, Ballot, Round, path

FEWEST_COMMENTS = 3
"""Under it, who wrote and who did not is soon known."""
CONCLUSIVE = 50
"""Percent answered under which nothing is concluded (domain.md, section 1.3)."""

Pasts = dict[str, list[Past]]
"""What was shown before, by key, oldest first."""


def results(round_: Round, ballots: Sequence[Ballot], before: Report | None = None, *, random: Random) -> Report:
    """What may be shown of a closed round.

    `before` is the report of the poll's previous round: it carries what all the earlier ones showed. `random` shuffles the
    comments, so give one that cannot be guessed (`random.SystemRandom`). Make one report, keep it, show nothing else.
    """
    _check(round_, ballots)
    pasts = _by_key(before)
    items = tuple(_item(round_, item, ballots, pasts) for item in round_.poll.averaged)
    dimensions = tuple(_dimensions(round_, items, pasts))
    cuts = tuple(_cuts(round_, ballots, items, pasts))
    recommended = _recommendation(round_, ballots, pasts)
    participation = Participation(len(ballots), round_.audience)
    ranked = _ranked(round_.poll, dimensions) if participation.percent >= CONCLUSIVE else []
    return Report(
        round=round_.id,
        poll=round_.poll.name,
        version=round_.poll.version,
        participation=participation,
        items=items,
        dimensions=dimensions,
        cuts=cuts,
        recommendation=recommended,
        comments=tuple(_comments(round_, item, ballots, random) for item in round_.poll.open_items),
        strong=_strong(ranked),
        to_discuss=_to_discuss(ranked, round_.poll.discussed),
        items_to_discuss=_items_to_discuss(items) if ranked else (),
        no_highlights=None if ranked else Hidden.TOO_FEW_TO_CONCLUDE,
        history=(*(before.history if before else ()), *_shown(round_, items, dimensions, cuts, recommended)),
    )


def _check(round_: Round, ballots: Sequence[Ballot]) -> None:
    for ballot in ballots:
        if len(ballot.groups) != len(round_.cuts):
            raise ValueError(f"a ballot of {round_.id!r} has {len(ballot.groups)} groups for {len(round_.cuts)} cuts")


def _by_key(before: Report | None) -> Pasts:
    found: Pasts = {}
    for past in before.history if before else ():
        found.setdefault(past.key, []).append(past)
    return found


def _of_item(item: Item, pasts: Pasts) -> list[Past]:
    """What was shown of it, however it was worded: two figures subtract whatever the words."""
    worded = [of_key for key, of_key in pasts.items() if item.was_asked_as(key)]
    return worded[0] if len(worded) == 1 else [past for of_key in worded for past in of_key]


def _answers(item: Item, ballots: Sequence[Ballot]) -> list[int]:
    name = item.name
    given = [value for ballot in ballots if (value := ballot.answers.get(name)) is not None]
    return cast("list[int]", given)  # what an item on a scale parses to; asking each costs a third of a report


def _item(round_: Round, item: Item, ballots: Sequence[Ballot], pasts: Pasts) -> ItemResult:
    values, scale, k = _answers(item, ballots), item.scale, round_.thresholds.scores
    earlier = _of_item(item, pasts)
    near = too_near(scale, WHOLE, len(values), k, earlier, round_.kin) if earlier and len(values) >= k else []
    figure = figure_of(scale, values, k, near, item.key)
    return ItemResult(item.name, item.key, figure, *trend(figure, latest(pasts.get(item.key, [])), round_.kin))


def _recommendation(round_: Round, ballots: Sequence[Ballot], pasts: Pasts) -> Recommendation | None:
    item = round_.poll.recommendation
    if item is None:
        return None
    values, earlier = _answers(item, ballots), _of_item(item, pasts)
    return recommendation(item.name, item.key, values, round_.thresholds.scores, earlier, round_.kin)


def _dimensions(round_: Round, items: Sequence[ItemResult], pasts: Pasts) -> Iterator[DimensionResult]:
    by_name = {result.name: result for result in items}
    for dimension in round_.poll.dimensions:
        of_it = [by_name[item.name] for item in round_.poll.items_of(dimension.name)]
        key = f"{dimension.name}={'+'.join(result.key for result in of_it)}"
        figure = _mean_of_means(round_.poll.scale_of(dimension.name), [result.figure for result in of_it])
        yield DimensionResult(dimension.name, key, figure, *trend(figure, latest(pasts.get(key, [])), round_.kin))


def _mean_of_means(scale: Scale, figures: Sequence[Figure]) -> Figure:
    """Drawn from what is shown of the items, never from the answers: a dimension cannot give away what an item hides."""
    if len(figures) == 1:
        return figures[0]
    if any(figure.n is None for figure in figures):
        same = {figure.hidden for figure in figures}
        return Figure(hidden=figures[0].hidden if len(same) == 1 else Hidden.ITEM_HIDDEN)
    bounds = [_bounds(figure, scale.low, scale.high) for figure in figures]
    low, high = (_tenths_of_mean(values) / 10 for values in zip(*bounds, strict=True))
    return Figure(
        min(figure.n for figure in figures if figure.n is not None),
        mean=low if low == high else None,
        at_least=low if scale.low < low < high else None,
        at_most=high if low < high < scale.high else None,
        level=level_of(scale, (low + high) / 2),
        as_in=next((figure.as_in for figure in figures if figure.as_in), None),
    )


def _bounds(figure: Figure, lowest: float, highest: float) -> tuple[float, float]:
    if figure.mean is not None:
        return figure.mean, figure.mean
    low = lowest if figure.at_least is None else figure.at_least
    return low, highest if figure.at_most is None else figure.at_most


def _tenths_of_mean(means: Sequence[float]) -> int:
    tenths = sum(round(10 * mean) for mean in means)
    return (2 * tenths + len(means)) // (2 * len(means))


def _cuts(round_: Round, ballots: Sequence[Ballot], items: Sequence[ItemResult], pasts: Pasts) -> Iterator[CutResult]:
    for item, whole in zip(round_.poll.averaged, items, strict=True) if round_.cuts else ():
        answered = [ballot for ballot in ballots if ballot.answers.get(item.name) is not None]
        shown: list[int] = []
        for number, cut in enumerate(round_.cuts):
            crossings = Counter(tuple(ballot.groups[place] for place in (*shown, number)) for ballot in answered)
            groups: tuple[GroupResult, ...] = ()
            # What is hidden of one group is the total less the others: so all of them, and the total, or none.
            if whole.figure.is_exact and min(crossings.values()) >= round_.thresholds.scores:
                groups = _groups(round_, item, number, answered, _of_item(item, pasts))
            if groups:
                shown.append(number)
            yield CutResult(cut.name, item.name, groups, None if groups else Hidden.GROUPS_HIDDEN)


def _groups(
    round_: Round, item: Item, number: int, answered: Sequence[Ballot], earlier: Sequence[Past]
) -> tuple[GroupResult, ...]:
    """The figures of all the groups of a cut; none when one of them cannot be shown as it is."""
    cut, scale, k = round_.cuts[number], item.scale, round_.thresholds.scores
    found = []
    for group in cut.groups:
        values = _answers(item, [ballot for ballot in answered if ballot.groups[number] == group])
        if too_near(scale, path(cut.name, group), len(values), k, earlier, round_.kin):
            return ()
        found.append(GroupResult(group, replace(figure_of(scale, values, k), spread=None)))
    return tuple(found) if all(result.figure.is_exact for result in found) else ()


def _comments(round_: Round, item: Item, ballots: Sequence[Ballot], random: Random) -> Comments:
    if not round_.hears_comments:
        return Comments(item.name, hidden=Hidden.NOT_COLLECTED)
    texts = sorted(str(text) for ballot in ballots if (text := ballot.answers.get(item.name)) is not None)
    if len(ballots) < round_.thresholds.comments or 0 < len(texts) < FEWEST_COMMENTS:
        return Comments(item.name, hidden=Hidden.TOO_FEW_COMMENTS)
    # Sorted first: whatever the shuffle is worth, nothing of the ballots' order is left.
    random.shuffle(texts)
    return Comments(item.name, tuple(texts), None if texts else Hidden.NOBODY_WROTE)


def _ranked(poll: Poll, dimensions: Sequence[DimensionResult]) -> list[tuple[float, DimensionResult]]:
    """The dimensions shown, lowest first, by what is shown of them."""
    found = []
    for result in dimensions:
        if result.figure.n is not None:
            scale = poll.scale_of(result.name)
            low, high = _bounds(result.figure, scale.low, scale.high)
            found.append(((low + high - 2 * scale.low) / (scale.high - scale.low), result))
    return sorted(found, key=lambda pair: pair[0])


def _strong(ranked: Sequence[tuple[float, DimensionResult]]) -> str | None:
    """The highest, if it stands out: alone at the top, and not low."""
    tops = [result for value, result in ranked if value == ranked[-1][0]]
    return tops[0].name if len(tops) == 1 < len(ranked) and tops[0].figure.level is not Level.LOW else None


def _to_discuss(ranked: Sequence[tuple[float, DimensionResult]], count: int) -> tuple[str, ...]:
    """The lowest `count`, and whatever stands as low as the last of them; nothing that stands as high as any."""
    if len(ranked) < 2:
        return tuple(result.name for _, result in ranked)
    enough, top = ranked[min(count, len(ranked)) - 1][0], ranked[-1][0]
    return tuple(result.name for value, result in ranked if value <= enough and value < top)


def _items_to_discuss(items: Sequence[ItemResult]) -> tuple[str, ...]:
    low = [result.name for result in items if result.figure.at_most is not None]
    divided = [result.name for result in items if result.figure.spread is Spread.DIVIDED]
    return (*low, *divided)


def _shown(
    round_: Round,
    items: Sequence[ItemResult],
    dimensions: Sequence[DimensionResult],
    cuts: Sequence[CutResult],
    recommended: Recommendation | None,
) -> Iterator[Past]:
    """What this round shows that was not shown before."""
    keys = {result.name: result.key for result in items}
    shown: tuple[ItemResult | DimensionResult, ...] = (*items, *dimensions)
    for result in shown:
        if result.figure.n is not None and result.figure.as_in is None:
            yield Past(round_.id, result.key, WHOLE, result.figure)
    for cut in cuts:
        for group in cut.groups:
            yield Past(round_.id, keys[cut.item], path(cut.cut, group.group), group.figure)
    if recommended is not None and recommended.n is not None and recommended.hidden is None:
        yield Past(round_.id, recommended.key, WHOLE, Figure(recommended.n))
