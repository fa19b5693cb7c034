"""The windows of questions and readings: their inputs, what was given in them, and why it is refused. Pure.

Shapes and limits: docs.slack.dev/reference/views/modal-views and block-kit/blocks/input-block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import blocks, wire
from bot.blocks import Block, Words, label, option, scale_labels, section, split
from bot.wire import Ref
from flows.core.answers import LONGEST_TEXT, Answer, Choice, Day, Done, Email, Form, Person, Scale, Text

View = dict[str, Any]
TITLE, BUTTON, FIELD_LABEL, FAULT = 24, 24, 2_000, 2_000
RADIOS = 10
READ_BLOCKS = blocks.BLOCKS_IN_VIEW - 1
VIEW_TEXT = 100_000
"""A view weighs 250 kB at most; a character may take four bytes."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a question's window, in plain text but for `text`. `fields`: the label of each field of a form."""

    title: str
    text: str
    submit: str
    close: str
    controls: Words = field(default_factory=Words)
    fields: Mapping[str, str] = field(default_factory=dict)


def question_window(ref: Ref, answer: Answer[Any], wording: Wording, given: Any = None) -> View:
    """The window a question is answered in; `given` is the answer given before, to be changed."""
    if isinstance(answer, Form):
        known = given if isinstance(given, Mapping) else {}
        inputs = [
            _input(name, wording.fields.get(name, name), kind, wording.controls, known.get(name), optional=True)
            for name, kind in answer.fields.items()
        ]
    else:
        inputs = [_input(wire.WHOLE, wording.title, answer, wording.controls, given, optional=False)]
    return {
        **_frame(wording.title, [section(piece) for piece in split(wording.text)[:5]] + inputs, wording.close),
        "callback_id": wire.ANSWER_VIEW,
        "private_metadata": wire.packed(ref),
        "submit": label(wording.submit, BUTTON),
    }


def _input(name: str, shown: str, kind: Answer[Any], words: Words, given: Any, *, optional: bool) -> Block:
    return {
        "type": "input",
        "block_id": wire.field_block(name),
        "label": label(shown, FIELD_LABEL),
        "element": {"action_id": wire.FIELD, **_element(kind, words, given)},
        "optional": optional,
    }


def _element(kind: Answer[Any], words: Words, given: Any) -> Block:
    placeholder = {"placeholder": label(words.placeholder, blocks.PLACEHOLDER)} if words.placeholder else {}
    match kind:
        case Text(longest=longest):
            most = min(longest, LONGEST_TEXT)
            known = {"initial_value": given[:most]} if isinstance(given, str) and given else {}
            return {"type": "plain_text_input", "multiline": True, "max_length": most, **placeholder, **known}
        case Scale():
            return _one_of(scale_labels(kind, words), given)
        case Choice(options=options):
            return _one_of([(name, words.options.get(name, name)) for name in options], given)
        case Done():
            return _one_of([("done", words.done)], "done" if given else None)
        case Person():
            return {"type": "users_select", **placeholder, **({"initial_user": given} if given else {})}
        case Day():
            return {"type": "datepicker", **placeholder, **({"initial_date": given} if given else {})}
        case Email():
            return {"type": "email_text_input", **placeholder, **({"initial_value": given} if given else {})}
    raise TypeError(f"no window knows how to ask for {type(kind).__name__}")


def _one_of(choices: Sequence[tuple[str, str]], given: Any) -> Block:
    kind = "radio_buttons" if len(choices) <= RADIOS else "static_select"
    options = [option(shown, value) for value, shown in choices[: blocks.OPTIONS]]
    chosen = next((one for one in options if given is not None and one["value"] == str(given)), None)
    return {"type": kind, "options": options} | ({"initial_option": chosen} if chosen else {})


# ----------------------------------------------------------------------------------------------- what was given in one


def raw_of(view: Mapping[str, Any]) -> Any:
    """What was given in a submitted question's window, as `Answer.parse` takes it."""
    values = (view.get("state") or {}).get("values") or {}
    given = {
        name: _given(answers[wire.FIELD])
        for block_id, answers in values.items()
        if (name := wire.field_of(block_id)) is not None and wire.FIELD in answers
    }
    return given[wire.WHOLE] if given.keys() == {wire.WHOLE} else given


def _given(answer: Mapping[str, Any]) -> Any:
    if "selected_option" in answer:
        return (answer["selected_option"] or {}).get("value")
    return next((answer[key] for key in ("value", "selected_user", "selected_date") if key in answer), None)


def complaint(view: Mapping[str, Any], why: str, name: str | None = None) -> dict[str, Any]:
    """The answer to a submission that shows `why` under the field `name`, or under the first one."""
    asked = [block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input"]
    wanted = wire.field_block(name or wire.WHOLE)
    under = wanted if wanted in asked else next(iter(asked), wanted)
    return {"response_action": "errors", "errors": {under: blocks.cut(why, FAULT)}}


# ------------------------------------------------------------------------------------------------------------- readings


def reading(title: str, parts: Sequence[tuple[str, str]], close: str) -> View:
    """A window to read: headings and texts, both in mrkdwn. What would make it too long is cut at the end."""
    shown: list[Block] = []
    left = VIEW_TEXT
    for heading, text in parts:
        pieces = split(f"*{heading}*\n{text}" if heading else text)
        shown += [{"type": "divider"}] if shown and heading else []
        shown += [section(piece) for piece in pieces]
        left -= sum(map(len, pieces))
        if left < 0:
            break
    if len(shown) > READ_BLOCKS or left < 0:
        shown = [*shown[: min(READ_BLOCKS, VIEW_TEXT // blocks.SECTION)], blocks.note(blocks.ELLIPSIS)]
    return {**_frame(title, shown, close), "callback_id": wire.READ_VIEW}


def _frame(title: str, shown: Sequence[Block], close: str) -> View:
    return {"type": "modal", "title": label(title, TITLE), "close": label(close, BUTTON), "blocks": list(shown)}
