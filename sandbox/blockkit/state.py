"""What people fill in: Slack's `state` for a set of blocks, and the inputs its client refuses to submit.

The shape of each element's answer: docs.slack.dev/reference/interaction-payloads/view-interactions-payload. Blocks and
elements must have their ids, which Slack makes up when an app gives none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.blockkit import forms
from sandbox.blockkit.elements import options_of

Blocks = Sequence[Mapping[str, Any]]
Inputs = Mapping[str, Mapping[str, Any]]
"""What a person chose, by block_id then action_id: a text, an id, a date, an option's value, or a list of them."""


@dataclass(frozen=True)
class Answer:
    """Where an element keeps its answer and its initial one, and of what the answer is made."""

    key: str
    initial: str
    many: bool = False
    options: bool = False


_ANSWERS = {
    "plain_text_input": Answer("value", "initial_value"),
    "email_text_input": Answer("value", "initial_value"),
    "url_text_input": Answer("value", "initial_value"),
    "number_input": Answer("value", "initial_value"),
    "rich_text_input": Answer("rich_text_value", "initial_value"),
    "file_input": Answer("files", "", many=True),
    "static_select": Answer("selected_option", "initial_option", options=True),
    "external_select": Answer("selected_option", "initial_option", options=True),
    "users_select": Answer("selected_user", "initial_user"),
    "conversations_select": Answer("selected_conversation", "initial_conversation"),
    "channels_select": Answer("selected_channel", "initial_channel"),
    "multi_static_select": Answer("selected_options", "initial_options", many=True, options=True),
    "multi_external_select": Answer("selected_options", "initial_options", many=True, options=True),
    "multi_users_select": Answer("selected_users", "initial_users", many=True),
    "multi_conversations_select": Answer("selected_conversations", "initial_conversations", many=True),
    "multi_channels_select": Answer("selected_channels", "initial_channels", many=True),
    "radio_buttons": Answer("selected_option", "initial_option", options=True),
    "checkboxes": Answer("selected_options", "initial_options", many=True, options=True),
    "datepicker": Answer("selected_date", "initial_date"),
    "timepicker": Answer("selected_time", "initial_time"),
    "datetimepicker": Answer("selected_date_time", "initial_date_time"),
}


def state_of(view_or_blocks: Mapping[str, Any] | Blocks, inputs: Inputs) -> dict[str, Any]:
    """Slack's `state` (`{"values": {block_id: {action_id: answer}}}`), with the initial value of what was not touched.

    A choice is given by its option's `value`, or as the whole option (external selects: always so). None or an empty
    list clears. Raises ValueError for a choice that is not among the options.
    """
    values: dict[str, dict[str, Any]] = {}
    for block, element in _stateful(view_or_blocks):
        chosen = inputs.get(block["block_id"], {})
        answer = _answer(element, chosen)
        values.setdefault(block["block_id"], {})[element["action_id"]] = answer
    return {"values": values}


def _stateful(view_or_blocks: Mapping[str, Any] | Blocks) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    blocks = view_or_blocks["blocks"] if isinstance(view_or_blocks, Mapping) else view_or_blocks
    for block in blocks:
        for element in _elements(block):
            if element["type"] in _ANSWERS:
                yield block, element


def _elements(block: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    if block["type"] == "input":
        return (block["element"],)
    if block["type"] == "section":
        return (block["accessory"],) if "accessory" in block else ()
    return block["elements"] if block["type"] == "actions" else ()


def _answer(element: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    form = _ANSWERS[element["type"]]
    value = chosen.get(element["action_id"], element.get(form.initial))
    if form.many:
        value = [_chosen(element, form, one) for one in value or ()]
    elif value is not None and value != "":
        value = _chosen(element, form, value)
    else:
        value = None
    zone = {"timezone": element["timezone"]} if "timezone" in element else {}
    return {"type": element["type"], **zone, form.key: value}


def _chosen(element: Mapping[str, Any], form: Answer, value: Any) -> Any:
    if not form.options:
        return value
    if element["type"].endswith("external_select"):
        return _as_slack_tells(value)
    for option in options_of(element):
        if value in (option, option["value"]):
            return _as_slack_tells(option)
    raise ValueError(f"{value!r} is not an option of {element['action_id']}")


def _as_slack_tells(option: Mapping[str, Any]) -> dict[str, Any]:
    """An option as Slack sends it back: its texts carry the flags they were given by default."""
    told = dict(option)
    for name in ("text", "description"):
        if name in told:
            flag = {"emoji": True} if told[name]["type"] == "plain_text" else {"verbatim": False}
            told[name] = {**flag, **told[name]}
    return told


def missing_required(view: Mapping[str, Any], inputs: Inputs) -> list[str]:
    """The block_ids of the inputs for which Slack's client refuses to submit: left empty, or breaking their bounds."""
    values = state_of(view, inputs)["values"]
    asked = [(block, block["element"]) for block in view["blocks"] if block["type"] == "input"]
    return [
        block["block_id"]
        for block, element in asked
        if not _submits(block, element, values[block["block_id"]][element["action_id"]])
    ]


def _submits(block: Mapping[str, Any], element: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    value = answer[_ANSWERS[element["type"]].key]
    if not value or (isinstance(value, str) and not value.strip()):
        return bool(block.get("optional"))
    if isinstance(value, list):
        most = int(element.get("max_selected_items", element.get("max_files", len(value))))
        return len(value) <= most
    check = _CHECKS.get(element["type"])
    return check is None or check(element, value)


def _fits(element: Mapping[str, Any], text: str) -> bool:
    least, most = int(element.get("min_length", 0)), int(element.get("max_length", 3000))
    return least <= len(text) <= most


def _counts(element: Mapping[str, Any], text: str) -> bool:
    if not forms.is_number(text) or ("." in text and not element["is_decimal_allowed"]):
        return False
    least, number, most = (
        Decimal(one) for one in (element.get("min_value", text), text, element.get("max_value", text))
    )
    return least <= number <= most


_CHECKS: dict[str, Callable[[Mapping[str, Any], str], bool]] = {
    "plain_text_input": _fits,
    "number_input": _counts,
    "email_text_input": lambda _element, text: forms.is_mail_address(text),
    "url_text_input": lambda _element, text: forms.is_web_address(text),
    "datepicker": lambda _element, text: forms.is_date(text),
    "timepicker": lambda _element, text: forms.is_time(text),
}
