"""The native charts and the tables: what a data_visualization, a table and a data_table hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.blockkit.faults import Fault, Place
from sandbox.blockkit.kinds import Among, Bool, ByType, Int, ListOf, Number, OrNull, Shape, Str, may, need, typed
from sandbox.blockkit.rich_text import RICH_TEXT

_CHART = "block-kit/blocks/data-visualization-block"
_TABLE = "block-kit/blocks/table-block"
_DATA_TABLE = "block-kit/blocks/data-table-block"
TABLE_CHARACTERS = 10_000


def _series_match_categories(chart: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    names = [series["name"] for series in chart["series"]]
    if len(set(names)) < len(names):
        yield place.into("series").broken("must not have two series with the same name")
    categories = chart["axis_config"]["categories"]
    for i, series in enumerate(chart["series"]):
        labels = [point["label"] for point in series["data"]]
        if sorted(labels) != sorted(categories):
            yield place.into("series").into(i).into("data").broken("must have exactly one point for each category")


# Six series and six segments: the page in force says so; a later one is said to allow twelve. The lower bound is safe.
_POINT = Shape(_CHART, {"label": need(Str(20)), "value": need(Number())})
_SERIES = Shape(_CHART, {"name": need(Str(20)), "data": need(ListOf(_POINT, 20))})
_AXES = Shape(
    _CHART,
    {"categories": need(ListOf(Str(20), 20, distinct=True)), "x_label": may(Str(50)), "y_label": may(Str(50))},
)
_SEGMENT = Shape(_CHART, {"label": need(Str(20)), "value": need(Number(positive=True))})
_XY = typed(_CHART, _series_match_categories, series=need(ListOf(_SERIES, 6)), axis_config=need(_AXES))
_PIE = typed(_CHART, segments=need(ListOf(_SEGMENT, 6)))
DATA_VISUALIZATION = typed(
    _CHART,
    title=need(Str(50)),
    chart=need(ByType({"line": _XY, "bar": _XY, "area": _XY, "pie": _PIE})),
    block_id=may(Str(255)),
)


def text_of(value: Any) -> list[str]:
    """Every string kept under a `text`, however deep. It walks without recursion: payloads are not to be trusted."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            text = node.get("text")
            found += [text] if isinstance(text, str) else []
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return found


def _few_characters(table: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    if sum(map(len, text_of(table["rows"]))) > TABLE_CHARACTERS:
        yield place.into("rows").broken(f"must be less than {TABLE_CHARACTERS + 1} characters in all cells together")


def _regular(table: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    rows = table["rows"]
    if len({len(row) for row in rows}) > 1:
        yield place.into("rows").broken("must have the same number of cells in each row")
    if any(cell["type"] == "rich_text" for cell in rows[0]):
        yield place.into("rows").into(0).broken("must not have rich_text in the header row")
    if table.get("row_header_column_index", 0) >= len(rows[0]):
        yield place.into("row_header_column_index").broken("must be the index of a column")


_CELL = ByType(
    {
        "raw_text": typed(_TABLE, text=need(Str())),
        "raw_number": typed(_TABLE, value=need(Number()), text=may(Str())),
        "rich_text": RICH_TEXT,
    }
)
_ROW = ListOf(_CELL, 20)
_COLUMN = Shape(_TABLE, {"align": may(Among(("left", "center", "right"))), "is_wrapped": may(Bool())})
TABLE = typed(
    _TABLE,
    _few_characters,
    rows=need(ListOf(_ROW, 100)),
    column_settings=may(ListOf(OrNull(_COLUMN), 20, least=0)),
    block_id=may(Str(255)),
)
DATA_TABLE = typed(
    _DATA_TABLE,
    _few_characters,
    _regular,
    caption=need(Str()),
    rows=need(ListOf(_ROW, 101, least=2)),
    page_size=may(Int(1, 100)),
    row_header_column_index=may(Int(0, 19)),
    block_id=may(Str(255)),
)
