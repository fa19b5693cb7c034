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
