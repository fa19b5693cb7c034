"""The ids inside Slack messages and windows: one codec. They live as long as the messages do, so none is ever renamed."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

PICK = "pick"
"""A select, a date or a person was chosen: the answer is what is selected."""
WINDOW = "window"
"""The button that opens a question's window."""
SKIP = "skip"
FIELD = "field"
"""Every input of a question's window; its block names the field."""
ANSWER_VIEW = "answer"
READ_VIEW = "read"

WHOLE = "answer"
"""The field of a window that asks one thing: the answer itself."""

EVENT_TYPE = "parcours"
"""The metadata every message of ours carries, so that one sent without our knowing can be recognised."""

_ANSWER_BLOCK = "a1"
_OFFER_BLOCK = "o1"
_FIELD_BLOCK = "f1"
_ANSWER = "answer."
_OFFER = "offer."
_LINK = "link."
_BETWEEN = "|"


class Ref(NamedTuple):
    """One step of one conversation."""

    conversation: str
    step: str


def answer_block(ref: Ref) -> str:
    return _BETWEEN.join((_ANSWER_BLOCK, *ref))


def offer_block(ref: Ref | None, number: int) -> str:
    """The block of the offers beside a step (or of none), the `number`-th of its message."""
    return _BETWEEN.join((_OFFER_BLOCK, *(ref or ("", "")), str(number)))


def field_block(name: str) -> str:
    return _BETWEEN.join((_FIELD_BLOCK, name))


def answer_action(position: int) -> str:
    return f"{_ANSWER}{position}"


def offer_action(verb: str) -> str:
    return f"{_OFFER}{verb}"


def link_action(position: int) -> str:
    """A button that only opens a page. Slack tells of it all the same, and waits for an acknowledgement."""
    return f"{_LINK}{position}"


def is_link(action_id: str) -> bool:
    return action_id.startswith(_LINK)


def ref_of(block_id: str) -> Ref | None:
    """The step a block of ours belongs to; None for an offer beside no step, and for any block that is not ours."""
    kind, *parts = block_id.split(_BETWEEN)
    if kind == _ANSWER_BLOCK and len(parts) == 2 and all(parts):
        return Ref(*parts)
    if kind == _OFFER_BLOCK and len(parts) == 3 and all(parts):
        return Ref(*parts[:2])
    return None


def field_of(block_id: str) -> str | None:
    kind, _, name = block_id.partition(_BETWEEN)
    return name if kind == _FIELD_BLOCK and name else None


def is_answer(action_id: str) -> bool:
    """A button or a select that gives an answer by itself, without a window."""
    return action_id.startswith(_ANSWER) or action_id == PICK


def verb_of(action_id: str) -> str | None:
    """The verb of an offer; None when the action is no offer."""
    return action_id.removeprefix(_OFFER) if action_id.startswith(_OFFER) else None


def packed(ref: Ref) -> str:
    """A window's `private_metadata`: small ids only, never an answer."""
    return _BETWEEN.join(ref)


def unpacked(private_metadata: str) -> Ref | None:
    conversation, _, step = private_metadata.partition(_BETWEEN)
    return Ref(conversation, step) if conversation and step and _BETWEEN not in step else None


def metadata(deliveries: Sequence[str]) -> dict[str, Any]:
    """What a message of ours says of itself, for `recognises` to find it again. Slack wants words there, not lists."""
    return {"event_type": EVENT_TYPE, "event_payload": {"delivery": " ".join(deliveries)}}


def recognises(message: Mapping[str, Any], delivery: str) -> bool:
    """Whether a message read back from Slack is the one that carried `delivery`."""
    told = message.get("metadata") or {}
    payload = told.get("event_payload") or {}
    return told.get("event_type") == EVENT_TYPE and delivery in str(payload.get("delivery", "")).split()
