"""Whole messages and views that Slack refuses: the payload, the place, the error or the rule."""

from __future__ import annotations

from typing import Any

from tests.sandbox.blockkit.pieces import (
    CARD,
    Json,
    actions,
    asked,
    bars,
    home,
    message,
    modal,
    mrkdwn,
    pie,
    plain,
    section,
    static_select,
    table,
)

REFUSED_MESSAGES: list[tuple[Any, str, str]] = [
    ({}, "", "no_text"),
    ({"text": "", "blocks": []}, "", "no_text"),
    ({"text": "x" * 40_001}, "/text", "msg_too_long"),
    ({"text": 3}, "/text", "invalid_arguments"),
    ([], "", "invalid_arguments"),
    ({"text": "x", "txet": "x"}, "", "invalid_arg_name"),
    ({"text": "x", "blocks": "[]"}, "/blocks", "invalid_blocks_format"),
    ({"text": "x", "markdown_text": "x"}, "/markdown_text", "markdown_text_conflict"),
    ({"markdown_text": "x" * 12_001}, "/markdown_text", "msg_too_long"),
    ({"text": "x", "metadata": {"event_type": "sent"}}, "/metadata", "invalid_metadata_format"),
    (
        {"text": "x", "metadata": {"event_type": "sent", "event_payload": []}},
        "/metadata/event_payload",
        "invalid_metadata_format",
    ),
    ({"text": "x", "attachments": [{"text": "x"}] * 101}, "/attachments", "too_many_attachments"),
    ({"attachments": [{"blocks": [{"type": "radar"}]}]}, "/attachments/0/blocks/0/type", "invalid_attachments"),
    (message(*[section()] * 51), "/blocks", "invalid_blocks"),
    (message(section(block_id="a"), section(block_id="a")), "/blocks/1/block_id", "invalid_blocks"),
    (message(table(), table()), "/blocks", "invalid_attachments"),
    (
        message(table(), {"type": "container", "title": plain(), "child_blocks": [table()]}),
        "/blocks",
        "invalid_attachments",
    ),
    (message(pie(1), pie(1), pie(1)), "/blocks", "invalid_blocks"),
    (message(*[{"type": "markdown", "text": "x" * 6_001}] * 2), "/blocks", "msg_blocks_too_long"),
    (message(*[section(text=mrkdwn("x" * 3000))] * 4), "/blocks", "msg_blocks_too_long"),
]

REFUSED_MODALS: list[tuple[Any, str, str]] = [
    (modal(section(), title=plain("x" * 25)), "/view/title/text", "must be less than 25 characters"),
    (modal(section(), title=mrkdwn()), "/view/title/type", "unsupported type: mrkdwn"),
    (modal(section(), submit=plain("x" * 25)), "/view/submit/text", "must be less than 25 characters"),
    (modal(section(), close=plain("x" * 25)), "/view/close/text", "must be less than 25 characters"),
    (modal(section(), callback_id="x" * 256), "/view/callback_id", "must be less than 256 characters"),
    (modal(section(), private_metadata="x" * 3001), "/view/private_metadata", "must be less than 3001 characters"),
    (modal(section(), external_id="x" * 256), "/view/external_id", "must be less than 256 characters"),
    (modal(*[section()] * 101), "/view/blocks", "no more than 100 items allowed"),
    (modal(), "/view/blocks", "must provide at least 1 items"),
    (modal(section(), id="V1"), "/view", "invalid additional property: id"),
    (home(section()), "/view/type", "unsupported type: home"),
    ({"type": "modal", "blocks": [section()]}, "/view", "missing required field: title"),
    (
        {"type": "modal", "title": plain(), "blocks": [section(), asked({"type": "plain_text_input"})]},
        "/view/blocks/1/input",
        "must define `submit` to use an `input` block in modals",
    ),
    (modal(table()), "/view/blocks/0/type", "unsupported type: table"),
    (modal(bars()), "/view/blocks/0/type", "unsupported type: data_visualization"),
    (modal({"type": "markdown", "text": "x"}), "/view/blocks/0/type", "unsupported type: markdown"),
    (modal(CARD), "/view/blocks/0/type", "unsupported type: card"),
    (
        modal(asked({"type": "number_input", "is_decimal_allowed": False, "min_value": "1.5"})),
        "/view/blocks/0/element/min_value",
        "must be an integer",
    ),
    (
        modal(
            asked(
                {
                    "type": "number_input",
                    "is_decimal_allowed": True,
                    "min_value": "9",
                    "max_value": "10",
                    "initial_value": "8",
                }
            )
        ),
        "/view/blocks/0/element/min_value",
        "must be less than or equal to 8",
    ),
    (modal(asked({"type": "number_input"})), "/view/blocks/0/element", "missing required field: is_decimal_allowed"),
    (
        modal(asked({"type": "file_input"}, dispatch_action=True)),
        "/view/blocks/0/dispatch_action",
        "must not be true for a file_input",
    ),
    (
        modal(asked({"type": "file_input", "max_files": 11})),
        "/view/blocks/0/element/max_files",
        "must be less than or equal to 10",
    ),
    (
        modal(section(accessory=static_select(focus_on_load=True)), actions(static_select(focus_on_load=True))),
        "/view/blocks",
        "must have only one element with `focus_on_load`",
    ),
    (modal(section(block_id="a"), section(block_id="a")), "/view/blocks/1/block_id", '`block_id` "a" already exists'),
    ([], "/view", "must be an object"),
]

REFUSED_HOMES: list[tuple[Json, str, str]] = [
    (home(section(), title=plain()), "/view", "invalid additional property: title"),
    (modal(section()), "/view/type", "unsupported type: modal"),
    (home(table()), "/view/blocks/0/type", "unsupported type: table"),
    (home(bars()), "/view/blocks/0/type", "unsupported type: data_visualization"),
    (home({"type": "alert", "text": plain()}), "/view/blocks/0/type", "unsupported type: alert"),
    (home(actions({"type": "datetimepicker"})), "/view/blocks/0/elements/0/type", "unsupported type: datetimepicker"),
    (home(asked({"type": "file_input"})), "/view/blocks/0/element/type", "unsupported type: file_input"),
]
