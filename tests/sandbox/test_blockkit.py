"""Block Kit is read as Slack reads it: what it accepts passes, what it refuses is refused with the rule broken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.blockkit import Fault, check_message, check_view, mentions, messages_of
from tests.sandbox.payloads import (
    Json,
    actions,
    asked,
    bars,
    button,
    confirm,
    home,
    message,
    modal,
    mrkdwn,
    option,
    options,
    pie,
    plain,
    rich,
    section,
    static_select,
    table,
)

PICTURE: Json = {"type": "image", "image_url": "https://exemple.coop/a.png", "alt_text": "Trois personnes"}
CARD: Json = {"type": "card", "title": mrkdwn(), "actions": [button()]}
TASK: Json = {"type": "task_card", "task_id": "t", "title": "Lire", "status": "pending"}
CHECKBOXES: Json = {"type": "checkboxes", "action_id": "c", "options": options(10)}
VIDEO: Json = {
    "type": "video",
    "alt_text": "Film",
    "title": plain("x" * 199),
    "thumbnail_url": "https://exemple.coop/a.png",
    "video_url": "https://exemple.coop/film",
}
LEAVES: list[Json] = [
    {"type": "text", "text": "x", "style": {"bold": True}},
    {"type": "link", "url": "https://exemple.coop", "text": "x"},
    {"type": "user", "user_id": "U1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "emoji", "name": "wave"},
    {"type": "date", "timestamp": 1, "format": "{date}"},
    {"type": "broadcast", "range": "here"},
]
BULLETS: Json = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_section", "elements": []}]}
    ],
}

ACCEPTED_BLOCKS: list[Json] = [
    section(text=mrkdwn("x" * 3000), block_id="x" * 255),
    {"type": "section", "fields": [mrkdwn("x" * 2000), *[plain()] * 3]},
    section(accessory=PICTURE, expand=True),
    section(accessory={"type": "overflow", "options": [{**option(), "url": "https://exemple.coop"}]}),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "context", "elements": [PICTURE, *[mrkdwn()] * 9]},
    {"type": "divider"},
    {**PICTURE, "title": plain("x" * 2000), "alt_text": "x" * 2000},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"},
    actions(*[button(action_id=str(i)) for i in range(25)]),
    actions(button(text=plain("x" * 75), value="x" * 2000, style="primary", accessibility_label="x" * 75)),
    actions(button(url="https://e.fr/" + "x" * 2987, confirm=confirm(text=plain("x" * 300), style="danger"))),
    actions({**CHECKBOXES, "initial_options": options(1)}, {"type": "datepicker", "initial_date": "2028-02-29"}),
    actions(static_select(options=options(100), initial_option=option("99"), placeholder=plain("x" * 150))),
    actions(
        {"type": "workflow_button", "text": plain(), "workflow": {"trigger": {"url": "https://slack.com/shortcuts/1"}}}
    ),
    asked({"type": "plain_text_input", "multiline": True, "max_length": 3000, "min_length": 3000}),
    asked(
        {"type": "radio_buttons", "options": [{**option(), "text": mrkdwn(), "description": mrkdwn()}]}, hint=plain()
    ),
    rich(*LEAVES),
    rich(LEAVES[0], LEAVES[1], of="rich_text_preformatted"),
    rich(*LEAVES, of="rich_text_quote"),
    BULLETS,
    {"type": "markdown", "text": "x" * 12_000},
    {**table(100, 20), "column_settings": [None, {"align": "right", "is_wrapped": True}]},
    table(1, 1, "x" * 10_000),
    {**table(101, 20), "type": "data_table", "caption": "Bilan", "page_size": 100, "row_header_column_index": 19},
    bars(),
    bars(type="line"),
    bars(type="area"),
    pie(6),
    VIDEO,
    CARD,
    {"type": "carousel", "elements": [CARD] * 10},
    {"type": "container", "title": plain(), "child_blocks": [section()] * 10, "is_collapsible": True},
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}]},
    TASK,
    {"type": "plan", "title": "Suite", "tasks": [TASK, {"task_id": "u", "title": "Dire"}]},
]

ACCEPTED_IN_MODALS: list[Json] = [
    asked(
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "-1", "max_value": "5", "initial_value": "5"}
    ),
    asked({"type": "email_text_input"}),
    asked({"type": "url_text_input", "focus_on_load": True}),
    asked({"type": "rich_text_input", "initial_value": rich(*LEAVES)}),
    asked({"type": "file_input", "filetypes": ["pdf"], "max_files": 10}),
    asked({"type": "datetimepicker", "initial_date_time": 1_628_633_820}),
    asked({"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Paris"}),
    asked({"type": "users_select", "initial_user": "U1"}),
    asked({"type": "conversations_select", "response_url_enabled": True, "filter": {"include": ["im"]}}),
    asked({"type": "channels_select", "initial_channel": "C1"}),
    asked({"type": "external_select", "min_query_length": 0}),
    asked({"type": "multi_users_select", "initial_users": ["U1", "U2"], "max_selected_items": 2}),
    asked({"type": "multi_conversations_select", "default_to_current_conversation": True}),
    asked({"type": "multi_channels_select"}),
    asked({"type": "multi_external_select"}),
    asked({**static_select(), "type": "multi_static_select", "initial_options": options(2)}, optional=True),
    asked({"type": "static_select", "option_groups": [{"label": plain(), "options": options(100)}]}),
    asked({"type": "plain_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}}),
    {"type": "alert", "text": plain("x" * 200), "level": "warning"},
]

ACCEPTED_MESSAGES: list[Json] = [
    {"text": "x" * 40_000},
    {"blocks": [section()]},
    {"markdown_text": "# Bonjour"},
    {"text": "", "attachments": [{"text": "x", "color": "good", "blocks": [section()]}]},
    {"text": "x", "metadata": {"event_type": "sent", "event_payload": {"key": {"any": []}}}},
    {"text": "x", "blocks": []},
    {"delete_original": True},
    {"text": "x", "blocks": None, "thread_ts": None},
    message(*[section()] * 50),
    message(bars(), pie(1)),
    message(*[{"type": "divider", "block_id": str(i)} for i in range(50)]),
]

REFUSED_BLOCKS: list[tuple[Json, str, str]] = [
    (section(text=mrkdwn("x" * 3001)), "/text/text", "must be less than 3001 characters"),
    (section(text=mrkdwn("")), "/text/text", "must be more than 0 characters"),
    (section(text="Bonjour"), "/text", "must be an object"),
    (section(text={"text": "x"}), "/text", "missing required field: type"),
    (section(text={"type": "markdown", "text": "x"}), "/text/type", "unsupported type: markdown"),
    (section(text={**mrkdwn(), "emoji": True}), "/text", "invalid additional property: emoji"),
    (section(text={**plain(), "verbatim": True}), "/text", "invalid additional property: verbatim"),
    (section(text={**plain(), "emoji": 1}), "/text/emoji", "must be a boolean"),
    ({"type": "section"}, "/type", "must define either `text` or `fields`"),
    (section(fields=[plain()] * 11), "/fields", "no more than 10 items allowed"),
    (section(fields=[]), "/fields", "must provide at least 1 items"),
    (section(fields=[mrkdwn("x" * 2001)]), "/fields/0/text", "must be less than 2001 characters"),
    (section(color="red"), "", "invalid additional property: color"),
    (section(block_id="x" * 256), "/block_id", "must be less than 256 characters"),
    (section(accessory={"type": "plain_text_input"}), "/accessory/type", "unsupported type: plain_text_input"),
    (section(accessory={"type": "datetimepicker"}), "/accessory/type", "unsupported type: datetimepicker"),
    ({"type": "header", "text": plain("x" * 151)}, "/text/text", "must be less than 151 characters"),
    ({"type": "header", "text": mrkdwn()}, "/text/type", "unsupported type: mrkdwn"),
    ({"type": "context", "elements": [plain()] * 11}, "/elements", "no more than 10 items allowed"),
    ({"type": "context", "elements": [button()]}, "/elements/0/type", "unsupported type: button"),
    ({"type": "divider", "text": plain()}, "", "invalid additional property: text"),
    ({"type": "image", "image_url": "https://a.fr/b"}, "", "missing required field: alt_text"),
    ({"type": "image", "alt_text": "x"}, "", "must define exactly one of `image_url`, `slack_file`"),
    ({**PICTURE, "slack_file": {"id": "F1"}}, "", "must define exactly one of `image_url`, `slack_file`"),
    ({**PICTURE, "alt_text": "x" * 2001}, "/alt_text", "must be less than 2001 characters"),
    ({**PICTURE, "image_url": "a.png"}, "/image_url", "must be a valid http or https URL"),
    ({"type": "image", "alt_text": "x", "slack_file": {}}, "/slack_file", "must define exactly one of `id`, `url`"),
    (actions(), "/elements", "must provide at least 1 items"),
    (actions(*[button(action_id=str(i)) for i in range(26)]), "/elements", "no more than 25 items allowed"),
    (actions(button(), button()), "/elements/1/action_id", '`action_id` "go" already exists'),
    (actions(button(text=plain("x" * 76))), "/elements/0/text/text", "must be less than 76 characters"),
    (actions(button(text=mrkdwn())), "/elements/0/text/type", "unsupported type: mrkdwn"),
    (actions(button(value="x" * 2001)), "/elements/0/value", "must be less than 2001 characters"),
    (actions(button(url="https://e.fr/" + "x" * 2988)), "/elements/0/url", "must be less than 3001 characters"),
    (actions(button(style="default")), "/elements/0/style", "must be one of: primary, danger"),
    (
        actions(button(accessibility_label="x" * 76)),
        "/elements/0/accessibility_label",
        "must be less than 76 characters",
    ),
    (actions(button(action_id="x" * 256)), "/elements/0/action_id", "must be less than 256 characters"),
    (
        actions(button(confirm=confirm(title=plain("x" * 101)))),
        "/elements/0/confirm/title/text",
        "must be less than 101 characters",
    ),
    (
        actions(button(confirm=confirm(text=plain("x" * 301)))),
        "/elements/0/confirm/text/text",
        "must be less than 301 characters",
    ),
    (
        actions(button(confirm=confirm(deny=plain("x" * 31)))),
        "/elements/0/confirm/deny/text",
        "must be less than 31 characters",
    ),
    (actions(button(confirm={"text": plain()})), "/elements/0/confirm", "missing required field: title"),
    (actions(static_select(options=options(101))), "/elements/0/options", "no more than 100 items allowed"),
    (actions(static_select(options=[])), "/elements/0/options", "must provide at least 1 items"),
    (actions({"type": "static_select"}), "/elements/0", "must define exactly one of `options`, `option_groups`"),
    (
        actions(static_select(options=[option(), option()])),
        "/elements/0",
        "must not have two options with the same value",
    ),
    (
        actions(static_select(placeholder=plain("x" * 151))),
        "/elements/0/placeholder/text",
        "must be less than 151 characters",
    ),
    (
        actions(static_select(options=[option(text="x" * 76)])),
        "/elements/0/options/0/text/text",
        "must be less than 76 characters",
    ),
    (
        actions(static_select(options=[option("x" * 151)])),
        "/elements/0/options/0/value",
        "must be less than 151 characters",
    ),
    (
        actions(static_select(options=[{**option(), "description": plain("x" * 76)}])),
        "/elements/0/options/0/description/text",
        "must be less than 76 characters",
    ),
    (
        actions(static_select(options=[{**option(), "url": "https://a.fr"}])),
        "/elements/0/options/0",
        "invalid additional property: url",
    ),
    (
        actions(static_select(options=[{**option(), "text": mrkdwn()}])),
        "/elements/0/options/0/text/type",
        "unsupported type: mrkdwn",
    ),
    (
        actions(static_select(initial_option=option("9"))),
        "/elements/0/initial_option",
        "must exactly match one of the options",
    ),
    (
        actions({**CHECKBOXES, "initial_options": [option("9"), option("10")]}),
        "/elements/0/initial_options/1",
        "must exactly match one of the options",
    ),
    (actions({**CHECKBOXES, "options": options(11)}), "/elements/0/options", "no more than 10 items allowed"),
    (actions({"type": "overflow", "options": options(6)}), "/elements/0/options", "no more than 5 items allowed"),
    (actions({"type": "overflow", "options": []}), "/elements/0/options", "must provide at least 1 items"),
    (
        actions({"type": "radio_buttons", "options": options(11)}),
        "/elements/0/options",
        "no more than 10 items allowed",
    ),
    (
        actions({"type": "datepicker", "initial_date": "2026-02-29"}),
        "/elements/0/initial_date",
        "must be a date of the form YYYY-MM-DD",
    ),
    (
        actions({"type": "timepicker", "initial_time": "24:00"}),
        "/elements/0/initial_time",
        "must be an hour of the form HH:mm",
    ),
    (
        actions({"type": "datetimepicker", "initial_date_time": 162863382}),
        "/elements/0/initial_date_time",
        "must be greater than or equal to 1000000000",
    ),
    (
        actions({"type": "multi_users_select", "initial_users": ["U1", "U2"], "max_selected_items": 1}),
        "/elements/0/initial_users",
        "no more than 1 items allowed",
    ),
    (
        actions({"type": "users_select", "initial_user": "Nadia"}),
        "/elements/0/initial_user",
        "must be an id starting with UW",
    ),
    (
        actions({"type": "channels_select", "response_url_enabled": True}),
        "/elements/0/response_url_enabled",
        "must be used in an input block of a modal only",
    ),
    (actions({"type": "plain_text_input"}), "/elements/0/type", "unsupported type: plain_text_input"),
    (
        asked({"type": "plain_text_input", "max_length": 3001}),
        "/element/max_length",
        "must be less than or equal to 3000",
    ),
    (asked({"type": "plain_text_input", "max_length": 0}), "/element/max_length", "must be greater than or equal to 1"),
    (asked({"type": "plain_text_input", "max_length": True}), "/element/max_length", "must be an integer"),
    (
        asked({"type": "plain_text_input", "min_length": 9, "max_length": 8}),
        "/element/min_length",
        "must be less than or equal to 8",
    ),
    (
        asked({"type": "plain_text_input", "max_length": 2, "initial_value": "abc"}),
        "/element/initial_value",
        "must be less than 3 characters",
    ),
    (asked(button()), "/element/type", "unsupported type: button"),
    (asked({"type": "number_input", "is_decimal_allowed": True}), "/element/type", "unsupported type: number_input"),
    (asked({"type": "plain_text_input"}, label=plain("x" * 2001)), "/label/text", "must be less than 2001 characters"),
    (asked({"type": "plain_text_input"}, label=mrkdwn()), "/label/type", "unsupported type: mrkdwn"),
    (asked({"type": "plain_text_input"}, hint=plain("x" * 2001)), "/hint/text", "must be less than 2001 characters"),
    (asked({"type": "plain_text_input"}, optional="no"), "/optional", "must be a boolean"),
    (rich(LEAVES[2], of="rich_text_preformatted"), "/elements/0/elements/0/type", "unsupported type: user"),
    (rich({"type": "link", "url": "javascript:alert(1)"}), "/elements/0/elements/0/url", "must be a valid URL"),
    (
        rich(LEAVES[0] | {"style": {"blink": True}}),
        "/elements/0/elements/0/style",
        "invalid additional property: blink",
    ),
    (rich(of="rich_text_list"), "/elements/0", "missing required field: style"),
    ({"type": "markdown", "text": "x" * 12_001}, "/text", "must be less than 12001 characters"),
    (table(101), "/rows", "no more than 100 items allowed"),
    (table(1, 21), "/rows/0", "no more than 20 items allowed"),
    (table(1, 2, "x" * 5001), "/rows", "must be less than 10001 characters in all cells together"),
    ({**table(1), "type": "data_table", "caption": "x"}, "/rows", "must provide at least 2 items"),
    (
        {"type": "data_table", "caption": "x", "rows": [*table(1, 2)["rows"], *table(1, 1)["rows"]]},
        "/rows",
        "must have the same number of cells in each row",
    ),
    ({**bars(), "title": "x" * 51}, "/title", "must be less than 51 characters"),
    (bars(type="radar"), "/chart/type", "unsupported type: radar"),
    (
        bars(axis_config={"categories": ["2026"]}),
        "/chart/series/0/data",
        "must have exactly one point for each category",
    ),
    (bars(series=[]), "/chart/series", "must provide at least 1 items"),
    (bars(series=bars()["chart"]["series"] * 2), "/chart/series", "must not have two series with the same name"),
    (
        bars(axis_config={"categories": ["x" * 21]}),
        "/chart/axis_config/categories/0",
        "must be less than 21 characters",
    ),
    (pie(7), "/chart/segments", "no more than 6 items allowed"),
    (
        {**pie(1), "chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]}},
        "/chart/segments/0/value",
        "must be greater than 0",
    ),
    ({**VIDEO, "title": plain("x" * 200)}, "/title/text", "must be less than 200 characters"),
    ({**VIDEO, "video_url": "http://exemple.coop"}, "/video_url", "must be a valid https URL"),
    ({"type": "file", "external_id": "x", "source": "remote"}, "/type", "unsupported type: file"),
    ({"type": "alert", "text": plain()}, "/type", "unsupported type: alert"),
    (
        {"type": "card", "subtitle": plain()},
        "/type",
        "must define either `hero_image` or `title` or `actions` or `body`",
    ),
    ({**CARD, "body": plain("x" * 201)}, "/body/text", "must be less than 201 characters"),
    ({"type": "carousel", "elements": [CARD] * 11}, "/elements", "no more than 10 items allowed"),
    ({"type": "carousel", "elements": [section()]}, "/elements/0/type", "unsupported type: section"),
    (
        {"type": "container", "title": plain(), "child_blocks": [CARD]},
        "/child_blocks/0/type",
        "unsupported type: card",
    ),
    (
        {"type": "container", "title": plain(), "child_blocks": [section()], "default_collapsed": True},
        "/default_collapsed",
        "must not be true unless `is_collapsible` is",
    ),
    ({**TASK, "status": "done"}, "/status", "must be one of: pending, in_progress, complete, error"),
    ({"type": "radar"}, "/type", "unsupported type: radar"),
    ({"text": plain()}, "", "missing required field: type"),
]

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


def found(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.path, fault.rule) for fault in faults]


@pytest.mark.parametrize("block", ACCEPTED_BLOCKS, ids=lambda block: str(block["type"]))
def test_a_block_within_its_page_passes_in_a_message(block: Json) -> None:
    assert check_message(message(block)) == []


@pytest.mark.parametrize("block", ACCEPTED_IN_MODALS, ids=lambda block: str(block["type"]))
def test_a_block_within_its_page_passes_in_a_modal(block: Json) -> None:
    assert check_view(modal(block), surface="modal") == []


@pytest.mark.parametrize("payload", ACCEPTED_MESSAGES)
def test_a_message_within_the_limits_passes(payload: Json) -> None:
    assert check_message(payload) == []


def test_the_largest_views_pass() -> None:
    fields = {"callback_id": "x" * 255, "private_metadata": "x" * 3000, "external_id": "x" * 255}
    ends = {name: plain("x" * 24) for name in ("title", "submit", "close")}
    assert check_view(modal(*[section()] * 100, **fields, **ends, clear_on_close=True), surface="modal") == []
    assert check_view(home(*[section()] * 100, **fields), surface="home") == []
    assert check_view(home(asked({"type": "plain_text_input"})), surface="home") == []


@pytest.mark.parametrize(("block", "path", "rule"), REFUSED_BLOCKS)
def test_a_block_beyond_its_page_is_refused_at_the_place(block: Json, path: str, rule: str) -> None:
    faults = check_message(message(block))
    assert (f"/blocks/0{path}", rule) in found(faults)
    assert faults[0].error == "invalid_blocks"
    assert faults[0].doc.startswith("docs.slack.dev/reference/")


@pytest.mark.parametrize(("payload", "path", "error"), REFUSED_MESSAGES)
def test_a_message_beyond_the_limits_is_refused_by_slack_name(payload: Any, path: str, error: str) -> None:
    assert (path, error) in [(fault.path, fault.error) for fault in check_message(payload)][:2]


@pytest.mark.parametrize(("view", "path", "rule"), REFUSED_MODALS)
def test_a_modal_beyond_the_limits_is_refused(view: Any, path: str, rule: str) -> None:
    faults = check_view(view, surface="modal")
    assert (path, rule) in found(faults)
    assert {fault.error for fault in faults} == {"invalid_arguments"}


@pytest.mark.parametrize(("view", "path", "rule"), REFUSED_HOMES)
def test_a_home_tab_beyond_the_limits_is_refused(view: Json, path: str, rule: str) -> None:
    assert (path, rule) in found(check_view(view, surface="home"))


def test_a_view_of_more_than_250_kilobytes_is_too_large() -> None:
    def weighing(characters: int) -> Json:
        return modal(*[section(text=mrkdwn("é" * characters))] * 100)

    assert check_view(weighing(1_200), surface="modal") == []
    assert check_view(weighing(1_250), surface="modal")[0].error == "view_too_large"


def test_an_edited_text_is_held_to_4000_characters() -> None:
    assert check_message({"text": "x" * 4_000}, method="chat.update") == []
    assert check_message({"text": "x" * 4_001}, method="chat.update")[0].error == "msg_too_long"


def test_the_weight_of_all_blocks_follows_what_was_measured() -> None:
    def of(characters: int, count: int) -> Json:
        return message(*[section(text=mrkdwn("x" * (characters // count)))] * count)

    assert check_message(of(9_597, 50)) == []
    assert check_message(of(11_341, 45))[0].error == "msg_blocks_too_long"


def test_a_fault_names_the_page_that_sets_the_limit() -> None:
    fault = check_message(message(actions(button(text=plain("x" * 76)))))[0]
    assert fault.doc == "docs.slack.dev/reference/block-kit/block-elements/button-element"


def test_every_fault_of_a_payload_is_told_at_once() -> None:
    faults = check_message(message(actions(button(text=plain("x" * 76))), {"type": "radar"}))
    assert messages_of(faults) == [
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        "[ERROR] unsupported type: radar [json-pointer:/blocks/1/type]",
    ]


@pytest.mark.parametrize(
    ("text", "ringing"),
    [
        ("<!channel> <!here|ici> <!everyone>", {"<!channel>", "<!here>", "<!everyone>"}),
        ("&lt;!channel&gt; <@U1> <#C1> <!date^1^{date}|x> @channel", set()),
    ],
)
def test_only_raw_broadcasts_ring(text: str, ringing: set[str]) -> None:
    assert mentions(text) == ringing


NAMES = st.sampled_from(
    [
        "type",
        "text",
        "fields",
        "accessory",
        "elements",
        "element",
        "label",
        "options",
        "option_groups",
        "initial_option",
        "initial_options",
        "value",
        "blocks",
        "block_id",
        "action_id",
        "title",
        "submit",
        "chart",
        "series",
        "segments",
        "data",
        "axis_config",
        "categories",
        "rows",
        "child_blocks",
        "metadata",
        "style",
        "attachments",
        "event_payload",
        "confirm",
        "placeholder",
        "min_value",
        "max_value",
        "is_decimal_allowed",
        "max_selected_items",
    ]
)
WORDS = st.sampled_from(
    [
        "section",
        "actions",
        "input",
        "context",
        "header",
        "image",
        "divider",
        "rich_text",
        "table",
        "data_table",
        "data_visualization",
        "container",
        "card",
        "plain_text",
        "mrkdwn",
        "button",
        "static_select",
        "multi_static_select",
        "number_input",
        "plain_text_input",
        "checkboxes",
        "overflow",
        "modal",
        "home",
        "pie",
        "bar",
        "rich_text_section",
        "rich_text_list",
        "raw_text",
        "markdown",
        "1",
        "1.5",
        "-",
    ]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
JSON = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=30
)


@given(JSON)
def test_no_json_whatever_makes_the_reader_raise(value: Any) -> None:
    for payload in (value, {"text": "x", "blocks": value}, {"text": "x", "blocks": [value], "attachments": value}):
        messages_of(check_message(payload))
    for view in (
        value,
        modal(section(), asked({}), title=value),
        modal(value, actions(value), section(accessory=value)),
    ):
        messages_of(check_view(view, surface="modal"))
        messages_of(check_view(view, surface="home"))
