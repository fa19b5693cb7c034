"""Blocks and views in a few words."""

from __future__ import annotations

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Person

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str, value: str = "v") -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": value}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def option(label: str, value: str) -> Json:
    return {"text": plain(label), "value": value}


def select(action_id: str, *options: Json, **more: Any) -> Json:
    return {"type": "static_select", "action_id": action_id, "options": list(options), **more}


def field(label: str, element: Json, block_id: str, **more: Any) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def text_field(label: str, name: str, **more: Any) -> Json:
    return field(label, {"type": "plain_text_input", "action_id": name}, f"{name}_block", **more)


def modal(title: str, *blocks: Json, callback_id: str = "form", **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain(title),
        "submit": plain("Envoyer"),
        "close": plain("Fermer"),
        "callback_id": callback_id,
        "blocks": list(blocks),
        **more,
    }


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}


async def buttons(client: AsyncWebClient, lea: Person, *elements: Json) -> None:
    await client.chat_postMessage(channel=lea.id, text="Prête ?", blocks=[section("Prête ?"), actions(*elements)])
