"""The shapes the Home is made of, and the one rule of its lists: what does not fit is counted, never silently dropped."""

from collections.abc import Sequence
from typing import TypeVar

from bot.blocks import BLOCKS_IN_VIEW, Block, button, label, note, section
from bot.confirming import asking_once_more
from bot.home.sight import HOME, Sight

T = TypeVar("T")

SHOWN = 8
"""Things of one kind shown in the Home: enough to act on, few enough to read."""
HEADER = 150


def header(text: str) -> Block:
    return {"type": "header", "text": label(text, HEADER)}


def actions(*elements: Block) -> list[Block]:
    """A row of buttons, or nothing when there is none."""
    return [{"type": "actions", "elements": list(elements)}] if elements else []


def beside(text: str, control: Block) -> Block:
    """A text, and the one control at its right."""
    return section(text) | {"accessory": control}


def home_button(
    sight: Sight, verb: str, value: str = "", *, primary: bool = False, about: str | None = None, page: str = HOME
) -> Block:
    """The button of one of the Home's own gestures, named by the block `button__<verb>` of `page`."""
    return button(sight.plain(f"button__{verb}", page), f"home.{verb}", value, primary=primary, about=about)


def confirmed(sight: Sight, control: Block, name: str, page: str = HOME, **told: str) -> Block:
    """The same control, that asks once more before it does anything."""
    words = {part: sight.plain(f"{name}__{part}", page, told) for part in ("title", "text", "confirm", "deny")}
    return control | asking_once_more(**words)


def others(sight: Sight, count: int) -> list[Block]:
    """The line that says how many are not shown."""
    return [note(sight.say("others", n=count))] if count > 0 else []


def first(things: Sequence[T]) -> Sequence[T]:
    return things[:SHOWN]


def fitting(sight: Sight, blocks: list[Block]) -> list[Block]:
    """Never more than Slack takes, whatever the sections gave."""
    if len(blocks) <= BLOCKS_IN_VIEW:
        return blocks
    return [*blocks[: BLOCKS_IN_VIEW - 1], note(sight.say("too_long"))]
