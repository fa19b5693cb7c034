"""The parts of a window: its inputs, by the fields they fill, and what was given in them, read back.

Shapes and limits: docs.slack.dev/reference/views/modal-views, docs.slack.dev/reference/block-kit/blocks/input-block.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bot import wire
from bot.blocks import Block, label, option, section
from bot.home.sight import WINDOWS, Sight
from flows.core.answers import Refused

View = dict[str, Any]
Choices = Sequence[tuple[str, str]]
"""Values and labels."""

TITLE, BUTTON, LABEL = 24, 24, 2_000


def window(
    sight: Sight, name: str, blocks: Iterable[Block], *, about: str = "", page: str = WINDOWS, title: str | None = None
) -> View:
    """A window that submits as `name`; `about` is the small id it is opened for, `page` where its words are: its button,
    and its title unless one is given."""
    own = f"{name}__submit"
    submit = sight.plain(own, page) if sight.has(own, page) else sight.plain("submit", WINDOWS)
    return {
        **frame(sight, title or sight.plain(f"{name}__title", page), blocks),
        "callback_id": name,
        "submit": label(submit, BUTTON),
        "private_metadata": about,
    }


def notice(sight: Sight, text: str) -> View:
    """A window that only says something; `text` is mrkdwn."""
    return frame(sight, sight.plain("notice__title", WINDOWS), [said(text)])


def because(sight: Sight, refused: Refused) -> View:
    """A window that says why not: in the words of the refusals, or of the page that the reason names (`leaving/…`)."""
    page, _, name = refused.reason.rpartition("/")
    return notice(sight, sight.say(name, page or "refusals", told=refused.details))


def frame(sight: Sight, title: str, blocks: Iterable[Block]) -> View:
    """A window to be read."""
    return {
        "type": "modal",
        "title": label(title, TITLE),
        "close": label(sight.plain("close", WINDOWS), BUTTON),
        "blocks": list(blocks),
    }


def said(text: str) -> Block:
    return section(text)


def asked(sight: Sight, field: str, element: Block, *, optional: bool = False, page: str = WINDOWS) -> Block:
    """One input, its label and its hint taken from the words of `page`."""
    made = labelled(field, sight.plain(f"field__{field}", page), element, optional=optional)
    hint = f"hint__{field}"
    return made | ({"hint": label(sight.plain(hint, page), LABEL)} if sight.has(hint, page) else {})


def labelled(field: str, text: str, element: Block, *, optional: bool = False) -> Block:
    """One input, under this label."""
    return {
        "type": "input",
        "block_id": wire.field_block(field),
        "label": label(text, LABEL),
        "element": {"action_id": wire.FIELD, **element},
        "optional": optional,
    }


# ---------------------------------------------------------------------------------------------------------- elements


def text(initial: str | None = None, longest: int = 80) -> Block:
    known = (initial or "")[:longest]
    return {"type": "plain_text_input", "max_length": longest, **_initially("initial_value", known)}


def e_mail(initial: str | None = None) -> Block:
    return {"type": "email_text_input", **_initially("initial_value", initial)}


def page(initial: str | None = None) -> Block:
    return {"type": "url_text_input", **_initially("initial_value", initial)}


def somebody(initial: str | None = None) -> Block:
    return {"type": "users_select", **_initially("initial_user", initial)}


def people(initial: Sequence[str] = ()) -> Block:
    return {"type": "multi_users_select", **_initially("initial_users", list(initial))}


def channel(initial: str | None = None) -> Block:
    """A public channel, or a private one that whoever chooses is in: Slack's select of channels has only the former
    (docs.slack.dev/reference/block-kit/block-elements/select-menu-element)."""
    channels = {"filter": {"include": ["public", "private"]}}
    return {"type": "conversations_select", **channels, **_initially("initial_conversation", initial)}


def day(initial: date | None = None) -> Block:
    return {"type": "datepicker", **_initially("initial_date", initial.isoformat() if initial else None)}


def hour() -> Block:
    """A time of the cooperative's wall (docs.slack.dev/reference/block-kit/block-elements/time-picker-element)."""
    return {"type": "timepicker"}


def one_of(choices: Choices, initial: str | None = None) -> Block:
    return {"type": "static_select", **_options(choices), **_initially("initial_option", _option(choices, initial))}


def radio(choices: Choices, initial: str | None = None) -> Block:
    return {"type": "radio_buttons", **_options(choices), **_initially("initial_option", _option(choices, initial))}


def some_of(choices: Choices, initial: Iterable[str] = ()) -> Block:
    return {
        "type": "multi_static_select",
        **_options(choices),
        **_initially("initial_options", _some(choices, initial)),
    }


def ticked(choices: Choices, initial: Iterable[str] = ()) -> Block:
    return {"type": "checkboxes", **_options(choices), **_initially("initial_options", _some(choices, initial))}


def _options(choices: Choices) -> Block:
    return {"options": [option(shown, value) for value, shown in choices]}


def _option(choices: Choices, wanted: str | None) -> Block | None:
    return next((option(shown, value) for value, shown in choices if value == wanted), None)


def _some(choices: Choices, wanted: Iterable[str]) -> list[Block]:
    chosen = set(wanted)
    return [option(shown, value) for value, shown in choices if value in chosen]


def _initially(key: str, value: Any) -> Block:
    # Slack refuses an initial value that is empty.
    return {key: value} if value else {}


# ------------------------------------------------------------------------------------------------- what was given


def given(view: Mapping[str, Any]) -> dict[str, Any]:
    """What was given in a submitted window, by field: a text, an id, a date, an option's value, or a list; None when
    nothing was (docs.slack.dev/reference/interaction-payloads/view-interactions-payload)."""
    values = (view.get("state") or {}).get("values") or {}
    return {
        field: _value(answer)
        for block_id, answers in values.items()
        if (field := wire.field_of(block_id)) is not None
        for answer in answers.values()
    }


_SINGLE = ("selected_user", "selected_conversation", "selected_date", "selected_time", "value")


def _value(answer: Mapping[str, Any]) -> Any:
    if "selected_option" in answer:
        return (answer["selected_option"] or {}).get("value")
    if "selected_options" in answer:
        return [chosen["value"] for chosen in answer["selected_options"] or ()]
    if "selected_users" in answer:
        return list(answer["selected_users"] or ())
    return next((answer[key] or None for key in _SINGLE if key in answer), None)
