"""What people fill in is told as Slack tells it, and what its client would not submit is not submitted."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.blockkit import missing_required, state_of
from tests.sandbox.blockkit.pieces import Json, actions, asked, button, mrkdwn, option, options, plain, section

ONE: Json = {"text": {"type": "plain_text", "emoji": True, "text": "un"}, "value": "1"}
STATIC: Json = {"type": "static_select", "options": options(3)}
GROUPED: Json = {"type": "static_select", "option_groups": [{"label": plain(), "options": options(2)}]}

ANSWERS: list[tuple[Json, Any, Json]] = [
    ({"type": "plain_text_input"}, "Bonjour", {"value": "Bonjour"}),
    ({"type": "email_text_input"}, "a@b.coop", {"value": "a@b.coop"}),
    ({"type": "url_text_input"}, "https://b.coop", {"value": "https://b.coop"}),
    ({"type": "number_input", "is_decimal_allowed": False}, "7", {"value": "7"}),
    (STATIC, "1", {"selected_option": ONE}),
    (STATIC, option("1"), {"selected_option": ONE}),
    (GROUPED, "1", {"selected_option": ONE}),
    ({"type": "external_select"}, option("1"), {"selected_option": ONE}),
    ({"type": "radio_buttons", "options": options(2)}, "1", {"selected_option": ONE}),
    ({"type": "checkboxes", "options": options(2)}, ["1"], {"selected_options": [ONE]}),
    ({**STATIC, "type": "multi_static_select"}, ["1"], {"selected_options": [ONE]}),
    ({"type": "users_select"}, "U1", {"selected_user": "U1"}),
    ({"type": "conversations_select"}, "C1", {"selected_conversation": "C1"}),
    ({"type": "channels_select"}, "C1", {"selected_channel": "C1"}),
    ({"type": "multi_users_select"}, ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
    ({"type": "multi_conversations_select"}, ["C1"], {"selected_conversations": ["C1"]}),
    ({"type": "multi_channels_select"}, ["C1"], {"selected_channels": ["C1"]}),
    ({"type": "datepicker"}, "2026-12-01", {"selected_date": "2026-12-01"}),
    (
        {"type": "timepicker", "timezone": "Europe/Paris"},
        "09:00",
        {"timezone": "Europe/Paris", "selected_time": "09:00"},
    ),
    ({"type": "datetimepicker"}, 1_628_633_820, {"selected_date_time": 1_628_633_820}),
    ({"type": "file_input"}, [{"id": "F1"}], {"files": [{"id": "F1"}]}),
]

INITIALS: list[tuple[Json, Json]] = [
    ({"type": "plain_text_input", "initial_value": "x"}, {"value": "x"}),
    ({**STATIC, "initial_option": option("1")}, {"selected_option": ONE}),
    ({"type": "checkboxes", "options": options(2), "initial_options": [option("1")]}, {"selected_options": [ONE]}),
    ({"type": "multi_users_select", "initial_users": ["U1"]}, {"selected_users": ["U1"]}),
    ({"type": "datepicker", "initial_date": "2026-12-01"}, {"selected_date": "2026-12-01"}),
]

REFUSED: list[tuple[Json, Any]] = [
    ({"type": "plain_text_input"}, None),
    ({"type": "plain_text_input"}, "   "),
    ({"type": "plain_text_input", "initial_value": "x"}, ""),
    ({"type": "plain_text_input", "min_length": 3}, "ab"),
    ({"type": "plain_text_input", "max_length": 3}, "abcd"),
    ({"type": "plain_text_input"}, "x" * 3001),
    ({"type": "number_input", "is_decimal_allowed": False}, "1.5"),
    ({"type": "number_input", "is_decimal_allowed": True}, "un"),
    ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1.9"),
    ({"type": "number_input", "is_decimal_allowed": False, "max_value": "5"}, "6"),
    ({"type": "email_text_input"}, "nadia"),
    ({"type": "url_text_input"}, "exemple"),
    ({"type": "datepicker"}, "2026-02-30"),
    ({"type": "timepicker"}, "25:00"),
    ({"type": "checkboxes", "options": options(2)}, []),
    ({"type": "multi_users_select", "max_selected_items": 1}, ["U1", "U2"]),
    ({"type": "file_input", "max_files": 1}, [{"id": "F1"}, {"id": "F2"}]),
]


def answer(state: Json) -> Json:
    told: Json = state["values"]["b"]["a"]
    return told


@pytest.mark.parametrize(("element", "chosen", "told"), ANSWERS)
def test_an_answer_is_told_in_the_words_of_its_element(element: Json, chosen: Any, told: Json) -> None:
    assert answer(state_of([asked(element)], {"b": {"a": chosen}})) == {"type": element["type"], **told}


@pytest.mark.parametrize(("element", "told"), INITIALS)
def test_what_nobody_touched_keeps_its_initial_value(element: Json, told: Json) -> None:
    assert answer(state_of([asked(element)], {})) == {"type": element["type"], **told}


@pytest.mark.parametrize(("element", "told"), INITIALS)
def test_what_somebody_cleared_is_empty(element: Json, told: Json) -> None:
    [(key, initial)] = told.items()
    cleared = answer(state_of([asked(element)], {"b": {"a": None}}))
    assert cleared[key] == ([] if isinstance(initial, list) else None)


def test_the_state_holds_the_accessories_and_the_actions_that_keep_a_value_and_no_button() -> None:
    menu = {**STATIC, "action_id": "m"}
    view = {
        "blocks": [
            section(block_id="s", accessory=menu),
            {**actions(button(), menu), "block_id": "r"},
            section(block_id="t"),
        ]
    }
    empty = {"type": "static_select", "selected_option": None}
    assert state_of(view, {}) == {"values": {"s": {"m": empty}, "r": {"m": empty}}}


def test_an_option_in_mrkdwn_comes_back_with_its_flag() -> None:
    radio = {"type": "radio_buttons", "options": [{"text": mrkdwn("x"), "value": "1"}]}
    chosen = answer(state_of([asked(radio)], {"b": {"a": "1"}}))["selected_option"]
    assert chosen["text"] == {"type": "mrkdwn", "verbatim": False, "text": "x"}


def test_nobody_chooses_what_is_not_offered() -> None:
    with pytest.raises(ValueError, match="'9' is not an option"):
        state_of([asked(STATIC)], {"b": {"a": "9"}})


@pytest.mark.parametrize(("element", "chosen"), REFUSED)
def test_an_empty_or_unfit_answer_is_not_submitted(element: Json, chosen: Any) -> None:
    assert missing_required({"blocks": [asked(element)]}, {"b": {"a": chosen}}) == ["b"]


@pytest.mark.parametrize(("element", "chosen", "_told"), ANSWERS)
def test_a_fit_answer_is_submitted(element: Json, chosen: Any, _told: Json) -> None:
    assert missing_required({"blocks": [asked(element)]}, {"b": {"a": chosen}}) == []


def test_an_optional_input_may_be_left_empty_but_not_filled_wrong() -> None:
    view = {"blocks": [section(), asked({"type": "plain_text_input", "min_length": 3}, optional=True)]}
    assert missing_required(view, {}) == []
    assert missing_required(view, {"b": {"a": "ab"}}) == ["b"]
