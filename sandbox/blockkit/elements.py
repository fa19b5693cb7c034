"""The interactive elements, as Slack's pages describe them: field, kind, required or not, and where they may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sandbox.blockkit import forms
from sandbox.blockkit.faults import Fault, Place, Surface
from sandbox.blockkit.kinds import (
    Anything,
    Bool,
    Field,
    Int,
    Kind,
    ListOf,
    Rule,
    Shape,
    Str,
    may,
    need,
    shown,
    typed,
)
from sandbox.blockkit.objects import (
    CHOICE_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SELECT_OPTION,
    STYLE,
    exactly_one,
    plain,
)
from sandbox.blockkit.rich_text import RICH_TEXT

# Where an element may be shown, when not everywhere: the surfaces of its own page, stricter than the input block's.
_SURFACES: dict[str, tuple[Surface, ...]] = {
    "datetimepicker": ("message", "modal"),
    "email_text_input": ("modal",),
    "file_input": ("modal",),
    "number_input": ("modal",),
    "rich_text_input": ("modal", "home"),
    "url_text_input": ("modal",),
    "workflow_button": ("message",),
}


def options_of(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All the options of a menu, grouped or not."""
    grouped = (option for group in element.get("option_groups", ()) for option in group["options"])
    return [*element.get("options", ()), *grouped]


