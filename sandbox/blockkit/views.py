"""A whole view: a modal or a Home tab, and what its parts must be together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sandbox.blockkit.blocks import BLOCKS, unique_block_ids
from sandbox.blockkit.faults import Fault, Place
from sandbox.blockkit.kinds import Anything, Bool, ListOf, Shape, Str, may, need
from sandbox.blockkit.objects import plain

VIEW_BYTES = 250_000  # docs.slack.dev/reference/methods/views.open, view_too_large: "greater than 250kb"

_ANY_VIEW = {
    "type": need(Anything()),
    "blocks": need(ListOf(BLOCKS, 100)),
    "private_metadata": may(Str(3000, least=0)),
    "callback_id": may(Str(255, least=0)),
    "external_id": may(Str(255, least=0)),
}
_VIEWS = {
    "home": Shape("views/home-tab-views", _ANY_VIEW),
    "modal": Shape(
        "views/modal-views",
        {
            **_ANY_VIEW,
            "title": need(plain(24)),
            "submit": may(plain(24)),
            "close": may(plain(24)),
            "clear_on_close": may(Bool()),
            "notify_on_close": may(Bool()),
        },
    ),
}


def check_view(view: Mapping[str, Any], *, surface: Literal["modal", "home"]) -> list[Fault]:
    """The faults of a view for views.open, push, update (modal) or publish (home). The pointers begin with `/view`."""
    shape = _VIEWS[surface]
    place = Place("/view", surface, "invalid_arguments", shape.doc)
    if not isinstance(view, Mapping):
        return [place.broken("must be an object")]
    found = [*_size(view, place)]
    if view.get("type", surface) != surface:
        found.append(place.into("type").broken(f"unsupported type: {str(view['type'])[:80]}"))
    found += shape.faults(view, place)
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        found += unique_block_ids(blocks, place.into("blocks"))
        found += _view_rules(view, blocks, place)
    return found


def _size(view: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    try:
        weight = len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass"))
    except (TypeError, ValueError, RecursionError):
        yield place.broken("must be a JSON object")
        return
    if weight > VIEW_BYTES:
        methods = place.by("methods/views.open")
        yield methods.broken(f"must be less than {VIEW_BYTES + 1} bytes", error="view_too_large")


def _view_rules(view: Mapping[str, Any], blocks: list[Any], place: Place) -> Iterator[Fault]:
    asks = [i for i, block in enumerate(blocks) if isinstance(block, Mapping) and block.get("type") == "input"]
    if place.surface == "modal" and asks and "submit" not in view:
        here = place.into("blocks").into(asks[0]).into("input")  # where Slack points
        yield here.broken("must define `submit` to use an `input` block in modals")
    if sum(_focuses(block) for block in blocks) > 1:
        yield place.into("blocks").broken("must have only one element with `focus_on_load`")


def _focuses(block: Any) -> int:
    """How many elements of a block ask for the focus."""
    if not isinstance(block, Mapping):
        return 0
    elements = block.get("elements")
    several = elements if isinstance(elements, list) else []
    candidates = [block.get("element"), block.get("accessory"), *several]
    return sum(isinstance(one, Mapping) and one.get("focus_on_load") is True for one in candidates)
