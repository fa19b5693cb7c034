"""The limits, one a line: what is sent, made with a number, and the highest number that Slack accepts."""

from __future__ import annotations

from collections.abc import Callable

from tests.sandbox.blockkit.pieces import (
    CARD,
    CHECKBOXES,
    VIDEO,
    Json,
    actions,
    asked,
    bars,
    button,
    confirm,
    message,
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

Sized = Callable[[int], Json]


def text(n: int) -> Json:
    return plain("x" * n)


def group(label: int, size: int) -> Json:
    return {"label": text(label), "options": options(size)}


def chart(series: int = 1, categories: int = 1, name: int = 1) -> Json:
    labels = [str(i) for i in range(categories)]
    data = [{"label": label, "value": 1} for label in labels]
    lines = [{"name": str(i) + "x" * (name - 1), "data": data} for i in range(series)]
    return bars(series=lines, axis_config={"categories": labels})


def labelled(n: int) -> Json:
    label = "x" * n
    series = [{"name": "a", "data": [{"label": label, "value": 1}]}]
    return bars(series=series, axis_config={"categories": [label]})


def axes(**labels: str) -> Json:
    return bars(axis_config={"categories": ["2026", "2027"], **labels})


def slice_of(n: int) -> Json:
    return {**pie(1), "chart": {"type": "pie", "segments": [{"label": "x" * n, "value": 1}]}}


def box(**fields: object) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": [section()], **fields}


def feedback(**fields: object) -> Json:
    good = {"text": plain(), "value": "1", **fields}
    return {"type": "feedback_buttons", "positive_button": good, "negative_button": good}


def context_actions(*elements: Json) -> Json:
    return {"type": "context_actions", "elements": list(elements)}


def icons(n: int) -> list[Json]:
    return [{"type": "icon_button", "action_id": str(i), "icon": "trash", "text": plain()} for i in range(n)]


def bullets(**fields: int) -> Json:
    one = {"type": "rich_text_section", "elements": []}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [one], **fields}],
    }


def data_table(rows: int = 2, **fields: int) -> Json:
    return {**table(rows, 20), "type": "data_table", "caption": "x", **fields}


def grouped(n: int) -> Json:
    groups = [{"label": plain(), "options": [option(str(i))]} for i in range(n)]
    return {"type": "static_select", "option_groups": groups}


def people(n: int) -> list[str]:
    return [f"U{i}" for i in range(n)]


