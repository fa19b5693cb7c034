"""What a person can see and touch: blocks, the controls in them, the words on them, and what was entered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.blockkit import state_of

Json = dict[str, Any]
Entered = dict[str, dict[str, Any]]
"""What was chosen or typed, by block id and action id: a text, an id, an option's value, or a list of them."""

ACTIVE_BLOCKS = frozenset({"actions", "context_actions", "input", "section"})
LIFELESS = frozenset({"image"})


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

    def offers(self, value: Any) -> bool:
        """Whether it can hold this value, given as a list for several."""
        offered = [option["value"] for option in self.options]
        return not offered or all(one in offered for one in (value if isinstance(value, list) else [value]))


class Surface:
    """A message or a view."""

    entered: Entered

    @property
    def blocks(self) -> list[Json]:
        return []

    def controls(self) -> list[Control]:
        return list(controls_of(self.blocks))

    def words(self) -> str:
        """All the text a person reads on it, one piece a line."""
        return "\n".join(words_of(self.blocks))

    def control(self, action_id: str, block_id: str | None = None) -> Control:
        """The one control that has this action id, in this block. Raises Impossible."""
        near = [it for it in self.controls() if block_id in (None, it.block_id)]
        return pick(near, f"the control {action_id!r}", lambda it: it.action_id == action_id)

    def values(self) -> Json:
        """`state.values`: what every field holds now, by block id and action id."""
        return dict(state_of(self.blocks, self.entered)["values"])

    def enter(self, control: Control, value: Any) -> Json:
        """Fill a field in, and give its new state."""
        self.entered.setdefault(control.block_id, {})[control.action_id] = value
        return dict(self.values()[control.block_id][control.action_id])

    def forget_what_is_gone(self) -> None:
        """After a change: what was entered stays while its block and action ids do, and its options are offered."""
        before, self.entered = self.entered, {}
        for control in self.controls():
            value = before.get(control.block_id, {}).get(control.action_id)
            if value is not None and control.offers(value):
                self.entered.setdefault(control.block_id, {})[control.action_id] = value


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
    entered: Entered = field(default_factory=dict)
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


def pick(controls: list[Control], wanted: str, fits: Callable[[Control], bool]) -> Control:
    found = [control for control in controls if fits(control)]
    if len(found) == 1:
        return found[0]
    seen = ", ".join(f"{it.type} {it.label!r} ({it.action_id} = {it.value})" for it in controls) or "nothing"
    raise Impossible(f"{'several are' if found else 'nothing is'} {wanted}; shown: {seen}")


def name_blocks(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """The blocks with an id each, and their elements with an action id, as Slack makes them up when they have none."""
    return [_named(block, new_id) for block in blocks]


def _named(block: Json, new_id: Callable[[], str]) -> Json:
    named = {"block_id": new_id(), **block} if "block_id" not in block else dict(block)
    if block["type"] in ACTIVE_BLOCKS:
        for place in ("accessory", "element"):
            if place in named:
                named[place] = _with_action_id(named[place], new_id)
        if "elements" in named:
            named["elements"] = [_with_action_id(element, new_id) for element in named["elements"]]
    return named


def _with_action_id(element: Json, new_id: Callable[[], str]) -> Json:
    return element if element["type"] in LIFELESS or "action_id" in element else {"action_id": new_id(), **element}