def _initial_among_options(element: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    options = options_of(element)
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        yield place.broken("must not have two options with the same value")
    if "initial_option" in element and element["initial_option"] not in options:
        yield place.into("initial_option").broken("must exactly match one of the options")
    for i, chosen in enumerate(element.get("initial_options", ())):
        if chosen not in options:
            yield place.into("initial_options").into(i).broken("must exactly match one of the options")


def _no_more_than_selectable(element: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    for name in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        most = element.get("max_selected_items")
        if most is not None and len(element.get(name, ())) > most:
            yield place.into(name).broken(f"no more than {most} items allowed")


def _text_bounds(element: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if least > most:
        yield place.into("min_length").broken(f"must be less than or equal to {most}")
    if len(element.get("initial_value", "")) > most:
        yield place.into("initial_value").broken(f"must be less than {most + 1} characters")


def _number_bounds(element: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    given = {name: element[name] for name in ("min_value", "max_value", "initial_value") if name in element}
    if not element["is_decimal_allowed"]:
        yield from (place.into(name).broken("must be an integer") for name, text in given.items() if "." in text)
    numbers = {name: Decimal(text) for name, text in given.items()}
    for lower, upper in (("min_value", "max_value"), ("min_value", "initial_value"), ("initial_value", "max_value")):
        if lower in numbers and upper in numbers and numbers[lower] > numbers[upper]:
            yield place.into(lower).broken(f"must be less than or equal to {given[upper]}")


def _element(page: str, *rules: Rule, **fields: Field) -> Shape:
    return typed(f"block-kit/block-elements/{page}", *rules, action_id=may(Str(255)), **fields)


_CONFIRMED = {"confirm": may(CONFIRM)}
_FOCUSED = {"focus_on_load": may(Bool())}
_LABELLED = {"accessibility_label": may(Str(75))}
_PICKED = {**_CONFIRMED, **_FOCUSED, "placeholder": may(plain(150))}
_TYPED = {**_FOCUSED, "dispatch_action_config": may(DISPATCH), "placeholder": may(plain(150))}
_LISTED = {"options": may(ListOf(SELECT_OPTION, 100)), "option_groups": may(ListOf(OPTION_GROUP, 100))}
_CONVERSATIONS = {"default_to_current_conversation": may(Bool()), "filter": may(CONVERSATION_FILTER)}
_ANSWERS_URL = {"response_url_enabled": may(Bool())}
_QUERIED = {"min_query_length": may(Int(0))}


def _select(*rules: Rule, **fields: Field) -> Shape:
    return _element("select-menu-element", *rules, **_PICKED, **fields)


def _multi(*rules: Rule, **fields: Field) -> Shape:
    shared = {**_PICKED, "max_selected_items": may(Int(1))}
    return _element("multi-select-menu-element", *rules, _no_more_than_selectable, **shared, **fields)


def _ids(kind: Kind) -> Field:
    return may(ListOf(kind, distinct=True))


SELECTS: dict[str, Shape] = {
    "static_select": _select(
        exactly_one("options", "option_groups"), _initial_among_options, **_LISTED, initial_option=may(SELECT_OPTION)
    ),
    "external_select": _select(**_QUERIED, initial_option=may(SELECT_OPTION)),
    "users_select": _select(initial_user=may(forms.USER)),
    "conversations_select": _select(**_CONVERSATIONS, **_ANSWERS_URL, initial_conversation=may(forms.CONVERSATION)),
    "channels_select": _select(**_ANSWERS_URL, initial_channel=may(forms.CHANNEL)),
    "multi_static_select": _multi(
        exactly_one("options", "option_groups"),
        _initial_among_options,
        **_LISTED,
        initial_options=may(ListOf(SELECT_OPTION)),
    ),
    "multi_external_select": _multi(**_QUERIED, initial_options=may(ListOf(SELECT_OPTION))),
    "multi_users_select": _multi(initial_users=_ids(forms.USER)),
    "multi_conversations_select": _multi(**_CONVERSATIONS, initial_conversations=_ids(forms.CONVERSATION)),
    "multi_channels_select": _multi(initial_channels=_ids(forms.CHANNEL)),
}

CHOICES: dict[str, Shape] = {
    "radio_buttons": _element(
        "radio-button-group-element",
        _initial_among_options,
        **_CONFIRMED,
        **_FOCUSED,
        options=need(ListOf(CHOICE_OPTION, 10)),
        initial_option=may(CHOICE_OPTION),
    ),
    "checkboxes": _element(
        "checkboxes-element",
        _initial_among_options,
        **_CONFIRMED,
        **_FOCUSED,
        options=need(ListOf(CHOICE_OPTION, 10)),
        initial_options=may(ListOf(CHOICE_OPTION)),
    ),
}

PICKERS: dict[str, Shape] = {
    "datepicker": _element("date-picker-element", **_PICKED, initial_date=may(forms.DATE)),
    "timepicker": _element("time-picker-element", **_PICKED, initial_time=may(forms.TIME), timezone=may(Str())),
}

# Ten digits: https://docs.slack.dev/reference/block-kit/block-elements/datetime-picker-element
DATETIME = shown(
    _SURFACES,
    {
        "datetimepicker": _element(
            "datetime-picker-element",
            **_CONFIRMED,
            **_FOCUSED,
            initial_date_time=may(Int(1_000_000_000, 9_999_999_999)),
        )
    },
)

BUTTON = _element(
    "button-element",
    **_CONFIRMED,
    **_LABELLED,
    text=need(plain(75)),
    value=may(Str(2000)),
    url=may(forms.LINK),
    style=may(STYLE),
)

_PAGE = "block-kit/composition-objects"
_PARAMETER = Shape(f"{_PAGE}/trigger-object", {"name": need(Str()), "value": need(Anything())})
_TRIGGER = Shape(
    f"{_PAGE}/trigger-object",
    {"url": need(forms.WEB), "customizable_input_parameters": may(ListOf(_PARAMETER, least=0))},
)
BUTTONS = shown(
    _SURFACES,
    {
        "button": BUTTON,
        "overflow": _element("overflow-menu-element", **_CONFIRMED, options=need(ListOf(OVERFLOW_OPTION, 5))),
        "workflow_button": _element(
            "workflow-button-element",
            **_LABELLED,
            text=need(plain(75)),
            workflow=need(Shape(f"{_PAGE}/workflow-object", {"trigger": need(_TRIGGER)})),
            style=may(STYLE),
        ),
    },
)

INPUTS = shown(
    _SURFACES,
    {
        "plain_text_input": _element(
            "plain-text-input-element",
            _text_bounds,
            **_TYPED,
            initial_value=may(Str(least=0)),
            multiline=may(Bool()),
            min_length=may(Int(0, 3000)),
            max_length=may(Int(1, 3000)),
        ),
        "number_input": _element(
            "number-input-element",
            _number_bounds,
            **_TYPED,
            is_decimal_allowed=need(Bool()),
            initial_value=may(forms.NUMBER),
            min_value=may(forms.NUMBER),
            max_value=may(forms.NUMBER),
        ),
        "email_text_input": _element("email-input-element", **_TYPED, initial_value=may(Str(least=0))),
        "url_text_input": _element("url-input-element", **_TYPED, initial_value=may(Str(least=0))),
        "rich_text_input": _element(
            "rich-text-input-element",
            **_TYPED,
            initial_value=may(RICH_TEXT),
            min_lines=may(Int(1, 100)),
            max_lines=may(Int(1, 100)),
        ),
        "file_input": _element(
            "file-input-element", filetypes=may(ListOf(Str(), distinct=True)), max_files=may(Int(1, 10))
        ),
    },
)

_FEEDBACK = Shape(
    "block-kit/block-elements/feedback-buttons-element",
    {"text": need(plain(75)), "value": need(Str(2000)), **_LABELLED},
)
CONTEXT_ACTIONS: dict[str, Shape] = {
    "feedback_buttons": _element(
        "feedback-buttons-element", positive_button=need(_FEEDBACK), negative_button=need(_FEEDBACK)
    ),
    "icon_button": _element(
        "icon-button-element",
        **_CONFIRMED,
        **_LABELLED,
        icon=need(Str()),
        text=need(plain(75)),
        value=may(Str(2000)),
        visible_to_user_ids=may(ListOf(forms.USER)),
    ),
}
