"""Block Kit pieces the tests assemble: each is accepted as it stands."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Bonjour") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Bonjour*") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **fields}


def button(**fields: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain(), **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asked(element: Json, **fields: Any) -> Json:
    return {"type": "input", "block_id": "b", "label": plain(), "element": {"action_id": "a", **element}, **fields}


def option(value: str = "1", text: str = "un") -> Json:
    return {"text": plain(text), "value": value}


def options(count: int) -> list[Json]:
    return [option(str(i)) for i in range(count)]


def static_select(**fields: Any) -> Json:
    return {"type": "static_select", "options": options(2), **fields}


def confirm(**fields: Any) -> Json:
    return {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **fields}


def rich(*leaves: Json, of: str = "rich_text_section") -> Json:
    return {"type": "rich_text", "elements": [{"type": of, "elements": list(leaves)}]}


def table(rows: int = 2, cells: int = 2, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells] * rows}


def bars(**fields: Any) -> Json:
    points = [{"label": "2026", "value": 3}, {"label": "2027", "value": -4.5}]
    chart = {
        "type": "bar",
        "series": [{"name": "Climat", "data": points}],
        "axis_config": {"categories": ["2027", "2026"]},
    }
    return {"type": "data_visualization", "title": "Climat", "chart": {**chart, **fields}}


def pie(segments: int) -> Json:
    parts = [{"label": str(i), "value": 1} for i in range(segments)]
    return {"type": "data_visualization", "title": "Parts", "chart": {"type": "pie", "segments": parts}}


def message(*blocks: Json, **fields: Any) -> Json:
    return {"channel": "C1", "text": "Bonjour", "blocks": list(blocks), **fields}


def modal(*blocks: Json, **fields: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **fields}


def home(*blocks: Json, **fields: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **fields}
