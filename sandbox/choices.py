"""What a person chose or typed, as Slack's state says it, refused as Slack's own screen refuses it."""

from __future__ import annotations

from typing import Any

from sandbox.surface import INITIAL, Control, Impossible, Json

TEXT_LIMIT = 3000
OPTION_KEYS = ("text", "value", "description")


def entry(control: Control, value: Any) -> Json:
    """The state of a field once a person gave it `value`; None empties it. Raises Impossible."""
    if control.type not in INITIAL:
        raise Impossible(f"a {control.type} ({control.action_id}) holds no value")
    held = INITIAL[control.type][1]
    if value is None:
        return {"type": control.type, held: [] if held.endswith("s") else None}
    return {"type": control.type, held: _held(control, held, value)}


def _held(control: Control, held: str, value: Any) -> Any:
    if held == "selected_option":
        return option(control, value)
    if held == "selected_options":
        return [option(control, one) for one in listed(value)]
    if held.endswith("s"):
        return [identifier(one) for one in listed(value)]
    if held == "value":
        return typed(control, str(value))
    if held in {"selected_user", "selected_conversation", "selected_channel"}:
        return identifier(value)
    return value if held in {"selected_date_time", "rich_text_value"} else str(value)


def option(control: Control, wanted: Any) -> Json:
    """The option with that value, or with that text. Raises Impossible."""
    for name in ("value", "text"):
        for offered in control.options:
            seen = offered["value"] if name == "value" else offered["text"]["text"]
            if seen == str(wanted):
                return {key: offered[key] for key in OPTION_KEYS if key in offered}
    raise Impossible(f"{control.action_id} does not offer {wanted!r}, only {control.choices}")


def typed(control: Control, text: str) -> str:
    longest = int(control.element.get("max_length") or TEXT_LIMIT)
    shortest = int(control.element.get("min_length") or 0)
    if control.type == "plain_text_input" and not shortest <= len(text) <= longest:
        raise Impossible(f"{control.action_id} takes {shortest} to {longest} characters, not {len(text)}")
    if control.type == "number_input":
        numeric(control, text)
    if control.type == "email_text_input" and "@" not in text:
        raise Impossible(f"{control.action_id} takes an e-mail address, not {text!r}")
    return text


def numeric(control: Control, text: str) -> None:
    try:
        number = float(text)
    except ValueError as unreadable:
        raise Impossible(f"{control.action_id} takes a number, not {text!r}") from unreadable
    low, high = control.element.get("min_value"), control.element.get("max_value")
    if (low is not None and number < float(low)) or (high is not None and number > float(high)):
        raise Impossible(f"{control.action_id} takes a number from {low} to {high}, not {text}")


def empty(entered: Json) -> bool:
    held = INITIAL[entered["type"]][1]
    return entered.get(held) in (None, "", [])


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, set)) else [value]


def identifier(value: Any) -> str:
    """The id of a person or a channel, or an id as it is."""
    return str(getattr(value, "id", value))
