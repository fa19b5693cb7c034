"""A cooperative makes a poll its own: each change is a new version, and none happens under an open round."""

from collections.abc import Mapping
from dataclasses import replace

from flows.core.answers import Refused
from flows.core.poll import Cadence, Dimension, Item, Poll, Thresholds, complaint


def poll_of(
    name: str,
    items: tuple[Item, ...],
    dimensions: tuple[Dimension, ...] = (),
    cadence: Cadence = Cadence.ONE_OFF,
    thresholds: Thresholds | None = None,
    texts: Mapping[str, str] | None = None,
) -> Poll | Refused:
    """A poll somebody composed, or why it cannot be."""
    draft = (name, items, dimensions, 1, cadence, thresholds or Thresholds())
    return complaint(*draft[:4]) or Poll(*draft, texts=texts or {})


def with_item(poll: Poll, item: Item, dimension: Dimension | None = None, *, round_open: bool) -> Poll | Refused:
    """The poll with one more item, at its end; `dimension`, when it is a new one, comes with it."""
    dimensions = (*poll.dimensions, dimension) if dimension else poll.dimensions
    return _amended(poll, (*poll.items, replace(item, since=poll.version + 1)), dimensions, round_open)


def without_item(poll: Poll, name: str, *, round_open: bool) -> Poll | Refused:
    """The poll without an item, nor a dimension that it leaves empty."""
    if poll.item(name) is None:
        return Refused("no_such_item", {"item": name})
    items = tuple(item for item in poll.items if item.name != name)
    kept = {item.dimension for item in items}
    return _amended(poll, items, tuple(one for one in poll.dimensions if one.name in kept), round_open)


def reworded(
    poll: Poll, name: str, texts: Mapping[str, str], *, same_meaning: bool, round_open: bool
) -> Poll | Refused:
    """The poll with other words for an item. Unless they only say the same better, its trend starts again."""
    item = poll.item(name)
    if item is None:
        return Refused("no_such_item", {"item": name})
    new = replace(item, texts=dict(texts), since=item.since if same_meaning else poll.version + 1)
    return _amended(poll, tuple(new if one is item else one for one in poll.items), poll.dimensions, round_open)


def _amended(
    poll: Poll, items: tuple[Item, ...], dimensions: tuple[Dimension, ...], round_open: bool
) -> Poll | Refused:
    if round_open:
        return Refused("frozen_while_open")
    refused = complaint(poll.name, items, dimensions, poll.version + 1)
    return refused or replace(poll, items=items, dimensions=dimensions, version=poll.version + 1)
