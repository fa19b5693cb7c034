"""Answering a round in the practice workspace, as people do: the button of the invitation, then the window."""

from typing import Any

from sandbox import Person


async def asked(person: Person) -> None:
    """Open the round's window as the button would."""
    ack = await person.click(person.received[-1], action_id="offer.vote")
    assert ack.acknowledged


def filled(person: Person, comment: str | None = None, value: str = "4") -> dict[str, Any]:
    """The same value wherever there are five; what the window in front of them then holds."""
    values: dict[str, Any] = {}
    for control in person.modal.controls():
        if control.type in ("radio_buttons", "static_select"):
            values[control.block_id] = value if control.type == "radio_buttons" else "9"
        elif control.type == "plain_text_input" and comment is not None:
            values[control.block_id] = comment
    return values
