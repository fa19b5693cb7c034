"""What is said once in a message that says several things."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot import wire
from bot.blocks import Block, Part
from storage.outbox import Delivery

REMINDER = "reminder"


def reminded(reminder: str, text: str, before: Sequence[Part]) -> str:
    """The text of a question, under the words that remind of it: those that one before it said already are not said again."""
    head = f"{reminder}\n\n"
    return text if any(part.text.startswith(head) for part in before) else head + text


def question_of(delivery: Delivery) -> tuple[Any, ...]:
    """What two rows have in common when one repeats the other: a question, and its reminders."""
    is_question = delivery.message in (delivery.step, REMINDER) and delivery.conversation is not None
    return (delivery.conversation, delivery.step) if is_question else (delivery.id,)


def without_repetition(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Each question once, the first asking rather than a reminder of it, where it first comes."""
    kept: dict[tuple[Any, ...], Delivery] = {}
    for one in deliveries:
        known = kept.get(question_of(one))
        if known is None or (known.message == REMINDER and one.message != REMINDER):
            kept[question_of(one)] = one
    return list(kept.values())


def with_what_is_new(part: Part, said: Sequence[Part]) -> Part:
    """The same part, without the pages and the gestures that those said before it, in the same message, propose already."""
    known = {key for one in said for block in one.controls for key in map(_proposal(block), block.get("elements", ()))}
    controls = []
    for block in part.controls:
        elements = block.get("elements", ())
        left = [one for one in elements if (key := _proposal(block)(one)) is None or key not in known]
        controls += [block] if len(left) == len(elements) else [{**block, "elements": left}] if left else []
    return replace(part, controls=tuple(controls))


def _proposal(block: Block) -> Callable[[Block], tuple[Any, ...] | None]:
    """What tells a page or a gesture proposed in this block; None for any other control."""
    ref = wire.ref_of(block.get("block_id", ""))

    def key(control: Block) -> tuple[Any, ...] | None:
        if "url" in control:
            return ("url", control["url"])
        is_offer = control["type"] == "button" and wire.verb_of(control["action_id"]) is not None
        return (ref and ref.conversation, control["action_id"], control.get("value")) if is_offer else None

    return key
