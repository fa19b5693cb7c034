"""The blocks, as Slack's pages describe them: field, kind, required or not, and on which surfaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.blockkit import forms
from sandbox.blockkit.charts import DATA_TABLE, DATA_VISUALIZATION, TABLE
from sandbox.blockkit.elements import (
    BUTTON,
    BUTTONS,
    CHOICES,
    CONTEXT_ACTIONS,
    DATETIME,
    INPUTS,
    PICKERS,
    SELECTS,
)
from sandbox.blockkit.faults import Fault, Place, Surface
from sandbox.blockkit.kinds import (
    Among,
    Bool,
    ByType,
    Field,
    Int,
    ListOf,
    Rule,
    Shape,
    Str,
    may,
    need,
    shown,
    typed,
)
from sandbox.blockkit.objects import IMAGE, PICTURE, either, exactly_one, plain, text
from sandbox.blockkit.rich_text import RICH_TEXT

# Where a block may be shown, when not everywhere: docs.slack.dev/blocks.json, less the surfaces where it was seen
# refused or not shown (cards in modals; tables, charts and containers in Home tabs).
_SURFACES: dict[str, tuple[Surface, ...]] = {
    "alert": ("modal",),
    "card": ("message", "home"),
    "carousel": ("message", "home"),
    "container": ("message",),
    "context_actions": ("message",),
    "data_table": ("message",),
    "data_visualization": ("message",),
    "file": (),  # apps cannot send it: it comes back when a message holds a remote file
    "markdown": ("message",),
    "plan": ("message",),
    "table": ("message",),
    "task_card": ("message",),
}


def _action_ids_differ(block: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    seen: set[str] = set()
    for i, element in enumerate(block["elements"]):
        action_id = element.get("action_id")
        if action_id in seen:
            here = place.into("elements").into(i).into("action_id")
            yield here.broken(f'`action_id` "{action_id}" already exists')
        if action_id is not None:
            seen.add(action_id)


def _quiet_files(block: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    if block["element"]["type"] == "file_input" and block.get("dispatch_action"):
        yield place.into("dispatch_action").broken("must not be true for a file_input")


def _answers_nowhere(element: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    if element.get("response_url_enabled"):
        yield place.into("response_url_enabled").broken("must be used in an input block of a modal only")


def _no_response_url_here(block: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    for i, element in enumerate(block.get("elements", ())):
        yield from _answers_nowhere(element, place.into("elements").into(i))
    if "accessory" in block:
        yield from _answers_nowhere(block["accessory"], place.into("accessory"))
    if "element" in block and place.surface != "modal":
        yield from _answers_nowhere(block["element"], place.into("element"))


def _folded_if_foldable(block: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield place.into("default_collapsed").broken("must not be true unless `is_collapsible` is")


def _block(page: str, *rules: Rule, **fields: Field) -> Shape:
    return typed(f"block-kit/blocks/{page}-block", *rules, block_id=may(Str(255)), **fields)


_ACCESSORIES = ByType({**BUTTONS, **SELECTS, **CHOICES, **PICKERS, "image": IMAGE})
_ACTIONS = ByType(
    {**BUTTONS, **SELECTS, **CHOICES, **PICKERS, **DATETIME, "rich_text_input": INPUTS["rich_text_input"]}
)
_ELEMENTS = ByType({**INPUTS, **SELECTS, **CHOICES, **PICKERS, **DATETIME})
_CONTEXT = ByType({**text().shapes, "image": IMAGE})

_CARD = _block(
    "card",
    either("hero_image", "title", "actions", "body"),
    hero_image=may(ByType({"image": IMAGE})),
    icon=may(ByType({"image": IMAGE})),
    title=may(text(150)),
    subtitle=may(text(150)),
    body=may(text(200)),
    actions=may(ListOf(ByType({"button": BUTTON}), 2)),
)

_SOURCE = typed("block-kit/block-elements/url-source-element", url=need(forms.WEB), text=need(Str()))
_TASK = _block(
    "task-card",
    task_id=need(Str()),
    title=need(Str()),
    details=may(ByType({"rich_text": RICH_TEXT})),
    output=may(ByType({"rich_text": RICH_TEXT})),
    sources=may(ListOf(ByType({"url": _SOURCE}), least=0)),
    status=may(Among(("pending", "in_progress", "complete", "error"))),
)

# In a plan the page's own example gives tasks no type.
_PLANNED = replace(_TASK, fields={**_TASK.fields, "type": may(Among(("task_card",)))})

_CHILDREN: dict[str, Shape] = {
    "section": _block(
        "section",
        either("text", "fields"),
        _no_response_url_here,
        text=may(text(3000)),
        fields=may(ListOf(text(2000), 10)),
        accessory=may(_ACCESSORIES),
        expand=may(Bool()),
    ),
    "header": _block("header", text=need(plain(150)), level=may(Int(1, 4))),
    "context": _block("context", elements=need(ListOf(_CONTEXT, 10))),
    "divider": _block("divider"),
    "image": _block("image", exactly_one("image_url", "slack_file"), **PICTURE, title=may(plain(2000))),
    "actions": _block("actions", _action_ids_differ, _no_response_url_here, elements=need(ListOf(_ACTIONS, 25))),
    "input": _block(
        "input",
        _quiet_files,
        _no_response_url_here,
        label=need(plain(2000)),
        element=need(_ELEMENTS),
        hint=may(plain(2000)),
        optional=may(Bool()),
        dispatch_action=may(Bool()),
    ),
    "rich_text": RICH_TEXT,
    "table": TABLE,
    "video": _block(
        "video",
        alt_text=need(Str(2000)),
        title=need(plain(199)),
        thumbnail_url=need(forms.WEB),
        video_url=need(forms.HTTPS),
        title_url=may(forms.HTTPS),
        author_name=may(Str(49)),
        description=may(plain(199)),
        provider_name=may(Str()),
        provider_icon_url=may(forms.WEB),
    ),
    "file": _block("file", external_id=need(Str()), source=need(Among(("remote",)))),
}

_ALL: dict[str, Shape] = {
    **_CHILDREN,
    "markdown": _block("markdown", text=need(Str(12_000))),
    "data_visualization": DATA_VISUALIZATION,
    "data_table": DATA_TABLE,
    "alert": _block(
        "alert",
        text=need(text(200)),
        level=may(Among(("default", "info", "warning", "error", "success"))),
    ),
    "card": _CARD,
    "carousel": _block("carousel", elements=need(ListOf(ByType({"card": _CARD}), 10))),
    "container": _block(
        "container",
        either("title", "rich_text_title"),
        _folded_if_foldable,
        title=may(plain(150)),
        rich_text_title=may(ByType({"rich_text": RICH_TEXT})),
        subtitle=may(text(150)),
        icon=may(ByType({"image": IMAGE})),
        child_blocks=need(ListOf(ByType(shown(_SURFACES, _CHILDREN)), 10)),
        width=may(Among(("narrow", "standard", "wide", "full"))),
        is_collapsible=may(Bool()),
        default_collapsed=may(Bool()),
        has_header_divider=may(Bool()),
    ),
    "context_actions": _block("context-actions", _action_ids_differ, elements=need(ListOf(ByType(CONTEXT_ACTIONS), 5))),
    "task_card": _TASK,
    "plan": _block("plan", title=need(Str()), tasks=may(ListOf(_PLANNED, least=0))),
}
BLOCKS = ByType(shown(_SURFACES, _ALL))


def unique_block_ids(blocks: Sequence[Any], place: Place) -> Iterator[Fault]:
    """The block_ids used twice in a list of blocks, whatever else is wrong with it."""
    seen: set[str] = set()
    for i, block in enumerate(blocks):
        block_id = block.get("block_id") if isinstance(block, Mapping) else None
        if not isinstance(block_id, str):
            continue
        if block_id in seen:
            here = place.by("block-kit/blocks").into(i).into("block_id")
            yield here.broken(f'`block_id` "{block_id}" already exists')
        seen.add(block_id)
