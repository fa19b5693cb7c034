"""What a person chose or typed, as a field holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.surface import Control, Impossible


def held(control: Control, value: Any) -> Any:
    """What the field holds once a person gave it `value`: options by value or by text, people and channels by id.

    None empties it. Raises Impossible when it is not offered.
    """
    if value is None:
        return None
    if control.type.startswith("multi_") or control.type == "checkboxes":
        return [_one(control, each) for each in _several(value)]
    return _one(control, value)


def option(control: Control, wanted: Any) -> dict[str, Any]:
    """The option that has this value, else this text. Raises Impossible."""
    by_value = [offered for offered in control.options if offered["value"] == str(wanted)]
    by_text = [offered for offered in control.options if offered["text"]["text"] == str(wanted)]
    if not by_value + by_text:
        raise Impossible(f"{control.action_id} does not offer {wanted!r}, only {control.choices}")
    return dict((by_value + by_text)[0])


def _one(control: Control, value: Any) -> Any:
    if control.options:
        return option(control, value)["value"]
    if control.type in {"datetimepicker", "rich_text_input"}:
        return value
    return str(getattr(value, "id", value))


def _several(value: Any) -> Sequence[Any]:
    return list(value) if isinstance(value, list | tuple | set) else [value]
