"""What a person can see and touch: blocks, the controls in them, the words on them, and what was entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

INITIAL = {
    "plain_text_input": ("initial_value", "value"),
    "email_text_input": ("initial_value", "value"),
    "url_text_input": ("initial_value", "value"),
    "number_input": ("initial_value", "value"),
    "rich_text_input": ("initial_value", "rich_text_value"),
    "static_select": ("initial_option", "selected_option"),
    "external_select": ("initial_option", "selected_option"),
    "radio_buttons": ("initial_option", "selected_option"),
    "multi_static_select": ("initial_options", "selected_options"),
    "multi_external_select": ("initial_options", "selected_options"),
    "checkboxes": ("initial_options", "selected_options"),
    "users_select": ("initial_user", "selected_user"),
    "multi_users_select": ("initial_users", "selected_users"),
    "conversations_select": ("initial_conversation", "selected_conversation"),
    "multi_conversations_select": ("initial_conversations", "selected_conversations"),
    "channels_select": ("initial_channel", "selected_channel"),
    "multi_channels_select": ("initial_channels", "selected_channels"),
    "datepicker": ("initial_date", "selected_date"),
    "timepicker": ("initial_time", "selected_time"),
    "datetimepicker": ("initial_date_time", "selected_date_time"),
}
"""Element type to (field with its first value, field that holds its value in `state.values`)."""


class Impossible(Exception):
    """The person cannot do this: what they see does not offer it."""


@dataclass(frozen=True)
class Control:
    """One thing to click or to fill in, with what is written on it."""

    block: Json
    element: Json

    @property
    def type(self) -> str:
        return str(self.element["type"])

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))

    @property
    def block_id(self) -> str:
        return str(self.block.get("block_id", ""))

    @property
    def value(self) -> str | None:
        return self.element.get("value")

    @property
    def style(self) -> str | None:
        return self.element.get("style")

    @property
    def label(self) -> str:
        """What a person calls it: a button's text, an input's label, a select's placeholder."""
        for holder in (self.element.get("text"), self.block.get("label"), self.element.get("placeholder")):
            if isinstance(holder, dict):
                return str(holder.get("text", ""))
        return ""

    @property
    def options(self) -> list[Json]:
        groups = self.element.get("option_groups") or [{"options": self.element.get("options") or []}]
        return [option for group in groups for option in group["options"]]

    @property
    def choices(self) -> list[str]:
        return [str(option["text"]["text"]) for option in self.options]

    @property
    def optional(self) -> bool:
        return bool(self.block.get("optional"))

    @property
    def key(self) -> tuple[str, str]:
        return self.block_id, self.action_id


class Surface:
    """A message or a view."""

    entered: dict[tuple[str, str], Json]

    @property
    def blocks(self) -> list[Json]:
        return []

    def controls(self) -> list[Control]:
        return list(controls_of(self.blocks))

    def words(self) -> str:
        """All the text a person reads on it, one piece a line."""
        return "\n".join(words_of(self.blocks))

    def control(self, action_id: str) -> Control:
        """The one control that has this action id. Raises Impossible."""
        return pick(self.controls(), f"the control {action_id!r}", lambda it: it.action_id == action_id)

    def values(self) -> Json:
        """`state.values`: what every field holds now, by block id and action id."""
        values: Json = {}
        for control in self.controls():
            if control.type in INITIAL:
                entry = self.entered.get(control.key) or initial(control)
                values.setdefault(control.block_id, {})[control.action_id] = entry
        return values


@dataclass(eq=False)
class View(Surface):
    """A modal or the App Home of one person. `given` is what the app sent, block ids filled in."""

    id: str
    given: Json
    hash: str
    person_id: str
    root_view_id: str
    previous_view_id: str | None = None
    identity: Json = field(default_factory=dict)
    entered: dict[tuple[str, str], Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        return list(self.given.get("blocks") or [])

    @property
    def callback_id(self) -> str:
        return str(self.given.get("callback_id") or "")

    @property
    def private_metadata(self) -> str:
        return str(self.given.get("private_metadata") or "")

    @property
    def title(self) -> str:
        return str((self.given.get("title") or {}).get("text", ""))

    def shown(self) -> Json:
        """The view object as Slack's API gives it."""
        given = self.given
        return {
            "id": self.id,
            "type": given["type"],
            "blocks": self.blocks,
            "private_metadata": self.private_metadata,
            "callback_id": self.callback_id,
            "state": {"values": self.values()},
            "hash": self.hash,
            "title": given.get("title"),
            "clear_on_close": bool(given.get("clear_on_close")),
            "notify_on_close": bool(given.get("notify_on_close")),
            "close": given.get("close"),
            "submit": given.get("submit"),
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            "external_id": str(given.get("external_id") or ""),
            **self.identity,
        }


def initial(control: Control) -> Json:
    first, held = INITIAL[control.type]
    empty: Any = [] if held.endswith("s") else None
    return {"type": control.type, held: control.element.get(first, empty)}


def controls_of(blocks: list[Json]) -> Iterator[Control]:
    for block in blocks:
        for element in (block.get("accessory"), block.get("element"), *(block.get("elements") or [])):
            if isinstance(element, dict) and "action_id" in element:
                yield Control(block, element)


def words_of(piece: Any) -> Iterator[str]:
    """Every text in blocks, in reading order: texts, rich text, markdown, titles and picture descriptions."""
    if isinstance(piece, list):
        for item in piece:
            yield from words_of(item)
    elif isinstance(piece, dict):
        if isinstance(piece.get("text"), str):
            yield piece["text"]
        if isinstance(piece.get("title"), str):
            yield piece["title"]
        if isinstance(piece.get("alt_text"), str):
            yield piece["alt_text"]
        for name, item in piece.items():
            if name != "confirm" and isinstance(item, (dict, list)):
                yield from words_of(item)


def pick(controls: list[Control], wanted: str, fits: Any) -> Control:
    found = [control for control in controls if fits(control)]
    if len(found) == 1:
        return found[0]
    seen = ", ".join(f"{it.type} {it.label!r} ({it.action_id} = {it.value})" for it in controls) or "nothing"
    raise Impossible(f"{'several are' if found else 'nothing is'} {wanted}; shown: {seen}")


def name_blocks(blocks: list[Json], new_id: Any) -> list[Json]:
    """Give a block id and action ids to what came without, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", new_id())
        for element in (block.get("accessory"), block.get("element"), *(block.get("elements") or [])):
            if isinstance(element, dict) and element.get("type") in INTERACTIVE:
                element.setdefault("action_id", new_id())
    return blocks


INTERACTIVE = frozenset({*INITIAL, "button", "overflow", "workflow_button"})