BLOCK_LIMITS: list[tuple[str, Sized, int]] = [
    ("section text", lambda n: section(text=text(n)), 3000),
    ("section fields", lambda n: section(fields=[plain()] * n), 10),
    ("section field", lambda n: section(fields=[text(n)]), 2000),
    ("block_id", lambda n: section(block_id="x" * n), 255),
    ("block_id of rich text", lambda n: {**rich(), "block_id": "x" * n}, 255),
    ("block_id of a table", lambda n: {**table(), "block_id": "x" * n}, 255),
    ("block_id of a chart", lambda n: {**pie(1), "block_id": "x" * n}, 255),
    ("header", lambda n: {"type": "header", "text": text(n)}, 150),
    ("header level", lambda n: {"type": "header", "text": plain(), "level": n}, 4),
    ("context elements", lambda n: {"type": "context", "elements": [plain()] * n}, 10),
    ("context text", lambda n: {"type": "context", "elements": [text(n)]}, 3000),
    ("actions elements", lambda n: actions(*[button(action_id=str(i)) for i in range(n)]), 25),
    ("action_id", lambda n: actions(button(action_id="x" * n)), 255),
    ("button text", lambda n: actions(button(text=text(n))), 75),
    ("button value", lambda n: actions(button(value="x" * n)), 2000),
    ("button label", lambda n: actions(button(accessibility_label="x" * n)), 75),
    ("confirm title", lambda n: actions(button(confirm=confirm(title=text(n)))), 100),
    ("confirm text", lambda n: actions(button(confirm=confirm(text=text(n)))), 300),
    ("confirm yes", lambda n: actions(button(confirm=confirm(confirm=text(n)))), 30),
    ("confirm no", lambda n: actions(button(confirm=confirm(deny=text(n)))), 30),
    ("select options", lambda n: actions(static_select(options=options(n))), 100),
    ("select placeholder", lambda n: actions(static_select(placeholder=text(n))), 150),
    ("option text", lambda n: actions(static_select(options=[option(text="x" * n)])), 75),
    ("option value", lambda n: actions(static_select(options=[option("x" * n)])), 150),
    ("option description", lambda n: actions(static_select(options=[{**option(), "description": text(n)}])), 75),
    ("groups", lambda n: actions(grouped(n)), 100),
    ("group label", lambda n: actions({"type": "static_select", "option_groups": [group(n, 1)]}), 75),
    ("group options", lambda n: actions({"type": "static_select", "option_groups": [group(1, n)]}), 100),
    ("choices", lambda n: actions({**CHECKBOXES, "options": options(n)}), 10),
    ("choice text", lambda n: actions({**CHECKBOXES, "options": [{**option(), "text": mrkdwn("x" * n)}]}), 75),
    ("choice value", lambda n: actions({**CHECKBOXES, "options": [option("x" * n)]}), 150),
    ("choice description", lambda n: actions({**CHECKBOXES, "options": [{**option(), "description": text(n)}]}), 75),
    ("overflow options", lambda n: actions({"type": "overflow", "options": options(n)}), 5),
    ("datetime", lambda n: actions({"type": "datetimepicker", "initial_date_time": n}), 9_999_999_999),
    ("input label", lambda n: asked({"type": "plain_text_input"}, label=text(n)), 2000),
    ("input hint", lambda n: asked({"type": "plain_text_input"}, hint=text(n)), 2000),
    ("input placeholder", lambda n: asked({"type": "plain_text_input", "placeholder": text(n)}), 150),
    ("input minimum", lambda n: asked({"type": "plain_text_input", "min_length": n}), 3000),
    ("input maximum", lambda n: asked({"type": "plain_text_input", "max_length": n}), 3000),
    ("input initial value", lambda n: asked({"type": "plain_text_input", "initial_value": "x" * n}), 3000),
    ("image text", lambda n: {"type": "image", "image_url": "https://a.fr/b", "alt_text": "x" * n}, 2000),
    (
        "image title",
        lambda n: {"type": "image", "image_url": "https://a.fr/b", "alt_text": "x", "title": text(n)},
        2000,
    ),
    ("list indent", lambda n: bullets(indent=n), 8),
    ("list border", lambda n: bullets(border=n), 1),
    ("table rows", lambda n: table(n), 100),
    ("table cells", lambda n: table(1, n), 20),
    ("table characters", lambda n: table(1, 1, "x" * n), 10_000),
    ("table columns", lambda n: {**table(), "column_settings": [None] * n}, 20),
    ("data table rows", data_table, 101),
    ("data table page", lambda n: data_table(page_size=n), 100),
    ("data table header", lambda n: data_table(row_header_column_index=n), 19),
    ("chart title", lambda n: {**bars(), "title": "x" * n}, 50),
    ("chart series", lambda n: chart(series=n), 6),
    ("chart series name", lambda n: chart(name=n), 20),
    ("chart categories", lambda n: chart(categories=n), 20),
    ("chart label", labelled, 20),
    ("chart x axis", lambda n: axes(x_label="x" * n), 50),
    ("chart y axis", lambda n: axes(y_label="x" * n), 50),
    ("pie segments", pie, 6),
    ("pie label", slice_of, 20),
    ("video title", lambda n: {**VIDEO, "title": text(n)}, 199),
    ("video author", lambda n: {**VIDEO, "author_name": "x" * n}, 49),
    ("video description", lambda n: {**VIDEO, "description": text(n)}, 199),
    ("card title", lambda n: {**CARD, "title": text(n)}, 150),
    ("card subtitle", lambda n: {**CARD, "subtitle": text(n)}, 150),
    ("card body", lambda n: {**CARD, "body": text(n)}, 200),
    ("card actions", lambda n: {**CARD, "actions": [button()] * n}, 2),
    ("carousel cards", lambda n: {"type": "carousel", "elements": [CARD] * n}, 10),
    ("container title", lambda n: box(title=text(n)), 150),
    ("container subtitle", lambda n: box(subtitle=text(n)), 150),
    ("container children", lambda n: box(child_blocks=[section()] * n), 10),
    ("context actions", lambda n: context_actions(*icons(n)), 5),
    ("feedback text", lambda n: context_actions(feedback(text=text(n))), 75),
    ("feedback value", lambda n: context_actions(feedback(value="x" * n)), 2000),
    ("markdown", lambda n: {"type": "markdown", "text": "x" * n}, 12_000),
]


MESSAGE_LIMITS: list[tuple[str, Sized, int]] = [
    ("text", lambda n: {"text": "x" * n}, 40_000),
    ("markdown text", lambda n: {"markdown_text": "x" * n}, 12_000),
    ("blocks", lambda n: message(*[{"type": "divider"}] * n), 50),
    ("charts", lambda n: message(*[pie(1)] * n), 2),
    ("tables", lambda n: message(*[table()] * n), 1),
    ("attachments", lambda n: {"attachments": [{"text": "x"}] * n}, 100),
    ("blocks of an attachment", lambda n: {"attachments": [{"blocks": [section()] * n}]}, 50),
    ("all markdown", lambda n: message({"type": "markdown", "text": "x" * n}), 12_000),
    ("all blocks", lambda n: message(*[section(text=mrkdwn("x" * 2900))] * 4, section(text=text(n))), 280),
]

ELEMENT_LIMITS: list[tuple[str, Sized, int]] = [
    ("files", lambda n: {"type": "file_input", "max_files": n}, 10),
    ("first lines", lambda n: {"type": "rich_text_input", "min_lines": n}, 100),
    ("last lines", lambda n: {"type": "rich_text_input", "max_lines": n}, 100),
    (
        "selected people",
        lambda n: {"type": "multi_users_select", "initial_users": people(n), "max_selected_items": 3},
        3,
    ),
    ("e-mail placeholder", lambda n: {"type": "email_text_input", "placeholder": text(n)}, 150),
]

VIEW_LIMITS: list[tuple[str, Sized, int]] = [
    ("title", lambda n: {"title": text(n)}, 24),
    ("submit", lambda n: {"submit": text(n)}, 24),
    ("close", lambda n: {"close": text(n)}, 24),
    ("callback_id", lambda n: {"callback_id": "x" * n}, 255),
    ("external_id", lambda n: {"external_id": "x" * n}, 255),
    ("private_metadata", lambda n: {"private_metadata": "x" * n}, 3000),
    ("blocks", lambda n: {"blocks": [{"type": "divider"}] * n}, 100),
    ("alert", lambda n: {"blocks": [{"type": "alert", "text": text(n)}]}, 200),
]
